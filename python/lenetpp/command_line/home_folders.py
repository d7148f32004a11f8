"""Paths that a command is given: shells leave the ``~`` of ``--out=~/x`` to the command."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from lenetpp.basics.kinds import as_path


def with_home_folders(command: Callable[..., None]) -> Callable[..., None]:
    """Decorate a command so that it gets its paths with the home folder for a ``~``."""

    @wraps(command)
    def expanding(**arguments: Any) -> None:
        command(**{name: _expanded(value) for name, value in arguments.items()})

    return expanding


def _expanded(value: Any) -> Any:
    if isinstance(value, list):
        return list(map(_expanded, value))
    return as_path(value, "a path") if isinstance(value, Path) else value
