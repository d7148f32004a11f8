"""A trained network as plain values, which is all that a writer of another format needs to know of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lenetpp import _core
from lenetpp.basics.arrays import FloatArray, Shape, read_only
from lenetpp.networks.layer import Layer, Window
from lenetpp.networks.layers import BatchNormalization, ResidualEnd, ResidualStart, layer_of
from lenetpp.networks.residual import open_starts

SCALED_TANH_HEIGHT, SCALED_TANH_RATE = 1.7159, 2 / 3
"""scaled_tanh(x) = height * tanh(rate * x)."""


@dataclass(frozen=True)
class ShortcutContents:
    """What a residual's end adds: what lies at the start, of which the shortcut keeps every n-th row and column.

    Attributes
    ----------
    start : int
        Index of the residual's start.
    input_shape : (int, int, int)
        Of what lies there.
    strides : (int, int)
        How far what is kept lies apart.
    planes_of_zeros : int
        So many are added behind the others; with a weight, which makes the planes, none.
    """

    start: int
    input_shape: Shape
    strides: tuple[int, int]
    planes_of_zeros: int


@dataclass(frozen=True)
class LayerContents:
    """One layer in its place.

    Attributes
    ----------
    index : int
        From the input, 0 for the first layer.
    layer : Layer
        What it is.
    input_shape, output_shape : (int, int, int)
        Planes, height and width.
    weight, bias : ndarray or None
        Shaped as in :meth:`lenetpp.Network.parameters`; None where the layer has none.
    shortcut : ShortcutContents or None
        Of the end of a residual.
    state : mapping of str to ndarray
        What the layer learned beside them, by its name.
    """

    index: int
    layer: Layer
    input_shape: Shape
    output_shape: Shape
    weight: FloatArray | None
    bias: FloatArray | None
    shortcut: ShortcutContents | None = None
    state: Mapping[str, FloatArray] = field(default_factory=dict)

    @property
    def scale_and_shift(self) -> tuple[FloatArray, FloatArray]:
        """What the core makes of a batch normalization for inference: by doubles, each rounded once."""
        layer = self.layer
        assert isinstance(layer, BatchNormalization)
        assert self.weight is not None
        assert self.bias is not None
        mean, variance = (self.state[f"running_{name}"].astype(np.float64) for name in ("mean", "variance"))
        scale = (self.weight * (1.0 / np.sqrt(variance + layer.epsilon))).astype(self.weight.dtype)
        shift = self.bias.astype(np.float64) - mean * scale.astype(np.float64)
        return read_only(scale), read_only(shift.astype(self.weight.dtype))

    @property
    def inputs(self) -> int:
        """How many numbers the layer takes."""
        return int(np.prod(self.input_shape))

    def __str__(self) -> str:
        return f"layer {self.index} ({self.layer})"


@dataclass(frozen=True)
class NetworkContents:
    """A network with weights.

    Attributes
    ----------
    text, digest : str
        The network's text, and the SHA-256 of its parameters.
    dtype : numpy.dtype
        float32 or float64: of parameters and arithmetic.
    input_shape : (int, int, int)
        Planes, height and width.
    normalization : (ndarray, ndarray) or None
        Mean and deviation of each plane.
    class_names : tuple of str or None
        In the order of the outputs.
    layers : tuple of LayerContents
        From the input on.
    """

    text: str
    digest: str
    dtype: np.dtype[Any]
    input_shape: Shape
    normalization: tuple[FloatArray, FloatArray] | None
    class_names: tuple[str, ...] | None
    layers: tuple[LayerContents, ...]

    @property
    def class_count(self) -> int:
        """Number of outputs."""
        return int(np.prod(self.layers[-1].output_shape))

    @property
    def scale_and_shift(self) -> tuple[FloatArray, FloatArray] | None:
        """What the core multiplies the pixels of each plane by, and what it adds: rounded once, from doubles."""
        if self.normalization is None:
            return None
        mean, deviation = (values.astype(np.float64) for values in self.normalization)
        scale, shift = (1 / deviation).astype(self.dtype), (-mean / deviation).astype(self.dtype)
        return read_only(scale), read_only(shift)


def _shortcut(end: int, layers: list[Layer], shapes: list[Shape]) -> ShortcutContents:
    """Return the shortcut to layer `end`; `shapes` begin with that of an image."""
    start = open_starts(layers[:end])[-1]
    before, after = shapes[start], shapes[end]
    if before == after:
        return ShortcutContents(start, before, (1, 1), 0)
    strides = [layer.window.strides for layer in layers[start:end] if layer.window]
    down, across = (math.prod(sides) for sides in zip(*strides, strict=True))
    pads = layers[start] == ResidualStart("pad")
    return ShortcutContents(start, before, (down, across), after[0] - before[0] if pads else 0)


def numbers_in_windows(window: Window, input_shape: Shape, output_shape: Shape) -> NDArray[np.int64]:
    """Return how many numbers each window of a plane holds (output height, output width): fewer at the border."""
    rows, columns = (
        np.minimum(extent, side - stride * np.arange(count))
        for extent, stride, side, count in zip(
            window.size, window.strides, input_shape[1:], output_shape[1:], strict=True
        )
    )
    return np.outer(rows, columns)


def contents_of(core: _core.Network, class_names: tuple[str, ...] | None, digest: str) -> NetworkContents:
    """Return what a network with weights consists of.

    Raises
    ------
    ValueError
        If a parameter or a number of state is not finite.
    """
    parameters = {name: core.parameter(name) for name in core.parameter_names}
    state = {name: core.state(name) for name in core.state_names}
    for name, values in (parameters | state).items():
        if not np.isfinite(values).all():
            raise ValueError(f"{name} has values that are not finite (has its training diverged?): not written")
    shapes = [core.input_shape, *core.output_shapes]
    kinds = [layer_of(word, values) for word, values in core.layers]
    layers = tuple(
        LayerContents(
            index=index,
            layer=layer,
            input_shape=shapes[index],
            output_shape=shapes[index + 1],
            weight=parameters.get(f"{index}.weight"),
            bias=parameters.get(f"{index}.bias"),
            shortcut=_shortcut(index, kinds, shapes) if isinstance(layer, ResidualEnd) else None,
            state={name.partition(".")[2]: values for name, values in state.items() if name.startswith(f"{index}.")},
        )
        for index, layer in enumerate(kinds)
    )
    dtype = np.dtype(np.float64 if isinstance(core, _core.Network64) else np.float32)
    return NetworkContents(core.text, digest, dtype, core.input_shape, core.normalization, class_names, layers)
