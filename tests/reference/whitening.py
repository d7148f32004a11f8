"""Filters that whiten patches, by NumPy's eigenvectors of the covariance of all windows."""

import math

import numpy as np
from numpy.typing import NDArray

MOST_IMAGES = 500
VARIANCE_OF_NOISE = 5e-4


def whitened_filters(
    images: NDArray[np.float64], drawn: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the filters (F, P, K, K) in the place of those drawn, and the variances of all components."""
    filters, *window = drawn.shape
    used = min(len(images), MOST_IMAGES)
    chosen = images[[index * len(images) // used for index in range(used)]]
    windows = np.lib.stride_tricks.sliding_window_view(chosen, window[1:], axis=(2, 3))
    patches = windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, math.prod(window))
    variances, directions = np.linalg.eigh(np.cov(patches.T, bias=True).reshape(len(patches.T), -1))
    variances, directions = variances[::-1], directions.T[::-1]
    largest = np.take_along_axis(directions, np.abs(directions).argmax(axis=1)[:, None], axis=1)
    whitening = directions * np.sign(largest) / np.sqrt(np.maximum(variances, 0) + VARIANCE_OF_NOISE)[:, None]
    half = filters // 2
    count = min(half, len(whitening))
    result = drawn.copy()
    result[:count] = whitening[:count].reshape(-1, *window)
    result[half : half + count] = -result[:count]
    return result, variances
