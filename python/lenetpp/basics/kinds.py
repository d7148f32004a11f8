"""What callers give, checked before it is used: errors name the argument, and what is refused was not read first."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import index
from pathlib import Path
from typing import Any, TypeVar

from lenetpp.basics.file_schemas import shown

Kind = TypeVar("Kind")


def check_kind(value: object, kinds: type | tuple[type, ...], name: str, expected: str) -> None:
    """Raise TypeError unless a value is of one of some types; `expected` says in words what it must be."""
    if not isinstance(value, kinds):
        raise TypeError(f"{name} must be {expected}, but is {type(value).__name__}")


def check_has(value: Any, attribute: str, name: str, expected: str) -> None:
    """Raise TypeError unless a value has an attribute, as all have that are what is expected."""
    if not hasattr(value, attribute):
        raise TypeError(f"{name} must be {expected}, but is {type(value).__name__}")


def all_of_kind(values: Iterable[Kind], kind: type, name: str, expected: str) -> list[Kind]:
    """Return the values as a list, or raise TypeError at the first that is of another type."""
    check_has(values, "__iter__", name, expected)
    checked = []
    for value in values:  # one by one: what is no list of them may have no end
        if not isinstance(value, kind):
            raise TypeError(f"{name} must be {expected}, but one of them is {type(value).__name__}")
        checked.append(value)
    return checked


def check_text(value: object, name: str) -> None:
    """Raise TypeError unless a value is a text, ValueError if it has half of a character, which no file can hold."""
    check_kind(value, str, name, "a text")
    try:
        str(value).encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name} must be a text, but has half of a character: {shown(value)}") from None


def as_path(value: str | os.PathLike[str], name: str) -> Path:
    """Return what is given as a path, with the home folder for a ``~`` or ``~user`` at its beginning, as shells do.

    Raises
    ------
    TypeError
        If it is neither a text nor a path.
    ValueError
        If no file can be called so.
    """
    check_kind(value, (str, os.PathLike), name, "a path")
    path = Path(value)
    try:
        is_possible = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        is_possible = False
    if not is_possible:
        raise ValueError(f"{name} must be a path, but no file can be called {shown(str(path))}")
    # Of the text: a Path would make "./~x", a file of that name, "~x", and expect that everybody is a user.
    return Path(os.path.expanduser(os.fspath(value)))  # noqa: PTH111


def as_number(value: Any, name: str) -> float:
    """Return what is given as a float, NaN and infinity included.

    Raises
    ------
    TypeError
        If it is no number.
    ValueError
        If it is larger than any float.
    """
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{name} must be a number within the range of float, but is {shown(value)}") from None
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number, but is {type(value).__name__}") from None


@contextmanager
def within_float(name: str) -> Iterator[None]:
    """Let another library's OverflowError, which does not say of what, be a ValueError that names the argument."""
    try:
        yield
    except OverflowError:
        raise ValueError(f"{name} must have numbers within the range of float, but has a larger one") from None


def as_index(value: Any, count: int, name: str) -> int:
    """Return what is given as an index of `count` things, counted from the end where it is negative.

    Raises
    ------
    TypeError
        If it is no integer.
    IndexError
        If there are not so many.
    """
    try:
        number = index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer, but is {type(value).__name__}") from None
    if not -count <= number < count:
        raise IndexError(f"{name} must be below {count}, but is {shown(number)}")
    return number
