"""What tests need that ``pip install ".[test]"`` does not bring, in one place.

Where it is absent or too old, a test is skipped with what it is for, its package and its least version; one line at the
end of all tests counts what was skipped for what.
"""

import re
import shutil
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

import pytest

from builds import PROJECT_ROOT, SEARCH_PATH


@dataclass(frozen=True)
class Tool:
    """A program.

    Attributes
    ----------
    what : str
        What it is, in the line at the end.
    package : str
        Debian's.
    least : str
        Version that does.
    others : tuple of str
        Names of other programs that do as well.
    version : str
        The option that asks for its version.
    """

    what: str
    package: str
    least: str
    others: tuple[str, ...] = ()
    version: str = "--version"


TOOLS = {
    "cc": Tool("a C compiler", "gcc", "11"),
    "c++": Tool("a C++ compiler", "g++", "11"),
    "g++": Tool("GCC", "g++", "11"),
    "clang++": Tool("Clang", "clang", "14"),
    "aarch64-linux-gnu-gcc": Tool("a cross compiler", "gcc-aarch64-linux-gnu", "11"),
    "aarch64-linux-gnu-g++": Tool("a cross compiler", "g++-aarch64-linux-gnu", "11"),
    "arm-none-eabi-gcc": Tool("a cross compiler", "gcc-arm-none-eabi libnewlib-arm-none-eabi", "11"),
    "qemu-aarch64": Tool("an emulator", "qemu-user", "7.2"),
    "qemu-arm": Tool("an emulator", "qemu-user", "7.2"),
    "emcmake": Tool("emscripten", "emscripten", "3.1.69"),
    "node": Tool("Node.js", "nodejs", "18"),
    "npm": Tool("npm", "npm", "9"),
    "chromium": Tool("a browser", "chromium", "120", ("chromium-browser", "google-chrome")),
    "doxygen": Tool("Doxygen", "doxygen", "1.9"),
    "rustc": Tool("a compiler of Rust", "rustc", "1.67"),
    "pkg-config": Tool("pkg-config", "pkg-config", "0.29"),
    "openssl": Tool("OpenSSL", "openssl", "1.1", version="version"),
    "git": Tool("Git", "git", "2.30"),
    "bash": Tool("a shell", "bash", "4.4"),
    "zsh": Tool("a shell", "zsh", "5.8"),
    "fish": Tool("a shell", "fish", "3.1"),
    "mpiexec": Tool("MPI", "mpich", "4"),
    "ip": Tool("network namespaces", "iproute2", "5.10", version="-V"),
    "slurmctld": Tool("Slurm", "slurmctld", "22", version="-V"),
    "slurmd": Tool("Slurm", "slurmd", "22", version="-V"),
    "sbatch": Tool("Slurm", "slurm-client", "22", version="-V"),
    "apt-get": Tool("Debian's packages", "apt", "2"),
}
DOCTEST = "doctest", "its header, of 2.4 or later (Debian: apt-get install doctest-dev)"
NO_VERSION = {"emcmake": "emcc"}
"""Programs that do not tell theirs, and those beside them that do."""


def program(name: str) -> str:
    """The path of a program; the test is skipped where there is none that does."""
    if lack := lacking(name):
        pytest.skip(lack)
    return str(found(name))


@cache
def found(name: str) -> str | None:
    """The path of a program, or of another one that does as well."""
    names = (name, *TOOLS[name].others)
    return next((path for each in names if (path := shutil.which(each, path=SEARCH_PATH))), None)


@cache
def lacking(name: str) -> str:
    """Why tests that need a program are skipped; empty where they are not."""
    tool, path = TOOLS[name], found(name)
    how = f"needs {tool.what}: {name} {tool.least} or later (Debian: apt-get install {tool.package})"
    if path is None:
        return how
    version = version_of(shutil.which(NO_VERSION.get(name, name), path=SEARCH_PATH) or path, tool.version)
    return f"{how}, and {path} is {version}" if version and numbers(version) < numbers(tool.least) else ""


def version_of(path: str, option: str = "--version") -> str:
    """What a program says is its version; empty where it says none."""
    said = subprocess.run([path, option], capture_output=True, text=True, check=False, timeout=60).stdout
    version = re.search(r"\d+(\.\d+)+", said)
    return version[0] if version else ""


def numbers(version: str) -> list[int]:
    return [int(each) for each in version.split(".")]


def lacks(what: str, how: str) -> NoReturn:
    """Skip the test for something else that is no program."""
    pytest.skip(f"needs {what}: {how}")


def module(name: str) -> Any:
    """A module of an extra; the test is skipped where it is not installed."""
    package = name.partition(".")[0]
    return pytest.importorskip(name, reason=f"needs {package}: {_requirement(package)}")


def _requirement(package: str) -> str:
    extras = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for extra, requirements in extras.items():
        for requirement in requirements:
            if re.match(rf"{package}\b", requirement):
                return f'{requirement} (pip install ".[{extra}]")'
    return f"pip install {package}"


def summary(reasons: Iterable[str]) -> str:
    """How many tests were skipped for what, in one line; empty where none was."""
    counts = Counter(
        "for " + (need[1] if (need := re.match(r"(?:Skipped: )?needs (.+?):", reason)) else "other reasons")
        for reason in reasons
    )
    return "skipped: " + ", ".join(f"{count} {what}" for what, count in counts.most_common()) if counts else ""
