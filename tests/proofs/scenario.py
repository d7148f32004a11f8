"""A training of a fraction of a second, on data that every process finds again by their name."""

import functools
from dataclasses import asdict
from pathlib import Path
from typing import Any

import lenetpp as lp
from lenetpp.records.run_files import CHECKPOINT_NAME
from lenetpp.records.tensor_files import read_tensors

TEXT = "1x28x28 | conv 4x5x5 relu | maxpool 4 | dense 12 tanh | dense 3"
SETTINGS: dict[str, Any] = {"epochs": 6, "batch_size": 3, "momentum": 0.9, "shift_pixels": 1, "seed": 5}
STEPS_OF_EPOCH = 50
TIMES = {"seconds", "images_per_second"}


@functools.cache
def data() -> lp.Dataset:
    """150 training and 30 test images of three classes."""
    return lp.load_data(classes=["Sneaker", "Bag", "Coat"], train_per_class=50, test_per_class=10)


def train(runs: Path | None, **changes: Any) -> lp.Run:
    """Train for six epochs of fifty steps."""
    return lp.train(lp.Network.parse(TEXT), data(), runs=runs, progress=False, **{**SETTINGS, **changes})


def figures(run: lp.Run) -> list[dict[str, Any]]:
    """The history without what depends on the clock."""
    return [{name: value for name, value in asdict(epoch).items() if name not in TIMES} for epoch in run.history]


def state(folder: Path) -> dict[str, bytes]:
    """Every bit that training would go on from: parameters and momentum."""
    tensors, _ = read_tensors(folder / CHECKPOINT_NAME)
    return {name: values.tobytes() for name, values in tensors.items()}


def assert_same(folder: Path, run: lp.Run, expected: lp.Run) -> None:
    """The run has the bits, figures and state of the expected one, in memory and in its folder."""
    assert expected.folder is not None
    assert run.digest == expected.digest
    assert figures(run) == figures(expected)
    assert state(folder) == state(expected.folder)
    loaded = lp.Run.load(folder)
    assert (loaded.outcome, loaded.digest, loaded.history) == ("finished", run.digest, run.history)
    assert list(folder.glob(".*")) == []
