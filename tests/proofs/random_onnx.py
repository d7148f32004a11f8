"""Random ONNX graphs of what ONNX can say, most of it what lenetpp has a layer for, some of it close to that."""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSETS = (7, 9, 11, 12, 13, 15, 17, 18, 21)
ACTIVATIONS = ("Relu", "LeakyRelu", "Sigmoid", "Tanh")
OTHERS = ("Elu", "Softplus", "Abs", "Neg", "HardSigmoid", "Softsign", "Exp")


class RandomGraph:
    """A graph that grows node by node, the same for the same seed; `shape` is that of the last value of an image."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.opset = int(self.one_of(*OPSETS))
        self.batch = self.one_of("N", "N", "N", "N", 1, 3)
        self.input_shape = tuple(int(self.random.integers(1, high)) for high in (4, 10, 10))
        self.shape: tuple[int, ...] = self.input_shape
        self.last = "x"
        self.nodes: list[Any] = []
        self.constants: dict[str, NDArray[Any]] = {}

    def one_of(self, *choices: Any) -> Any:
        return choices[self.random.integers(len(choices))]

    def rarely(self, share: float = 0.1) -> bool:
        return bool(self.random.random() < share)

    def constant(self, values: Any, dtype: type = np.float32) -> str:
        name = f"c{len(self.constants)}"
        array: NDArray[Any] = np.asarray(values, dtype)
        if self.rarely() and array.size < 50:
            self.nodes.append(helper.make_node("Constant", [], [name], value=numpy_helper.from_array(array, name)))
            self.constants[name] = np.zeros(0)  # the name is taken
        else:
            self.constants[name] = array
        return name

    def weights(self, *shape: int) -> str:
        return self.constant(self.random.normal(0, 0.6, shape))

    def node(self, operator: str, *constants: str, value: str = "", first: bool = False, **attributes: Any) -> str:
        given = [*constants, value or self.last] if first else [value or self.last, *constants]
        self.last = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, given, [self.last], **attributes))
        return self.last

    @property
    def is_flat(self) -> bool:
        return len(self.shape) == 1

    def model(self) -> bytes:
        output = helper.make_tensor_value_info(self.last, TensorProto.FLOAT, None)
        tensors = [numpy_helper.from_array(values, name) for name, values in self.constants.items() if values.size]
        images = helper.make_tensor_value_info("x", TensorProto.FLOAT, [self.batch, *self.input_shape])
        graph = helper.make_graph(self.nodes, "graph", [images], [output], tensors)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=8)
        content: bytes = model.SerializeToString()
        return content


def _borders(graph: RandomGraph, size: list[int]) -> dict[str, Any]:
    if graph.rarely(0.15):
        return {"auto_pad": graph.one_of("SAME_UPPER", "SAME_LOWER", "VALID")}
    pads = [int(graph.random.integers(0, extent)) if graph.rarely(0.5) else 0 for extent in size]
    ends = [int(graph.random.integers(0, extent)) for extent in size] if graph.rarely(0.1) else pads
    return {"pads": [*pads, *ends]} if any((*pads, *ends)) else {}


def _window(graph: RandomGraph, most: int = 3) -> tuple[list[int], dict[str, Any]]:
    size = [int(graph.random.integers(1, min(most, side) + 1)) for side in graph.shape[1:]]
    strides = [int(graph.random.integers(1, 3)) for _ in size] if graph.rarely(0.5) else [1, 1]
    return size, {"strides": strides} if strides != [1, 1] or graph.rarely() else {}


def _convolution(graph: RandomGraph) -> None:
    planes = graph.shape[0]
    size, attributes = _window(graph)
    groups = graph.one_of(*(count for count in range(1, planes + 1) if planes % count == 0))
    filters = groups * int(graph.random.integers(1, 4))
    weight = graph.random.normal(0, 0.6, (filters, planes // groups, *size))
    if groups == planes and graph.rarely(0.5):
        weight = np.tile(weight[: filters // groups], (groups, 1, 1, 1))
    constants = [graph.constant(weight)] + ([graph.weights(filters)] if graph.rarely(0.6) else [])
    if groups > 1:
        attributes["group"] = groups
    if graph.rarely(0.08):
        attributes["dilations"] = [2, graph.one_of(1, 2)]
    if graph.rarely(0.5):
        attributes["kernel_shape"] = size
    graph.node("Conv", *constants, **attributes, **_borders(graph, size))


def _pooling(graph: RandomGraph) -> None:
    operator = graph.one_of("MaxPool", "AveragePool")
    size, attributes = _window(graph)
    strides = attributes.get("strides", [1, 1])
    if graph.rarely(0.6):  # windows that end with the plane
        ends = [
            max(0, -(-(side - extent) // stride) * stride + extent - side)
            for side, extent, stride in zip(graph.shape[1:], size, strides, strict=True)
        ]
        attributes["pads"] = [0, 0, *(end if end < extent else 0 for end, extent in zip(ends, size, strict=True))]
    else:
        attributes |= _borders(graph, size)
    if graph.rarely(0.2) and graph.opset >= 10:
        attributes["ceil_mode"] = 1
    if operator == "AveragePool" and graph.rarely(0.2):
        attributes["count_include_pad"] = 1
    graph.node(operator, kernel_shape=size, **attributes)


def _batch_normalization(graph: RandomGraph) -> None:
    planes = graph.shape[0]
    variance = graph.constant(graph.random.uniform(-0.3 if graph.rarely(0.05) else 0.2, 2, planes))
    attributes: dict[str, Any] = {"epsilon": float(graph.one_of(1e-5, 1e-3))} if graph.rarely(0.5) else {}
    graph.node("BatchNormalization", *(graph.weights(planes) for _ in range(3)), variance, **attributes)


def _responses(graph: RandomGraph) -> None:
    graph.node("LRN", size=graph.one_of(1, 3, 3, 5, 2), alpha=0.3, beta=graph.one_of(0.75, 0.5, 0.6), bias=1.5)


def _activation(graph: RandomGraph) -> None:
    if graph.rarely(0.2):
        graph.node("Mul", graph.constant(graph.one_of(2.0, 2 / 3, 0.5)))
    operator = graph.one_of(*OTHERS) if graph.rarely(0.08) else graph.one_of(*ACTIVATIONS)
    attributes: dict[str, Any] = {"alpha": 0.2} if operator == "LeakyRelu" and graph.rarely(0.5) else {}
    graph.node(operator, **attributes)


def _arithmetic(graph: RandomGraph) -> None:
    planes = graph.shape[0]
    shapes = [(), (1,), (planes,), (1, planes)] if graph.is_flat else [(), (1,), (planes, 1, 1), (1, planes, 1, 1)]
    if graph.rarely():
        shapes = [(1, 1, 1, 1, 1), (graph.shape[-1],), (3, 1)]
    values = graph.random.uniform(-0.2 if graph.rarely() else 0.2, 2, graph.one_of(*shapes))
    graph.node(graph.one_of("Add", "Sub", "Mul", "Div"), graph.constant(values), first=graph.rarely(0.2))


def _nothing(graph: RandomGraph) -> None:
    match graph.one_of("Identity", "Dropout", "Cast", "Casts", "Clip", "Unsqueeze"):
        case "Dropout" if graph.opset >= 12:
            graph.node("Dropout", graph.constant(0.25))
        case "Dropout":
            graph.node("Dropout", ratio=0.25)
        case "Cast":
            graph.node("Cast", to=1)
        case "Casts":
            graph.node("Cast", to=graph.one_of(6, 7, 9, 10, 11, 11))
            graph.node("Cast", to=1)
        case "Clip" if graph.opset >= 11:
            graph.node("Clip", graph.constant(graph.one_of(-1e9, 0.0)), graph.constant(1e9))
        case _:
            graph.node("Identity")


def _flattening(graph: RandomGraph) -> None:
    values = int(np.prod(graph.shape))
    match graph.one_of("Flatten", "Flatten", "Reshape", "Transpose", "GlobalAveragePool"):
        case "Flatten":
            graph.node("Flatten", **graph.one_of({}, {"axis": 1}, {"axis": 2} if graph.rarely(0.3) else {"axis": 1}))
        case "Reshape":
            first = graph.one_of(-1, 0, 0, 1)
            shape = [first, graph.one_of(values, -1) if first != -1 else values]
            graph.node("Reshape", graph.constant([4, -1] if graph.rarely() else shape, np.int64))
        case "Transpose":
            if graph.rarely(0.3):
                graph.node("Transpose", perm=[0, *graph.one_of([1, 3, 2], [2, 3, 1])])
            graph.node("Flatten")
        case "GlobalAveragePool":
            graph.node("GlobalAveragePool")
            graph.node("Flatten")


def _dense(graph: RandomGraph) -> None:
    (values,), units = graph.shape, int(graph.random.integers(1, 6))
    if graph.rarely(0.3):
        graph.node("MatMul", graph.weights(values, units))
        if graph.rarely(0.7):
            graph.node("Add", graph.weights(*graph.one_of((units,), (1, units))), first=graph.rarely(0.3))
        return
    flipped = graph.rarely(0.5)
    constants = [graph.weights(*((units, values) if flipped else (values, units)))]
    if graph.rarely(0.7) or graph.opset < 11:
        shape = graph.one_of((), (1,), (units, 1), (1, 1)) if graph.rarely(0.2) else graph.one_of((units,), (1, units))
        constants.append(graph.weights(*shape))
    attributes: dict[str, Any] = {"transB": 1} if flipped else {}
    if graph.rarely(0.15):
        attributes[graph.one_of("alpha", "beta")] = 0.5
    graph.node("Gemm", *constants, **attributes)


def _residual(graph: RandomGraph) -> None:
    """Two ways from here to a sum: layers, and what may be a shortcut."""
    start, planes = graph.last, graph.shape[0]
    attributes: dict[str, Any] = {}
    if graph.is_flat:
        units = graph.one_of(planes, planes, 3)
        within = graph.node("Gemm", graph.weights(planes, units), graph.weights(units))
        shortcut = start
        if units != planes or graph.rarely(0.3):
            attributes = {"alpha": 2.0} if graph.rarely(0.2) else {}
            if graph.rarely(0.3):
                attributes["transB"] = 1
            weight = graph.weights(*((units, planes) if "transB" in attributes else (planes, units)))
            bias = [graph.weights(units)] if graph.opset < 11 or graph.rarely() else []
            shortcut = graph.node("Gemm", weight, *bias, value=start, **attributes)
    else:
        filters, stride = graph.one_of(planes, planes, planes + 2, 1), graph.one_of(1, 1, 2)
        size = graph.one_of(1, 3)
        attributes = {"strides": [stride, stride], "pads": [size // 2] * 4}
        within = graph.node("Conv", graph.weights(filters, planes, size, size), **attributes)
        if graph.rarely(0.5):
            within = graph.node("Relu")
        shortcut = start
        if (filters, stride) != (planes, 1) or graph.rarely():
            attributes = {"strides": [stride, stride]} if graph.rarely(0.9) else {}
            shortcut = graph.node("Conv", graph.weights(filters, planes, 1, 1), value=start, **attributes)
        elif graph.rarely():
            shortcut = graph.node("GlobalAveragePool", value=start)
    both = (within, shortcut) if graph.rarely(0.5) else (shortcut, within)
    graph.node(graph.one_of("Add", "Add", "Add", "Add", "Add", "Mul", "Sub"), both[1], value=both[0])


ON_PLANES: tuple[Callable[[RandomGraph], None], ...] = (
    *[_convolution] * 4, *[_pooling] * 2, *[_activation] * 3, *[_residual] * 2, *[_flattening] * 2,
    _batch_normalization, _responses, _arithmetic, _nothing,
)  # fmt: skip
ON_VALUES: tuple[Callable[[RandomGraph], None], ...] = (
    *[_dense] * 4, *[_activation] * 3, _batch_normalization, _arithmetic, _nothing, _residual,
)  # fmt: skip


def random_graph(seed: int, shape_of: Callable[[bytes], tuple[int, ...] | None]) -> RandomGraph:
    """Return a graph of which each node is valid; `shape_of` says what an image becomes, None where a model is invalid.

    Nodes that something does not take are left out again.
    """
    graph = RandomGraph(seed)
    start = [_arithmetic, _convolution] if graph.rarely(0.4) else [_convolution] if graph.rarely(0.5) else []
    for step in range(int(graph.random.integers(2, 9))):
        before = graph.last, graph.shape, list(graph.nodes), dict(graph.constants)
        grow = graph.one_of(*(ON_VALUES if graph.is_flat else ON_PLANES))
        (start[step] if step < len(start) else grow)(graph)
        shape = shape_of(graph.model())
        if shape is None or len(shape) not in (1, 3) or not 0 < np.prod(shape) < 3000:
            graph.last, graph.shape, graph.nodes, graph.constants = before
        else:
            graph.shape = shape
    if not graph.is_flat and graph.rarely(0.8):
        graph.node("Flatten")
    if not graph.nodes:
        graph.node("Flatten")
    return graph


class OnnxOracle:
    """What a model makes of images: by ONNX Runtime as it comes, with all its optimizations."""

    def __init__(self, model: bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        (images,) = self.session.get_inputs()
        self.batch = images.shape[0] if isinstance(images.shape[0], int) else None
        self.sides = tuple(images.shape[1:])

    def __call__(self, images: NDArray[np.float32]) -> NDArray[Any] | None:
        size = self.batch or len(images)
        padded = np.resize(images, (-(-len(images) // size) * size, *images.shape[1:]))
        parts = [self.session.run(None, {"x": padded[i : i + size]})[0] for i in range(0, len(padded), size)]
        if any(part.ndim == 0 or len(part) != size for part in parts):
            return None
        return np.concatenate(parts)[: len(images)]

    @classmethod
    def shape_of(cls, model: bytes) -> tuple[int, ...] | None:
        """Return the shape of what an image becomes, or None where the model is invalid."""
        try:
            oracle = cls(model)
            outputs = oracle(np.ones((5, *oracle.sides), np.float32))
        except Exception:  # of ONNX Runtime's own kinds
            return None
        return None if outputs is None else outputs.shape[1:]
