"""ONNX models as layers of lenetpp: a chain of operators that these can express."""

import json
import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from lenetpp.basics.arrays import FloatArray
from lenetpp.networks.formats.foreign_graph import IMAGES, Unchainable, chain_of
from lenetpp.networks.formats.foreign_layers import ForeignLayers, NotExpressible, Pair
from lenetpp.networks.formats.onnx_graph import Node, onnx_graph
from lenetpp.networks.layers import AvgPool2D, MaxPool2D

Reader: TypeAlias = Callable[[Node, ForeignLayers], None]


def read_onnx(model: bytes) -> tuple[ForeignLayers, dict[str, str]]:
    """Return the layers of an ONNX model, and its metadata.

    Raises
    ------
    ValueError
        If it is no ONNX model, or has a node that lenetpp's layers cannot express, which the message names.
    """
    graph = onnx_graph(model)
    nodes = [node for node in graph.nodes if node.operator != "Constant"]
    layers = ForeignLayers(graph.input_shape)
    last = nodes[-1].outputs[0] if nodes else graph.images
    if graph.outputs != [last]:
        raise ValueError(f"the model must give what its last node does, {last!r}, but gives {graph.outputs}")
    try:
        steps = chain_of(_sources(nodes, graph.images), len(nodes) - 1, lambda way: _is_shortcut(nodes, way))
    except Unchainable as error:
        raise ValueError(f"{_name(nodes[error.node])}: {error}") from error
    for step in steps:
        try:
            if step.kind == "start":
                layers.start_residual()
            elif step.kind == "end":
                _end_residual([nodes[number] for number in step.shortcut], layers)
            elif nodes[step.node].operator not in READERS:
                raise NotExpressible("lenetpp has no layer that computes this")
            else:
                READERS[nodes[step.node].operator](nodes[step.node], layers)
        except ValueError as error:
            raise ValueError(f"{_name(nodes[step.node])}: {error}") from error
    layers.finish()
    return layers, graph.metadata


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
        givers[node.outputs[0]] = number
    return sources


def _is_shortcut(nodes: list[Node], way: Sequence[int]) -> bool:
    """Whether nodes are what lenetpp's shortcuts do: nothing, 1x1 filters, or every n-th place and planes of zeros."""
    operators = [nodes[number].operator for number in way]
    if operators in (["Conv"], ["Gemm"], ["MatMul"]):
        return not nodes[way[0]].has(2)
    return operators in ([], ["Pad"], ["MaxPool", "Pad"])


def _end_residual(shortcut: list[Node], layers: ForeignLayers) -> None:
    strides = (1, 1)
    weight = None
    for node in shortcut:
        if node.operator == "Conv":
            weight = node.constant(1)
            if weight.ndim != 4 or weight.shape[2:] != (1, 1) or node.whole("group", 1) != 1:
                raise NotExpressible(f"its shortcut has filters of the shape {weight.shape} instead of 1x1")
            if node.sizes("pads", [0, 0, 0, 0], least=0) != [0, 0, 0, 0]:
                raise NotExpressible("its shortcut pads planes with a border")
            weight, strides = weight[:, :, 0, 0], node.pair("strides")
        elif node.operator in ("Gemm", "MatMul"):
            weight = _matrix(node) if node.only("transB", 0, 1) else _matrix(node).T
        elif node.operator == "MaxPool":
            if node.pair("kernel_shape") != (1, 1) or node.sizes("pads", [0, 0, 0, 0], least=0) != [0, 0, 0, 0]:
                raise NotExpressible("its shortcut has a pooling")
            strides = node.pair("strides")
        else:
            _check_padding(node)
    layers.end_residual(weight, strides, pads=bool(shortcut) and shortcut[-1].operator == "Pad")


def _check_padding(node: Node) -> None:
    """Allow zeros behind the planes only."""
    pads = node.constant(1).reshape(-1).tolist()
    behind = len(pads) // 2 + 1
    if any(pads[:behind] + pads[behind + 1 :]) or node.only("mode", "constant") != "constant" or node.has(2):
        raise NotExpressible(f"its shortcut pads by {pads}: only planes of zeros behind the others have a layer")


def class_names_in(metadata: dict[str, str]) -> tuple[str, ...] | None:
    """Return the names of the classes where the metadata have them, as those of :meth:`lenetpp.Network.to_onnx` do."""
    try:
        names = json.loads(metadata.get("classes", "null"))
    except ValueError:
        return None
    return tuple(names) if isinstance(names, list) and all(isinstance(name, str) for name in names) else None


def _convolution(node: Node, layers: ForeignLayers) -> None:
    weight = node.constant(1)
    if weight.ndim != 4:
        raise NotExpressible(f"its weight has the shape {weight.shape}: not a convolution over planes")
    node.only("dilations", [1, 1])
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
    node.only("alpha", 1.0)
    node.only("beta", 1.0)
    node.only("transA", 0)
    weight = _matrix(node) if node.only("transB", 0, 1) else _matrix(node).T
    layers.connect(weight, np.broadcast_to(node.constant(2).reshape(-1), len(weight)) if node.has(2) else None)


def _matmul(node: Node, layers: ForeignLayers) -> None:
    layers.connect(_matrix(node).T, None)


def _matrix(node: Node) -> FloatArray:
    weight = node.constant(1)
    if weight.ndim != 2:
        raise NotExpressible(f"its weight has the shape {weight.shape}: not a matrix")
    return weight


def _arithmetic(node: Node, layers: ForeignLayers) -> None:
    """Take (x + c), (x - c), (x * c), (x / c), (c + x) and (c * x)."""
    if 0 in node.constants and node.operator in ("Sub", "Div"):
        raise NotExpressible("it subtracts from or divides a constant")
    constant = node.constant(0 if 0 in node.constants else 1).astype(np.float64)
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
    if len(shape) != 2 or shape[0] not in (-1, 0, 1) or shape[1] not in (-1, values):
        raise NotExpressible(f"a shape of {shape}: only (N, {values}), which flattens, has a layer in lenetpp")
    layers.flatten()


def _dropout(node: Node, layers: ForeignLayers) -> None:
    rates = node.constant(1).reshape(-1) if node.has(1) else np.array([node.real("ratio", 0.5)])
    if rates.size != 1:
        raise NotExpressible(f"{rates.size} rates")
    layers.leave_out(float(str(np.float32(rates[0]))))


def _activation(name: str) -> Reader:
    return lambda _, layers: layers.activate(name)


def _leaky_relu(node: Node, layers: ForeignLayers) -> None:
    layers.activate("leaky_relu", node.real("alpha", 0.01))


def _nothing(_: Node, layers: ForeignLayers) -> None:
    """Pass values on."""


READERS: dict[str, Reader] = {
    "Add": _arithmetic,
    "AveragePool": _pooling(AvgPool2D),
    "BatchNormalization": _batch_normalization,
    "Cast": _nothing,
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
