"""Whether images have the scale of the pixels that a network learned: bytes, or numbers from 0 to 1.

A network keeps its normalization in units of the pixels that it learned. Images divided by 255 where it learned bytes
all look alike to it (the accuracy of guessing), and so do bytes where it learned numbers from 0 to 1. Both are arrays
that are valid otherwise, hence a warning: a dark image of bytes held as float32 can look like one from 0 to 1. Nobody
holds bytes as float64, which is what dividing by 255 makes: there it is an error, unless the network tells what to do.
"""

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import ImageArray
from lenetpp.basics.caller_warnings import warn_caller
from lenetpp.data.checks import in_slices
from lenetpp.data.errors import DataError, DataWarning

GREATEST_MEAN_OF_UNIT = 1.0
GREATEST_DEVIATION_OF_UNIT = 0.5
"""Numbers from 0 to 1 have no larger ones."""
LEAST_OF_LARGER = 4.0
"""Mean and deviation together are at most 1.5 for numbers from 0 to 1, and about 100 for the bytes of photographs."""
LARGEST_BYTE = 255

Normalization = tuple[NDArray[np.float32], NDArray[np.float32]]


def in_learned_scale(normalization: Normalization | None, images: ImageArray) -> ImageArray:
    """Return images that were float64 from 0 to 1 in the scale of the pixels that a network learned.

    They are multiplied by 255 where the network itself divides its pixels by 255.

    Parameters
    ----------
    normalization : (mean, deviation) or None
        The network's.
    images : ndarray, (N, P, H, W), float32

    Raises
    ------
    DataError
        If it learned larger ones, and how much larger is not known.
    """
    if normalization is None or not _are_larger(normalization) or not _are_unit(images):
        return images
    mean, deviation = normalization
    if (mean == 0).all() and (deviation == LARGEST_BYTE).all():
        return images * np.float32(LARGEST_BYTE)
    raise DataError(
        "images must be in the scale of those that the network learned "
        f"{_learned(mean.tolist(), deviation.tolist())}, but are float64 from 0 to 1: if it learned bytes, give "
        "numpy.rint(255 * images).astype(numpy.uint8)"
    )


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
    if images.dtype != np.uint8 and _are_larger(normalization):
        if _are_unit(images):
            _warn(
                "the images have values from 0 to 1, but the network learned larger ones "
                f"{_learned(mean, deviation)}: multiply the images as those were, by 255 if they were bytes"
            )
    elif max(deviation) <= GREATEST_DEVIATION_OF_UNIT and min(mean) >= 0 and max(mean) <= GREATEST_MEAN_OF_UNIT:
        largest = float(images.max())
        # A few may be large where each feature was scaled by the range it had in training, as MinMaxScaler does.
        if largest > LEAST_OF_LARGER and images.mean() > GREATEST_MEAN_OF_UNIT:
            _warn(
                f"the images have values up to {largest:g}, but the network learned ones from 0 to 1 "
                f"{_learned(mean, deviation)}: divide the images as those were, by 255 if they are bytes"
            )


def _are_larger(normalization: Normalization) -> bool:
    """Whether a network learned pixels that cannot have been from 0 to 1."""
    mean, deviation = normalization
    return bool((np.abs(mean) + deviation > LEAST_OF_LARGER).any())


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
    silence = 'if this is meant: warnings.simplefilter("ignore", lenetpp.DataWarning)'
    warn_caller(f"{message}; {silence}", DataWarning)
