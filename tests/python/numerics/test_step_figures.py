"""The figures of an epoch's measured steps, against float32 and float64 steps made with NumPy."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lenetpp import _core
from lenetpp.records.checkpoints import NOTHING_DONE, EpochPart

TEXT = "1x6x7 | conv 3x3x3 relu | maxpool 2 | dense 9 tanh | dense 3"
IMAGES = (np.arange(10 * 42, dtype=np.uint32) * 2654435761 >> 24).astype(np.uint8).reshape(10, 1, 6, 7)
LABELS = (np.arange(10) % 3).astype(np.int32)

Arrays = dict[str, NDArray[Any]]


def _network(kind: type[_core.Network] | type[_core.Network64]) -> _core.Network | _core.Network64:
    network = kind(TEXT)
    network.initialize(5)
    network.set_normalization(np.array([120], np.float32), np.array([70], np.float32))
    return network


def _parameters(network: _core.Network) -> Arrays:
    return {name: network.parameter(name) for name in network.parameter_names}


@given(
    momentum=st.sampled_from([0.0, 0.9]),
    nesterov=st.booleans(),
    weight_decay=st.sampled_from([0.0, 0.01]),
    rate=st.sampled_from([0.0, 1e-9, 1e-7, 1e-5, 0.1]),
)
def test_ratio_and_lost_updates_are_those_of_the_step(
    momentum: float, nesterov: bool, weight_decay: float, rate: float
) -> None:
    network = _network(_core.Network)
    before = _parameters(network)
    _, gradients = network.loss_and_gradients(IMAGES, LABELS)
    trainer = _core.Trainer(
        network, batch_size=10, momentum=momentum, nesterov=nesterov and momentum > 0, weight_decay=weight_decay
    )
    result = trainer.train_epoch(IMAGES, LABELS, epoch=0, learning_rate=_core.LearningRate(rate))
    after = _parameters(network)
    for name, weights in before.items():
        change = after[name].astype(float) - weights
        expected_ratio = np.linalg.norm(change) / max(float(np.linalg.norm(after[name].astype(float))), 1e-300)
        assert result.update_ratio[name] == pytest.approx(expected_ratio, rel=1e-9)
        # The first step of all: the velocity is the gradient, and Nesterov's form only lengthens it.
        direction = gradients[name] + np.float32(weight_decay) * weights
        lost = (direction != 0) & (change == 0) & (rate > 0)
        assert result.lost_updates[name] == pytest.approx(lost.mean(), abs=1.01 / weights.size)


def test_a_tiny_rate_loses_what_float64_keeps() -> None:
    rate = _core.LearningRate(1e-10)
    narrow, wide = (
        _core.Trainer(_network(kind), batch_size=5, momentum=0.9).train_epoch(
            IMAGES, LABELS, epoch=0, learning_rate=rate
        )
        for kind in (_core.Network, _core.Network64)
    )
    # Biases start at zero, where float32 is as fine as anywhere.
    assert {name for name, share in narrow.lost_updates.items() if share > 0.9} == {"0.weight", "2.weight", "3.weight"}
    assert max(narrow.lost_updates["0.bias"], narrow.lost_updates["3.bias"]) == 0
    assert set(wide.lost_updates.values()) == {0.0}
    assert all(0 < ratio < 1e-8 for name, ratio in wide.update_ratio.items() if name.endswith("weight"))


@pytest.mark.parametrize(
    ("images", "measured"),
    [
        (7, [7]),
        (500, [500]),
        (600, [100, 600]),
        (1001, [1, 501, 1001]),
    ],
)
def test_figures_are_means_over_the_measured_steps(images: int, measured: list[int]) -> None:
    # Stopped after each step of one image, to look at the weights.
    pixels = (np.arange(images * 42, dtype=np.uint32) * 2654435761 >> 24).astype(np.uint8).reshape(images, 1, 6, 7)
    labels = (np.arange(images) % 3).astype(np.int32)
    network = _network(_core.Network64)
    trainer, seen = _core.Trainer(network, batch_size=1, momentum=0.0), [_parameters(network)]
    done: EpochPart = NOTHING_DONE
    while done[0] < images:
        result = trainer.train_epoch(
            pixels,
            labels,
            epoch=0,
            learning_rate=_core.LearningRate(0.01),
            done=done,
            progress=lambda _: False,
            progress_interval=0,
        )
        seen.append(_parameters(network))
        done = result.done
    assert len(seen) == images + 1
    assert result.done[3] == len(measured)
    for name in seen[0]:
        steps = [(seen[step - 1][name], seen[step][name]) for step in measured]
        changes = [float(np.linalg.norm(after - before)) for before, after in steps]
        ratios = [change / float(np.linalg.norm(after)) for change, (_, after) in zip(changes, steps, strict=True)]
        assert result.gradient_norms[name] == pytest.approx(np.mean(changes) / 0.01, rel=1e-8)
        assert result.update_ratio[name] == pytest.approx(np.mean(ratios), rel=1e-9)


def test_an_epoch_that_is_stopped_before_a_measured_step_has_no_figures() -> None:
    trainer = _core.Trainer(_network(_core.Network), batch_size=1)
    result = trainer.train_epoch(
        IMAGES,
        LABELS,
        epoch=0,
        learning_rate=_core.LearningRate(0.1),
        progress=lambda samples: samples < 4,
        progress_interval=0,
    )
    assert result.interrupted
    assert result.steps == 4
    figures = (result.gradient_norms, result.update_ratio, result.lost_updates)
    assert all(set(by_name.values()) == {0.0} for by_name in figures)
