"""The extension for aarch64, compiled here and run by an emulated Python: the same bits with NEON."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from builds import BUILDS, Run, run

from .conftest import configure_for_aarch64
from .emulated_python import EmulatedPython, emulated_python


@BUILDS.fixture
def python_with_extension() -> EmulatedPython:
    """With a package that is the extension alone: the rest is the same Python everywhere."""
    folder = BUILDS.folder / "aarch64-python"
    shutil.rmtree(folder, ignore_errors=True)
    emulated = emulated_python(folder, ("numpy", "pybind11"), run)
    build, packages = BUILDS.folder / "aarch64", emulated.site_packages
    configure_for_aarch64(build, "-DLENETPP_BUILD_PYTHON=ON", f"-DPython_EXECUTABLE={emulated.python}",
                          f"-DPython_INCLUDE_DIR={emulated.include}",
                          f"-Dpybind11_DIR={packages}/pybind11/share/cmake/pybind11")  # fmt: skip
    run("cmake", "--build", build)
    run("cmake", "--install", build, "--prefix", packages, "--component", "python")
    (packages / "lenetpp" / "__init__.py").touch()
    return emulated


@pytest.mark.parametrize("instruction_set", ["scalar", "neon"])
def test_aarch64_gives_the_golden_bits_and_the_gradients_of_this_machine(
    python_with_extension: EmulatedPython, instruction_set: str, project_root: Path, run: Run
) -> None:
    tests = project_root / "tests"
    digests = tests / "python" / "numerics" / "digests.py"
    emulated = run(python_with_extension.python, digests, variables={"LENETPP_INSTRUCTION_SET": instruction_set})
    golden = json.loads((tests / "golden" / "training_digests.json").read_text(encoding="utf-8"))
    assert json.loads(emulated) == {
        "instruction_set": instruction_set,
        "trainings": golden["trainings"],
        "gradients": json.loads(run(sys.executable, digests))["gradients"],
    }
