"""What every wheel must do on every machine, with nothing else installed: train, save, load, predict."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import lenetpp as lp


def main() -> None:
    command = [str(Path(sys.executable).parent / "lenetpp"), "train", "--epochs", "1", "--json"]
    with tempfile.TemporaryDirectory() as folder:
        finished = subprocess.run([*command, "--runs", folder], stdout=subprocess.PIPE, check=True)
        run = json.loads(finished.stdout)
        network = lp.Network.load(Path(run["run"]) / "model.safetensors")

    data = lp.load_data()
    accuracy = float(np.mean(network.predict(data.test_images) == data.test_labels))
    if not (accuracy > 0.5 and abs(accuracy - run["test_accuracy"]) < 1e-9):
        raise SystemExit(f"the trained network's accuracy is {accuracy}, reported was {run['test_accuracy']}")
    sys.stdout.write(f"trained, saved, loaded and predicted: {accuracy:.1%} of the test images\n")


if __name__ == "__main__":
    main()
