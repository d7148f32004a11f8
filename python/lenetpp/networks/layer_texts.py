"""The texts of layers' fields.

What the core could take for something else is refused here: a number that is none, and a word that belongs to another
field.
"""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from operator import index
from typing import SupportsFloat, TypeAlias

Size: TypeAlias = int | tuple[int, int]


def pair(size: Size) -> tuple[int, int]:
    """Return height and width."""
    sides = tuple(size) if isinstance(size, Sequence) else (size, size)
    if len(sides) != 2:
        raise ValueError(f"expected an integer or a pair (height, width), but got {size!r}")
    return whole(sides[0]), whole(sides[1])


def whole(value: int) -> int:
    """Return an integer as Python's own."""
    try:
        return index(value)
    except TypeError:
        raise ValueError(f"expected an integer, but got {value!r}") from None


def _number(value: float) -> float:
    if isinstance(value, bool) or not isinstance(value, SupportsFloat):
        raise ValueError(f"expected a number, but got {value!r}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"expected a finite number, but got {number}")
    return number


def number_text(value: float) -> str:
    """Return the shortest text of a number, as the core writes it."""
    number = Decimal(repr(_number(value))).normalize()
    plain, (head, _, exponent) = f"{number:f}", f"{number:e}".partition("e")
    scientific = f"{head}e{exponent[0]}{exponent[1:]:0>2}"
    return plain if len(plain) <= len(scientific) else scientific


def size_text(size: Size) -> str:
    """Return one side where both are equal."""
    height, width = pair(size)
    return f"{height}" if height == width else f"{height}x{width}"


def size_option(word: str, size: Size, *, usual: int) -> str:
    """Return a word with its size: nothing where that is the usual one."""
    return "" if pair(size) == (usual, usual) else f" {word}{size_text(size)}"


def number_option(word: str, value: float, *, usual: float) -> str:
    """Return a word with its number: nothing where that is the usual one."""
    return "" if _number(value) == usual else f" {word} {number_text(value)}"


def connection_text(connection: str | Sequence[Sequence[int]]) -> str:
    """Return which planes the filters of a convolution see: nothing where all see all."""
    if not isinstance(connection, str):
        return f" table({';'.join(','.join(str(whole(plane)) for plane in planes) for planes in connection)})"
    if connection not in ("full", "separate"):
        raise ValueError(
            'connection must be "full", "separate" or a table of the planes that each filter sees, '
            f"but is {connection!r}"
        )
    return "" if connection == "full" else f" {connection}"


def choice_text(name: str, value: str, texts: Mapping[str, str]) -> str:
    """Return the text that a word stands for."""
    if value not in texts:
        raise ValueError(f"{name} must be one of {', '.join(texts)}, but is {value!r}")
    return texts[value]


def bias_text(bias: bool) -> str:
    """Return a word where there is no bias."""
    if bias not in (True, False):
        raise ValueError(f"bias must be True or False, but is {bias!r}")
    return "" if bias else " nobias"
