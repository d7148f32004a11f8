"""Tools that do not compute the same are found out."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from side_by_side import lenetpp_peer
from side_by_side.contenders import CHECKED_STEPS
from side_by_side.problems import NETWORKS, Case, problem
from side_by_side.session import disagreement


def losses(network: str, batch: int = 4, **changes: Any) -> np.ndarray:
    task = replace(problem(network), **changes)
    return lenetpp_peer.prepare(task, Case(network, "training", batch, threads=1)).values()


@pytest.mark.parametrize("network", NETWORKS)
def test_losses_of_every_network_change_enough_to_say_something(network: str) -> None:
    first = losses(network)
    assert len(first) == CHECKED_STEPS
    assert disagreement("training", first, losses(network)) is None


@pytest.mark.parametrize("network", ["lenet5", "three-conv", "strided"])
def test_another_learning_rate_is_found_out(network: str) -> None:
    rate = 1.01 * problem(network).learning_rate
    message = disagreement("training", losses(network, learning_rate=rate), losses(network))
    assert message is not None
    assert message.startswith("losses differ by")


def test_another_loss_is_found_out() -> None:
    assert disagreement("training", losses("lenet5", loss="squared_error"), losses("lenet5")) is not None


def test_losses_that_hardly_change_prove_nothing() -> None:
    flat = np.full(CHECKED_STEPS, 0.25) + np.linspace(0, 1e-6, CHECKED_STEPS)
    message = disagreement("training", flat, flat)
    assert message is not None
    assert "hardly change" in message


@pytest.mark.parametrize("wrong", [np.nan, np.inf, 1.001])
def test_one_wrong_output_is_found_out(wrong: float) -> None:
    outputs = np.ones((2, 3), dtype=np.float32)
    assert disagreement("inference", outputs, outputs) is None
    other = outputs.copy()
    other[1, 2] = wrong
    assert disagreement("inference", other, outputs) is not None
    assert disagreement("inference", outputs[:1], outputs) is not None
