"""Errors whose way out is another word in the shell than in Python: an option instead of an argument or a call."""

from collections.abc import Callable
from typing import TypeVar

Error = TypeVar("Error", bound=Exception)


def worded(error: Error, in_shell: str) -> Error:
    """Return the error with what the command says instead of its message, which names Python's words."""
    error.in_shell = in_shell  # type: ignore[attr-defined]  # of any error: it is copied and pickled with it
    return error


def shell_wording(error: BaseException) -> str | None:
    """Return what the command is to say of an error; None where that is its message."""
    words: str | None = getattr(error, "in_shell", None)
    return words


def around(error: BaseException, said: Callable[[str], Error]) -> Error:
    """Return the error that is said with another's message in it, for the command with what it says of that one."""
    in_shell = shell_wording(error)
    outer = said(str(error))
    return outer if in_shell is None else worded(outer, str(said(in_shell)))
