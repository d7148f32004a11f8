"""Every public object, errors included, survives pickle, copy and deepcopy: a process pool is made of nothing else."""

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="Matplotlib is not installed")
pytest.importorskip("scipy", reason="SciPy is not installed")
pytest.importorskip("sklearn", reason="scikit-learn is not installed")

import lenetpp as lp
from lenetpp.records.run_writer import RunWriter
from lenetpp.studies.audit import Audit
from lenetpp.studies.effects import Effect
from lenetpp.studies.estimates import paired
from lenetpp.studies.question_parts import Headline
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
COPIES: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
    "oldest pickle": lambda value: pickle.loads(pickle.dumps(value, protocol=2)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> dict[type, Any]:
    """An object of each class that a user can meet, out of what the public functions return."""
    folder = tmp_path_factory.mktemp("copies")
    found: dict[type, Any] = {}
    seen: set[int] = set()
    kept = []  # or another object gets the identity of one that has gone
    for root in roots(folder):
        kept.append(root)
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
    yield from (Failure(training("1x8x8 | dense 2"), "it failed"), Effect("trend", ("a",), estimate, None, "It grows."))


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
    if issubclass(one, BaseException) and not any("__init__" in vars(base) for base in one.__mro__ if _is_ours(base)):
        return one("what is wrong")
    taken = [one for one in inspect.signature(one).parameters.values() if one.default is one.empty]
    return one(*(words.get(parameter.name, 2) for parameter in taken if parameter.kind is not parameter.VAR_POSITIONAL))


def _is_ours(one: type) -> bool:
    return one.__module__.partition(".")[0] == "lenetpp"


def _collect(value: Any, found: dict[type, Any], seen: set[int]) -> None:
    """Keep one object of each class of ours in `value` and all that it holds."""
    if isinstance(value, Mapping):
        _collect(list(value.values()), found, seen)
    elif isinstance(value, list | tuple):
        for item in value[:50]:
            _collect(item, found, seen)
    if _is_ours(type(value)) and id(value) not in seen:
        seen.add(id(value))
        found.setdefault(type(value), value)
        _collect(_attributes(value), found, seen)
        for name, member in inspect.getmembers_static(type(value)):
            if isinstance(member, property | cached_property) and not name.startswith("_"):
                with suppress(AssertionError, ValueError, AttributeError):  # of another kind of layer, for instance
                    _collect(getattr(value, name), found, seen)


def _attributes(value: Any) -> dict[str, Any]:
    slots = [name for one in type(value).__mro__ for name in getattr(one, "__slots__", ()) if hasattr(value, name)]
    return {**getattr(value, "__dict__", {}), **{name: getattr(value, name) for name in slots}}


def test_an_object_of_every_public_class_is_looked_at(met: dict[type, Any]) -> None:
    missing = [f"{one.__name__}, met by {way}" for one, way in classes().items() if not _is_met(one, met)]
    assert not missing, "roots() must bring an object of each class"
    assert set(exceptions()) <= set(met)


def _is_met(one: type, met: dict[type, Any]) -> bool:
    return any(issubclass(other, one) for other in met)


@pytest.mark.parametrize("way", COPIES)
def test_everything_public_survives_being_copied(met: dict[type, Any], way: str) -> None:
    changed = []
    for one, value in met.items():
        if one.__module__ == "lenetpp._core" and not issubclass(one, BaseException):
            continue  # held by objects that say how they are copied
        try:
            other = COPIES[way](value)
            if type(other) is not one or not _same(value, other):
                changed.append(f"{one.__name__} is another")
        except Exception as error:
            changed.append(f"{one.__name__}: {type(error).__name__}: {error}")
    assert not changed


def _same(value: Any, other: Any, depth: int = 0) -> bool:
    """Whether two objects hold the same, as far as one can see."""
    if type(value) is not type(other):
        return False
    if isinstance(value, np.ndarray):
        return bool(np.array_equal(value, other, equal_nan=value.dtype.kind == "f"))
    if isinstance(value, lp.Network):
        return bool(value == other) and value.digest == other.digest and value.class_names == other.class_names
    if isinstance(value, Mapping):
        return value.keys() == other.keys() and all(_same(value[key], other[key], depth + 1) for key in value)
    if isinstance(value, list | tuple):
        return len(value) == len(other) and all(map(partial(_same, depth=depth + 1), value, other))
    if isinstance(value, BaseException) and (str(value) != str(other) or not _same(value.args, other.args, depth + 1)):
        return False
    if dataclasses.is_dataclass(value) or _is_ours(type(value)):
        return depth > 20 or _same(_attributes(value), _attributes(other), depth + 1)
    return bool(value == other) or value != value or callable(value)  # NaN; a function


def test_a_failed_recording_can_be_saved_by_the_copy(tmp_path: Path) -> None:
    *_, failed = errors_of_training(tmp_path)
    assert isinstance(failed, lp.RecordingFailed)
    for number, way in enumerate(COPIES.values()):
        other = way(failed)
        assert str(other) == str(failed)
        saved = other.save(tmp_path / f"saved-{number}")
        assert lp.resume(saved.folder, data=stripes_data(validation=15), epochs=3, progress=False).outcome == "finished"


def test_what_is_kept_out_of_python_says_how_it_can_be_copied() -> None:
    core = lp.network("lenet5").core
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(core)


POOL = """
import multiprocessing, sys
import lenetpp as lp

def diverge(seed):
    data = lp.load_data(train_per_class=2, test_per_class=1)
    return lp.train(lp.network("lenet5"), data, runs=None, learning_rate=1e38, seed=seed).digest

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        try:
            pool.map(diverge, [1, 2])
        except lp.TrainingDiverged as error:
            print("diverged:", error.run.outcome, str(error).startswith("training diverged"))
"""
SCIKIT_LEARN = """
import lenetpp as lp
from sklearn.model_selection import cross_val_score

if __name__ == "__main__":
    data = lp.load_data(train_per_class=6)
    classifier = lp.LeNetClassifier("lenet5", learning_rate=1e38, momentum=0.9, epochs=2)
    try:
        cross_val_score(classifier, data.train_images, data.train_labels, cv=2, n_jobs=2, error_score="raise")
    except lp.TrainingDiverged as error:
        print("diverged:", error.run.outcome, str(error).startswith("training diverged"))
"""


@pytest.mark.parametrize("program", [POOL, SCIKIT_LEARN], ids=["process pool", "scikit-learn"])
def test_a_training_that_diverges_in_another_process_ends_there_and_here(tmp_path: Path, program: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(program, encoding="utf-8")
    answer = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60, check=False)
    assert answer.stdout.strip() == "diverged: diverged True", answer.stderr
