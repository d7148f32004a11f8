"""Convolution: full, separate and by table, with any kernel, strides and padding.

All three connections are one thing: output plane o is a sum over *terms*, each one input plane under one kernel::

    output[n, o, y, x] = bias[b(o)] + sum over terms (p, k) of o, i, j:
        padded_input[n, p, y * stride + i, x * stride + j] * weight[k, i, j]

They differ only in the list of terms, which ``wiring`` writes down.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from .activations import Array
from .architecture import Conv2D


class OutputPlane(NamedTuple):
    """What one output plane is made of."""

    bias: int
    """Index of its bias."""
    terms: list[tuple[int, tuple[int, ...]]]
    """(input plane, index of the kernel [K][K] in the weight array)."""


def wiring(layer: Conv2D, planes: int) -> list[OutputPlane]:
    """The output planes of ``layer`` in order, for an input of ``planes`` planes."""
    if layer.connection == "full":
        return [OutputPlane(f, [(p, (f, p)) for p in range(planes)]) for f in range(layer.filters)]
    if layer.connection == "separate":
        return [OutputPlane(f, [(p, (f,))]) for p in range(planes) for f in range(layer.filters)]
    kernels = iter(range(sum(len(seen) for seen in layer.table)))
    return [OutputPlane(f, [(p, (next(kernels),)) for p in seen]) for f, seen in enumerate(layer.table)]


def forward(layer: Conv2D, weight: Array, bias: Array | None, images: Array) -> Array:
    """Outputs [N][O][H'][W'] before the activation, for ``images`` [N][P][H][W]."""
    padded = _pad(layer, images)
    return np.stack(
        [
            sum(
                padded[:, plane, rows, columns] * weight[*kernel, i, j]
                for plane, kernel in terms
                for i, j, rows, columns in _taps(layer, padded)
            )
            + (0.0 if bias is None else bias[bias_index])
            for bias_index, terms in wiring(layer, images.shape[1])
        ],
        axis=1,
    )


def backward(layer: Conv2D, weight: Array, images: Array, output_gradient: Array) -> tuple[Array, Array, Array]:
    """Gradients of sum(output * output_gradient) for weight, bias [F] and images [N][P][H][W]."""
    padded = _pad(layer, images)
    weight_gradient = np.zeros_like(weight)
    bias_gradient = np.zeros(layer.filters)
    padded_gradient = np.zeros_like(padded)
    for o, (bias_index, terms) in enumerate(wiring(layer, images.shape[1])):
        delta = output_gradient[:, o]
        bias_gradient[bias_index] += delta.sum()
        for plane, kernel in terms:
            for i, j, rows, columns in _taps(layer, padded):
                weight_gradient[*kernel, i, j] += (delta * padded[:, plane, rows, columns]).sum()
                padded_gradient[:, plane, rows, columns] += delta * weight[*kernel, i, j]
    (top, left), (height, width) = layer.padding, images.shape[2:]
    return weight_gradient, bias_gradient, padded_gradient[:, :, top : top + height, left : left + width]


def _pad(layer: Conv2D, images: Array) -> Array:
    (vertical, horizontal) = layer.padding
    return np.pad(images, ((0, 0), (0, 0), (vertical, vertical), (horizontal, horizontal)))


def _taps(layer: Conv2D, padded: Array) -> Iterator[tuple[int, int, slice, slice]]:
    """For every kernel element (i, j): the rows and columns of the padded input that it meets."""
    (height, width), (stride_y, stride_x) = layer.kernel_size, layer.strides
    last_y, last_x = padded.shape[2] - height, padded.shape[3] - width
    for i in range(height):
        for j in range(width):
            yield i, j, slice(i, i + last_y + 1, stride_y), slice(j, j + last_x + 1, stride_x)
