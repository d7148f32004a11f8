"""The pooling of LeNet-5: the sum of each window, times its plane's weight, plus its bias."""

import numpy as np

from .activations import Array
from .architecture import AvgPool2D, Subsample, output_shape
from .average_pooling import windows


def _sums(layer: Subsample, images: Array) -> Array:
    shape = images.shape[1], images.shape[2], images.shape[3]
    sums = np.empty((len(images), *output_shape(layer, shape)))
    for row, column, seen in windows(AvgPool2D(layer.size, layer.strides), shape):
        sums[:, :, row, column] = images[:, :, *seen].sum(axis=(2, 3))
    return sums


def forward(layer: Subsample, weight: Array, bias: Array, images: Array) -> Array:
    """Outputs [N][P][H'][W'] before the activation, for ``images`` [N][P][H][W]."""
    return weight.reshape(-1, 1, 1) * _sums(layer, images) + bias.reshape(-1, 1, 1)


def backward(layer: Subsample, weight: Array, images: Array, delta: Array) -> tuple[Array, Array, Array]:
    """Gradients of weight, bias and images."""
    gradient, of_sums = np.zeros_like(images), delta * weight.reshape(-1, 1, 1)
    shape = images.shape[1], images.shape[2], images.shape[3]
    for row, column, seen in windows(AvgPool2D(layer.size, layer.strides), shape):
        gradient[:, :, *seen] += of_sums[:, :, row, column, np.newaxis, np.newaxis]
    return (delta * _sums(layer, images)).sum(axis=(0, 2, 3)), delta.sum(axis=(0, 2, 3)), gradient
