"""Random images on which a network that was read is compared with its source.

Nobody says which pixels a foreign network is used with, and one scale is not enough: among large pixels a mistake in a
bias is lost, behind a saturated sigmoid or a ReLU that gives zeros any other.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import ImageArray, Shape
from lenetpp.networks.formats.foreign_reading import Source

Draw: TypeAlias = Callable[[np.random.Generator, Shape], NDArray[np.float64]]
SEED = 27

INTEGERS: tuple[Draw, ...] = (
    lambda random, shape: random.integers(0, 256, shape).astype(np.float64),
    lambda random, shape: random.choice([0.0, 255.0], shape).astype(np.float64),
    lambda _, shape: np.zeros(shape),
    lambda random, shape: random.integers(0, 4, shape).astype(np.float64),
    lambda _, shape: np.full(shape, 255.0),
)
NUMBERS: tuple[Draw, ...] = (
    lambda random, shape: random.normal(size=shape),
    lambda random, shape: random.uniform(size=shape),
    lambda random, shape: random.integers(0, 256, shape).astype(np.float64),
    lambda _, shape: np.zeros(shape),
    lambda random, shape: random.normal(0, 20, shape),
    lambda random, shape: -random.uniform(size=shape),
    lambda random, shape: random.choice([-255.0, 255.0], shape).astype(np.float64),
    lambda random, shape: random.normal(0, 0.01, shape),
    lambda _, shape: np.full(shape, 255.0),
)


def images_for(
    source: Source, normalization: tuple[NDArray[np.float32], NDArray[np.float32]] | None, count: int
) -> ImageArray:
    """Return images (count, planes, height, width), the same for the same arguments.

    They are bytes where the source takes these, else float32: of bytes, from 0 to 1, from a normal distribution of mean
    0 and deviation 1 and others, with extremes, and where there is a normalization of its mean and deviation, too.
    """
    random = np.random.default_rng(SEED)
    draws = INTEGERS if source.pixels.kind in "iu" else NUMBERS
    if normalization is not None and source.pixels.kind == "f":
        mean, deviation = (values.reshape(-1, 1, 1) for values in normalization)
        draws = (lambda random, shape: mean + deviation * random.normal(size=shape), *draws)
    images = np.empty((count, *source.input_shape), np.float32)
    for number in range(count):
        images[number] = draws[number % len(draws)](random, source.input_shape)
    if source.pixels == np.int8:
        images //= 2
    return images.astype(np.uint8) if source.pixels == np.uint8 else images
