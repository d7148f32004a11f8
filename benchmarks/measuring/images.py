"""Real images of the shape that a network takes, without a download."""

import numpy as np

import lenetpp as lp
from lenetpp.basics.arrays import ImageArray

CIFAR10_SHAPE = (3, 32, 32)
CIFAR10_PAIR = ("airplane", "ship")
SHADES = np.array([1.0, 0.75, 0.5]).reshape(3, 1, 1)
"""How bright each plane is where pictures of one plane stand in for colours."""


def data_for(shape: tuple[int, int, int], classes: int, train_per_class: int | None = None) -> lp.Dataset:
    """Return CIFAR-10 for 3x32x32 where it is on this machine, else the garments that are part of lenetpp.

    Parameters
    ----------
    shape : (int, int, int)
        1x28x28 or 3x32x32.
    classes : int
        2 or 10; the two of CIFAR-10 are airplane and ship.
    train_per_class : int, optional
        Training images of each class; all by default.
    """
    if shape == CIFAR10_SHAPE and _has_cifar10():
        names = CIFAR10_PAIR if classes == len(CIFAR10_PAIR) else None
        return lp.load_data("cifar10", classes=names, train_per_class=train_per_class)
    garments = lp.load_data(classes=range(classes), train_per_class=train_per_class)
    return garments if shape == garments.input_shape else _in_shades(garments)


def _has_cifar10() -> bool:
    return any(data.name == "cifar10" and data.location is not None for data in lp.available_data())


def _in_shades(garments: lp.Dataset) -> lp.Dataset:
    """Pictures (N, 1, 28, 28) as (N, 3, 32, 32)."""

    def shaded(images: ImageArray) -> ImageArray:
        framed = np.pad(images, ((0, 0), (0, 0), (2, 2), (2, 2)))
        colours: ImageArray = (framed * SHADES).astype(np.uint8)
        return colours

    return lp.Dataset.from_arrays(
        train=(shaded(garments.train_images), garments.train_labels),
        test=(shaded(garments.test_images), garments.test_labels),
        classes=garments.classes,
        name=f"{garments.name}, in three shades",
    )
