"""Training that stops being numbers: it ends at once and says at which step, in which layer and where."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lenetpp import _core

TEXT = "2x4x5 | conv 3x2x2 relu | maxpool 2 | dense 3 tanh | dense 3"
IMAGES = np.random.default_rng(0).normal(size=(64, 2, 4, 5)).astype(np.float32)
LABELS = (np.arange(64) % 3).astype(np.int32)


@pytest.mark.parametrize("rate", [1e10, 1e30, 1e38])
@pytest.mark.parametrize("threads", [1, 3])
def test_too_large_a_rate(rate: float, threads: int) -> None:
    result = _train(_network(), IMAGES, rate=rate, threads=threads, loss="squared_error")
    step, layer, what = _divergence(result)
    assert result.steps <= step + 1 < 16
    assert layer in (0, 2, 3)
    assert what in ("output", "update")


@pytest.mark.parametrize(("name", "layer"), [("0.weight", 0), ("0.bias", 0), ("2.weight", 2), ("3.bias", 3)])
@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test_layer_whose_weight_is_no_number_is_named(name: str, layer: int, loss: str) -> None:
    network = _network()
    values = network.parameter(name)
    values.flat[1] = np.nan
    network.set_parameter(name, values)
    assert _divergence(_train(network, IMAGES, loss=loss)) == (0, layer, "update")


def test_images_too_large_for_sums() -> None:
    result = _train(_network(), np.full_like(IMAGES, 3e38))
    assert _divergence(result) == (0, 0, "output")
    assert (result.steps, result.samples) == (0, 0)


def test_steps_before_the_first_number_that_is_none_are_counted() -> None:
    # One image among ordinary ones: the divergence is at the step whose batch holds it.
    images = IMAGES.copy()
    images[17] = 3e38
    step = int(np.flatnonzero(_core.random_order(1, 2, 0, 64) == 17)[0]) // 4
    result = _train(_network(), images)
    assert _divergence(result) == (step, 0, "output")
    assert (result.steps, result.samples) == (step, 4 * step)
    assert np.isfinite(result.loss)


def test_healthy_training_reports_nothing() -> None:
    assert _train(_network(), IMAGES).divergence is None


def _network() -> _core.Network:
    network = _core.Network(TEXT)
    network.initialize(1)
    return network


def _train(
    network: _core.Network, images: NDArray[np.float32], rate: float = 0.1, **settings: Any
) -> _core.EpochResult:
    trainer = _core.Trainer(network, batch_size=4, **settings)
    return trainer.train_epoch(images, LABELS, epoch=0, learning_rate=_core.LearningRate(rate))


def _divergence(result: _core.EpochResult) -> tuple[int, int, str]:
    assert result.divergence is not None
    return result.divergence
