"""A compiler that is too old, or is told to be, gets one message that says what is needed."""

import shutil
import subprocess
from pathlib import Path

import pytest

from builds import SEARCH_PATH
from needs import program


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


def test_every_header_says_first_that_it_needs_cplusplus_20(project_root: Path, tmp_path: Path) -> None:
    compiler, include = program("c++"), project_root / "cpp" / "include"
    headers = [path.relative_to(include).as_posix() for path in sorted(include.rglob("*.h"))]
    of_c = ["lenetpp/c.h", "lenetpp/export.h"]
    assert len(headers) > 30
    for header in headers:
        source = tmp_path / "including.cpp"
        source.write_text(f"#include <{header}>\n", encoding="utf-8")
        command = [compiler, "-std=c++17", "-fsyntax-only", f"-I{include}", str(source)]
        finished = subprocess.run(command, capture_output=True, text=True, check=False, env={"LC_ALL": "C"})
        errors = [line for line in finished.stderr.splitlines() if "error:" in line]
        assert (errors == []) == (header in of_c), header
        assert header in of_c or '#error "lenetpp needs C++20: compile with -std=c++20' in errors[0], header
