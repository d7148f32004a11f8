"""Flips and shifts of the training images, read back from the weights of a network that remembers what it saw.

A dense layer of weights zero gives outputs of zero; squared error then makes the gradient of row n minus the image
whose label is n. One step of rate 1 writes every image, as it was shown to the network, into a row of the weights.
"""

from collections import Counter
from typing import Any

import numpy as np
import pytest

from lenetpp import _core
from reference.activations import Array
from reference.augmentation import augment, movement

COUNT, SHAPE = 24, (2, 5, 7)
IMAGES = np.random.default_rng(0).integers(1, 256, size=(COUNT, *SHAPE), dtype=np.uint8)
LABELS = np.arange(COUNT, dtype=np.int32)
TINY_RATE = 2.0**-60  # later steps then see outputs of practically zero as well


def shown_images(epoch: int = 0, batch_size: int = COUNT, rate: float = 1.0, **settings: Any) -> Array:
    """Every image [N][P][H][W] as it was shown in ``epoch``."""
    network = _core.Network64(f"{'x'.join(map(str, SHAPE))} | dense {COUNT} nobias")
    network.set_parameter("0.weight", np.zeros((COUNT, np.prod(SHAPE))))
    trainer = _core.Trainer(
        network, batch_size=batch_size, loss="squared_error", reduction="sum", momentum=0.0, **settings
    )
    trainer.train_epoch(IMAGES, LABELS, epoch=epoch, learning_rate=_core.LearningRate(rate))
    return network.parameter("0.weight").reshape(COUNT, *SHAPE).astype(np.float64) / rate


def movements(shown: Array, shift: int) -> list[tuple[bool, int, int]]:
    """For every image the one (mirrored, down, right) that explains what was shown; fails when there is none."""
    found = []
    for image, seen in zip(IMAGES.astype(np.float64), shown, strict=True):
        candidates = [
            (mirrored, down, right)
            for mirrored in (False, True)
            for down in range(-shift, shift + 1)
            for right in range(-shift, shift + 1)
            if np.allclose(augment(image, mirrored, down, right), seen, rtol=1e-9)
        ]
        assert len(candidates) == 1, "an image was shown that no flip and shift explains"
        found += candidates
    return found


def test_without_augmentation_images_are_shown_as_they_are() -> None:
    assert (shown_images() == IMAGES).all()


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("shift", [0, 1, 2])
def test_every_movement_occurs_about_equally_often(flip: bool, shift: int) -> None:
    seen: Counter[tuple[bool, int, int]] = Counter()
    epochs = 40
    for epoch in range(epochs):
        seen.update(movements(shown_images(epoch, flip_horizontally=flip, shift_pixels=shift), shift))
    kinds = (1 + flip) * (2 * shift + 1) ** 2
    expected = epochs * COUNT / kinds
    assert len(seen) == kinds
    # Chi-squared of `kinds` counts: mean kinds - 1, deviation sqrt(2 (kinds - 1)); five deviations are allowed.
    chi_squared = sum((count - expected) ** 2 / expected for count in seen.values())
    assert chi_squared <= kinds - 1 + 5 * np.sqrt(2 * (kinds - 1))


@pytest.mark.parametrize("batch_size", [1, 5, COUNT])
@pytest.mark.parametrize("threads", [1, 3])
def test_movements_are_a_function_of_seed_epoch_and_image(batch_size: int, threads: int) -> None:
    seed, epoch = 2**40 + 1, 3
    settings = {"flip_horizontally": True, "shift_pixels": 2, "seed": seed, "threads": threads}
    expected = [movement(seed, epoch, index, flip=True, shift=2) for index in range(COUNT)]
    assert movements(shown_images(epoch, batch_size, TINY_RATE, **settings), 2) == expected


def test_what_enters_at_the_border_is_the_mean_pixel() -> None:
    network = _core.Network64("1x3x3 | dense 1 nobias")
    network.set_parameter("0.weight", np.zeros((1, 9)))
    network.set_normalization(np.array([100], np.float32), np.array([50], np.float32))
    images = np.full((1, 1, 3, 3), 200, np.uint8)
    trainer = _core.Trainer(network, loss="squared_error", momentum=0.0, shift_pixels=2, seed=4)
    for epoch in range(10):
        network.set_parameter("0.weight", np.zeros((1, 9)))
        trainer.train_epoch(images, np.zeros(1, np.int32), epoch=epoch, learning_rate=_core.LearningRate(1.0))
        assert set(np.unique(network.parameter("0.weight"))) <= {0.0, 2.0}


def test_evaluation_sees_images_as_they_are() -> None:
    network = _core.Network("1x3x3 | dense 2")
    network.initialize(1)
    images = IMAGES[:4, :1, :3, :3].copy()
    before = network.compute_outputs(images)
    trainer = _core.Trainer(network, flip_horizontally=True, shift_pixels=2)
    trainer.train_epoch(images, np.zeros(4, np.int32), epoch=0, learning_rate=_core.LearningRate(0.0))
    assert (network.compute_outputs(images) == before).all()
