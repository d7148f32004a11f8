"""Every public object, errors included, survives pickle, copy and deepcopy: a process pool is made of nothing else."""

import copy
import dataclasses
import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="Matplotlib is not installed")
pytest.importorskip("scipy", reason="SciPy is not installed")
pytest.importorskip("sklearn", reason="scikit-learn is not installed")

import lenetpp as lp
from proofs.public_surface import classes, exceptions

from .patterns import stripes_data
from .public_objects import attributes, errors_of_training, is_ours

COPIES: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
    "oldest pickle": lambda value: pickle.loads(pickle.dumps(value, protocol=2)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


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
    if dataclasses.is_dataclass(value) or is_ours(type(value)):
        return depth > 20 or _same(attributes(value), attributes(other), depth + 1)
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
    for dtype in ("float32", "float64"):
        core = lp.Network.parse("1x8x8 | dense 3", dtype=dtype).core
        for way in COPIES.values():
            with pytest.raises(TypeError, match="pickle or copy the"):
                way(core)
        COPIES["pickle"](lp.Network.from_core(core))


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
