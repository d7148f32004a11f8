"""The extension for aarch64, compiled here and run by an emulated Python: the same bits with NEON."""

import shutil
import tomllib
from pathlib import Path

import pytest

from .conftest import Run, configure_for_aarch64
from .emulated_python import emulated_python

pytestmark = pytest.mark.build


def test_extension_for_aarch64_has_the_golden_bits(
    build_folder: Path, tmp_path: Path, project_root: Path, run: Run
) -> None:
    settings = tomllib.loads((project_root / "pyproject.toml").read_text(encoding="utf-8"))
    needed = settings["build-system"]["requires"] + settings["project"]["dependencies"]
    environment = emulated_python(tmp_path, needed, run)
    packages, build = environment.site_packages, build_folder / "aarch64"
    configure_for_aarch64(project_root, build, "-DLENETPP_BUILD_PYTHON=ON", f"-DPython_EXECUTABLE={environment.python}",
                          f"-DPython_INCLUDE_DIR={environment.include}",
                          f"-Dpybind11_DIR={packages}/pybind11/share/cmake/pybind11")  # fmt: skip
    run("cmake", "--build", build)
    run("cmake", "--install", build, "--prefix", packages, "--component", "python")
    shutil.copytree(project_root / "python/lenetpp", packages / "lenetpp", dirs_exist_ok=True)
    said = run(environment.python, project_root / "tests/project/minimal_check.py", cwd=tmp_path)
    assert "golden trainings have their bits on scalar, neon" in said
