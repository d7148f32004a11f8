"""Batch normalization, plane by plane of images [N][P][H][W] or unit by unit of [N][U]: by running figures, or in
training by the batch's own.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from .activations import Array
from .architecture import BatchNormalization


def of_batch(layer: BatchNormalization, images: Array) -> BatchNormalization:
    """The layer with the mean and the biased variance of a batch instead of the running ones."""
    axes = _all_but_planes(images)
    return replace(layer, mean=tuple(images.mean(axis=axes)), variance=tuple(images.var(axis=axes)))


def after(layer: BatchNormalization, images: Array) -> BatchNormalization:
    """The layer with running figures that have seen a batch; its variance is then the unbiased one."""
    kept, momentum, axes = 1 - layer.momentum, layer.momentum, _all_but_planes(images)
    mean, variance = images.mean(axis=axes), images.var(axis=axes, ddof=1)
    return replace(
        layer,
        mean=tuple(kept * np.array(layer.mean) + momentum * mean),
        variance=tuple(kept * np.array(layer.variance) + momentum * variance),
    )


def forward(layer: BatchNormalization, weight: Array, bias: Array, images: Array) -> Array:
    """Outputs before the activation."""
    return _by_plane(weight, images) * _normalized(layer, images) + _by_plane(bias, images)


def backward(
    layer: BatchNormalization, weight: Array, images: Array, delta: Array, *, training: bool
) -> tuple[Array, Array, Array]:
    """Gradients of weight, bias and images; in training mean and variance move with the images."""
    x, axes = _normalized(layer, images), _all_but_planes(images)
    gradient = delta * _by_plane(weight, images)
    if training:
        mean, along = (each.mean(axis=axes, keepdims=True) for each in (gradient, gradient * x))
        gradient = gradient - mean - x * along
    return (delta * x).sum(axis=axes), delta.sum(axis=axes), gradient / _deviation(layer, images)


def _normalized(layer: BatchNormalization, images: Array) -> Array:
    return (images - _by_plane(layer.mean, images)) / _deviation(layer, images)


def _deviation(layer: BatchNormalization, images: Array) -> Array:
    return np.sqrt(_by_plane(layer.variance, images) + layer.epsilon)


def _by_plane(values: ArrayLike, images: Array) -> Array:
    return np.reshape(values, (-1, *[1] * (images.ndim - 2)))


def _all_but_planes(images: Array) -> tuple[int, ...]:
    return tuple(axis for axis in range(images.ndim) if axis != 1)
