"""Formatters, linters and the type checker, each a test: what they ask for is part of the project."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from builds import BUILDS, Run

from .conftest import CMakeBuild
from .test_instruction_sets import instruction_set_of


def cpp_files(project_root: Path) -> list[Path]:
    folders = ("cpp", "web/core", "python/bindings", "tests/cpp", "tests/find_package", "benchmarks")
    files = [path for folder in folders for path in (project_root / folder).rglob("*") if path.suffix in {".h", ".cpp"}]
    assert len(files) > 20
    return files


def test_ruff_finds_nothing(project_root: Path, run: Run) -> None:
    run("ruff", "check", ".", cwd=project_root)


def test_python_is_formatted(project_root: Path, run: Run) -> None:
    run("ruff", "format", "--check", ".", cwd=project_root)


def test_python_types_are_strict_and_right(project_root: Path, run: Run) -> None:
    run(sys.executable, "-m", "mypy", "--cache-dir", BUILDS.folder / "mypy", cwd=project_root)


def test_stub_says_what_the_extension_has() -> None:
    checker = (sys.executable, "-m", "mypy.stubtest", "--concise", "lenetpp._core")
    said = subprocess.run(checker, capture_output=True, text=True, check=False).stdout
    # Classes of pybind11 have a metaclass that no stub can name.
    assert [line for line in said.splitlines() if not line.endswith("is inconsistent, metaclass differs")] == []
    assert "_core.Network is" in said


def test_cpp_is_formatted(project_root: Path, run: Run) -> None:
    run("clang-format", "--dry-run", "-Werror", *cpp_files(project_root), cwd=project_root)


def test_workflows_are_well_formed_and_give_nobody_more_rights_than_needed(project_root: Path, run: Run) -> None:
    run("zizmor", "--offline", "--no-progress", ".github/workflows", cwd=project_root)


@pytest.mark.build
def test_clang_tidy_finds_nothing(cmake_build: CMakeBuild, tmp_path: Path, project_root: Path, run: Run) -> None:
    # Each kernel once, as the scalar code: what differs between instruction sets are three small headers.
    entries = json.loads((cmake_build.folder / "compile_commands.json").read_text())
    sources = {
        entry["file"]: entry
        for entry in entries
        if instruction_set_of(Path(entry["output"])) in {None, "scalar"} and "/tests/" not in entry["file"]
    }
    assert len(sources) > 20
    (tmp_path / "compile_commands.json").write_text(json.dumps(list(sources.values())))

    words = ("clang-tidy", "--quiet", "--extra-arg=-Wno-ignored-optimization-argument")

    def check(source: str) -> None:
        # Of the flags that forbid fast-math GCC has one more than clang.
        run(*words, "-p", tmp_path, source, cwd=project_root)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(check, sources))
