"""Python processes that the package starts: the same interpreter and modules, and nothing of the working folder."""

import os
import sys


def module_command(module: str) -> list[str]:
    """Return the command that runs a module; a file of its name in the working folder, whoever put it there, is not."""
    return [sys.executable, "-P", "-m", module]


def module_environment() -> dict[str, str]:
    """Return the environment in which that command finds the very modules that this process has."""
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)  # noqa: PTH109
    return os.environ | {"PYTHONPATH": path}
