"""What data are called that were made of others, and what classes are called that have no names."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lenetpp.data.errors import DataError

MAXIMUM_NUMBERED_CLASSES = 65_536
IN_PART, SPLIT, RENAMED = ", in part", ", split", ", renamed"
"""What an index, ``split`` and ``renamed`` add to the name of the data that they are made of."""


def made_of(name: str) -> str:
    """Return the name of the data that others were made of by an index, a split or new names."""
    while (shorter := name.removesuffix(IN_PART).removesuffix(SPLIT).removesuffix(RENAMED)) != name:
        name = shorter
    return name


def are_numbers(classes: Sequence[str]) -> bool:
    """Whether classes are called "0", "1", ... in this order."""
    return all(name == str(number) for number, name in enumerate(classes))


def numbered_classes(labels: ArrayLike) -> tuple[str, ...]:
    """Return the names "0", "1", ... up to the largest of `labels`, for data that name no classes.

    Raises
    ------
    DataError
        If that were more than `MAXIMUM_NUMBERED_CLASSES`.
    """
    array = np.asarray(labels)
    if array.dtype.kind not in "iu" or array.size == 0:
        return ("0",)  # the check of the labels says what is wrong with them
    largest = int(array.max())
    if largest >= MAXIMUM_NUMBERED_CLASSES:
        raise DataError(
            f"label {largest} would make {largest + 1} classes; if there are so many, name them, "
            f"otherwise number the classes from 0 without gaps (up to {MAXIMUM_NUMBERED_CLASSES} need no names)"
        )
    return tuple(map(str, range(max(1, largest + 1))))
