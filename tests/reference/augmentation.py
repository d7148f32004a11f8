"""One training image mirrored and moved."""

import numpy as np

from .activations import Array


def augment(image: Array, mirrored: bool, down: int, right: int) -> Array:
    """A normalized ``image`` [P][H][W], first mirrored left to right, then moved; what enters is 0, the mean pixel."""
    source = image[:, :, ::-1] if mirrored else image
    result = np.zeros_like(image)
    _, height, width = image.shape
    for y in range(height):
        for x in range(width):
            if 0 <= y - down < height and 0 <= x - right < width:
                result[:, y, x] = source[:, y - down, x - right]
    return result
