"""Weights of images and of classes: what they do to a training, and how a run has them in its record."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

import lenetpp as lp
import needs
from lenetpp import Network, TrainingSettings
from lenetpp.data import DataError
from lenetpp.data.selection import select
from lenetpp.records.run_files import read_record
from lenetpp.settings.class_weights import weights_of_classes
from proofs.stepping import ctrl_c_after_step

from .patterns import TEXT, stripes

CLASSES = ("horizontal", "vertical", "diagonal")
WEIGHTS = 1 + np.arange(60) % 3 / 2


def data(weights: ArrayLike | None = None) -> lp.Dataset:
    images, labels = stripes(60)
    train = (images, labels) if weights is None else (images, labels, weights)
    return lp.Dataset.from_arrays(train, stripes(30, start=1000), classes=CLASSES)


def train(weights: ArrayLike | None = None, runs: Path | None = None, **changes: Any) -> lp.Run:
    return lp.train(Network.parse(TEXT), data(weights), runs=runs, **{"epochs": 2, **changes})


def test_weights_of_one_have_the_bits_of_none() -> None:
    plain = train()
    assert train(np.ones(60)).digest == plain.digest
    assert train(class_weight="vertical=1").digest == plain.digest
    assert train(WEIGHTS).digest != plain.digest


def test_a_classs_weight_is_that_of_its_images() -> None:
    factors = np.array([1.0, 3.0, 0.5])[data().train_labels]
    weighted = train(factors)
    assert train(class_weight="vertical=3,diagonal=0.5").digest == weighted.digest
    assert train(class_weight={"vertical": 3, "diagonal": 0.5}).digest == weighted.digest
    assert train(class_weight={1: 3, 2: 0.5}).digest == weighted.digest
    assert train(WEIGHTS, class_weight="vertical=3,diagonal=0.5").digest == train(WEIGHTS * factors).digest
    assert weighted.history[0].loss != train().history[0].loss


def test_balanced_weights_are_scikit_learns() -> None:
    weights = needs.module("sklearn.utils.class_weight")
    labels = np.array([0, 0, 0, 0, 2, 2, 3], np.int32)
    expected = weights.compute_class_weight("balanced", classes=np.array([0, 2, 3]), y=labels)
    given = weights_of_classes("balanced", ("a", "b", "c", "d"), labels)
    assert given is not None
    np.testing.assert_allclose(given[[0, 2, 3]], expected)
    assert weights_of_classes("none", ("a", "b", "c", "d"), labels) is None


@pytest.mark.skipif(os.name != "posix", reason="sends the signal of Ctrl-C to itself")
@pytest.mark.parametrize("settings", [{}, {"class_weight": "balanced"}, {"class_weight": "vertical=2"}])
def test_weighted_runs_are_resumed_and_replayed_to_the_same_bits(tmp_path: Path, settings: dict[str, Any]) -> None:
    expected = train(WEIGHTS, **settings)
    with ctrl_c_after_step(5), pytest.raises(lp.TrainingInterrupted) as caught:
        train(WEIGHTS, tmp_path, **settings)
    run = lp.resume(caught.value.run, data=data(WEIGHTS), threads=2)
    assert run.digest == expected.digest
    assert lp.replay(run, data=data(WEIGHTS)).differences == []


def test_a_record_says_which_weights_and_other_ones_are_other_data(tmp_path: Path) -> None:
    run = train(WEIGHTS, tmp_path, class_weight="vertical=2")
    assert run.folder is not None
    record = read_record(run.folder)
    assert record["data"]["weights"] == data(WEIGHTS).weights_digest
    assert record["settings"]["class_weight"] == "vertical=2.0"
    assert data(WEIGHTS).digest != data().digest
    for other in (data(), data(WEIGHTS + 1)):
        with pytest.raises(lp.RecordError, match="are not those of the run"):
            lp.resume(run, epochs=3, data=other)
    plain = train(None, tmp_path)
    assert plain.folder is not None
    assert "weights" not in read_record(plain.folder)["data"]


def test_weights_stay_beside_their_images() -> None:
    chosen = select(data(WEIGHTS), classes=["diagonal", "vertical"], train_per_class=5)
    assert chosen.train_weights is not None
    order = [
        int(np.flatnonzero((data().train_images == image).all(axis=(1, 2, 3)))[0]) for image in chosen.train_images
    ]
    np.testing.assert_array_equal(chosen.train_weights, WEIGHTS[order])


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.ones(59), r"train_weights must be one for each of the 60 images, but have shape \(59,\)"),
        (np.where(np.arange(60) == 7, -1.0, 1.0), "finite and at least 0, but weight 7 is -1.0"),
        (np.where(np.arange(60) == 3, np.nan, 1.0), "finite and at least 0, but weight 3 is nan"),
        (np.full(60, 1e300), "finite and at least 0, but weight 0 is 1e"),
        (np.zeros(60), "must not all be 0"),
        (["1"] * 60, "train_weights must be numbers, but are <U1"),
    ],
)
def test_weights_that_cannot_be_are_refused(weights: NDArray[Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        data(weights)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("none", "none"),
        ("balanced", "balanced"),
        ("cat=2,dog=0.5", "cat=2.0,dog=0.5"),
        ("a, b=1,c=d=0", "a, b=1.0,c=d=0.0"),
        ("船=2", "船=2.0"),
        (None, "none"),
        ({"cat": 2, "dog": np.float32(0.5)}, "cat=2.0,dog=0.5"),
        ({"a, b": 1, "c=d": 0}, "a, b=1.0,c=d=0.0"),
        ({0: 2, np.int64(1): 0.5}, "0=2.0,1=0.5"),
    ],
)
def test_class_weights_have_one_form(text: Any, canonical: str) -> None:
    settings = TrainingSettings(class_weight=text)
    assert settings.class_weight == canonical
    assert TrainingSettings(**settings.as_dict()) == settings


@pytest.mark.parametrize(
    "text",
    [
        *("", "cat", "cat=", "cat=x", "=2", "cat=-1", "cat=nan", "cat=1,cat=2", "cat=1,", ",", 2),
        *({}, {"": 1}, {"cat": "x"}, {"cat": -1}, {"a=1,b": 2}, {1: 1, "1": 2}, {"cat ": 1}, [1, 2]),
    ],
)
def test_class_weights_that_cannot_be_are_refused(text: Any) -> None:
    with pytest.raises(ValueError, match=r'^class_weight must be .* "cat=2,dog=0.5", .*{"cat": 2, "dog": 0.5}'):
        TrainingSettings(class_weight=text)


def test_a_class_that_there_is_not_has_no_weight() -> None:
    for unknown in ("ship", "3"):
        named = f"class_weight must name classes of the data, or labels from 0 to 2, but '{unknown}' is none of hori"
        with pytest.raises(ValueError, match=named):
            train(class_weight={unknown: 2})
    with pytest.raises(ValueError, match="class_weight must have one weight for 'vertical'"):
        train(class_weight={1: 2, "vertical": 2})
    with pytest.raises(ValueError, match="class_weight must leave an image with a weight above 0"):
        train(class_weight="horizontal=0,vertical=0,diagonal=0")


# Validation images


def validated(weights: ArrayLike | None) -> lp.Dataset:
    images, labels = stripes(30, start=500)
    validation = (images, labels) if weights is None else (images, labels, weights)
    return lp.Dataset.from_arrays(stripes(60), stripes(30, start=1000), validation=validation, classes=CLASSES)


def test_validation_figures_are_weighted_means() -> None:
    weights = 0.25 + np.arange(30) % 4
    data = validated(weights)
    run = lp.train(Network.parse(TEXT), data, epochs=2, runs=None)
    assert data.validation_images is not None
    probabilities = run.network.predict_proba(data.validation_images)
    losses = -np.log(probabilities[np.arange(30), data.validation_labels])
    right = probabilities.argmax(axis=1) == data.validation_labels
    last = run.history[-1]
    assert last.validation_loss == pytest.approx(np.average(losses, weights=weights), rel=1e-6)
    assert last.validation_accuracy == pytest.approx(np.average(right, weights=weights), rel=1e-12)
    assert 0 < right.sum() < 30
    again = lp.train(Network.parse(TEXT), data, epochs=2, runs=None, threads=2)
    assert again.history[-1].validation_loss == last.validation_loss
    plain = lp.train(Network.parse(TEXT), validated(None), epochs=2, runs=None)
    assert run.digest == plain.digest
    ones = lp.train(Network.parse(TEXT), validated(np.ones(30)), epochs=2, runs=None)
    assert ones.history[-1].validation_loss == plain.history[-1].validation_loss
    assert ones.history[-1].validation_accuracy == plain.history[-1].validation_accuracy


def test_weights_of_validation_images_are_data_and_replayed(tmp_path: Path) -> None:
    weights = 1.0 + np.arange(30) % 2
    assert len({validated(None).digest, validated(weights).digest, validated(weights + 1).digest}) == 3
    run = lp.train(Network.parse(TEXT), validated(weights), epochs=3, keep="best", runs=tmp_path)
    assert lp.replay(run, data=validated(weights)).differences == []
    assert not lp.replay(run, data=validated(None)).same_bits
    chosen = select(validated(weights), classes=["vertical"], validation_per_class=3)
    assert chosen.validation_weights is not None
    first = np.flatnonzero(validated(weights).validation_labels == 1)[:3]
    np.testing.assert_array_equal(chosen.validation_weights, weights[first])


@pytest.mark.parametrize("weights", [np.zeros(30), -np.ones(30), np.ones(29), np.full(30, np.nan)])
def test_what_is_no_weight_of_a_validation_image_is_refused(weights: NDArray[np.float64]) -> None:
    with pytest.raises(DataError, match="validation_weights must"):
        validated(weights)
    with pytest.raises(DataError, match="validation_weights must be one for each of the 0 images"):
        lp.Dataset(*stripes(6), *stripes(6), CLASSES, validation_weights=np.ones(30))
