"""One call of inference in C, and the lines that functions of several kinds of layers have.

A function is `layer_<index>(from, [scratch,] to)`. In it, inputs and outputs are arrays of [plane][row][column], so
that its lines read as the mathematics does.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from lenetpp.basics.arrays import Shape
from lenetpp.networks.activations import parse_activation
from lenetpp.networks.formats.c_text import Lines, array, literal
from lenetpp.networks.formats.contents import SCALED_TANH_HEIGHT, SCALED_TANH_RATE, LayerContents
from lenetpp.networks.layer import Layer
from lenetpp.networks.layers import Conv2D, ResidualEnd


class Kept(NamedTuple):
    """Numbers that wait for the end of a residual: their place among all that do, and how many they are."""

    offset: int
    size: int

    @property
    def end(self) -> int:
        """Place of what lies behind them."""
        return self.offset + self.size


@dataclass(frozen=True)
class Step:
    """One call of inference: a layer, and with a convolution the max-pooling behind it, plane by plane.

    Attributes
    ----------
    layers : tuple of LayerContents
        One or two.
    function : list of str
        The lines of its function.
    constants : list of str
        The lines of its weights.
    scratch : int
        How many numbers it needs beside its inputs and outputs.
    keeps : tuple of Kept
        Where its inputs are copied to first: they lie at the starts of residuals.
    shortcut : Kept or None
        What it takes beside its inputs: the end of a residual.
    """

    layers: tuple[LayerContents, ...]
    function: Lines
    constants: Lines
    scratch: int = 0
    keeps: tuple[Kept, ...] = ()
    shortcut: Kept | None = None

    @property
    def inputs(self) -> int:
        """How many numbers it takes."""
        return int(np.prod(self.layers[0].input_shape))

    @property
    def outputs(self) -> int:
        """How many numbers it gives."""
        return int(np.prod(self.layers[-1].output_shape))


def activated(value: str, activation: str, dtype: np.dtype[Any]) -> str:
    """Return the expression that is the activation of a value."""
    name, slope = parse_activation(activation)
    match name:
        case "identity":
            return value
        case "relu":
            return f"relu({value})"
        case "leaky_relu" | "sigmoid":
            return f"{name}({value}, {literal(slope, dtype)})"
        case "tanh":
            return f"scaled_tanh({value}, 1, 1)"
        case "scaled_tanh":
            height, rate = literal(SCALED_TANH_HEIGHT, dtype), literal(SCALED_TANH_RATE, dtype)
            return f"scaled_tanh({value}, {height}, {rate})"
        case _:
            raise NotImplementedError(f"the activation {activation} is not written in C yet")


def as_planes(number: str, name: str, shape: Shape, pointer: str) -> str:
    """Return the line that makes an array [plane][row][column] of a pointer."""
    _, height, width = shape
    return f"{number}(*{name})[{height}][{width}] = ({number}(*)[{height}][{width}]){pointer};"


def as_plane(number: str, name: str, width: int, pointer: str) -> Lines:
    """Return the line that makes an array [row][column] of a pointer."""
    return [f"{number}(*{name})[{width}] = ({number}(*)[{width}]){pointer};"]


def parameters_of(contents: LayerContents) -> Lines:
    """Return the lines of a layer's weights."""
    lines: Lines = []
    if contents.bias is not None:
        lines += array(f"bias_{contents.index}", contents.bias)
    if contents.weight is not None:
        lines += array(f"weight_{contents.index}", contents.weight, row=_rows_of(contents.layer))
    return lines


def _rows_of(layer: Layer) -> str:
    if isinstance(layer, Conv2D):
        return "filter" if isinstance(layer.connection, str) else "connection"
    return "filter" if isinstance(layer, ResidualEnd) else "unit"
