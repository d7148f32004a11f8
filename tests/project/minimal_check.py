"""What every wheel must do on every machine: the golden trainings' bits, and train, save, load, predict.

Needs the wheel with what that asks for, and this checkout's tests beside this file, but nothing to test with.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

import lenetpp as lp
from lenetpp import _core

TESTS = Path(__file__).resolve().parents[1]


def main() -> None:
    check_bits()
    check_command()


def check_bits() -> None:
    """Every instruction set of this processor gives the golden trainings' bits, and the same gradients' bits."""
    golden = json.loads((TESTS / "golden" / "training_digests.json").read_text(encoding="utf-8"))
    here = {"numerics_version": _core.numerics_version(), "numeric_class": _core.numeric_class()}
    expect("what decides bits", here, {name: golden[name] for name in here})
    available = _core.available_instruction_sets()
    gradients = {}
    for name in available:
        digests = run(str(TESTS / "python" / "numerics" / "digests.py"), variables={"LENETPP_INSTRUCTION_SET": name})
        expect("the instruction set", digests["instruction_set"], name)
        for training, bits in digests["trainings"].items():
            expect(f"{training} on {name}", bits, golden["trainings"][training])
        expect(f"the number of trainings on {name}", len(digests["trainings"]), len(golden["trainings"]))
        gradients[name] = digests["gradients"]
        expect(f"gradients on {name}", gradients[name], gradients[available[0]])
    say(f"{len(golden['trainings'])} golden trainings have their bits on {', '.join(available)}")


def check_command() -> None:
    """The command trains on the embedded images, and the network that it saved is as good as it says."""
    with tempfile.TemporaryDirectory() as folder:
        result = run("-m", "lenetpp", "train", "--epochs", "1", "--json", "--runs", folder)
        network = lp.Network.load(Path(result["run"]) / "model.safetensors")
    data = lp.load_data()
    accuracy = float(np.mean(network.predict(data.test_images) == data.test_labels))
    expect("the loaded network's accuracy", round(accuracy, 9), round(result["test_accuracy"], 9))
    if accuracy <= 0.5:
        raise SystemExit(f"after an epoch {accuracy:.1%} of the test images are right, expected more than half")
    say(f"trained, saved, loaded and predicted: {accuracy:.1%} of the test images")


def run(*arguments: str, variables: dict[str, str] | None = None) -> dict[str, Any]:
    """Run this Python with these arguments and return the JSON that it prints."""
    command, environment = [sys.executable, *arguments], {**os.environ, **(variables or {})}
    finished = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    result: dict[str, Any] = json.loads(finished.stdout)
    return result


def expect(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise SystemExit(f"{what}: expected {expected}, got {found}")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
