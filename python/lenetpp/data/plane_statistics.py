"""Mean and deviation of each plane, with the same bits on every machine: they decide what a network learns."""

import math

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import ImageArray
from lenetpp.data.checks import checked_images, in_slices


def per_plane_statistics(images: ImageArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean and the (population) standard deviation of each plane's pixels.

    Sums of uint8 are exact integers, so that mean and deviation are rounded but once or twice. Sums of float32 are
    float64 in a fixed order: at each place of the image sample after sample, then exactly over the places
    (`math.fsum`). NumPy's own sums depend on its version and on the processor.

    Parameters
    ----------
    images : ndarray, (N, P, H, W), uint8 or float32
        Raw pixels.

    Returns
    -------
    mean, deviation : ndarray, (P,), float64
        In units of the pixels. The deviation of a plane that is the same everywhere is 0.

    Raises
    ------
    DataError
        If the images are empty, not finite or of another dtype or shape.
    """
    images = checked_images(images, "images")
    if images.dtype == np.uint8:
        return _statistics_of_bytes(images)
    return _statistics_of_floats(images)


def _statistics_of_bytes(images: ImageArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    planes = images.shape[1]
    count = images.size // planes
    sums = np.zeros(planes, dtype=np.int64)
    sums_of_squares = np.zeros(planes, dtype=np.int64)
    for _, some in in_slices(images):
        pixels = some.astype(np.int32)
        sums += pixels.sum(axis=(0, 2, 3), dtype=np.int64)
        sums_of_squares += np.square(pixels).sum(axis=(0, 2, 3), dtype=np.int64)
    # Python's integers are exact and their division is rounded correctly.
    pairs = list(zip(sums.tolist(), sums_of_squares.tolist(), strict=True))
    mean = [total / count for total, _ in pairs]
    deviation = [math.sqrt((count * squares - total * total) / (count * count)) for total, squares in pairs]
    return np.array(mean), np.array(deviation)


def _statistics_of_floats(images: ImageArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    count = images.size // images.shape[1]
    sums = np.zeros(images.shape[1:])
    for image in images:
        sums += image
    mean = np.array([math.fsum(plane) / count for plane in sums.reshape(len(sums), -1).tolist()])
    squares = np.zeros(images.shape[1:])
    for image in images:
        squares += np.square(image - mean[:, np.newaxis, np.newaxis])
    variance = [math.fsum(plane) / count for plane in squares.reshape(len(squares), -1).tolist()]
    return mean, np.sqrt(np.array(variance))
