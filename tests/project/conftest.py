"""The project built as its users build it: C++ by CMake, Python by pip, each once for all tests that look at it."""

import json
import os
import shutil
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

import needs
from builds import BUILDS, PROJECT_ROOT, Run, run


@pytest.fixture(scope="session", name="run")
def run_fixture() -> Run:
    return run


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


def configure(source: Path, folder: Path, *options: str) -> None:
    run("cmake", "-S", source, "-B", folder, "-G", "Ninja", "-DLENETPP_WARNINGS_AS_ERRORS=ON", *options)


def configure_for_aarch64(folder: Path, *options: str) -> None:
    compiler = needs.program("aarch64-linux-gnu-g++")
    machine = ("-DCMAKE_SYSTEM_NAME=Linux", "-DCMAKE_SYSTEM_PROCESSOR=aarch64", f"-DCMAKE_CXX_COMPILER={compiler}")
    configure(PROJECT_ROOT, folder, *machine, "-DLENETPP_BUILD_BENCHMARKS=ON", *options)


@BUILDS.fixture
def cmake_build() -> CMakeBuild:
    """The library, its benchmark and, where doctest is installed, the C++ tests; a compiler's warning fails."""
    needs.program("c++")
    folder = BUILDS.folder / "cmake"
    configure(PROJECT_ROOT, folder, "-DLENETPP_BUILD_TESTS=ON", "-DLENETPP_BUILD_BENCHMARKS=ON")
    run("cmake", "--build", folder)
    return CMakeBuild(folder)


@pytest.fixture(scope="session")
def installed_library(cmake_build: CMakeBuild, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The prefix of a `cmake --install`."""
    prefix = tmp_path_factory.mktemp("prefix")
    run("cmake", "--install", cmake_build.folder, "--prefix", prefix, "--component", "library")
    return prefix


@BUILDS.fixture
def distributions() -> Path:
    """A folder with what would be published: the archive of sources, and a wheel made of that alone."""
    folder = BUILDS.folder / "distributions"
    shutil.rmtree(folder, ignore_errors=True)
    run(sys.executable, "-m", "build", PROJECT_ROOT, "--outdir", folder)
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


@BUILDS.fixture
def site() -> Path:
    """The whole site, its notebooks executed; a warning fails."""
    folder = BUILDS.folder / "site"
    shutil.rmtree(folder, ignore_errors=True)
    run(sys.executable, "-m", "sphinx", "--fail-on-warning", "--quiet", PROJECT_ROOT / "docs", folder)
    return folder
