"""Max-pooling: windows may overlap, the last one is clipped at the border, the first maximum wins."""

import numpy as np
from numpy.typing import NDArray

from .activations import Array
from .architecture import MaxPool2D, output_shape


def winners(layer: MaxPool2D, images: Array) -> NDArray[np.intp]:
    """Where each output comes from: flat positions y * W + x [N][P][H'][W'] in the planes of ``images`` [N][P][H][W].

    The first maximum in row-major order of the window wins.
    """
    samples, planes, height, width = images.shape
    _, rows, columns = output_shape(layer, (planes, height, width))
    result = np.empty((samples, planes, rows, columns), dtype=np.intp)
    for row in range(rows):
        for column in range(columns):
            top, left = row * layer.strides[0], column * layer.strides[1]
            window = images[:, :, top : top + layer.size[0], left : left + layer.size[1]]
            # argmax returns the first of several maxima.
            y, x = np.divmod(window.reshape(samples, planes, -1).argmax(axis=2), window.shape[3])
            result[:, :, row, column] = (top + y) * width + left + x
    return result


def forward(layer: MaxPool2D, images: Array) -> Array:
    """Outputs [N][P][H'][W'] for ``images`` [N][P][H][W]."""
    samples, planes = images.shape[:2]
    positions = winners(layer, images)
    flat = np.take_along_axis(images.reshape(samples, planes, -1), positions.reshape(samples, planes, -1), axis=2)
    return flat.reshape(positions.shape)


def backward(layer: MaxPool2D, images: Array, output_gradient: Array) -> Array:
    """Gradient of sum(output * output_gradient) for ``images`` [N][P][H][W]; windows that share a winner add up."""
    gradient = np.zeros_like(images)
    positions = winners(layer, images)
    for n, p, row, column in np.ndindex(positions.shape):
        gradient[n, p].flat[positions[n, p, row, column]] += output_gradient[n, p, row, column]
    return gradient
