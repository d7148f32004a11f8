"""Small data that a network can learn, made of nothing but arithmetic."""

import numpy as np
from numpy.typing import NDArray

from lenetpp import Dataset

TEXT = "1x8x8 | conv 4x3x3 relu | maxpool 2 | dense 3"


def stripes(count: int, start: int = 0) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Images (count, 1, 8, 8) with horizontal, vertical or diagonal stripes, and their labels."""
    number, _, row, column = np.indices((count, 1, 8, 8))
    number += start
    kind = number % 3
    position = np.where(kind == 0, row, np.where(kind == 1, column, row + column))
    bright = (position + number // 3) % 4 < 2
    noise = (number * 37 + row * 11 + column * 23) % 40
    pixels = (bright * 150 + 30 + noise).astype(np.uint8)
    return pixels, kind[:, 0, 0, 0].astype(np.int32)


def stripes_data(train: int = 60, test: int = 30, *, validation: int = 0) -> Dataset:
    return Dataset.from_arrays(
        train=stripes(train),
        test=stripes(test, start=1000),
        validation=stripes(validation, start=2000) if validation else None,
        classes=["horizontal", "vertical", "diagonal"],
        name="stripes",
    )
