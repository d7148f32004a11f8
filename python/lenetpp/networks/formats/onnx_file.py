"""A trained network as an ONNX model, written by hand: what onnxruntime and others compute with.

Fields and types have the numbers of onnx.proto (https://github.com/onnx/onnx), operators are those of opset 15.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lenetpp import _core
from lenetpp.basics.arrays import FloatArray
from lenetpp.networks.activations import parse_activation
from lenetpp.networks.formats.contents import (
    SCALED_TANH_HEIGHT,
    SCALED_TANH_RATE,
    LayerContents,
    NetworkContents,
    numbers_in_windows,
)
from lenetpp.networks.formats.pixels import Pixels, check_pixels
from lenetpp.networks.formats.protobuf import field
from lenetpp.networks.layers import (
    Activation,
    AvgPool2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    GlobalAvgPool2D,
    LocalResponseNormalization,
    MaxPool2D,
    ResidualEnd,
    ResidualStart,
    Subsample,
)

OPSET = 15
IR_VERSION = 8
TYPES = {"float32": 1, "uint8": 2, "int64": 7}
CONSTANT_NAMES = {
    "BatchNormalization": ("weight", "bias", "running_mean", "running_variance"),
    "Conv": ("weight", "bias"),
    "Gemm": ("weight", "bias"),
}
Attribute: TypeAlias = int | float | Sequence[int]


class Node(NamedTuple):
    """An operator, applied to a value, another one where it has two, and to constants.

    Values are called as the nodes that give them; without one, it is that of the node before.
    """

    name: str
    operator: str
    constants: tuple[NDArray[Any], ...]
    attributes: dict[str, Attribute]
    value: str = ""
    second: str = ""


def onnx_file(network: NetworkContents, pixels: Pixels) -> bytes:
    """Return a network as an ONNX model; see :meth:`lenetpp.Network.to_onnx`.

    Raises
    ------
    ValueError
        If the network is not float32, or `pixels` is neither type.
    NotImplementedError
        If a layer is of a kind that is not written as ONNX yet.
    """
    check_pixels(pixels)
    if network.dtype != np.float32:
        raise ValueError('programs for ONNX compute convolutions in float32: export network.astype("float32") instead')
    nodes = list(_normalization(network, pixels))
    nodes += _layers(network.layers, nodes[-1].name if nodes else "images")
    metadata = {"lenetpp.network": network.text, "lenetpp.digest": network.digest}
    if network.class_names:
        metadata["classes"] = json.dumps(network.class_names, ensure_ascii=False)
    return b"".join(
        [
            field(1, IR_VERSION),
            field(2, "lenetpp"),
            field(3, _core.version()),
            field(7, _graph(network, nodes, pixels)),
            field(8, field(2, OPSET)),
            *(field(14, field(1, key) + field(2, value)) for key, value in metadata.items()),
        ]
    )


def _normalization(network: NetworkContents, pixels: Pixels) -> Iterator[Node]:
    """Yield what makes numbers of pixels: the core multiplies and adds, too."""
    if pixels != "float32":
        yield Node("normalization.cast", "Cast", (), {"to": TYPES["float32"]})
    if network.scale_and_shift:
        scale, shift = (values.reshape(-1, 1, 1) for values in network.scale_and_shift)
        yield Node("normalization.multiply", "Mul", (scale,), {})
        yield Node("normalization.add", "Add", (shift,), {})


def _layers(layers: Sequence[LayerContents], value: str) -> list[Node]:
    """Return the nodes of layers, the first of which takes a value."""
    nodes: list[Node] = []
    starts: list[str] = []  # the values at the starts of residuals that have not ended
    for contents in layers:
        before = nodes[-1].name if nodes else value
        if isinstance(contents.layer, ResidualStart):
            starts.append(before)
        elif isinstance(contents.layer, ResidualEnd):
            nodes += _residual_end(contents, contents.layer, before, starts.pop(), is_flat=_flattens(nodes))
        else:
            nodes += _layer(contents, is_flat=_flattens(nodes))
    if not _flattens(nodes):
        nodes.append(Node("flatten", "Flatten", (), {"axis": 1}))
    return nodes


def _flattens(nodes: Sequence[Node]) -> bool:
    return any(node.operator == "Flatten" for node in nodes)


def _residual_end(
    contents: LayerContents, layer: ResidualEnd, value: str, start: str, *, is_flat: bool
) -> Iterator[Node]:
    place, shortcut = str(contents.index), contents.shortcut
    assert shortcut
    if contents.weight is not None and is_flat:
        yield Node(place, "Gemm", (contents.weight[:, :, 0, 0],), {"transB": 1}, start)
        start = place
    elif contents.weight is not None:
        yield Node(place, "Conv", (contents.weight,), {"kernel_shape": [1, 1], "strides": shortcut.strides}, start)
        start = place
    elif shortcut.planes_of_zeros or shortcut.strides != (1, 1):
        if shortcut.strides != (1, 1):
            yield Node(f"{place}.kept", "MaxPool", (), {"kernel_shape": [1, 1], "strides": shortcut.strides}, start)
            start = f"{place}.kept"
        sides = 2 if is_flat else 4
        pads = np.zeros(2 * sides, np.int64)
        pads[sides + 1] = shortcut.planes_of_zeros
        yield Node(f"{place}.padded", "Pad", (pads,), {}, start)
        start = f"{place}.padded"
    yield Node(f"{place}.sum", "Add", (), {}, value, start)
    yield from _activation(place, layer.activation)


def _layer(contents: LayerContents, *, is_flat: bool) -> Iterator[Node]:
    place = str(contents.index)
    match contents.layer:
        case Conv2D() as layer:
            yield Node(place, "Conv", *_convolution(contents, layer))
            yield from _activation(place, layer.activation)
        case MaxPool2D():
            yield Node(place, "MaxPool", (), _pooling(contents))
        case AvgPool2D():
            yield Node(place, "AveragePool", (), {**_pooling(contents), "count_include_pad": 0})
        case Subsample() as layer:
            yield from _subsampling(contents)
            yield from _activation(place, layer.activation)
        case BatchNormalization() as layer:  # the momentum of ONNX is what stays
            constants = *_parameters(contents), *contents.state.values()
            yield Node(place, "BatchNormalization", constants, _numbers(layer.epsilon, 1 - layer.momentum))
            yield from _activation(place, layer.activation)
        case LocalResponseNormalization() as layer:
            yield Node(place, "LRN", (), _response_numbers(layer))
        case Dense() as layer:
            if not is_flat:
                yield Node(f"{place}.flatten", "Flatten", (), {"axis": 1})
            yield Node(place, "Gemm", _parameters(contents), {"transB": 1})
            yield from _activation(place, layer.activation)
        case GlobalAvgPool2D():
            yield Node(place, "GlobalAveragePool", (), {})
            yield Node(f"{place}.flatten", "Flatten", (), {"axis": 1})
        case Activation() as layer:
            yield from _activation(place, layer.activation)
        case Dropout():
            return  # inference leaves nothing out
        case _:
            raise NotImplementedError(f"{contents} is of a kind that is not written as ONNX yet")


def _convolution(contents: LayerContents, layer: Conv2D) -> tuple[tuple[FloatArray, ...], dict[str, Attribute]]:
    """Return weights and attributes: separate filters become groups of one plane, and a table zeros in full filters."""
    size, strides, padding = layer.window
    attributes: dict[str, Attribute] = {"kernel_shape": size, "strides": strides, "pads": [*padding, *padding]}
    weight, *bias = _parameters(contents)
    planes = contents.input_shape[0]
    if layer.connection == "separate":
        parameters = [np.concatenate([values] * planes) for values in (weight[:, np.newaxis], *bias)]
        return tuple(parameters), {**attributes, "group": planes}
    if layer.connection != "full":
        weight = full_weight(layer.connection, planes, weight)
    return (weight, *bias), attributes


def full_weight(table: Sequence[Sequence[int]], planes: int, weight: FloatArray) -> FloatArray:
    """Return the weights (filters, planes, height, width) of a table: zero where a filter does not see a plane."""
    full = np.zeros((len(table), planes, *weight.shape[1:]), weight.dtype)
    full[[f for f, seen in enumerate(table) for _ in seen], [plane for seen in table for plane in seen]] = weight
    return full


def _numbers(epsilon: float, momentum: float) -> dict[str, Attribute]:
    return {"epsilon": float(epsilon), "momentum": float(momentum)}


def _response_numbers(layer: LocalResponseNormalization) -> dict[str, Attribute]:
    """Return the attributes of an LRN, whose alpha is a factor of the mean."""
    alpha = layer.alpha * layer.size
    return {"size": int(layer.size), "alpha": float(alpha), "beta": float(layer.beta), "bias": float(layer.k)}


def _subsampling(contents: LayerContents) -> Iterator[Node]:
    """Yield averages, and what makes sums of them: one number a plane, or one a window where some are clipped."""
    place = str(contents.index)
    assert contents.weight is not None
    assert contents.bias is not None
    assert contents.layer.window
    counts = numbers_in_windows(contents.layer.window, contents.input_shape, contents.output_shape)
    counts = counts if (counts != counts[0, 0]).any() else counts[:1, :1]
    factors = contents.weight.reshape(-1, 1, 1) * counts.astype(np.float32)
    yield Node(f"{place}.average", "AveragePool", (), {**_pooling(contents), "count_include_pad": 0})
    yield Node(f"{place}.weight", "Mul", (factors,), {})
    yield Node(f"{place}.bias", "Add", (contents.bias.reshape(-1, 1, 1),), {})


def _pooling(contents: LayerContents) -> dict[str, Attribute]:
    """Return where windows lie. How far the last ones reach beyond the border is said, not left to a rounding mode."""
    assert contents.layer.window
    size, strides, _ = contents.layer.window
    ends = [
        max(0, (count - 1) * stride + extent - side)
        for count, stride, extent, side in zip(
            contents.output_shape[1:], strides, size, contents.input_shape[1:], strict=True
        )
    ]
    return {"kernel_shape": size, "strides": strides, "pads": [0, 0, *ends]}


def _activation(place: str, activation: str) -> Iterator[Node]:
    name, slope = parse_activation(activation)
    match name:
        case "identity":
            return
        case "relu":
            yield Node(f"{place}.relu", "Relu", (), {})
        case "leaky_relu":
            yield Node(f"{place}.leaky_relu", "LeakyRelu", (), {"alpha": float(slope or 0)})
        case "sigmoid":
            if slope != 1:
                yield Node(f"{place}.slope", "Mul", (np.array(slope, np.float32),), {})
            yield Node(f"{place}.sigmoid", "Sigmoid", (), {})
        case "tanh":
            yield Node(f"{place}.tanh", "Tanh", (), {})
        case "scaled_tanh":
            yield Node(f"{place}.rate", "Mul", (np.array(SCALED_TANH_RATE, np.float32),), {})
            yield Node(f"{place}.tanh", "Tanh", (), {})
            yield Node(f"{place}.height", "Mul", (np.array(SCALED_TANH_HEIGHT, np.float32),), {})
        case _:
            raise NotImplementedError(f"the activation {activation} is not written as ONNX yet")


def _parameters(contents: LayerContents) -> tuple[FloatArray, ...]:
    return tuple(values for values in (contents.weight, contents.bias) if values is not None)


def _graph(network: NetworkContents, nodes: Sequence[Node], pixels: Pixels) -> bytes:
    """Return the nodes as a graph from `images` to `outputs`."""
    parts, value = [], "images"
    for node in nodes:
        names = [f"{node.name}.{name}" for name in CONSTANT_NAMES.get(node.operator, ("value",))][: len(node.constants)]
        output = "outputs" if node is nodes[-1] else node.name
        attributes = [field(5, _attribute(*item)) for item in node.attributes.items()]
        values = [node.value or value, *([node.second] if node.second else [])]
        inputs = [field(1, name) for name in (*values, *names)]
        parts.append(
            field(1, b"".join([*inputs, field(2, output), field(3, node.name), field(4, node.operator), *attributes]))
        )
        parts += [field(5, _tensor(*item)) for item in zip(names, node.constants, strict=True)]
        value = output
    return b"".join(
        [
            *parts,
            field(2, "lenetpp"),
            field(11, _value("images", pixels, ["N", *network.input_shape])),
            field(12, _value("outputs", "float32", ["N", network.class_count])),
        ]
    )


def _tensor(name: str, values: NDArray[Any]) -> bytes:
    little_endian = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
    sides = [field(1, side) for side in np.shape(values)]
    return b"".join([*sides, field(2, TYPES[values.dtype.name]), field(8, name), field(9, little_endian.tobytes())])


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, float):
        return field(1, name) + field(2, value) + field(20, 1)
    if isinstance(value, int):
        return field(1, name) + field(3, value) + field(20, 2)
    return b"".join([field(1, name), *(field(8, item) for item in value), field(20, 7)])


def _value(name: str, number: str, sides: Sequence[int | str]) -> bytes:
    """Return the description of a value; a side that is a text may be anything."""
    dimensions = [field(1, field(2 if isinstance(side, str) else 1, side)) for side in sides]
    return field(1, name) + field(2, field(1, field(1, TYPES[number]) + field(2, b"".join(dimensions))))
