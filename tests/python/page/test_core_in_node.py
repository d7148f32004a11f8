"""The core compiled to WebAssembly, in node: the golden trainings, multiply-add fused and emulated."""

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lenetpp import _core

from ..numerics.digests import GOLDEN_FILE, TRAININGS, Training

SCRIPT = Path(__file__).parent / "node_trainings.mjs"
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
        "settings": {"batch_size": 12, "momentum": 0.9, "seed": 3} | schedule | training.settings,
        "epochs": EPOCHS,
        "pixels": {"type": images.dtype.name, "base64": base64.b64encode(images.tobytes()).decode()},
        "labels": (np.arange(len(images)) // 3 % network.outputs).tolist(),
    }


def has_relaxed_simd(*flags: str) -> bool:
    # (module (func (param v128 v128 v128) (result v128) local.get 0 1 2 f32x4.relaxed_madd))
    module = "0,97,115,109,1,0,0,0,1,8,1,96,3,123,123,123,1,123,3,2,1,0,10,13,1,11,0,32,0,32,1,32,2,253,133,2,11"
    check = f"process.exit(WebAssembly.validate(new Uint8Array([{module}])) ? 0 : 1)"
    return subprocess.run(["node", *flags, "-e", check], capture_output=True, check=False).returncode == 0


def trained_in_node(module: Path, *flags: str) -> dict[str, Any]:
    trainings = {name: as_json(training) for name, training in TRAININGS.items()}
    finished = subprocess.run(
        ["node", *flags, SCRIPT, module], input=json.dumps(trainings), capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr[-5000:]
    report: dict[str, Any] = json.loads(finished.stdout)
    for result in report["results"].values():
        result["losses"] = " ".join(float(loss).hex() for loss in result["losses"])
    return report


@pytest.mark.parametrize("name", ["wasm128", "wasm128_relaxed"])
def test_golden_trainings_have_the_same_bits_in_node(modules: dict[str, Path], name: str) -> None:
    flags: list[str] = []
    if name == "wasm128_relaxed" and not has_relaxed_simd():
        flags = ["--experimental-wasm-relaxed-simd"]
        if not has_relaxed_simd(*flags):
            pytest.skip("this node has no relaxed SIMD")
    report = trained_in_node(modules[name], *flags)
    if name == "wasm128_relaxed" and not report["instructionSets"]:
        pytest.skip("the multiply-add of this processor rounds twice")
    golden = json.loads(GOLDEN_FILE.read_text(encoding="utf-8"))
    assert report["instructionSets"] == [name]
    assert report["numerics"] == golden["numerics_version"]
    assert report["results"] == golden["trainings"]
