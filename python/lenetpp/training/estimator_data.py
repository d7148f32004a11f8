"""What LeNetClassifier trains on: images of any array, their weights, and those set apart for early stopping."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.class_weight import compute_class_weight  # type: ignore[import-untyped]

from lenetpp import _core
from lenetpp.basics.arrays import ImageArray, Shape, as_shape
from lenetpp.data import Dataset
from lenetpp.data.splitting import SELECTION

TEST_SIZE = 500
"""Training images on which each epoch is measured: scikit-learn's tools keep the real test images to themselves."""


class Examples(NamedTuple):
    """Images, their classes' numbers, and their weights, which are None where all count alike."""

    images: ImageArray
    labels: NDArray[np.int64]
    weights: NDArray[np.float64] | None

    def chosen(self, samples: NDArray[Any]) -> "Examples":
        """Return some of them."""
        weights = None if self.weights is None else self.weights[samples]
        return Examples(self.images[samples], self.labels[samples], weights)


def as_images(array: ImageArray, input_shape: Sequence[int] | None, *, squares: bool = True) -> ImageArray:
    """Return (N, planes, height, width) of rows, planes or images.

    Without an `input_shape`, a row is one square plane where its length is a square and `squares` are wanted; else
    each of its numbers is a plane of its own, which the network normalizes by itself.
    """
    if array.ndim == 2:
        return array.reshape(-1, *_row_shape(array.shape[1], input_shape, squares))
    images = array[:, np.newaxis] if array.ndim == 3 else array
    if input_shape is not None and images.shape[1:] != as_shape(input_shape):
        raise ValueError(f"X must hold images of input_shape {tuple(input_shape)}, but has the shape {array.shape}")
    return images


def _row_shape(features: int, input_shape: Sequence[int] | None, squares: bool) -> Shape:
    if input_shape is None:
        side = math.isqrt(features)
        return (1, side, side) if squares and side * side == features else (features, 1, 1)
    planes, height, width = as_shape(input_shape)
    if planes * height * width != features:
        raise ValueError(f"input_shape {tuple(input_shape)} does not hold the {features} features of X")
    return planes, height, width


def weighted(images: ImageArray, labels: NDArray[np.int64], weights: NDArray[np.float64] | None) -> Examples:
    """Return each image once, with the weight of all that are equal to it and of its class; none of weight 0.

    So that a whole weight is the same as so many copies, whatever their order. Where there are neither weights nor
    equal images, all stay as they are.
    """
    if weights is not None and not weights.all():
        counts = weights > 0
        images, labels, weights = images[counts], labels[counts], weights[counts]
    if len(images) == 0:
        raise ValueError("sample_weight must not be 0 for all samples: there is no class to learn")
    content = images.reshape(len(images), -1) + images.dtype.type(0)  # -0.0 is 0.0
    are_alike = weights is None or bool((weights == weights[0]).all())
    if are_alike and len({hash(row.tobytes()) for row in content}) == len(content):  # the usual case, in less time
        return Examples(images, labels, None)
    rows = content.view(np.dtype((np.void, content.shape[1] * content.itemsize)))[:, 0]
    number_of_row = np.unique(rows, return_inverse=True)[1]
    pairs = number_of_row * (labels.max() + 1) + labels
    _, first, number = np.unique(pairs, return_index=True, return_inverse=True)
    if len(first) == len(images) and are_alike:
        return Examples(images, labels, None)
    return Examples(images[first], labels[first], np.bincount(number, weights=weights).astype(np.float64))


def with_class_weights(
    examples: Examples, class_weight: Mapping[Any, float] | str | None, classes: NDArray[Any]
) -> Examples:
    """Return the examples with weights times those of their classes, and a mean weight of 1.

    ``"balanced"``: all classes weigh the same, copies and sample weights included.
    """
    images, labels, weights = examples
    if class_weight is not None:
        own = np.ones(len(labels)) if weights is None else weights
        if isinstance(class_weight, str) and class_weight == "balanced":
            sums = np.bincount(labels, weights=own, minlength=len(classes))
            of_classes = 1 / np.where(sums > 0, sums, 1.0)
        else:
            of_classes = compute_class_weight(class_weight, classes=classes, y=classes)
        weights = own * of_classes[labels]
    if weights is None:
        return examples
    mean = weights.mean()
    if not mean > 0:
        raise ValueError("class_weight must leave a class with a weight above 0")
    weights = weights / mean
    return Examples(images, labels, None if (weights == weights[0]).all() else weights)


def split(examples: Examples, fraction: float, seed: int) -> tuple[Examples, Examples]:
    """Return the examples to train on and those set apart: of each class the same share, chosen by the seed.

    At least one of each class, but where there is only one, that is trained on.

    Raises
    ------
    ValueError
        If the fraction is not in (0, 1), or there are not two of any class.
    """
    if not 0 < fraction < 1:
        raise ValueError(f"validation_fraction must be between 0 and 1, but is {fraction!r}")
    held_out = np.zeros(len(examples.labels), dtype=bool)
    for label in np.unique(examples.labels):
        samples = np.flatnonzero(examples.labels == label)
        count = min(max(1, round(fraction * len(samples))), len(samples) - 1)
        held_out[samples[_core.random_order(seed, SELECTION, int(label), len(samples))[:count]]] = True
    if not held_out.any():
        raise ValueError("early_stopping needs two samples of a class, to set one apart, but there is one of each")
    return examples.chosen(np.flatnonzero(~held_out)), examples.chosen(np.flatnonzero(held_out))


def as_data(examples: Examples, classes: NDArray[Any], held_out: Examples | None = None) -> Dataset:
    """Return the data set to train on; the first training images stand for the test images."""
    images, labels, weights = examples
    data = Dataset(
        images,
        labels.astype(np.int32),
        images[:TEST_SIZE],
        labels[:TEST_SIZE].astype(np.int32),
        tuple(str(label) or "''" for label in classes),
        train_weights=weights,
    )
    if held_out is None:
        return data
    return replace(
        data,
        validation_images=held_out.images,
        validation_labels=held_out.labels.astype(np.int32),
        validation_weights=held_out.weights,
    )
