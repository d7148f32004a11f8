"""A few epochs on real images make the loss smaller and the answers better, for both element types."""

import numpy as np
import pytest

from lenetpp import _core
from lenetpp.data import Dataset, load_data, per_plane_statistics

from .digests import BLOG_LENET, LENET5


def test_lenet5_learns_the_images_inside_the_package() -> None:
    data = load_data(train_per_class=100)
    network = _core.Network(LENET5)
    network.initialize(1)
    network.set_normalization(*_statistics(data))
    trainer = _core.Trainer(network, batch_size=16, momentum=0.9)
    results = [
        trainer.train_epoch(data.train_images, data.train_labels, epoch=epoch, learning_rate=_core.LearningRate(0.01))
        for epoch in range(4)
    ]
    losses = [result.loss for result in results]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.5 * losses[0]
    _, correct, _ = network.evaluate(data.test_images, data.test_labels)
    assert correct / len(data.test_labels) > 0.7  # guessing: 0.1


def test_float64_network_learns_as_the_float32_network_does() -> None:
    data = load_data(train_per_class=20)
    losses = {}
    for kind in (_core.Network, _core.Network64):
        network = kind("1x28x28 | conv 4x5x5 tanh | maxpool 3/2 | dense 10")
        network.initialize(1)
        network.set_normalization(*_statistics(data))
        trainer = _core.Trainer(network, batch_size=10, momentum=0.9)
        for epoch in range(3):
            rate = _core.LearningRate(0.01)
            result = trainer.train_epoch(data.train_images, data.train_labels, epoch=epoch, learning_rate=rate)
        losses[kind.__name__] = result.loss
    # The same order, the same start: only rounding errors, grown over 60 steps, set the two apart.
    assert losses["Network"] == pytest.approx(losses["Network64"], rel=1e-3)


def test_blogs_network_learns_by_the_blogs_recipe() -> None:
    data = load_data(classes=["Sandal", "Bag"])
    network = _core.Network(BLOG_LENET.replace("3x32x32", "1x28x28"))
    network.initialize(1, "blog")
    network.set_normalization(np.zeros(1, np.float32), np.full(1, 255, np.float32))
    trainer = _core.Trainer(network, batch_size=16, loss="squared_error", reduction="sum", momentum=0.0)
    for epoch in range(8):
        rate = _core.LearningRate(0.05)
        trainer.train_epoch(data.train_images, data.train_labels, epoch=epoch, learning_rate=rate)
    _, correct, _ = network.evaluate(data.test_images, data.test_labels, "squared_error")
    assert correct / len(data.test_labels) > 0.9  # guessing: 0.5


def _statistics(data: Dataset) -> tuple[np.ndarray, np.ndarray]:
    mean, deviation = per_plane_statistics(data.train_images)
    return mean.astype(np.float32), deviation.astype(np.float32)
