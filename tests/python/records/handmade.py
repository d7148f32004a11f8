"""Records of runs that no training made, so that a test decides what is in them."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tomli_w

NO_EPOCH = {"epochs": 0, "seconds": 0.5, "images_per_second": 0.0}
"""Results of a run that did not get through its first epoch."""
NETWORK = "1x8x8 | conv 4x3x3 relu | maxpool 2 | dense 3"


def record(**changes: Any) -> dict[str, Any]:
    """A finished run's ``run.toml``; changes are named with a double underscore, as in ``settings__seed=3``.

    What is changed to None is left out.
    """
    content: dict[str, Any] = {
        "format": 1,
        "outcome": "finished",
        "started": datetime(2026, 1, 1, tzinfo=UTC),
        "network": {"text": NETWORK, "dtype": "float32", "start": "seed", "initial_digest": "0" * 64},
        "data": {
            "name": "stripes",
            "digest": "d" * 64,
            "classes": ["horizontal", "vertical", "diagonal"],
            "images": {"train": 60, "test": 30},
            "selection": {},
        },
        "settings": {"epochs": 2, "learning_rate": 0.01, "loss": "cross_entropy", "nesterov": False, "seed": 1},
        "numerics": {"version": 1, "class": "fused", "instruction_set": "scalar", "compiler": "none"},
        "software": {"lenetpp": "0.1.0", "python": "3.11.0", "numpy": "2.0.0", "system": "Linux"},
        "machine": {"processor": "Abacus", "architecture": "x86_64", "cores": 2, "threads": 1},
        "results": {
            "epochs": 2,
            "seconds": 1.5,
            "images_per_second": 80.0,
            "loss": 0.5,
            "test_accuracy": 0.75,
            "digest": "e" * 64,
        },
    }
    for name, value in changes.items():
        table, _, key = name.rpartition("__")
        (content[table] if table else content)[key] = value
    return {name: value for name, value in content.items() if value is not None}


def epoch_line(epoch: int, **changes: Any) -> dict[str, Any]:
    """A line of ``metrics.jsonl``."""
    line = {
        "epoch": epoch,
        "loss": 0.5,
        "training_accuracy": 0.5,
        "test_loss": 0.5,
        "test_accuracy": 0.5,
        "learning_rate": 0.01,
        "seconds": 1.0,
        "images_per_second": 60.0,
        "gradient_norms": {},
        "digest": "e" * 64,
    }
    return line | changes


def write_run(runs: Path, name: str, metrics: Sequence[Mapping[str, Any]] = (), **changes: Any) -> Path:
    folder = runs / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.toml").write_text(tomli_w.dumps(record(**changes)), encoding="utf-8")
    if metrics:
        (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in metrics), encoding="utf-8")
    return folder
