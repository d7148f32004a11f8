"""A compiler that is too old is named by CMake, with the least versions."""

import shutil
import subprocess
from pathlib import Path

import pytest

from builds import SEARCH_PATH


@pytest.mark.parametrize(
    ("compiler", "version", "does"),
    [
        ("GNU", "10.2.1", False),
        ("GNU", "11.1.0", True),
        ("Clang", "13.0.1", False),
        ("Clang", "14.0.6", True),
        ("AppleClang", "14.0.3", False),
        ("AppleClang", "15.0.0", True),
        ("IntelLLVM", "2024.1", True),
    ],
)
def test_cmake_stops_at_a_compiler_that_is_too_old(compiler: str, version: str, does: bool, project_root: Path) -> None:
    cmake = str(shutil.which("cmake", path=SEARCH_PATH))
    known = (f"-DCMAKE_CXX_COMPILER_ID={compiler}", f"-DCMAKE_CXX_COMPILER_VERSION={version}")
    script = project_root / "cmake" / "LeastCompilers.cmake"
    finished = subprocess.run([cmake, *known, "-P", script], capture_output=True, text=True, check=False)
    assert (finished.returncode == 0) == does, finished.stderr
    said = " ".join(finished.stderr.split())
    assert ("needs GCC 11, Clang 14 or Apple clang 15, or later" in said) == (not does)
    assert (f"but this is {compiler} {version}" in said) == (not does)
