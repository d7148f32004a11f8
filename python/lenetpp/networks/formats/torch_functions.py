"""PyTorch's functions as layers of lenetpp, by their names in ATen. Importing this needs PyTorch."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import torch

from lenetpp.networks.formats.foreign_constants import NotExpressible
from lenetpp.networks.formats.foreign_layers import ForeignLayers
from lenetpp.networks.formats.torch_graph import as_array
from lenetpp.networks.layers import AvgPool2D, MaxPool2D

Arguments: TypeAlias = dict[str, Any]
"""By their names; `given` is the shape of what the function gives, where that is one tensor."""
Reader: TypeAlias = Callable[[Arguments, ForeignLayers], None]


def two_sides(sides: int | Sequence[int]) -> tuple[int, int]:
    """Return height and width of what has one number for both, or two."""
    listed = [sides] if isinstance(sides, int) else list(sides)
    return (listed[0], listed[-1]) if len(listed) in (1, 2) else (-1, -1)


def _convolution(given: Arguments, layers: ForeignLayers) -> None:
    weight, bias, padding = _needed(given["weight"]), given["bias"], given["padding"]
    if two_sides(given["dilation"]) != (1, 1):
        raise NotExpressible(f"a dilation of {given['dilation']}")
    if padding == "same" and any(side % 2 == 0 for side in weight.shape[2:]):
        raise NotExpressible("padding that differs from side to side")
    if isinstance(padding, str):
        padding = [side // 2 if padding == "same" else 0 for side in weight.shape[2:]]
    own_bias = None if bias is None else _needed(bias)
    layers.convolve(weight, own_bias, two_sides(given["stride"]), two_sides(padding), given["groups"])


def _linear(given: Arguments, layers: ForeignLayers) -> None:
    layers.connect(_needed(given["weight"]), None if given["bias"] is None else _needed(given["bias"]))


def _product(given: Arguments, layers: ForeignLayers) -> None:
    weight = _needed(given.get("mat2", given.get("other")))
    if weight.ndim != 2:
        raise NotExpressible(f"a product with an array of the shape {weight.shape}")
    layers.connect(weight.T, None)


def _pooling(kind: type[MaxPool2D] | type[AvgPool2D]) -> Reader:
    def pool(given: Arguments, layers: ForeignLayers) -> None:
        size = two_sides(given["kernel_size"])
        strides = two_sides(given["stride"] or given["kernel_size"])
        if two_sides(given["padding"]) != (0, 0):
            raise NotExpressible("padding, which no pooling of lenetpp has")
        if two_sides(given.get("dilation", 1)) != (1, 1):
            raise NotExpressible(f"a dilation of {given['dilation']}")
        sides = given["given"][2:]
        layers.pool(kind, size, strides, sides)
        if divisor := given.get("divisor_override"):
            layers.count_instead(divisor)

    return pool


def _adaptive(given: Arguments, layers: ForeignLayers) -> None:
    if two_sides(given["output_size"]) != (1, 1):
        raise NotExpressible(f"averages of {given['output_size']} parts: only one of the whole plane has a layer")
    layers.average_planes()


def _mean(given: Arguments, layers: ForeignLayers) -> None:
    dimensions = {side % 4 for side in given.get("dim") or ()}
    if dimensions != {2, 3} or len(layers.value_shape) != 3:
        raise NotExpressible(f"a mean over the dimensions {given.get('dim')}: only one of each plane has a layer")
    layers.average_planes()
    if not given["keepdim"]:
        layers.flatten()


def _batch_normalization(given: Arguments, layers: ForeignLayers) -> None:
    if given["running_mean"] is None or given["running_var"] is None or not given["momentum"]:
        return _batch_statistics(given, layers)
    mean, variance = _needed(given["running_mean"]), _needed(given["running_var"])
    weight = np.ones_like(mean) if given["weight"] is None else _needed(given["weight"])
    bias = np.zeros_like(mean) if given["bias"] is None else _needed(given["bias"])
    return layers.normalize(weight, bias, mean, variance, epsilon=given["eps"], momentum=given["momentum"])


def _batch_statistics(_given: Arguments, _layers: ForeignLayers) -> None:
    raise NotExpressible("a normalization without running mean and variance that follow by a momentum")


def _arithmetic(given: Arguments, layers: ForeignLayers, *, operation: str) -> None:
    """Take (x + c), (x - c), (x * c), (x / c), (c + x) and (c * x)."""
    first, second, factor = given["self"], given["other"], given.get("alpha", 1)
    if isinstance(second, torch.fx.Node):
        first, second = second, first
        if operation in ("sub", "div") or factor != 1:
            raise NotExpressible("it subtracts from or divides a constant")
    constant = as_array(second)
    if given.get("rounding_mode") or not np.issubdtype(constant.dtype, np.number):
        raise NotExpressible("it rounds, or is no sum and no product of numbers")
    if operation == "div" and not constant.all():
        raise NotExpressible("it divides by zero")
    match operation:
        case "mul":
            layers.multiply(constant)
        case "div":
            layers.multiply(1 / constant.astype(np.float64))
        case "add":
            layers.add(constant * factor)
        case "sub":
            layers.add(-constant * factor)


def _activation(name: str) -> Reader:
    return lambda _, layers: layers.activate(name)


def _leaky(given: Arguments, layers: ForeignLayers) -> None:
    layers.activate("leaky_relu", given["negative_slope"])


def _nothing(_: Arguments, layers: ForeignLayers) -> None:
    """Pass values on."""


def _needed(tensor: Any) -> Any:
    if isinstance(tensor, torch.fx.Node):
        raise NotExpressible("it takes two values that depend on the images")
    return as_array(tensor)


PASSING = {"_to_copy", "alias", "clone", "contiguous", "detach", "getitem", "to"}
"""Functions that hand values on, perhaps in another type."""
RESHAPING = {"view", "reshape", "_unsafe_view", "flatten", "squeeze", "unsqueeze", "expand"}
FUNCTIONS: dict[str, Reader] = dict.fromkeys(PASSING, _nothing) | {
    "_native_batch_norm_legit": _batch_statistics,
    "_native_batch_norm_legit_no_training": _batch_normalization,
    "adaptive_avg_pool2d": _adaptive,
    "add": lambda given, layers: _arithmetic(given, layers, operation="add"),
    "avg_pool2d": _pooling(AvgPool2D),
    "conv2d": _convolution,
    "div": lambda given, layers: _arithmetic(given, layers, operation="div"),
    "leaky_relu": _leaky,
    "linear": _linear,
    "matmul": _product,
    "max_pool2d": _pooling(MaxPool2D),
    "mean": _mean,
    "mm": _product,
    "mul": lambda given, layers: _arithmetic(given, layers, operation="mul"),
    "relu": _activation("relu"),
    "sigmoid": _activation("sigmoid"),
    "sub": lambda given, layers: _arithmetic(given, layers, operation="sub"),
    "tanh": _activation("tanh"),
}
