"""The shortcut of a residual: what is added to what the residual's layers made."""

import numpy as np

from .activations import Array
from .architecture import Pair


def kept(images: Array, strides: Pair) -> Array:
    """Every n-th row and column of images [N][P][H][W]."""
    return images[:, :, :: strides[0], :: strides[1]]


def forward(images: Array, strides: Pair, planes: int, weight: Array | None) -> Array:
    """The shortcut of images [N][P][H][W], with so many planes: by 1x1 filters (F, P, 1, 1), or with zeros behind."""
    images = kept(images, strides)
    if weight is not None:
        return np.asarray(np.einsum("fp,npyx->nfyx", weight[:, :, 0, 0], images))
    return np.pad(images, [(0, 0), (0, planes - images.shape[1]), (0, 0), (0, 0)])


def backward(images: Array, strides: Pair, weight: Array | None, gradient: Array) -> tuple[Array | None, Array]:
    """Gradients of sum(shortcut * gradient) for the weight and for the images."""
    images_gradient = np.zeros_like(images)
    if weight is None:
        kept(images_gradient, strides)[...] = gradient[:, : images.shape[1]]
        return None, images_gradient
    weight_gradient = np.einsum("nfyx,npyx->fp", gradient, kept(images, strides))[:, :, np.newaxis, np.newaxis]
    kept(images_gradient, strides)[...] = np.einsum("fp,nfyx->npyx", weight[:, :, 0, 0], gradient)
    return weight_gradient, images_gradient
