"""Records of runs that no training made, so that a test decides what is in them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tomli_w

NETWORK = "1x8x8 | conv 4x3x3 relu | maxpool 2 | dense 3"


def record(**changes: Any) -> dict[str, Any]:
    """A finished run's ``run.toml``; changes are named with a double underscore, as in ``settings__seed=3``."""
    content: dict[str, Any] = {
        "format": 1,
        "outcome": "finished",
        "network": {"text": NETWORK, "dtype": "float32", "start": "seed", "initial_digest": "0" * 64},
        "data": {"name": "stripes", "digest": "d" * 64, "classes": ["horizontal", "vertical", "diagonal"]},
        "settings": {"epochs": 2, "learning_rate": 0.01, "loss": "cross_entropy", "nesterov": False, "seed": 1},
        "numerics": {"version": 1, "instruction_set": "scalar"},
        "machine": {"threads": 1},
        "results": {"epochs": 2, "seconds": 1.5, "loss": 0.5, "test_accuracy": 0.75, "digest": "e" * 64},
    }
    for name, value in changes.items():
        table, _, key = name.rpartition("__")
        (content[table] if table else content)[key] = value
    return content


def write_run(runs: Path, name: str, metrics: Sequence[Mapping[str, Any]] = (), **changes: Any) -> Path:
    folder = runs / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.toml").write_text(tomli_w.dumps(record(**changes)), encoding="utf-8")
    if metrics:
        (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in metrics), encoding="utf-8")
    return folder
