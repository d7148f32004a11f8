"""The layers as values, the shapes they give and the parameters they own."""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from .activations import IDENTITY, Activation

Pair: TypeAlias = tuple[int, int]
Shape: TypeAlias = tuple[int, int, int]
"""(planes, height, width); a dense layer's output is (units, 1, 1)."""


@dataclass(frozen=True)
class Conv2D:
    """Convolution (without flipping the kernel, as everyone in the field writes it).

    ``table`` lists, for ``connection="table"`` only, the input planes of each filter.
    """

    filters: int
    kernel_size: Pair
    connection: Literal["full", "separate", "table"] = "full"
    table: tuple[tuple[int, ...], ...] = ()
    strides: Pair = (1, 1)
    padding: Pair = (0, 0)
    bias: bool = True
    activation: Activation = IDENTITY


@dataclass(frozen=True)
class MaxPool2D:
    """The largest value of each window; a window at the lower or right border may be clipped."""

    size: Pair
    strides: Pair


@dataclass(frozen=True)
class AvgPool2D:
    """The average of each window; a window at the lower or right border may be clipped."""

    size: Pair
    strides: Pair


@dataclass(frozen=True)
class Dropout:
    """Leaves values out while training."""

    rate: float


@dataclass(frozen=True)
class BatchNormalization:
    """Scale and shift of each plane, by a mean and a variance of it; the running ones begin as 0 and 1."""

    activation: Activation = IDENTITY
    momentum: float = 0.1
    epsilon: float = 1e-5
    mean: tuple[float, ...] = (0.0,)
    variance: tuple[float, ...] = (1.0,)


@dataclass(frozen=True)
class LocalResponseNormalization:
    """Division by a power of the squares in neighbouring planes."""

    size: int
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 2.0


@dataclass(frozen=True)
class Subsample:
    """The sum of each window, scaled and shifted; a window at the lower or right border may be clipped."""

    size: Pair
    strides: Pair
    activation: Activation = IDENTITY


@dataclass(frozen=True)
class GlobalAvgPool2D:
    """The average of each plane, as a vector."""


@dataclass(frozen=True)
class ActivationLayer:
    """An activation by itself."""

    activation: Activation


@dataclass(frozen=True)
class ResidualStart:
    """Hands its input on, and to the end of the residual.

    ``pads``: where shapes change, the shortcut adds planes of zeros; otherwise it has 1x1 filters.
    """

    pads: bool = False


@dataclass(frozen=True)
class ResidualEnd:
    """Adds what lies at the residual's start, through its shortcut."""

    activation: Activation = IDENTITY


@dataclass(frozen=True)
class Dense:
    """Fully connected."""

    units: int
    bias: bool = True
    activation: Activation = IDENTITY


Weighted: TypeAlias = Conv2D | Dense
"""Those with weights, biases and an activation."""

Scaled: TypeAlias = BatchNormalization | Subsample
"""Those with one weight and one bias a plane, and an activation."""

Layer: TypeAlias = (
    Weighted
    | Scaled
    | MaxPool2D
    | AvgPool2D
    | Dropout
    | LocalResponseNormalization
    | GlobalAvgPool2D
    | ActivationLayer
    | ResidualStart
    | ResidualEnd
)


@dataclass(frozen=True)
class Architecture:
    """An input shape and the layers in their order."""

    input_shape: Shape
    layers: tuple[Layer, ...]

    @property
    def output_shapes(self) -> list[Shape]:
        """The output shape of every layer."""
        shapes: list[Shape] = []
        for layer in self.layers:
            shapes.append(output_shape(layer, shapes[-1] if shapes else self.input_shape))
        return shapes

    @property
    def starts(self) -> dict[int, int]:
        """The start of the residual that each end ends."""
        starts, open_ = {}, []
        for index, layer in enumerate(self.layers):
            if isinstance(layer, ResidualStart):
                open_.append(index)
            elif isinstance(layer, ResidualEnd):
                starts[index] = open_.pop()
        return starts

    def start_of(self, end: int) -> ResidualStart:
        """The start of the residual that layer `end` ends."""
        start = self.layers[self.starts[end]]
        assert isinstance(start, ResidualStart)
        return start

    def strides_within(self, end: int) -> Pair:
        """How far neighbours behind a residual's layers lie apart before them."""
        within = self.layers[self.starts[end] + 1 : end]
        strides = [layer.strides for layer in within if isinstance(layer, Conv2D | MaxPool2D | AvgPool2D | Subsample)]
        return math.prod(height for height, _ in strides), math.prod(width for _, width in strides)

    @property
    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """``"<layer>.weight"`` and ``"<layer>.bias"`` -> shape, in layer order."""
        shapes: dict[str, tuple[int, ...]] = {}
        input_shapes = [self.input_shape, *self.output_shapes]
        for index, layer in enumerate(self.layers):
            if isinstance(layer, ResidualEnd):
                start = self.starts[index]
                before, after = input_shapes[start], input_shapes[index]
                if before != after and not self.start_of(index).pads:
                    shapes[f"{index}.weight"] = (after[0], before[0], 1, 1)
            if isinstance(layer, Scaled):
                planes = input_shapes[index][0]
                shapes |= {f"{index}.weight": (planes,), f"{index}.bias": (planes,)}
            if not isinstance(layer, Weighted):
                continue
            if isinstance(layer, Conv2D):
                weight, biases = _convolution_weight_shape(layer, input_shapes[index]), layer.filters
            else:
                planes, height, width = input_shapes[index]
                weight, biases = (layer.units, planes * height * width), layer.units
            shapes[f"{index}.weight"] = weight
            if layer.bias:
                shapes[f"{index}.bias"] = (biases,)
        return shapes


def output_shape(layer: Layer, input_shape: Shape) -> Shape:
    """The shape of ``layer``'s output when its input has ``input_shape``."""
    if isinstance(
        layer,
        Dropout | BatchNormalization | LocalResponseNormalization | ActivationLayer | ResidualStart | ResidualEnd,
    ):
        return input_shape
    planes, *sides = input_shape
    if isinstance(layer, GlobalAvgPool2D):
        return planes, 1, 1
    if isinstance(layer, Dense):
        return layer.units, 1, 1
    if isinstance(layer, MaxPool2D | AvgPool2D | Subsample):
        height, width = (_windows(*numbers) for numbers in zip(sides, layer.size, layer.strides, strict=True))
        return planes, height, width
    height, width = (
        (side + 2 * padding - kernel) // stride + 1
        for side, padding, kernel, stride in zip(sides, layer.padding, layer.kernel_size, layer.strides, strict=True)
    )
    return (planes * layer.filters if layer.connection == "separate" else layer.filters), height, width


def _windows(side: int, size: int, stride: int) -> int:
    """How many windows follow one another until one reaches the border; none starts beyond it."""
    starts = range(0, side, stride)
    return 1 + sum(start + size < side for start in starts[:-1])


def _convolution_weight_shape(layer: Conv2D, input_shape: Shape) -> tuple[int, ...]:
    if layer.connection == "full":
        return layer.filters, input_shape[0], *layer.kernel_size
    if layer.connection == "separate":
        return layer.filters, *layer.kernel_size
    return sum(len(planes) for planes in layer.table), *layer.kernel_size
