"""What CONTRIBUTING promises after an edit: nothing to type, and only what was edited is compiled."""

import os
import shutil
import site
import venv
from pathlib import Path

import pytest

from builds import BUILDS, PROJECT_ROOT, Run, run
from lenetpp import _core

pytestmark = pytest.mark.build

SOURCES = ("CMakeLists.txt", "LICENSE", "README.md", "cmake", "cpp", "pyproject.toml", "python")


@BUILDS.fixture
def edited_checkout() -> Path:
    """A copy installed to be edited, in an environment of its own. Nothing is trained, so nothing is optimized."""
    folder = BUILDS.folder / "edited"
    shutil.rmtree(folder / "environment", ignore_errors=True)
    for name in SOURCES:
        copy, original = folder / name, PROJECT_ROOT / name
        if original.is_dir():
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(original, copy)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy2(original, copy)
    venv.create(folder / "environment")  # its pip is that of the tests
    (packages,) = (folder / "environment").rglob("site-packages")
    (packages / "tools_of_the_tests.pth").write_text("\n".join(site.getsitepackages()))
    # Of the instruction sets, the scalar one alone: the others are its sources once more.
    others = [f"-DLENETPP_COMPILES_FOR_{name}=OFF" for name in _core.available_instruction_sets()[1:]]
    variables = {"CXXFLAGS": "-O0", "CMAKE_ARGS": " ".join(others), "PYTHONPATH": ""}
    install = ("-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps", "--editable", folder)
    run(_python(folder), *install, cwd=folder, variables=variables)
    return folder


def _python(folder: Path) -> Path:
    return folder / "environment" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _import(folder: Path, run: Run, then: str = "pass") -> str:
    return run(
        _python(folder), "-c", f"import lenetpp; {then}", cwd=folder / "environment", variables={"PYTHONPATH": ""}
    )


def _objects(folder: Path) -> dict[str, int]:
    """When each source was compiled, by its name and its target's."""
    found = (folder / "build" / "editable").rglob("*.o*")
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in found if path.suffix in (".o", ".obj")}


def test_an_edit_of_python_needs_nothing(edited_checkout: Path, run: Run) -> None:
    _import(edited_checkout, run)
    before = _objects(edited_checkout)
    with (edited_checkout / "python" / "lenetpp" / "__init__.py").open("a") as module:
        module.write("\nEDITED = 1\n")
    assert _import(edited_checkout, run, then="print(lenetpp.EDITED)").split() == ["1"]
    assert _objects(edited_checkout) == before


def test_an_edit_of_a_kernel_compiles_that_kernel_alone_at_the_next_import(edited_checkout: Path, run: Run) -> None:
    _import(edited_checkout, run)
    before = _objects(edited_checkout)
    kernel = edited_checkout / "cpp" / "src" / "kernels" / "max_pooling.cpp"
    kernel.write_text(kernel.read_text() + "// edited\n")
    _import(edited_checkout, run)
    compiled = {name for name, time in _objects(edited_checkout).items() if before.get(name) != time}
    assert compiled
    assert {Path(name).name.split(".")[0] for name in compiled} == {"max_pooling"}
