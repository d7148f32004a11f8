"""Dead and saturated units, against the outputs of each layer, which are those of the network cut off behind it."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lenetpp import _core

COUNT = 90  # more than one chunk of an evaluation
LABELS = (np.arange(COUNT) % 3).astype(np.int32)
RANGES = {"sigmoid": (0, 1), "tanh": (-1, 1), "scaled_tanh": (-1.7159, 1.7159)}
TEXTS = [
    "2x9x10 | conv 6x3x3 relu | maxpool 3/2 | conv 4x2x2 separate tanh | dense 30 sigmoid(3) | dense 3",
    "2x9x10 | conv 5x4x4 stride2 sigmoid | maxpool 2 | dense 40 relu | dense 20 scaled_tanh | dense 3 sigmoid",
    "2x9x10 | maxpool 2 | dense 50 leaky_relu | dense 3 tanh",
]


def _images(planes: int, height: int, width: int) -> NDArray[np.float32]:
    pixels = np.arange(COUNT * planes * height * width, dtype=np.uint32) * np.uint32(2654435761) >> 24
    return (pixels.reshape(COUNT, planes, height, width).astype(np.float32) - 128) / np.float32(40)


def _network(text: str, kind: Any, silent: bool) -> Any:
    network = kind(text)
    network.initialize(3)
    for name in network.parameter_names:
        values = network.parameter(name)
        if silent and name.endswith("bias"):
            values[::3] = -1000  # a third of the units: dead where negative inputs end at one value
        else:
            values *= 2
        network.set_parameter(name, values)
    return network


def _layer_outputs(network: Any, kind: Any, index: int, images: NDArray[np.float32]) -> NDArray[Any]:
    """Outputs [N][units][places] of layer `index`, with the max-pooling that follows it."""
    texts = network.text.split(" | ")
    end = index + 2 if index + 2 < len(texts) and texts[index + 2].startswith("maxpool") else index + 1
    cut = kind(" | ".join(texts[: end + 1]))
    for name in cut.parameter_names:
        cut.set_parameter(name, network.parameter(name))
    planes = cut.output_shapes[-1][0] if texts[index + 1].startswith("conv") else cut.outputs
    outputs: NDArray[Any] = cut.compute_outputs(images).reshape(len(images), planes, -1)
    return outputs


@pytest.mark.parametrize("kind", [_core.Network, _core.Network64])
@pytest.mark.parametrize("silent", [False, True])
@pytest.mark.parametrize("text", TEXTS)
def test_shares_are_those_of_every_layers_outputs(text: str, silent: bool, kind: Any) -> None:
    network = _network(text, kind, silent)
    images = _images(*network.input_shape)
    activity = _core.UnitActivity(text)
    for start in (0, 40):  # in parts: a unit that differs only between them is alive
        part = slice(start, 40 if start == 0 else COUNT)
        network.evaluate(images[part], LABELS[part], threads=2, activity=activity)
    dead, saturated = {}, {}
    for index, layer in enumerate(text.split(" | ")[1:]):
        if layer.startswith("maxpool"):
            continue
        values = _layer_outputs(network, kind, index, images)
        dead[index] = (values == values[:1, :, :1]).all(axis=(0, 2)).mean()
        activation = layer.split()[-1].split("(")[0]
        if activation in RANGES:
            low, high = RANGES[activation]
            margin = 0.01 * (high - low)
            saturated[index] = ((values < low + margin) | (values > high - margin)).mean()
    assert activity.dead_units == pytest.approx(dead)
    assert activity.saturated_units == pytest.approx(saturated)
    assert not silent or max(dead.values()) > 0.2


def test_a_unit_that_changes_only_between_evaluations_is_alive() -> None:
    text = "1x1x1 | dense 2 relu"
    network = _core.Network(text)
    network.set_parameter("0.weight", np.array([[1], [-1]], np.float32))
    activity = _core.UnitActivity(text)
    for pixel in (1, 2):
        images = np.full((3, 1, 1, 1), pixel, np.float32)
        network.evaluate(images, np.zeros(3, np.int32), activity=activity)
    assert activity.dead_units == {0: 0.5}
    assert activity.saturated_units == {}


def test_the_activity_of_another_network_is_refused() -> None:
    network = _core.Network("1x1x1 | dense 2")
    network.initialize(1)
    activity = _core.UnitActivity("1x1x1 | dense 3")
    with pytest.raises(ValueError, match=r"activity: expected one for 1x1x1 \| dense 2, got one for 1x1x1 \| dense 3"):
        network.evaluate(np.zeros((1, 1, 1, 1), np.float32), np.zeros(1, np.int32), activity=activity)
