"""What a result was made with: software, processor, revision of the working folder."""

import os
import platform
import shutil
import subprocess
import sys
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Literal

import numpy as np

from lenetpp import _core

STARTED_BY: ContextVar[Literal["study"] | None] = ContextVar("STARTED_BY", default=None)
"""What calls for a training where nobody started it himself; recorded, so that ``last`` means a run of one's own."""


def numerics() -> dict[str, Any]:
    """Return what the bits depend on (version and class) and what they must not (instruction set and compiler)."""
    return {
        "version": _core.numerics_version(),
        "class": _core.numeric_class(),
        "instruction_set": _core.instruction_set(),
        "compiler": _core.compiler(),
    }


def software() -> dict[str, str]:
    """Return the versions of lenetpp, Python and NumPy, and the system's name."""
    return {
        "lenetpp": _core.version(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "system": platform.platform(),
    }


def machine() -> dict[str, Any]:
    """Return processor and number of cores that this process may use."""
    return {"processor": processor_name(), "architecture": platform.machine(), "cores": available_cores()}


def available_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def processor_name() -> str:
    """Return the processor's model, as well as the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def git_revision() -> dict[str, Any]:
    """Return commit and whether tracked files were changed, where the working folder is a git repository.

    The repository may be a stranger's: of what its configuration asks to start, nothing is. Files that a filter writes
    in another form than it keeps, and that were touched since, count as changed; what lies in submodules does not.
    """
    try:
        filters = _filters_of_git()
        if any(mark in name for name in filters for mark in "=\n"):
            return {}  # it cannot be switched off by an option
        off = [f"filter.{name}.{key}" for name in filters for key in ("clean=", "process=", "required=false")]
        answer = _git(
            *(part for option in off for part in ("-c", option)),
            *("status", "--porcelain=v2", "--branch", "--untracked-files=no", "--no-ahead-behind"),
            "--ignore-submodules=dirty",  # for others, git would start itself with their configuration
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    lines = answer.splitlines()
    commit = next((line.split()[2] for line in lines if line.startswith("# branch.oid ")), "(initial)")
    if commit == "(initial)":
        return {}
    return {"commit": commit, "dirty": any(not line.startswith("# ") for line in lines)}


def _filters_of_git() -> list[str]:
    """Return the names of the programs that files pass through on their way into the repository."""
    try:
        keys = _git("config", "--null", "--name-only", "--get-regexp", r"^filter\.").split("\0")
    except subprocess.CalledProcessError as error:
        if error.returncode == 1:  # there are none
            return []
        raise
    return list(dict.fromkeys(key.removeprefix("filter.").rpartition(".")[0] for key in keys if key))


def _git(*arguments: str) -> str:
    """Return what git says. Of a working folder no program is started, and nothing is written or fetched."""
    program = shutil.which("git")
    if program is None or Path(program).parent.resolve() == Path.cwd():  # where Windows looks first
        return ""
    off = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "--no-pager", "--no-optional-locks")
    environment = {**os.environ, "GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
    return subprocess.run(
        [program, *off, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=5,
        check=True,
    ).stdout
