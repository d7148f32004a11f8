"""Average pooling: windows as those of max-pooling; one that is clipped at the border averages what it holds."""

from collections.abc import Iterator

import numpy as np

from .activations import Array
from .architecture import AvgPool2D, Shape, output_shape


def windows(layer: AvgPool2D, shape: Shape) -> Iterator[tuple[int, int, tuple[slice, slice]]]:
    """Row and column of each output, and the rows and columns that it sees."""
    _, rows, columns = output_shape(layer, shape)
    for row in range(rows):
        for column in range(columns):
            top, left = row * layer.strides[0], column * layer.strides[1]
            yield row, column, (slice(top, top + layer.size[0]), slice(left, left + layer.size[1]))


def forward(layer: AvgPool2D, images: Array) -> Array:
    """Outputs [N][P][H'][W'] for ``images`` [N][P][H][W]."""
    shape = images.shape[1], images.shape[2], images.shape[3]
    outputs = np.empty((len(images), *output_shape(layer, shape)))
    for row, column, seen in windows(layer, shape):
        outputs[:, :, row, column] = images[:, :, *seen].mean(axis=(2, 3))
    return outputs


def backward(layer: AvgPool2D, images: Array, output_gradient: Array) -> Array:
    """Gradient of sum(output * output_gradient) for ``images`` [N][P][H][W]."""
    gradient = np.zeros_like(images)
    for row, column, seen in windows(layer, (images.shape[1], images.shape[2], images.shape[3])):
        window = gradient[:, :, *seen]
        window += output_gradient[:, :, row, column, np.newaxis, np.newaxis] / window[0, 0].size
    return gradient
