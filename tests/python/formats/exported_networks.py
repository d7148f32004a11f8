"""Networks that have everything a layer can be, with weights, normalization and images."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

import lenetpp as lp
from lenetpp.networks.network_structure import DataType

TEXTS = (
    "1x12x13 | dense 17 tanh | dense 5 sigmoid(2)",
    "3x12x13 | conv 4x5x3 relu | maxpool 2 | conv 5x3x3 pad1 nobias scaled_tanh | dropout 0.5 | dense 10 nobias",
    "3x12x13 | conv 2x3x3 separate pad2x0 stride2x1 leaky_relu | maxpool 3/2 | conv 3x2x2 separate sigmoid | dense 4",
    "4x12x13 | avgpool 3/2 | conv 3x2x3 table(0,1;2;0,1,2,3) leaky_relu(0.25) pad1 | maxpool 2x3/1x2 | dense 3 relu",
    "2x12x13 | maxpool 2/3 | conv 20x3x3 stride3 pad2x3 tanh | avgpool 2/3 | dense 20",
    "1x12x13 | dropout 0.1 | conv 3x1x1 sigmoid(0.5) | dropout 0.2 | maxpool 5x4 | conv 2x3x4 table(0,2;1) nobias",
    "2x12x13 | avgpool 12x13",
    "3x12x13 | conv 5x3x3 pad1 nobias | batchnorm relu | maxpool 2 | lrn 3 alpha 0.01 beta 0.5 k 1 | dense 7 | "
    "batchnorm tanh momentum 0.2 epsilon 0.001",
    "2x12x13 | batchnorm | subsample 2 scaled_tanh | conv 7x3x3 relu | lrn 5 | subsample 2/1 | dense 4",
    "1x12x13 | maxpool 1 | conv 2x3x3 pad1 | maxpool 3",
    "3x12x13 | conv 4x3x3 pad1 relu | residual [ conv 4x3x3 pad1 relu | conv 4x3x3 pad1 ] relu | residual [ "
    "conv 6x3x3 stride2 pad1 | maxpool 1 | residual [ conv 6x1x3 pad0x1 ] tanh ] relu | globalavgpool | "
    "activation tanh | dense 4",
    "2x12x13 | residual pad [ conv 5x3x3 stride2 pad1 ] sigmoid(2) | residual pad [ avgpool 2 ] scaled_tanh | "
    "conv 3x1x1 | avgpool 1 | activation leaky_relu(0.25) | globalavgpool | residual [ dense 7 relu | dense 5 ] | "
    "residual pad [ dense 8 ] relu",
)
IDENTIFIERS = [text.split(" | ", 1)[1].replace(" | ", ", ") for text in TEXTS]


def network_of(text: str, dtype: DataType = "float32", seed: int = 1) -> lp.Network:
    """A network with weights, biases and normalization that are drawn at random."""
    network = lp.Network.parse(text, dtype=dtype)
    network.initialize(seed, "glorot")
    random = np.random.default_rng(seed)
    drawn = {name: values + random.normal(0, 0.2, values.shape) for name, values in network.parameters().items()}
    network.set_parameters(drawn)
    network.set_state({name: random.uniform(0.2, 1.5, values.shape) for name, values in network.state().items()})
    planes = network.input_shape[0]
    network.normalization = random.uniform(50, 150, planes), random.uniform(30, 90, planes)
    return network


def images_for(network: lp.Network, count: int, seed: int = 2) -> NDArray[np.uint8]:
    images = np.random.default_rng(seed).integers(0, 256, (count, *network.input_shape), np.uint8)
    images[0], images[1] = 0, 255
    return images


def bits(values: NDArray[Any]) -> NDArray[Any]:
    return values.view(f"u{values.dtype.itemsize}")
