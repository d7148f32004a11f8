"""PyTorch modules as layers of lenetpp. Importing this needs PyTorch.

A module is traced (torch.fx), so that a `forward` of its own is understood where it is one chain of what lenetpp's
layers can express.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import torch
import torch.fx
from torch.nn import functional

from lenetpp.basics.arrays import FloatArray, Shape
from lenetpp.networks.formats import torch_module as own
from lenetpp.networks.formats.foreign_graph import IMAGES, Unchainable, chain_of
from lenetpp.networks.formats.foreign_layers import ForeignLayers, NotExpressible
from lenetpp.networks.layer_texts import pair
from lenetpp.networks.layers import AvgPool2D, MaxPool2D

Arguments: TypeAlias = dict[str, Any]
SIZES = ("size", "shape", "getattr", "getitem", "dim")
"""What is asked of a value to reshape it."""
SUMS = ("add", "add_", "iadd")


class _Tracer(torch.fx.Tracer):  # type: ignore[misc]  # PyTorch is not there when types are checked
    """Takes the modules of :meth:`lenetpp.Network.to_torch` as they are."""

    def is_leaf_module(self, module: torch.nn.Module, name: str) -> bool:
        return isinstance(module, (*MODULES, own.ResidualSum)) or bool(super().is_leaf_module(module, name))


def read_torch(module: torch.nn.Module, input_shape: Shape) -> ForeignLayers:
    """Return the layers of a module that takes images (N, planes, height, width).

    Raises
    ------
    ValueError
        If it has a step that lenetpp's layers cannot express, which the message names.
    """
    try:
        graph = _Tracer().trace(module)
    except Exception as error:  # whatever a forward does with values that are not there yet
        raise ValueError(f"its forward cannot be followed, since it depends on values: {error}") from error
    layers = ForeignLayers(input_shape)
    nodes, sources = _nodes_and_sources(graph)
    try:
        steps = chain_of(sources, len(nodes) - 1, lambda way: _is_shortcut([nodes[i] for i in way], module))
    except Unchainable as error:
        raise ValueError(f"{_name(nodes[error.node])}: {error}") from error
    for step in steps:
        try:
            if step.kind == "start":
                layers.start_residual()
            elif step.kind == "end":
                _end_residual(nodes[step.node], [nodes[i] for i in step.shortcut], module, layers)
            else:
                _read(nodes[step.node], module, layers)
        except ValueError as error:
            raise ValueError(f"{_name(nodes[step.node])}: {error}") from error
    layers.finish()
    return layers


def _nodes_and_sources(graph: torch.fx.Graph) -> tuple[list[torch.fx.Node], list[list[int]]]:
    """Return what computes values of images, and the numbers of those that each takes them of."""
    numbers: dict[torch.fx.Node, int] = {}
    nodes: list[torch.fx.Node] = []
    sources: list[list[int]] = []
    for node in graph.nodes:
        if node.op == "placeholder":
            if not numbers:
                numbers[node] = IMAGES
            elif node.users:
                raise ValueError(f"the module must take images only, but also takes {node.target!r}")
        elif node.op == "output":
            (given,) = node.args
            if not isinstance(given, torch.fx.Node) or numbers.get(given) != len(nodes) - 1:
                raise ValueError(f"the module must return what its last step gives, but returns {given}")
        elif not _asks_for_size(node):
            taken = [numbers[each] for each in node.all_input_nodes if each in numbers]
            sources.append(taken if _adds(node) else taken[:1])
            numbers[node] = len(nodes)
            nodes.append(node)
    return nodes, sources


def _adds(node: torch.fx.Node) -> bool:
    """Whether it adds two values: by itself, or as the end of a residual of :meth:`lenetpp.Network.to_torch`."""
    name = node.target if node.op == "call_method" else getattr(node.target, "__name__", "")
    is_module = node.op == "call_module" and len(node.all_input_nodes) == 2
    return is_module or (node.op in ("call_method", "call_function") and name in SUMS and not node.kwargs)


def _is_shortcut(way: list[torch.fx.Node], module: torch.nn.Module) -> bool:
    """Whether steps are what lenetpp's shortcuts do by modules: nothing, or 1x1 filters without bias."""
    if len(way) != 1 or way[0].op != "call_module":
        return not way
    step = module.get_submodule(way[0].target)
    return type(step) in (torch.nn.Conv2d, torch.nn.Linear) and step.bias is None


def _end_residual(
    node: torch.fx.Node, shortcut: list[torch.fx.Node], module: torch.nn.Module, layers: ForeignLayers
) -> None:
    if node.op == "call_module":
        end = module.get_submodule(node.target)
        if not isinstance(end, own.ResidualSum):
            raise NotExpressible(f"{type(end).__name__} is none of lenetpp's layers")
        weight = _values(end.weight)
        pads = weight is None and (end.planes > 0 or end.strides != (1, 1))
        return layers.end_residual(None if weight is None else weight[:, :, 0, 0], end.strides, pads=pads)
    if not shortcut:
        return layers.end_residual(None, (1, 1))
    step = module.get_submodule(shortcut[0].target)
    if isinstance(step, torch.nn.Linear):
        return layers.end_residual(_needed(step.weight), (1, 1))
    if pair(step.kernel_size) != (1, 1) or step.padding not in ((0, 0), "valid", "same") or step.groups != 1:
        raise NotExpressible(f"its shortcut is {step}, but lenetpp's have filters of 1x1 without a border")
    return layers.end_residual(_needed(step.weight)[:, :, 0, 0], pair(step.stride))


def _asks_for_size(node: torch.fx.Node) -> bool:
    name = node.target if node.op == "call_method" else getattr(node.target, "__name__", "")
    return node.op in ("call_method", "call_function") and name in SIZES


def _name(node: torch.fx.Node) -> str:
    if node.op == "call_module":
        return f"the module {node.target!r}"
    return f"the step {node.name!r} ({node.target if isinstance(node.target, str) else node.target.__name__})"


def _read(node: torch.fx.Node, module: torch.nn.Module, layers: ForeignLayers) -> None:
    if node.op == "call_module":
        step = module.get_submodule(node.target)
        reader = next((reader for kind, reader in MODULES.items() if type(step) is kind), None)
        if reader is None:
            raise NotExpressible(f"{type(step).__name__} is none of lenetpp's layers")
        return reader(step, layers)
    name = node.target if node.op == "call_method" else getattr(node.target, "__name__", "")
    if node.op not in ("call_method", "call_function") or name not in FUNCTIONS:
        raise NotExpressible("lenetpp has no layer that computes this")
    names, read = FUNCTIONS[name]
    arguments = {**dict(zip(names, node.args[1:], strict=False)), **node.kwargs}
    return read(arguments, layers)


def _values(tensor: torch.Tensor | None) -> FloatArray | None:
    if tensor is None:
        return None
    values = tensor.detach().cpu()
    return np.asarray((values if values.dtype == torch.float64 else values.float()).numpy())


def _needed(tensor: torch.Tensor) -> FloatArray:
    values = _values(tensor)
    assert values is not None
    return values


def _convolution(step: torch.nn.Conv2d, layers: ForeignLayers) -> None:
    if pair(step.dilation) != (1, 1):
        raise NotExpressible(f"a dilation of {step.dilation}")
    padding = step.padding
    if step.padding_mode != "zeros":
        raise NotExpressible(f"padding with {step.padding_mode} instead of zeros")
    if padding == "valid":
        padding = 0
    if padding == "same":
        if any(side % 2 == 0 for side in step.kernel_size):
            raise NotExpressible("padding that differs from side to side")
        padding = tuple(side // 2 for side in step.kernel_size)
    layers.convolve(_needed(step.weight), _values(step.bias), pair(step.stride), pair(padding), step.groups)


def _separate(step: own.SeparateConvolution, layers: ForeignLayers) -> None:
    planes = layers.shape[0]
    weight, bias = np.tile(_needed(step.weight)[:, np.newaxis], (planes, 1, 1, 1)), _values(step.bias)
    layers.convolve(weight, None if bias is None else np.tile(bias, planes), step.stride, step.padding, planes)


def _table(step: own.TableConvolution, layers: ForeignLayers) -> None:
    layers.convolve(_needed(step.full_weight()), _values(step.bias), step.stride, step.padding)


def _normalization(step: own.Normalization, layers: ForeignLayers) -> None:
    if step.scale is not None and step.shift is not None:
        layers.multiply(_needed(step.scale))
        layers.add(_needed(step.shift))


def _pooling(kind: type[MaxPool2D] | type[AvgPool2D]) -> Callable[[Arguments, ForeignLayers], None]:
    def pool(arguments: Arguments, layers: ForeignLayers) -> None:
        size = pair(arguments["kernel_size"])
        strides = pair(arguments.get("stride") or size)
        if pair(arguments.get("padding", 0)) != (0, 0):
            raise NotExpressible("padding, which no pooling of lenetpp has")
        if pair(arguments.get("dilation", 1)) != (1, 1) or arguments.get("divisor_override"):
            raise NotExpressible("a dilation or a divisor of its own")
        planes = torch.empty((1, *layers.shape), device="meta")
        pool = functional.max_pool2d if kind is MaxPool2D else functional.avg_pool2d
        sides = pool(planes, size, strides, ceil_mode=arguments.get("ceil_mode", False)).shape[2:]
        layers.pool(kind, size, strides, tuple(sides))

    return pool


def _adaptive(size: Any, layers: ForeignLayers) -> None:
    if size not in (1, (1, 1), [1, 1]):
        raise NotExpressible(f"averages of {size} parts: only one of the whole plane has a layer")
    layers.average_planes()


def _subsampling(step: own.Subsampling, layers: ForeignLayers) -> None:
    layers.subsample(step.size, step.stride, _needed(step.weight), _needed(step.bias))


def _batch_normalization(step: Any, layers: ForeignLayers) -> None:
    mean, variance = _values(step.running_mean), _values(step.running_var)
    if mean is None or variance is None or step.momentum is None:
        raise NotExpressible("a normalization without running mean and variance that follow by a momentum")
    weight = np.ones_like(mean) if step.weight is None else _needed(step.weight)
    bias = np.zeros_like(mean) if step.bias is None else _needed(step.bias)
    layers.normalize(weight, bias, mean, variance, epsilon=step.eps, momentum=step.momentum)


def _local_response(arguments: Arguments, layers: ForeignLayers) -> None:
    alpha, beta, k = (arguments.get(name, usual) for name, usual in (("alpha", 1e-4), ("beta", 0.75), ("k", 1.0)))
    layers.normalize_responses(arguments["size"], alpha, beta, k)


def _flatten(arguments: Arguments, layers: ForeignLayers) -> None:
    if arguments.get("start_dim", 0) != 1 or arguments.get("end_dim", -1) not in (-1, 3):
        raise NotExpressible("only flattening from dimension 1 on has a layer in lenetpp")
    layers.flatten()


def _view(arguments: Arguments, layers: ForeignLayers) -> None:
    values = int(np.prod(layers.shape))
    sizes = [arguments.get("first"), arguments.get("second"), arguments.get("third")]
    if isinstance(sizes[0], tuple | list):
        sizes = [*sizes[0], None]
    first, second, *rest = sizes
    if first is None or second not in (-1, values) or any(size is not None for size in rest):
        raise NotExpressible(f"only (N, {values}), which flattens, has a layer in lenetpp")
    layers.flatten()


def _activation(name: str) -> Callable[[Any, ForeignLayers], None]:
    return lambda _, layers: layers.activate(name)


def _scaled_tanh(_: Any, layers: ForeignLayers) -> None:
    layers.activate("scaled_tanh")


def _sigmoid(step: own.Sigmoid, layers: ForeignLayers) -> None:
    layers.multiply(step.slope)
    layers.activate("sigmoid")


def _leaky(arguments: Arguments, layers: ForeignLayers) -> None:
    layers.activate("leaky_relu", arguments.get("negative_slope", 0.01))


def _dropout(arguments: Arguments, layers: ForeignLayers) -> None:
    layers.leave_out(arguments.get("p", 0.5))


def _nothing(_: Any, layers: ForeignLayers) -> None:
    """Pass values on."""


MODULES: dict[type[torch.nn.Module], Callable[[Any, ForeignLayers], None]] = {
    own.Normalization: _normalization,
    own.ScaledTanh: _scaled_tanh,
    own.SeparateConvolution: _separate,
    own.Sigmoid: _sigmoid,
    own.Subsampling: _subsampling,
    own.TableConvolution: _table,
    torch.nn.AdaptiveAvgPool2d: lambda step, layers: _adaptive(step.output_size, layers),
    torch.nn.AvgPool2d: lambda step, layers: _pooling(AvgPool2D)(vars(step), layers),
    torch.nn.BatchNorm1d: _batch_normalization,
    torch.nn.BatchNorm2d: _batch_normalization,
    torch.nn.Conv2d: _convolution,
    torch.nn.Dropout: lambda step, layers: _dropout({"p": step.p}, layers),
    torch.nn.Flatten: lambda step, layers: _flatten(vars(step), layers),
    torch.nn.Identity: _nothing,
    torch.nn.LeakyReLU: lambda step, layers: _leaky(vars(step), layers),
    torch.nn.Linear: lambda step, layers: layers.connect(_needed(step.weight), _values(step.bias)),
    torch.nn.LocalResponseNorm: lambda step, layers: _local_response(vars(step), layers),
    torch.nn.MaxPool2d: lambda step, layers: _pooling(MaxPool2D)(vars(step), layers),
    torch.nn.ReLU: _activation("relu"),
    torch.nn.Sigmoid: _activation("sigmoid"),
    torch.nn.Tanh: _activation("tanh"),
}
POOLING = ("kernel_size", "stride", "padding")
FUNCTIONS: dict[str, tuple[tuple[str, ...], Callable[[Arguments, ForeignLayers], None]]] = {
    "avg_pool2d": ((*POOLING, "ceil_mode", "count_include_pad", "divisor_override"), _pooling(AvgPool2D)),
    "contiguous": ((), _nothing),
    "dropout": (("p", "training"), _dropout),
    "flatten": (("start_dim", "end_dim"), _flatten),
    "float": ((), _nothing),
    "leaky_relu": (("negative_slope",), _leaky),
    "local_response_norm": (("size", "alpha", "beta", "k"), _local_response),
    "max_pool2d": ((*POOLING, "dilation", "ceil_mode"), _pooling(MaxPool2D)),
    "boolean_dispatch": ((*POOLING, "dilation", "ceil_mode"), _pooling(MaxPool2D)),
    "relu": ((), _activation("relu")),
    "reshape": (("first", "second", "third"), _view),
    "sigmoid": ((), _activation("sigmoid")),
    "tanh": ((), _activation("tanh")),
    "view": (("first", "second", "third"), _view),
}
"""By the name of a function or a method: the names of its arguments behind the first, and what it becomes."""
