"""Dropout: a value is left out where its random word is below the rate; the others are divided by what is kept."""

import numpy as np
from numpy.typing import NDArray

from .activations import Array
from .architecture import Dropout, Shape
from .random_numbers import Purpose, random_words


def factors(layer: Dropout, index: int, shape: Shape, seed: int, epoch: int, samples: NDArray[np.integer]) -> Array:
    """What each value [N][P][H][W] is multiplied by in training; layer `index` of the network."""
    units = int(np.prod(shape))
    kept = np.empty((len(samples), units))
    for row, sample in zip(kept, samples.tolist(), strict=True):
        for block in range(0, units, 4):
            words = random_words(seed, Purpose.DROPOUT, epoch, sample << 36 | index << 26 | block // 4)
            row[block : block + 4] = [word >= int(layer.rate * 2**32) for word in words][: units - block]
    return (kept / (1 - layer.rate)).reshape(len(samples), *shape)
