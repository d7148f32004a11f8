"""What each layer computes, as a function in C.

A function is `layer_<index>(from, [scratch,] to)`. In it, inputs and outputs are arrays of [plane][row][column], so
that its lines read as the mathematics does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from lenetpp.basics.arrays import Shape
from lenetpp.networks.activations import parse_activation
from lenetpp.networks.formats.c_text import TYPES, Lines, array, block, integers, literal, loop
from lenetpp.networks.formats.contents import SCALED_TANH_HEIGHT, SCALED_TANH_RATE, LayerContents
from lenetpp.networks.layer import Layer
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


def steps_of(layers: Sequence[LayerContents], dtype: np.dtype[Any]) -> list[Step]:
    """Return the steps of inference, in which dropout does nothing.

    Raises
    ------
    NotImplementedError
        If a layer is of a kind that is not written in C yet.
    """
    steps: list[Step] = []
    rest = list(layers)
    open_: list[Kept] = []  # of residuals that have not ended
    keeps: list[Kept] = []  # what the next step keeps
    while rest:
        contents = rest.pop(0)
        match contents.layer:
            case Dropout():
                continue
            case ResidualStart():
                open_.append(Kept(open_[-1].end if open_ else 0, contents.inputs))
                keeps.append(open_[-1])
                continue
            case ResidualEnd() as layer:
                step = _residual_end(contents, layer, dtype, open_.pop())
            case Conv2D() as layer:
                pooling = rest.pop(0) if rest and isinstance(rest[0].layer, MaxPool2D) else None
                step = _convolution(contents, layer, pooling, dtype)
            case MaxPool2D() | AvgPool2D() | GlobalAvgPool2D() | Subsample():
                step = _pooling(contents, dtype)
            case BatchNormalization() as layer:
                step = _scaling(contents, layer, dtype)
            case LocalResponseNormalization() as layer:
                step = _local_response(contents, layer, dtype)
            case Dense() as layer:
                step = _dense(contents, layer, dtype)
            case Activation() as layer:
                step = _activation(contents, layer, dtype)
            case _:
                raise NotImplementedError(f"{contents} is of a kind that is not written in C yet")
        steps.append(replace(step, keeps=tuple(keeps)))
        keeps = []
    return steps


def _activation(contents: LayerContents, layer: Activation, dtype: np.dtype[Any]) -> Step:
    number = TYPES[dtype.name]
    function = block(
        f"static void layer_{contents.index}(const {number} *from, {number} *to)",
        loop("i", contents.inputs, f"to[i] = {_activated('from[i]', layer.activation, dtype)};"),
    )
    return Step((contents,), function, [])


def _residual_end(contents: LayerContents, layer: ResidualEnd, dtype: np.dtype[Any], kept: Kept) -> Step:
    """Each output is the sum of an input and of what the shortcut makes of what was kept."""
    number, index, shortcut = TYPES[dtype.name], contents.index, contents.shortcut
    assert shortcut
    planes, height, width = contents.output_shape
    place = "[y * {}][x * {}]".format(*shortcut.strides) if shortcut.strides != (1, 1) else "[y][x]"
    if contents.weight is not None:
        chain = f"sum = multiply_add(kept[plane]{place}, weight_{index}[filter][plane][0][0], sum);"
        sums = [f"{number} sum = 0;", *loop("plane", shortcut.input_shape[0], chain)]
        addend, variable = "sum", "filter"
    else:
        sums, addend, variable = [], f"kept[plane]{place}", "plane"
    target, source = f"output[{variable}][y][x]", f"input[{variable}][y][x]"
    result = _activated(f"{source} + {addend}", layer.activation, dtype)
    of_planes = planes - shortcut.planes_of_zeros
    alone = _activated(source, layer.activation, dtype)
    of_zeros = loop("y", height, loop("x", width, f"{target} = {alone};"))
    function = block(
        f"static void layer_{index}(const {number} *from, const {number} *shortcut, {number} *to)",
        _planes(f"const {number}", "input", contents.input_shape, "from"),
        _planes(f"const {number}", "kept", shortcut.input_shape, "shortcut"),
        _planes(number, "output", contents.output_shape, "to"),
        loop(variable, of_planes, loop("y", height, loop("x", width, sums, f"{target} = {result};"))),
        block(f"for (int plane = {of_planes}; plane < {planes}; ++plane)", of_zeros) if of_planes < planes else [],
    )
    return Step((contents,), function, _parameters(contents), shortcut=kept)


def _dense(contents: LayerContents, layer: Dense, dtype: np.dtype[Any]) -> Step:
    number, index = TYPES[dtype.name], contents.index
    result = f"dot(from, weight_{index}[unit], {contents.inputs})" + (f" + bias_{index}[unit]" if layer.bias else "")
    function = block(
        f"static void layer_{index}(const {number} *from, {number} *to)",
        loop("unit", layer.units, f"to[unit] = {_activated(result, layer.activation, dtype)};"),
    )
    return Step((contents,), function, _parameters(contents))


def _convolution(contents: LayerContents, layer: Conv2D, pooling: LayerContents | None, dtype: np.dtype[Any]) -> Step:
    """Each output is one chain of multiply-adds: from the bias, over the planes, through the filter row by row.

    A pooling compares before the activation, as in the core.
    """
    number, index, planes = TYPES[dtype.name], contents.index, contents.input_shape[0]
    _, height, width = contents.output_shape
    constants, output = _parameters(contents), "output[filter]"
    if layer.connection == "full":
        chain = loop("plane", planes, _taps(contents, layer, "plane", f"weight_{index}[filter][plane]"))
    elif layer.connection == "separate":
        chain = _taps(contents, layer, "plane", f"weight_{index}[filter]")
        output = f"output[plane * {layer.filters} + filter]"
    else:
        chain = block(
            f"for (int k = first_{index}[filter]; k < first_{index}[filter + 1]; ++k)",
            _taps(contents, layer, f"planes_{index}[k]", f"weight_{index}[k]"),
        )
        constants = [*_table(index, layer.connection), *constants]
    target, result = f"{output}[y][x]", _activated("sum", layer.activation, dtype)
    if pooling:
        target, result = "convolved[y][x]", "sum"
    start = f"{number} sum = {f'bias_{index}[filter]' if layer.bias else '0'};"
    of_filter = loop("y", height, loop("x", width, start, chain, f"{target} = {result};"))
    if pooling:
        of_filter += _windows(pooling, "convolved", output, layer.activation, dtype)
    of_filters = loop("filter", layer.filters, of_filter)
    function = block(
        f"static void layer_{index}(const {number} *from, {f'{number} *scratch, ' if pooling else ''}{number} *to)",
        _planes(f"const {number}", "input", contents.input_shape, "from"),
        _plane(number, "convolved", width, "scratch") if pooling else [],
        _planes(number, "output", (pooling or contents).output_shape, "to"),
        loop("plane", planes, of_filters) if layer.connection == "separate" else of_filters,
    )
    if pooling:
        return Step((contents, pooling), function, constants, scratch=height * width)
    return Step((contents,), function, constants)


def _taps(contents: LayerContents, layer: Conv2D, plane: str, weight: str) -> Lines:
    """Return the part of a chain that goes over one plane; around it lie zeros."""
    (rows, columns), strides, padding = layer.window
    _, height, width = contents.input_shape
    row, column = (
        variable + (f" * {stride}" if stride > 1 else "") + f" + {tap}" + (f" - {pad}" if pad else "")
        for variable, tap, stride, pad in zip("yx", "ij", strides, padding, strict=True)
    )
    if padding == (0, 0):
        step = [f"sum = multiply_add(input[{plane}][{row}][{column}], {weight}[i][j], sum);"]
    else:
        step = [
            f"const int row = {row}, column = {column};",
            f"const int inside = row >= 0 && row < {height} && column >= 0 && column < {width};",
            f"sum = multiply_add(inside ? input[{plane}][row][column] : 0, {weight}[i][j], sum);",
        ]
    return loop("i", rows, loop("j", columns, step))


def _table(index: int, planes_of_filters: Sequence[Sequence[int]]) -> Lines:
    return [
        "/* The planes that filters see: those of filter f from first[f] on, up to first[f + 1]. */",
        *integers(f"first_{index}", [0, *accumulate(map(len, planes_of_filters))]),
        *integers(f"planes_{index}", [plane for planes in planes_of_filters for plane in planes]),
    ]


def _pooling(contents: LayerContents, dtype: np.dtype[Any]) -> Step:
    number, planes = TYPES[dtype.name], contents.input_shape[0]
    function = block(
        f"static void layer_{contents.index}(const {number} *from, {number} *to)",
        _planes(f"const {number}", "input", contents.input_shape, "from"),
        _planes(number, "output", contents.output_shape, "to"),
        loop("plane", planes, _windows(contents, "input[plane]", "output[plane]", "identity", dtype)),
    )
    return Step((contents,), function, _parameters(contents))


def _scaling(contents: LayerContents, layer: BatchNormalization, dtype: np.dtype[Any]) -> Step:
    """Batch normalization: by what it learned, scale and shift of each plane are constants."""
    number, index, (planes, height, width) = TYPES[dtype.name], contents.index, contents.input_shape
    scaled = f"multiply_add(from[i], scale_{index}[plane], shift_{index}[plane])"
    of_plane = loop("i", height * width, f"to[i] = {_activated(scaled, layer.activation, dtype)};")
    function = block(
        f"static void layer_{index}(const {number} *from, {number} *to)",
        loop("plane", planes, of_plane, f"from += {height * width};", f"to += {height * width};"),
    )
    scale, shift = contents.scale_and_shift
    return Step((contents,), function, [*array(f"scale_{index}", scale), *array(f"shift_{index}", shift)])


def _local_response(contents: LayerContents, layer: LocalResponseNormalization, dtype: np.dtype[Any]) -> Step:
    number, (planes, height, width) = TYPES[dtype.name], contents.input_shape
    half, area = layer.size // 2, height * width
    alpha, k = literal(layer.alpha, dtype), literal(layer.k, dtype)
    root, fourth = "square_root(base)", "square_root(square_root(base))"
    power = {0.25: fourth, 0.5: root, 0.75: f"{root} * {fourth}", 1.0: "base"}[layer.beta]
    function = block(
        f"static void layer_{contents.index}(const {number} *from, {number} *to)",
        _planes(f"const {number}", "input", (planes, 1, area), "from"),
        loop(
            "plane",
            planes,
            f"const int first = plane < {half} ? 0 : plane - {half}, end = smaller(plane + {half + 1}, {planes});",
            loop(
                "i",
                area,
                f"{number} sum = 0;",
                "for (int p = first; p < end; ++p) sum = multiply_add(input[p][0][i], input[p][0][i], sum);",
                f"const {number} base = multiply_add({alpha}, sum, {k});",
                f"to[plane * {area} + i] = input[plane][0][i] / ({power});",
            ),
        ),
    )
    return Step((contents,), function, [])


def _windows(contents: LayerContents, source: str, target: str, activation: str, dtype: np.dtype[Any]) -> Lines:
    """Return the pooling of one plane; windows end at its border."""
    _, in_height, in_width = contents.input_shape
    whole = (in_height, in_width)
    (rows, columns), strides, _ = contents.layer.window or (whole, whole, (0, 0))
    _, height, width = contents.output_shape
    top, left = (f"{name} * {stride}" if stride > 1 else name for name, stride in zip("yx", strides, strict=True))
    edges = [
        f"const int top = {top}, bottom = smaller(top + {rows}, {in_height});",
        f"const int left = {left}, right = smaller(left + {columns}, {in_width});",
    ]
    number = TYPES[dtype.name]
    if isinstance(contents.layer, MaxPool2D):
        start, step = f"{number} best = {source}[top][left];", f"if ({source}[i][j] > best) best = {source}[i][j];"
        result = _activated("best", activation, dtype)
    else:
        start, step = f"{number} sum = 0;", f"sum += {source}[i][j];"
        result = f"sum / ({number})((bottom - top) * (right - left))"
        if isinstance(contents.layer, Subsample):
            scaled = f"multiply_add(sum, weight_{contents.index}[plane], bias_{contents.index}[plane])"
            result = _activated(scaled, contents.layer.activation, dtype)
    over_columns = block("for (int j = left; j < right; ++j)", step)
    over_window = block("for (int i = top; i < bottom; ++i)", over_columns)
    return loop("y", height, loop("x", width, edges, start, over_window, f"{target}[y][x] = {result};"))


def _activated(value: str, activation: str, dtype: np.dtype[Any]) -> str:
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


def _planes(number: str, name: str, shape: Shape, pointer: str) -> str:
    """Return the line that makes an array [plane][row][column] of a pointer."""
    _, height, width = shape
    return f"{number}(*{name})[{height}][{width}] = ({number}(*)[{height}][{width}]){pointer};"


def _plane(number: str, name: str, width: int, pointer: str) -> list[str]:
    return [f"{number}(*{name})[{width}] = ({number}(*)[{width}]){pointer};"]


def _parameters(contents: LayerContents) -> Lines:
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
