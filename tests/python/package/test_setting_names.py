"""A setting under another name: the error says which one is meant, wherever settings are taken."""

import inspect
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest

import lenetpp as lp
from lenetpp import TrainingSettings
from lenetpp.settings.names import OTHER_NAMES, meant_name
from lenetpp.training.train import KEYWORDS

from .patterns import TEXT, stripes_data

SETTINGS = [field.name for field in fields(TrainingSettings)]


def train(**changes: Any) -> object:
    return lp.train(lp.Network.parse(TEXT), stripes_data(), runs=None, **changes)


def classify(**parameters: Any) -> object:
    return lp.LeNetClassifier(**parameters)


@pytest.mark.parametrize(
    "call",
    [train, lambda **changes: TrainingSettings(**changes), lambda **changes: replace(TrainingSettings(), **changes),
     classify],
    ids=["train", "TrainingSettings", "replace", "LeNetClassifier"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("name", "meant"),
    [("lr", "learning_rate"), ("n_epochs", "epochs"), ("epoch", "epochs"), ("bs", "batch_size"),
     ("Learning_Rate", "learning_rate"), ("wd", "weight_decay"), ("momentun", "momentum")],
)  # fmt: skip
def test_the_error_names_the_setting_that_is_meant(call: Callable[..., object], name: str, meant: str) -> None:
    with pytest.raises(TypeError, match=rf"no setting '{name}' \(did you mean {meant}\?\); there are .*\bepochs\b"):
        call(**{name: 1})


def test_what_train_takes_beside_settings_is_meant_too() -> None:
    for name, meant in [("thread", "threads"), ("n_jobs", "threads"), ("verbose", "progress"), ("setting", "settings")]:
        with pytest.raises(TypeError, match=f"did you mean {meant}"):
            train(**{name: 1})


def test_help_still_knows_every_setting() -> None:
    assert list(inspect.signature(TrainingSettings).parameters) == SETTINGS


def test_nothing_is_suggested_where_nothing_comes_near() -> None:
    with pytest.raises(TypeError, match="train has no setting 'paint'; there are epochs, batch_size, "):
        train(paint="red")


def test_every_other_name_stands_for_a_setting_there_is_and_is_none_itself() -> None:
    for name, meant in OTHER_NAMES.items():
        assert meant in (*SETTINGS, *KEYWORDS, "random_state")
        assert name not in SETTINGS or name == "seed"
        assert meant_name(name, [*SETTINGS, *KEYWORDS]) in (meant, "seed")


def test_a_wrong_name_leaves_the_network_without_weights() -> None:
    network = lp.Network.parse(TEXT)
    with pytest.raises(TypeError):
        lp.train(network, stripes_data(), runs=None, lr=0.1)  # type: ignore[call-arg]
    assert not network.initialized
