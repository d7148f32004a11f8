"""What a result was made with: software, processor, revision of the working folder."""

import os
import platform
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
    """Return commit and whether tracked files were changed, where the working folder is a git repository."""
    command = ["git", "status", "--porcelain=v2", "--branch", "--untracked-files=no", "--no-ahead-behind"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return {}
    lines = answer.splitlines()
    commit = next((line.split()[2] for line in lines if line.startswith("# branch.oid ")), "(initial)")
    if commit == "(initial)":
        return {}
    return {"commit": commit, "dirty": any(not line.startswith("# ") for line in lines)}
