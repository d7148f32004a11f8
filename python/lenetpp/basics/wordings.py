"""Errors whose way out is another word in the shell than in Python: an option instead of an argument or a call."""

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
