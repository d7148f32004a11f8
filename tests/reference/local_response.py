"""Local response normalization: what each output is divided by, and the gradient by its Jacobian, plane by plane."""

import numpy as np

from .activations import Array
from .architecture import LocalResponseNormalization


def _neighbours(layer: LocalResponseNormalization, planes: int) -> Array:
    """[P][P]: 1 where one plane is in the other's window."""
    places = np.arange(planes)
    near: Array = (np.abs(places[:, np.newaxis] - places) <= layer.size // 2).astype(np.float64)
    return near


def _bases(layer: LocalResponseNormalization, images: Array) -> Array:
    squares: Array = np.einsum("pq,nqhw->nphw", _neighbours(layer, images.shape[1]), images**2)
    return layer.k + layer.alpha * squares


def forward(layer: LocalResponseNormalization, images: Array) -> Array:
    """x / (k + alpha * sum of squares) ** beta, of images [N][P][H][W]."""
    result: Array = images / _bases(layer, images) ** layer.beta
    return result


def backward(layer: LocalResponseNormalization, images: Array, output_gradient: Array) -> Array:
    """Output p depends on input q by [p = q] base ** -beta - 2 alpha beta x[p] x[q] base ** (-beta - 1)."""
    bases = _bases(layer, images)
    shares = output_gradient * images * bases ** (-layer.beta - 1)
    of_neighbours = np.einsum("pq,nphw->nqhw", _neighbours(layer, images.shape[1]), shares)
    result: Array = output_gradient * bases**-layer.beta - 2 * layer.alpha * layer.beta * images * of_neighbours
    return result
