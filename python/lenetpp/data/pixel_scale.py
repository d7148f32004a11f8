"""Whether images have the scale of the pixels that a network learned: bytes, or numbers from 0 to 1.

A network keeps its normalization in units of the pixels that it learned. Images divided by 255 where it learned bytes
all look alike to it (the accuracy of guessing), and so do bytes where it learned numbers from 0 to 1. Both are arrays
that are valid otherwise, hence a warning: a dark image of bytes held as float32 can look like one from 0 to 1.
"""

import os
import sys
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import ImageArray
from lenetpp.data.checks import in_slices
from lenetpp.data.errors import DataWarning

GREATEST_MEAN_OF_UNIT = 1.0
GREATEST_DEVIATION_OF_UNIT = 0.5
"""Numbers from 0 to 1 have no larger ones."""
LEAST_OF_LARGER = 4.0
"""Mean and deviation together are at most 1.5 for numbers from 0 to 1, and about 100 for the bytes of photographs."""

PACKAGE = str(Path(__file__).parents[1]) + os.sep

Normalization = tuple[NDArray[np.float32], NDArray[np.float32]]


def warn_of_another_scale(normalization: Normalization | None, images: ImageArray) -> None:
    """Warn if float images from 0 to 1 are given to a network that learned larger pixels, or the other way round.

    Parameters
    ----------
    normalization : (mean, deviation) or None
        The network's.
    images : ndarray, (N, P, H, W), uint8 or float32
    """
    if normalization is None:
        return
    mean, deviation = normalization[0].tolist(), normalization[1].tolist()
    if images.dtype != np.uint8 and any(abs(m) + d > LEAST_OF_LARGER for m, d in zip(mean, deviation, strict=True)):
        if _are_unit(images):
            _warn(
                "the images have values from 0 to 1, but the network learned larger ones "
                f"{_learned(mean, deviation)}: multiply the images as those were, by 255 if they were bytes"
            )
    elif max(deviation) <= GREATEST_DEVIATION_OF_UNIT and min(mean) >= 0 and max(mean) <= GREATEST_MEAN_OF_UNIT:
        largest = float(images.max())
        if largest > LEAST_OF_LARGER:
            _warn(
                f"the images have values up to {largest:g}, but the network learned ones from 0 to 1 "
                f"{_learned(mean, deviation)}: divide the images as those were, by 255 if they are bytes"
            )


def _are_unit(images: ImageArray) -> bool:
    """Whether all values are from 0 to 1, and not all 0, as black has at every scale."""
    largest = 0.0
    for _, some in in_slices(images):  # most often the first ones settle it
        largest = max(largest, float(some.max()))
        if largest > 1 or some.min() < 0:
            return False
    return largest > 0


def _learned(mean: list[float], deviation: list[float]) -> str:
    return f"(mean {', '.join(f'{m:.4g}' for m in mean)}; deviation {', '.join(f'{d:.4g}' for d in deviation)})"


def _warn(message: str) -> None:
    """Warn where the package was called."""
    depth, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
        depth += 1
    silence = 'if this is meant: warnings.simplefilter("ignore", lenetpp.DataWarning)'
    warnings.warn(f"{message}; {silence}", DataWarning, stacklevel=depth)
