"""What moves a window over planes, as functions in C: convolutions and poolings."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from lenetpp.networks.formats.c_step import Step, activated, as_plane, as_planes, parameters_of
from lenetpp.networks.formats.c_text import TYPES, Lines, block, integers, loop
from lenetpp.networks.formats.contents import LayerContents
from lenetpp.networks.layers import Conv2D, MaxPool2D, Subsample


def convolution_step(
    contents: LayerContents, layer: Conv2D, pooling: LayerContents | None, dtype: np.dtype[Any]
) -> Step:
    """Each output is one chain of multiply-adds: from the bias, over the planes, through the filter row by row.

    A pooling compares before the activation, as in the core.
    """
    number, index, planes = TYPES[dtype.name], contents.index, contents.input_shape[0]
    _, height, width = contents.output_shape
    constants, output = parameters_of(contents), "output[filter]"
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
    target, result = f"{output}[y][x]", activated("sum", layer.activation, dtype)
    if pooling:
        target, result = "convolved[y][x]", "sum"
    start = f"{number} sum = {f'bias_{index}[filter]' if layer.bias else '0'};"
    of_filter = loop("y", height, loop("x", width, start, chain, f"{target} = {result};"))
    if pooling:
        of_filter += _windows(pooling, "convolved", output, layer.activation, dtype)
    of_filters = loop("filter", layer.filters, of_filter)
    function = block(
        f"static void layer_{index}(const {number} *from, {f'{number} *scratch, ' if pooling else ''}{number} *to)",
        as_planes(f"const {number}", "input", contents.input_shape, "from"),
        as_plane(number, "convolved", width, "scratch") if pooling else [],
        as_planes(number, "output", (pooling or contents).output_shape, "to"),
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


def pooling_step(contents: LayerContents, dtype: np.dtype[Any]) -> Step:
    """Each output is what becomes of one window, or of a whole plane."""
    number, planes = TYPES[dtype.name], contents.input_shape[0]
    function = block(
        f"static void layer_{contents.index}(const {number} *from, {number} *to)",
        as_planes(f"const {number}", "input", contents.input_shape, "from"),
        as_planes(number, "output", contents.output_shape, "to"),
        loop("plane", planes, _windows(contents, "input[plane]", "output[plane]", "identity", dtype)),
    )
    return Step((contents,), function, parameters_of(contents))


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
        result = activated("best", activation, dtype)
    else:
        start, step = f"{number} sum = 0;", f"sum += {source}[i][j];"
        result = f"sum / ({number})((bottom - top) * (right - left))"
        if isinstance(contents.layer, Subsample):
            scaled = f"multiply_add(sum, weight_{contents.index}[plane], bias_{contents.index}[plane])"
            result = activated(scaled, contents.layer.activation, dtype)
    over_columns = block("for (int j = left; j < right; ++j)", step)
    over_window = block("for (int i = top; i < bottom; ++i)", over_columns)
    return loop("y", height, loop("x", width, edges, start, over_window, f"{target}[y][x] = {result};"))
