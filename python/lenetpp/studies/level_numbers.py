"""Levels of a factor that are numbers."""

import math
from collections.abc import Sequence

ENOUGH_LEVELS = 3
"""For a trend."""


def numbers_of(levels: Sequence[str]) -> list[float] | None:
    """Return the numbers that levels are called; None where one is none, or two are the same."""
    try:
        numbers = [float(level.replace(",", "")) for level in levels]
    except ValueError:
        return None
    return numbers if len(set(numbers)) == len(numbers) and all(map(math.isfinite, numbers)) else None


def has_trend(levels: Sequence[str]) -> bool:
    """Return whether there can be a trend over levels: three or more, all of them different numbers."""
    return len(levels) >= ENOUGH_LEVELS and numbers_of(levels) is not None
