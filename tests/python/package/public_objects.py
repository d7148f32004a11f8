"""Objects of all classes that a user can meet, out of what public functions and methods return and raise."""

import inspect
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

import lenetpp as lp
from lenetpp.records.run_writer import RunWriter
from lenetpp.studies.audit import Audit
from lenetpp.studies.directions import Direction
from lenetpp.studies.effects import Effect
from lenetpp.studies.estimates import paired
from lenetpp.studies.question_parts import Elsewhere, Headline
from lenetpp.studies.runs_of_study import Failure
from proofs.public_surface import classes, exceptions

from ..studies.handmade_study import handmade_result, training
from ..studies.small_studies import write_study
from .patterns import stripes_data

TEXT = "1x8x8 | conv 4x3x3 relu | maxpool 2 | batchnorm | dense 3"
STUDY = """
title = "Sizes"
seeds = 2
base = { network = "1x28x28 | dense 10", train_per_class = 10, test_per_class = 10, epochs = 1 }
factors = { batch_size = [4, 8], loss = ["cross_entropy", "squared_error"] }

[questions.size]
title = "Which size?"
compare = "batch_size"
by = ["loss"]
published = [{ where = { batch_size = "4", loss = "cross_entropy" }, value = 0.5, source = "a book" }]
goals = [{ where = { batch_size = "4", loss = "cross_entropy" }, at_least = 0.01 }]
[[questions.size.claims]]
text = "4 is better"
source = "a book"

[[questions.size.claims.conditions]]
where = { batch_size = "4", loss = "cross_entropy" }
against = { batch_size = "8", loss = "cross_entropy" }
at_least = 0.0
"""


def objects(folder: Path) -> dict[type, Any]:
    """Return an object of each class; files go into a folder."""
    found: dict[type, Any] = {}
    seen: dict[int, Any] = {}
    for root in roots(folder):
        _collect(root, found, seen)
    return found


def roots(folder: Path) -> Iterator[Any]:
    """What public functions and methods return, and what they raise."""
    data = stripes_data(validation=15)
    runs = [
        lp.train(lp.Network.parse(TEXT), data, runs=folder / "runs", epochs=2, seed=seed, keep="best", shift_pixels=1)
        for seed in (1, 2)
    ]
    run, image = runs[0], data.test_images[0]
    yield from (data, runs, lp.replay(run, data=data), lp.runs(folder / "runs"), lp.compare(*runs), lp.available_data())
    yield from (lp.compare(*runs).curves(), lp.match_filters(runs), lp.load_data(train_per_class=3).selection)
    yield from map(lp.frozen_recipe, lp.frozen_recipes())
    for network in (run.network, lp.Network.parse("1x8x8 | residual [conv 2x3x3 stride2 pad1] | dense 3")):
        network.initialize(1)
        yield from (network.contents(), network.summary(), network)
    yield from (run.ablation(data=data), run.altered(data=data), run.augmentation(data=data), run.confusion())
    yield from (run.feature_maps(image), run.film(), run.filters(), run.mistakes(data=data), run.occlusion(image))
    yield from (run.film().grid(), lp.Difference("results", "digest", "a", "b"))
    yield from (run.patches(data=data), run.probe(data=data), run.winners(image))
    yield from map(_made, (one for one in classes() if _is_layer(one)))
    yield lp.Residual([lp.Conv2D(1, 3, padding=1)])
    yield lp.LeNetClassifier(TEXT.partition(" | ")[2], epochs=1).fit(data.train_images, data.train_labels)
    yield lp.diagnose(lp.train(lp.Network.parse(TEXT), data, runs=folder / "blind", epochs=3, learning_rate=1e-9))
    yield from errors_of_training(folder)
    yield from (_made(one) for one in exceptions() if not issubclass(one, ERRORS_OF_TRAINING))
    yield lp.study(write_study(folder, STUDY), runs=folder / "studied", out=folder / "report", progress=False)
    handmade, estimate = handmade_result(), paired({1: 0.5, 2: 0.6}, {1: 0.4, 2: 0.3}, 1)
    assert estimate is not None
    yield from (
        handmade.plan.file,
        handmade.answers,
        Headline(where={"a": "b"}, at_least=0.5),
        Audit(("a",), {"b": "c"}),
    )
    direction = Direction("batch_size", {"4": -1.0, "8": 1.0}, "larger batches")
    yield Effect("trend", ("batch_size",), estimate, None, "It grows.", (direction,))
    yield from (Failure(training("1x8x8 | dense 2"), "it failed"), Elsewhere(question="size", where={"a": "b"}))


ERRORS_OF_TRAINING = (lp.TrainingDiverged, lp.TrainingInterrupted, lp.RecordingFailed)


def errors_of_training(folder: Path) -> Iterator[BaseException]:
    """One of each that carries a run, raised by a training."""
    data = stripes_data(validation=15)
    with pytest.raises(lp.TrainingDiverged) as diverged:
        lp.train(lp.Network.parse(TEXT), data, runs=None, learning_rate=1e38, epochs=2)
    with pytest.raises(lp.TrainingInterrupted) as interrupted:
        lp.train(lp.Network.parse(TEXT), data, runs=folder / "interrupted", on_epoch=_press)
    full = OSError(28, "No space left on device", "metrics.jsonl")
    with mock.patch.object(RunWriter, "add_epoch", side_effect=full), pytest.raises(lp.RecordingFailed) as failed:
        lp.train(lp.Network.parse(TEXT), data, runs=folder / "full", keep="best", patience=2, epochs=2)
    yield from (diverged.value, interrupted.value, failed.value)


def _press(_: lp.Run) -> None:
    raise KeyboardInterrupt


def _is_layer(one: type) -> bool:
    return one.__module__.startswith("lenetpp.networks") and "word" in vars(one)


def _made(one: type) -> Any:
    """Make an object from nothing but words and small numbers."""
    words = {"problem": "what is wrong", "remedy": "give {}", "argument": "data=", "activation": "relu"}
    if issubclass(one, BaseException) and not any("__init__" in vars(base) for base in one.__mro__ if is_ours(base)):
        return one("what is wrong")
    taken = [one for one in inspect.signature(one).parameters.values() if one.default is one.empty]
    return one(*(words.get(parameter.name, 2) for parameter in taken if parameter.kind is not parameter.VAR_POSITIONAL))


def is_ours(one: type) -> bool:
    return one.__module__.partition(".")[0] == "lenetpp"


def _collect(value: Any, found: dict[type, Any], seen: dict[int, Any]) -> None:
    """Keep one object of each class of ours in `value` and all that it holds."""
    if isinstance(value, Mapping):
        _collect(list(value.values()), found, seen)
    elif isinstance(value, list | tuple):
        for item in value[:50]:
            _collect(item, found, seen)
    if is_ours(type(value)) and id(value) not in seen:
        seen[id(value)] = value  # kept, or another object gets the identity of one that has gone
        found.setdefault(type(value), value)
        _collect(attributes(value), found, seen)
        for name, member in inspect.getmembers_static(type(value)):
            if isinstance(member, property | cached_property) and not name.startswith("_"):
                with suppress(AssertionError, ValueError, AttributeError):  # of another kind of layer, for instance
                    _collect(getattr(value, name), found, seen)


def attributes(value: Any) -> dict[str, Any]:
    slots = [name for one in type(value).__mro__ for name in getattr(one, "__slots__", ()) if hasattr(value, name)]
    return {**getattr(value, "__dict__", {}), **{name: getattr(value, name) for name in slots}}
