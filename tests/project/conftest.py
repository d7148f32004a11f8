"""The project built as its users build it: C++ by CMake, Python by pip, each once for all tests that look at it."""

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

# The tools that pip installed for the tests are found even when their environment is not activated.
SEARCH_PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


class Run(Protocol):
    def __call__(self, *command: str | Path, cwd: Path | None = None, variables: Mapping[str, str] = ...) -> str: ...


def run(*command: str | Path, cwd: Path | None = None, variables: Mapping[str, str] | None = None) -> str:
    """Run a command and return its standard output; the test fails with all that it said when it fails."""
    environment = {**os.environ, "PATH": SEARCH_PATH, **(variables or {})}
    executable = shutil.which(command[0], path=environment["PATH"])
    assert executable, f"{command[0]} is not installed; `pip install '.[test]'` brings the Python tools"
    finished = subprocess.run(
        [executable, *command[1:]],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        line, said = " ".join(map(str, command)), finished.stdout + finished.stderr
        pytest.fail(f"`{line}` exited with {finished.returncode}:\n{said[-20_000:]}", pytrace=False)
    return finished.stdout


@pytest.fixture(scope="session", name="run")
def run_fixture() -> Run:
    return run


@pytest.fixture(scope="session")
def build_folder(pytestconfig: pytest.Config) -> Path:
    folder: Path = pytestconfig.getoption("--build-folder")
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


@dataclass(frozen=True)
class CompileCommand:
    source: Path
    object_file: Path
    arguments: str


@dataclass(frozen=True)
class CMakeBuild:
    folder: Path

    def compile_commands(self) -> list[CompileCommand]:
        entries = json.loads((self.folder / "compile_commands.json").read_text())
        return [CompileCommand(Path(e["file"]), self.folder / e["output"], e["command"]) for e in entries]


def configure(project_root: Path, folder: Path, *options: str) -> None:
    run("cmake", "-S", project_root, "-B", folder, "-G", "Ninja", "-DLENETPP_WARNINGS_AS_ERRORS=ON", *options)


def configure_for_aarch64(project_root: Path, folder: Path, *options: str) -> None:
    compiler = shutil.which("aarch64-linux-gnu-g++", path=SEARCH_PATH)
    if compiler is None:
        pytest.skip("no aarch64 cross compiler (Debian: apt-get install g++-aarch64-linux-gnu)")
    machine = ("-DCMAKE_SYSTEM_NAME=Linux", "-DCMAKE_SYSTEM_PROCESSOR=aarch64", f"-DCMAKE_CXX_COMPILER={compiler}")
    configure(project_root, folder, *machine, "-DLENETPP_BUILD_BENCHMARKS=ON", *options)


@pytest.fixture(scope="session")
def cmake_build(build_folder: Path, project_root: Path) -> CMakeBuild:
    """The library, its benchmark and, where doctest is installed, the C++ tests; a compiler's warning fails."""
    if shutil.which("c++", path=SEARCH_PATH) is None:
        pytest.skip("no C++ compiler")
    folder = build_folder / "cmake"
    configure(project_root, folder, "-DLENETPP_BUILD_TESTS=ON", "-DLENETPP_BUILD_BENCHMARKS=ON")
    run("cmake", "--build", folder)
    return CMakeBuild(folder)


@pytest.fixture(scope="session")
def installed_library(cmake_build: CMakeBuild, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The prefix of a `cmake --install`."""
    prefix = tmp_path_factory.mktemp("prefix")
    run("cmake", "--install", cmake_build.folder, "--prefix", prefix, "--component", "library")
    return prefix


@pytest.fixture(scope="session")
def distributions(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what would be published: the archive of sources, and a wheel made of that alone."""
    folder = tmp_path_factory.mktemp("distributions")
    run(sys.executable, "-m", "build", project_root, "--outdir", folder)
    return folder


@pytest.fixture(scope="session")
def wheel(distributions: Path) -> Path:
    (wheel,) = distributions.glob("lenetpp-*.whl")
    return wheel


class FreshEnvironment:
    """A virtual environment with nothing but a wheel and what that asks for, and no compiler on the path."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        venv.create(folder, with_pip=True)
        self.scripts = folder / ("Scripts" if os.name == "nt" else "bin")
        self.working_folder = folder / "work"
        self.working_folder.mkdir()
        self.run("python", "-m", "pip", "install", wheel)

    def run(self, *command: str | Path) -> str:
        variables = {"PATH": str(self.scripts), "CXX": "no-compiler", "CC": "no-compiler", "PYTHONPATH": ""}
        return run(*command, cwd=self.working_folder, variables=variables)
