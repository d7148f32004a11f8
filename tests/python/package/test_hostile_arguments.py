"""Hostile arguments give a ValueError or a TypeError that names the argument."""

from collections.abc import Callable

import numpy as np
import pytest

import lenetpp as lp

from .patterns import TEXT, stripes_data

HALF = "\ud800"
HUGE = 10**400
IMAGES = np.zeros((2, 1, 8, 8), np.uint8)


def network() -> lp.Network:
    made = lp.Network.parse(TEXT)
    made.initialize(1)
    return made


CALLS: dict[str, Callable[[], object]] = {
    "text": lambda: lp.Network.parse(HALF),
    "scheme": lambda: network().initialize(1, HALF),  # type: ignore[arg-type]
    "loss": lambda: network().evaluate(IMAGES, [0, 1], loss=HALF),  # type: ignore[arg-type]
    "metrics": lambda: network().evaluate(IMAGES, [0, 1], metrics=[1]),  # type: ignore[arg-type]
    "index": lambda: lp.pool_winners(network(), 2**63, IMAGES),
    "run": lambda: lp.delete(None),  # type: ignore[arg-type]
    "runs": lambda: lp.match_filters([1, 2], 0),  # type: ignore[list-item]
    "name": lambda: lp.frozen_recipe(None),  # type: ignore[arg-type]
    "data": lambda: lp.recipe("lenet5", 1),  # type: ignore[arg-type]
    "network": lambda: lp.layer_outputs(None, IMAGES),  # type: ignore[arg-type]
    "rate": lambda: lp.Dropout(float("inf")),
    "epsilon": lambda: lp.BatchNormalization(epsilon=float("inf")),
    "units": lambda: lp.Dense(HUGE),
    "learning_rate": lambda: lp.TrainingSettings(learning_rate=HUGE),
}


@pytest.mark.parametrize("name", CALLS)
def test_hostile_arguments_are_refused_by_name(name: str) -> None:
    with pytest.raises((ValueError, TypeError), match=name):
        CALLS[name]()


def test_checkpoints_may_be_as_far_apart_as_one_likes() -> None:
    lp.train(lp.Network.parse(TEXT), stripes_data(), runs=None, epochs=1, checkpoint_seconds=HUGE)
