"""Short trainings, and gradients at every width, and their bits: sha256 of parameters, outputs and gradients.

As a script it prints them, for the instruction set that LENETPP_INSTRUCTION_SET names. With ``--write`` it renews the
golden file, which is right only together with a new numerics version (cpp/src/runtime.cpp) and a line in the changelog
that says what changed.
"""

import hashlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lenetpp import _core

GOLDEN_FILE = Path(__file__).resolve().parents[2] / "golden" / "training_digests.json"
IMAGES = 40

LENET5 = (
    "1x28x28 | conv 6x5x5 pad2 relu | maxpool 2 | conv 16x5x5 relu | maxpool 2 | dense 120 relu | dense 84 relu | "
    "dense 10"
)
BLOG_LENET = (
    "3x32x32 | conv 5x5x5 separate nobias | maxpool 3/2 | conv 3x5x5 separate nobias | maxpool 3/2 | "
    "dense 120 nobias sigmoid(2) | dense 84 nobias sigmoid(2) | dense 2 nobias sigmoid(2)"
)


@dataclass(frozen=True)
class Training:
    """Two epochs of one network on images that are a formula."""

    text: str
    pixels: type[np.uint8] | type[np.float32] = np.uint8
    rate: float = 0.05
    initialization: Literal["he", "glorot", "lecun", "blog", "identity"] = "he"
    whitens: bool = False
    settings: dict[str, Any] = field(default_factory=dict)

    def digests(self, threads: int = 1) -> dict[str, str]:
        """What the network weighs and says after the training, and the two epochs' losses."""
        network = _core.Network(self.text)
        network.initialize(7, self.initialization)
        planes = network.input_shape[0]
        if self.pixels is np.uint8:
            network.set_normalization(np.full(planes, 120, np.float32), np.full(planes, 70, np.float32))
        images = self.images(network)
        if self.whitens:
            network.whiten(images)
        labels = (np.arange(IMAGES) // 3 % network.outputs).astype(np.int32)
        settings = {"batch_size": 12, "momentum": 0.9, "seed": 3} | self.settings
        trainer = _core.Trainer(network, threads=threads, **settings)
        losses = []
        for epoch in range(2):
            rate = _core.LearningRate(self.rate, "cosine", epochs=3, warmup_epochs=0.5)
            result = trainer.train_epoch(images, labels, epoch=epoch, learning_rate=rate)
            assert result.divergence is None, f"{self.text}: {result.divergence}"
            losses.append(float(result.loss).hex())
        return {
            "parameters": _sha256(*(network.parameter(name) for name in network.parameter_names)),
            "outputs": _sha256(network.compute_outputs(images, threads=threads)),
            "losses": " ".join(losses),
        }

    def images(self, network: _core.Network) -> NDArray[np.uint8] | NDArray[np.float32]:
        """Images [N][P][H][W]."""
        bytes_ = _image_bytes((IMAGES, *network.input_shape))
        return bytes_ if self.pixels is np.uint8 else (bytes_.astype(np.float32) - np.float32(128)) / np.float32(64)


TRAININGS = {
    "lenet5": Training(
        LENET5,
        settings={"flip_horizontally": True, "shift_pixels": 2},
    ),
    "blog-lenet": Training(
        BLOG_LENET,
        initialization="blog",
        settings={"loss": "squared_error", "reduction": "sum", "momentum": 0.0},
    ),
    "table, strides and padding": Training(
        "3x17x23 | conv 5x3x4 stride2x1 pad1x3 leaky_relu(0.1) | maxpool 3x2/2x1 | "
        "conv 4x2x3 table(0,1;1,2,4;3;0,1,2,3,4) nobias tanh | dense 19 scaled_tanh | dense 7 sigmoid",
        pixels=np.float32,
        initialization="glorot",
        settings={"loss": "binary_cross_entropy", "nesterov": True, "weight_decay": 1e-3, "batch_size": 7},
    ),
    "pool first": Training(
        "2x19x37 | maxpool 3/1 | conv 3x7x7 separate sigmoid | maxpool 2 | dense 5",
        initialization="lecun",
        settings={"gradient_clip_norm": 0.1, "batch_size": 1, "shift_pixels": 1},
    ),
    "normalizations": Training(
        "3x16x18 | conv 16x3x3 pad1 nobias | batchnorm relu | maxpool 2 | conv 5x3x3 relu | lrn 5 | "
        "batchnorm sigmoid | subsample 2 scaled_tanh | dense 21 | batchnorm leaky_relu momentum 0.2 | dense 4",
        settings={"batch_size": 10, "weight_decay": 1e-3},
    ),
    "dense only": Training("1x5x7 | dense 33 tanh | dense 3 scaled_tanh", settings={"batch_size": 25}),
    "residuals": Training(
        "3x11x18 | conv 5x3x3 pad1 relu | residual [ conv 5x3x3 pad1 relu | conv 5x3x3 pad1 nobias ] relu | residual [ "
        "conv 18x3x3 stride2 pad1 tanh | dropout 0.2 ] scaled_tanh | residual pad [ avgpool 1 | conv 21x1x3 pad0x1 ] | "
        "globalavgpool | activation leaky_relu | dense 4",
        settings={"batch_size": 9},
    ),
    "whitened": Training(
        "3x13x17 | conv 22x3x4 nobias | batchnorm relu | conv 9x3x3 pad1 relu | maxpool 2 | dense 5",
        initialization="identity",
        whitens=True,
    ),
    "convolutions only": Training("1x7x35 | conv 17x1x1 relu | conv 2x7x35 stride3", settings={"batch_size": 16}),
}


def training_digests(threads: int = 1) -> dict[str, dict[str, str]]:
    """The digests of every training."""
    return {name: training.digests(threads) for name, training in TRAININGS.items()}


def gradient_digests() -> dict[str, str]:
    """Outputs and gradients at every width of planes and dense layers: vectors full, partly filled and alone.

    The images' scale takes values from subnormal numbers to the neighbourhood of overflow.
    """
    digests = {}
    for width in range(3, 40):
        network = _core.Network(
            f"2x5x{width} | conv 3x2x3 pad1 relu | maxpool 3x2/2x1 | conv 2x2x2 separate sigmoid | "
            f"dense {width} tanh | dense 3 leaky_relu"
        )
        network.initialize(width)
        bytes_ = _image_bytes((9, *network.input_shape)).astype(np.float32)
        labels = (np.arange(9) % 3).astype(np.int32)
        for scale in (1e-45, 1e-39, 1e-19, 1e-2, 1e15):
            images = bytes_ * np.float32(scale)
            loss, gradients = network.loss_and_gradients(images, labels)
            outputs = network.compute_outputs(images)
            digests[f"width {width}, scale {scale:g}"] = _sha256(outputs, np.float32(loss), *gradients.values())
    return digests


def _image_bytes(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Bytes from a formula, so that no random generator has to stay the same for ever."""
    return (np.arange(np.prod(shape), dtype=np.uint32) * np.uint32(2654435761) >> 24).astype(np.uint8).reshape(shape)


def _sha256(*arrays: NDArray[Any] | np.float32) -> str:
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(array.astype("<f4", copy=False).tobytes())
    return digest.hexdigest()


def _report() -> dict[str, Any]:
    return {
        "instruction_set": _core.instruction_set(),
        "trainings": training_digests(),
        "gradients": gradient_digests(),
    }


def _golden() -> dict[str, Any]:
    return {
        "numerics_version": _core.numerics_version(),
        "numeric_class": _core.numeric_class(),
        "trainings": training_digests(),
    }


if __name__ == "__main__":
    if "--write" in sys.argv:
        GOLDEN_FILE.write_text(json.dumps(_golden(), indent=2) + "\n", encoding="utf-8")
    else:
        json.dump(_report(), sys.stdout)
