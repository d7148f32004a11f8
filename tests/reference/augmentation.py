"""One training image mirrored and moved, by counters."""

import numpy as np

from .activations import Array
from .random_numbers import Purpose, random_words


def movement(seed: int, epoch: int, index: int, flip: bool, shift: int) -> tuple[bool, int, int]:
    """(mirrored, down, right) of image ``index`` in ``epoch``.

    The top bit of the first word decides about mirroring; the next two words, seen as fractions of 2^32, choose one of
    the 2 ``shift`` + 1 distances down and to the right.
    """
    words = random_words(seed, Purpose.AUGMENTATION, epoch, index)
    down, right = (word * (2 * shift + 1) // 2**32 - shift for word in words[1:3])
    return flip and words[0] >= 2**31, down, right


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
