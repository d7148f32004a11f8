"""Weights averaged along the way: what is measured, saved, resumed and replayed is the average."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import lenetpp as lp
from lenetpp.settings.training_settings import Keep

from .patterns import stripes_data

SETTINGS = lp.TrainingSettings(epochs=4, batch_size=4, learning_rate=0.02, average_decay=0.9, seed=3)
TEXT = "1x8x8 | conv 4x3x3 relu | maxpool 2 | dense 3"


def test_accuracy_model_and_digest_are_those_of_the_average(tmp_path: Path) -> None:
    data = stripes_data()
    run = lp.train(lp.Network.parse(TEXT), data, settings=SETTINGS, runs=tmp_path)
    plain = lp.train(lp.Network.parse(TEXT), data, settings=replace(SETTINGS, average_decay=0.0), runs=None)
    assert run.digest != plain.digest
    assert [epoch.loss for epoch in run.history] == [epoch.loss for epoch in plain.history], "training itself differs"
    assert run.folder is not None
    saved = lp.Network.load(run.folder / "model.safetensors")
    assert saved.digest == run.digest == run.history[-1].digest
    assert saved.evaluate(data.test_images, data.test_labels).accuracy == run.test_accuracy


@pytest.mark.parametrize("keep", ["last", "best"])
def test_a_run_is_extended_and_replayed_to_the_same_bits(tmp_path: Path, keep: Keep) -> None:
    data = stripes_data(validation=12)
    settings = replace(SETTINGS, keep=keep)
    whole = lp.train(lp.Network.parse(TEXT), data, settings=settings, runs=None)
    short = lp.train(lp.Network.parse(TEXT), data, settings=replace(settings, epochs=2), runs=tmp_path)
    extended = lp.resume(short, epochs=4, data=data, threads=2)
    assert extended.digest == whole.digest
    assert lp.replay(extended, data=data, threads=3).same_bits


def test_what_a_callback_sees_is_the_average_and_it_can_stop() -> None:
    seen = []

    def note(run: lp.Run) -> bool:
        seen.append((run.network.digest, run.history[-1].digest))
        return len(seen) == 2

    run = lp.train(lp.Network.parse(TEXT), stripes_data(), settings=SETTINGS, runs=None, on_epoch=note)
    assert all(shown == recorded for shown, recorded in seen)
    assert run.digest == seen[-1][0]


def test_partial_fit_refuses_an_average_by_name() -> None:
    data = stripes_data()
    classifier = lp.LeNetClassifier(
        f"{TEXT.partition(' | ')[2].replace('dense 3', 'dense {classes}')}", average_decay=0.5
    )
    with pytest.raises(ValueError, match=r"average_decay must be 0 for partial_fit, but is 0\.5"):
        classifier.partial_fit(data.train_images, data.train_labels, classes=np.arange(3))
