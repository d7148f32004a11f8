"""Paths that a command is given: shells leave the ``~`` of ``--out=~/x`` to the command, and ``-`` names no file."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import typer

from lenetpp.basics.kinds import as_path


def with_given_paths(command: Callable[..., None]) -> Callable[..., None]:
    """Decorate a command so that it gets its paths with the home folder for a ``~``, and no ``-``."""

    @wraps(command)
    def with_paths(**arguments: Any) -> None:
        command(**{name: _path(value) for name, value in arguments.items()})

    return with_paths


def _path(value: Any) -> Any:
    if isinstance(value, list):
        return list(map(_path, value))
    if not isinstance(value, Path):
        return value
    if str(value) == "-":
        raise typer.BadParameter("expected a path, got -: no command reads or writes standard streams so; name a file")
    return as_path(value, "a path")
