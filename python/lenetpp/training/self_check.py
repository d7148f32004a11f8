"""A few steps of training whose bits must be the same on every instruction set.

``python -m lenetpp.training.self_check`` prints the digest of the instruction set that ``LENETPP_INSTRUCTION_SET``
forces.
"""

import subprocess
import sys

import numpy as np

from lenetpp import _core
from lenetpp.basics.own_processes import module_command, module_environment
from lenetpp.data import Dataset
from lenetpp.networks.network import Network
from lenetpp.training.train import train

NETWORK_TEXT = (
    "2x14x13 | conv 3x3x3 separate pad1 tanh | maxpool 3/2 | conv 5x3x2 relu | maxpool 2 | "
    "dense 21 sigmoid(2) | dense 4"
)
IMAGE_COUNT = 40


def training_digest() -> str:
    """Train a small network with layers of every kind on patterned images; return the digest of its weights."""
    network = Network.parse(NETWORK_TEXT)
    planes, height, width = network.input_shape
    image, plane, row, column = np.indices((IMAGE_COUNT, planes, height, width))
    pixels = ((image * 31 + plane * 17 + row * (image % 4 + 1) * 13 + column * 7) % 256).astype(np.uint8)
    part = (pixels, np.arange(IMAGE_COUNT) % 4)
    data = Dataset.from_arrays(part, part, classes=["0", "1", "2", "3"])
    run = train(
        network, data, epochs=2, batch_size=7, flip_horizontally=True, shift_pixels=1, runs=None, progress=False
    )
    return run.digest


def digests_by_instruction_set() -> dict[str, str]:
    """Return :func:`training_digest` of each instruction set that this machine has, each in a process of its own."""
    digests = {}
    for name in _core.available_instruction_sets():
        answer = subprocess.run(
            module_command("lenetpp.training.self_check"),
            env={**module_environment(), "LENETPP_INSTRUCTION_SET": name},
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode != 0:
            raise RuntimeError(f"the self-check with {name} failed: {answer.stderr.strip()}")
        digests[name] = answer.stdout.strip()
    return digests


if __name__ == "__main__":
    sys.stdout.write(training_digest() + "\n")
