"""The golden trainings in the words of the page's interface, and what the core in WebAssembly should make of them."""

import base64
import json
from typing import Any

import numpy as np

from lenetpp import _core

from ..numerics.digests import GOLDEN_FILE, TRAININGS, Training

EPOCHS = 2


def as_json(training: Training) -> dict[str, Any]:
    """The same as `Training.digests` does, in the words of the page's interface."""
    network = _core.Network(training.text)
    images, planes = training.images(network), network.input_shape[0]
    schedule = {"learning_rate": training.rate, "schedule": "cosine", "epochs": 3, "warmup_epochs": 0.5}
    return {
        "text": training.text,
        "initialization": training.initialization,
        "seed": 7,
        "normalization": {"mean": [120] * planes, "deviation": [70] * planes} if training.pixels is np.uint8 else None,
        "whitens": training.whitens,
        "settings": {"batch_size": 12, "momentum": 0.9, "seed": 3} | schedule | training.settings,
        "epochs": EPOCHS,
        "pixels": {"type": images.dtype.name, "base64": base64.b64encode(images.tobytes()).decode()},
        "labels": (np.arange(len(images)) // 3 % network.outputs).tolist(),
    }


def all_as_json() -> dict[str, Any]:
    return {name: as_json(training) for name, training in TRAININGS.items()}


def check_golden(report: dict[str, Any], name: str) -> None:
    """Compare what golden_training.js gives with the digests of every other instruction set."""
    for result in report["results"].values():
        result["losses"] = " ".join(float(loss).hex() for loss in result["losses"])
    golden = json.loads(GOLDEN_FILE.read_text(encoding="utf-8"))
    assert report["instructionSets"] == [name]
    assert report["numerics"] == golden["numerics_version"]
    assert report["results"] == golden["trainings"]
