"""What each layer computes, as a function in C, and the order of these functions."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lenetpp.networks.formats.c_step import Kept, Step, activated, as_planes, parameters_of
from lenetpp.networks.formats.c_text import TYPES, array, block, literal, loop
from lenetpp.networks.formats.c_windows import convolution_step, pooling_step
from lenetpp.networks.formats.contents import LayerContents
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
                step = convolution_step(contents, layer, pooling, dtype)
            case MaxPool2D() | AvgPool2D() | GlobalAvgPool2D() | Subsample():
                step = pooling_step(contents, dtype)
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
        loop("i", contents.inputs, f"to[i] = {activated('from[i]', layer.activation, dtype)};"),
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
    result = activated(f"{source} + {addend}", layer.activation, dtype)
    of_planes = planes - shortcut.planes_of_zeros
    alone = activated(source, layer.activation, dtype)
    of_zeros = loop("y", height, loop("x", width, f"{target} = {alone};"))
    function = block(
        f"static void layer_{index}(const {number} *from, const {number} *shortcut, {number} *to)",
        as_planes(f"const {number}", "input", contents.input_shape, "from"),
        as_planes(f"const {number}", "kept", shortcut.input_shape, "shortcut"),
        as_planes(number, "output", contents.output_shape, "to"),
        loop(variable, of_planes, loop("y", height, loop("x", width, sums, f"{target} = {result};"))),
        block(f"for (int plane = {of_planes}; plane < {planes}; ++plane)", of_zeros) if of_planes < planes else [],
    )
    return Step((contents,), function, parameters_of(contents), shortcut=kept)


def _dense(contents: LayerContents, layer: Dense, dtype: np.dtype[Any]) -> Step:
    number, index = TYPES[dtype.name], contents.index
    result = f"dot(from, weight_{index}[unit], {contents.inputs})" + (f" + bias_{index}[unit]" if layer.bias else "")
    function = block(
        f"static void layer_{index}(const {number} *from, {number} *to)",
        loop("unit", layer.units, f"to[unit] = {activated(result, layer.activation, dtype)};"),
    )
    return Step((contents,), function, parameters_of(contents))


def _scaling(contents: LayerContents, layer: BatchNormalization, dtype: np.dtype[Any]) -> Step:
    """Batch normalization: by what it learned, scale and shift of each plane are constants."""
    number, index, (planes, height, width) = TYPES[dtype.name], contents.index, contents.input_shape
    scaled = f"multiply_add(from[i], scale_{index}[plane], shift_{index}[plane])"
    of_plane = loop("i", height * width, f"to[i] = {activated(scaled, layer.activation, dtype)};")
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
        as_planes(f"const {number}", "input", (planes, 1, area), "from"),
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
