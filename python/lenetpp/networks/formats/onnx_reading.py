"""ONNX models as layers of lenetpp: a chain of operators that these can express."""

import json
import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import FloatArray
from lenetpp.networks.formats.foreign_constants import NotExpressible
from lenetpp.networks.formats.foreign_graph import IMAGES
from lenetpp.networks.formats.foreign_layers import ForeignLayers, Pair
from lenetpp.networks.formats.onnx_graph import Node, onnx_graph
from lenetpp.networks.formats.onnx_running import OnnxProgram
from lenetpp.networks.layers import AvgPool2D, MaxPool2D

Reader: TypeAlias = Callable[[Node, ForeignLayers], None]
MOST_BYTES = 2**31
"""Of a model: more no file of this format can have."""
FLOATS = (1, 11)
"""ONNX's numbers of float32 and float64."""


class OnnxSource:
    """An ONNX model as :class:`lenetpp.networks.formats.foreign_reading.Source`; its steps are nodes.

    Raises
    ------
    ValueError
        If the bytes are no ONNX model, or one with several inputs or outputs.
    """

    def __init__(self, model: bytes) -> None:
        graph = onnx_graph(model)
        self.input_shape, self.pixels, self.metadata = graph.input_shape, graph.pixels, graph.metadata
        self._nodes = [node for node in graph.nodes if node.operator != "Constant"]
        last = self._nodes[-1].outputs[0] if self._nodes else graph.images
        if graph.outputs != [last]:
            raise ValueError(f"the model must give what its last node does, {last!r}, but gives {graph.outputs}")
        self.sources = _sources(self._nodes, graph.images)
        self._values = OnnxProgram(model, graph, [node.outputs[0] for node in self._nodes])
        self._batch = graph.batch
        is_double = any(values.dtype == np.float64 for node in self._nodes for values in node.constants.values())
        self.dtype = np.dtype(np.float64 if is_double else np.float32)

    def name(self, step: int) -> str:
        """Return what messages call a node."""
        return _name(self._nodes[step])

    def is_shortcut(self, steps: Sequence[int]) -> bool:
        """Return whether nodes do what lenetpp's shortcuts do.

        That is nothing, 1x1 filters, or every n-th place and planes of zeros.
        """
        operators = [self._nodes[step].operator for step in steps]
        if operators in (["Conv"], ["Gemm"], ["MatMul"]):
            return not self._nodes[steps[0]].has(2)
        return operators in ([], ["Pad"], ["MaxPool", "Pad"])

    def read(self, step: int, layers: ForeignLayers) -> None:
        """Add what a node does."""
        node = self._nodes[step]
        if node.operator not in READERS:
            raise NotExpressible("lenetpp has no layer that computes this")
        if node.operator == "Reshape" and self._batch != 1 and node.constant(1).reshape(-1)[:1].tolist() == [1]:
            raise NotExpressible("a shape for one image, in a model that takes any number of them")
        READERS[node.operator](node, layers)

    def end_residual(self, step: int, shortcut: Sequence[int], layers: ForeignLayers) -> None:
        """Add the end of a residual."""
        if self._nodes[step].operator != "Add":
            raise NotExpressible("it takes two values")
        _end_residual([self._nodes[number] for number in shortcut], layers)

    def values(self, images: NDArray[Any], steps: Sequence[int]) -> list[NDArray[Any]]:
        """Return what nodes make of images."""
        return self._values.of(images, [self._nodes[step].outputs[0] for step in steps])

    def outputs(self, images: NDArray[Any]) -> NDArray[Any]:
        """Return what the model makes of images."""
        return self.values(images, [len(self._nodes) - 1])[0]


def _name(node: Node) -> str:
    return f"the node {node.name or node.outputs[0]!r} ({node.operator})"


def _sources(nodes: list[Node], images: str) -> list[list[int]]:
    """Return the numbers of the nodes that each node takes values of."""
    givers = {images: IMAGES}
    sources = []
    for number, node in enumerate(nodes):
        taken = [name for place, name in enumerate(node.inputs) if name and place not in node.constants]
        for name in taken:
            if name not in givers:
                raise ValueError(f"{_name(node)}: its input {name!r} is given by no node before it")
        if len(taken) == 2 and node.operator != "Add":
            raise ValueError(f"{_name(node)}: its input {taken[1]!r} is no constant")
        sources.append([givers[name] for name in taken])
        if node.outputs[0] in givers:
            raise ValueError(f"{_name(node)}: its output {node.outputs[0]!r} is given before")
        givers[node.outputs[0]] = number
    return sources


def _end_residual(shortcut: list[Node], layers: ForeignLayers) -> None:
    strides = (1, 1)
    weight = zeros = None
    for node in shortcut:
        if node.operator == "Conv":
            weight = node.constant(1)
            if weight.ndim != 4 or weight.shape[2:] != (1, 1) or node.whole("group", 1) != 1:
                raise NotExpressible(f"its shortcut has filters of the shape {weight.shape} instead of 1x1")
            _refuse_border(node)
            weight, strides = weight[:, :, 0, 0], node.pair("strides")
        elif node.operator in ("Gemm", "MatMul"):
            weight = _matrix(node)
        elif node.operator == "MaxPool":
            if node.pair("kernel_shape") != (1, 1):
                raise NotExpressible("its shortcut has a pooling")
            node.only("ceil_mode", 0)
            _refuse_border(node)
            strides = node.pair("strides")
        else:
            zeros = _planes_of_zeros(node)
    layers.end_residual(weight, strides, zeros=zeros)


def _refuse_border(node: Node) -> None:
    if node.sizes("pads", [0, 0, 0, 0], least=0) != [0, 0, 0, 0]:
        raise NotExpressible("its shortcut pads planes with a border")


def _planes_of_zeros(node: Node) -> int:
    """Return how many planes of zeros a Pad adds behind the others, which is all that it may do."""
    pads = node.constant(1).reshape(-1).tolist()
    behind = len(pads) // 2 + 1
    others = pads[:behind] + pads[behind + 1 :]
    if len(pads) not in (4, 8) or any(others) or pads[behind] < 0 or node.only("mode", "constant") != "constant":
        raise NotExpressible(f"its shortcut pads by {pads}: only planes of zeros behind the others have a layer")
    if node.has(2) or node.has(3):
        raise NotExpressible("its shortcut pads with a value of its own, or along axes of its own")
    return int(pads[behind])


def class_names_in(metadata: dict[str, str]) -> list[Any] | None:
    """Return the list that the metadata's `classes` is, as that of :meth:`lenetpp.Network.to_onnx`, or None.

    Raises
    ------
    ValueError
        If it is something else.
    """
    try:
        names = json.loads(metadata.get("classes", "null"))
    except RecursionError:
        raise ValueError("classes is nested too deeply") from None
    if names is not None and not isinstance(names, list):
        raise ValueError("classes is no list")
    return names


def _convolution(node: Node, layers: ForeignLayers) -> None:
    weight = node.constant(1)
    if weight.ndim != 4:
        raise NotExpressible(f"its weight has the shape {weight.shape}: not a convolution over planes")
    node.only("dilations", [1, 1])
    if node.sizes("kernel_shape", [*weight.shape[2:]]) != [*weight.shape[2:]]:
        raise NotExpressible(f"its kernel_shape differs from that of its weight, {weight.shape}")
    top, left, bottom, right = _pads(node, layers, (weight.shape[2], weight.shape[3]))
    if (top, left) != (bottom, right):
        raise NotExpressible(f"its padding differs from side to side: {[top, left, bottom, right]}")
    bias = node.constant(2) if node.has(2) else None
    groups = node.whole("group", 1)
    if groups < 1 or len(weight) % groups or (bias is not None and bias.shape != weight.shape[:1]):
        raise NotExpressible(
            f"{len(weight)} filters in {groups} groups, with a bias that does not fit or no whole groups"
        )
    layers.convolve(weight, bias, node.pair("strides"), (top, left), groups)


def _pads(node: Node, layers: ForeignLayers, size: Pair) -> tuple[int, int, int, int]:
    """Return the padding above, left, below, right."""
    way = node.only("auto_pad", "NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER")
    if way == "NOTSET":
        top, left, bottom, right = node.sizes("pads", [0, 0, 0, 0], least=0)
        return top, left, bottom, right
    if way == "VALID":
        return 0, 0, 0, 0
    missing = [
        max(0, (math.ceil(side / stride) - 1) * stride + extent - side)
        for side, stride, extent in zip(layers.shape[1:], node.pair("strides"), size, strict=True)
    ]
    small, large = [each // 2 for each in missing], [each - each // 2 for each in missing]
    before, after = (small, large) if way == "SAME_UPPER" else (large, small)
    return before[0], before[1], after[0], after[1]


def _pooling(kind: type[MaxPool2D] | type[AvgPool2D]) -> Reader:
    def pool(node: Node, layers: ForeignLayers) -> None:
        size, strides = node.pair("kernel_shape"), node.pair("strides")
        node.only("dilations", [1, 1])
        if len(node.outputs) > 1:
            raise NotExpressible("the places of the largest values are asked for")
        top, left, bottom, right = _pads(node, layers, size)
        if (top, left) != (0, 0):
            raise NotExpressible("padding above or on the left, which no pooling of lenetpp has")
        rounded = math.ceil if node.only("ceil_mode", 0, 1) else math.floor
        inputs = layers.shape[1:]
        sides = [
            rounded((side + end - extent) / stride) + 1
            for side, end, extent, stride in zip(inputs, (bottom, right), size, strides, strict=True)
        ]
        if kind is AvgPool2D and node.only("count_include_pad", 0, 1):
            for side, count, extent, stride in zip(inputs, sides, size, strides, strict=True):
                if (count - 1) * stride + extent > side:
                    raise NotExpressible("averages that count what lies beyond the border")
        layers.pool(kind, size, strides, sides)

    return pool


def _global_average(_: Node, layers: ForeignLayers) -> None:
    layers.average_planes()


def _batch_normalization(node: Node, layers: ForeignLayers) -> None:
    node.only("training_mode", 0)
    weight, bias, mean, variance = (node.constant(place) for place in range(1, 5))
    stays = float(str(np.float32(node.real("momentum", 0.9))))  # else 1 - 0.9 would not be 0.1
    layers.normalize(weight, bias, mean, variance, epsilon=node.real("epsilon", 1e-5), momentum=1 - stays)


def _local_response(node: Node, layers: ForeignLayers) -> None:
    size = node.whole("size", 1)
    alpha, beta, k = node.real("alpha", 1e-4), node.real("beta", 0.75), node.real("bias", 1.0)
    layers.normalize_responses(size, alpha, beta, k)


def _gemm(node: Node, layers: ForeignLayers) -> None:
    weight = _matrix(node)
    bias = node.constant(2) if node.has(2) else None
    if bias is not None and (math.prod(bias.shape[:-1]) != 1 or bias.ndim > 2):
        raise NotExpressible(f"its bias has the shape {bias.shape}: not one number for each of {len(weight)} units")
    layers.connect(weight, None if bias is None else np.broadcast_to(bias.reshape(-1), len(weight)))


def _matmul(node: Node, layers: ForeignLayers) -> None:
    layers.connect(_matrix(node), None)


def _matrix(node: Node) -> FloatArray:
    """Return the weight (units, inputs) of a Gemm, which must be no more than a product and a sum, or of a MatMul."""
    weight = node.constant(1)
    if weight.ndim != 2:
        raise NotExpressible(f"its weight has the shape {weight.shape}: not a matrix")
    if node.operator == "Gemm":
        node.only("alpha", 1.0)
        node.only("beta", 1.0)
        node.only("transA", 0)
        return weight if node.only("transB", 0, 1) else weight.T
    return weight.T


def _arithmetic(node: Node, layers: ForeignLayers) -> None:
    """Take (x + c), (x - c), (x * c), (x / c), (c + x) and (c * x)."""
    if 0 in node.constants and node.operator in ("Sub", "Div"):
        raise NotExpressible("it subtracts from or divides a constant")
    constant = node.constant(0 if 0 in node.constants else 1)
    if not np.issubdtype(constant.dtype, np.floating):
        raise NotExpressible(f"it computes in {constant.dtype}")
    constant = constant.astype(np.float64)
    match node.operator:
        case "Mul":
            layers.multiply(constant)
        case "Div":
            if not constant.all():
                raise NotExpressible("it divides by zero")
            layers.multiply(1 / constant)
        case "Add":
            layers.add(node.constant(0 if 0 in node.constants else 1))
        case "Sub":
            layers.add(-constant)


def _flatten(node: Node, layers: ForeignLayers) -> None:
    node.only("axis", 1, -3)
    layers.flatten()


def _reshape(node: Node, layers: ForeignLayers) -> None:
    shape, values = node.constant(1).reshape(-1).tolist(), math.prod(layers.shape)
    node.only("allowzero", 0)
    if len(shape) != 2 or shape[0] not in (-1, 0, 1) or shape[1] not in (-1, values) or shape == [-1, -1]:
        raise NotExpressible(f"a shape of {shape}: only (N, {values}), which flattens, has a layer in lenetpp")
    layers.flatten()


def _dropout(node: Node, layers: ForeignLayers) -> None:
    if node.has(2) and node.constant(2).any():
        raise NotExpressible("it leaves values out at random, as in training")
    rates = node.constant(1).reshape(-1) if node.has(1) else np.array([node.real("ratio", 0.5)])
    if rates.size != 1:
        raise NotExpressible(f"{rates.size} rates")
    layers.leave_out(float(str(np.float32(rates[0]))))


def _activation(name: str) -> Reader:
    return lambda _, layers: layers.activate(name)


def _leaky_relu(node: Node, layers: ForeignLayers) -> None:
    layers.activate("leaky_relu", node.real("alpha", 0.01))


def _cast(node: Node, _: ForeignLayers) -> None:
    node.only("to", *FLOATS)


def _nothing(_: Node, layers: ForeignLayers) -> None:
    """Pass values on."""


READERS: dict[str, Reader] = {
    "Add": _arithmetic,
    "AveragePool": _pooling(AvgPool2D),
    "BatchNormalization": _batch_normalization,
    "Cast": _cast,
    "Conv": _convolution,
    "Div": _arithmetic,
    "Dropout": _dropout,
    "Flatten": _flatten,
    "Gemm": _gemm,
    "GlobalAveragePool": _global_average,
    "Identity": _nothing,
    "LRN": _local_response,
    "LeakyRelu": _leaky_relu,
    "MatMul": _matmul,
    "MaxPool": _pooling(MaxPool2D),
    "Mul": _arithmetic,
    "Relu": _activation("relu"),
    "Reshape": _reshape,
    "Sigmoid": _activation("sigmoid"),
    "Sub": _arithmetic,
    "Tanh": _activation("tanh"),
}
