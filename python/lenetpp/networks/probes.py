"""Probes: how well images can be told apart by a linear classifier that sees one layer's outputs and nothing else.

The classifier is a multinomial logistic regression with a quadratic penalty, which has one best solution: what it says
is a property of the outputs, not of how it was trained. Outputs are standardized over the training images first. Beside
the network as it was before training, it tells what comes from the architecture and what was learned. After Alain and
Bengio: Understanding Intermediate Layers Using Linear Classifier Probes, 2016.

N images, F features, K classes.
"""

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import FloatArray, ImageArray
from lenetpp.basics.language import say
from lenetpp.basics.percent import percent
from lenetpp.data import Dataset
from lenetpp.networks.evaluation import measurable
from lenetpp.networks.inner_outputs import outputs_of_layer
from lenetpp.networks.layers import AvgPool2D, Conv2D, Dense, Dropout, MaxPool2D, ResidualStart
from lenetpp.networks.measurement import SLICE_SIZE
from lenetpp.networks.network import Network

PENALTY = 0.1
"""Half of it, times the sum of the squared weights, is added to the mean cross-entropy."""
MOST_NUMBERS = 2**27
"""Of a layer, over all training images: half a gigabyte in float32."""
MOST_STEPS = 1000
SMALLEST_GRADIENT = 1e-5
SMALLEST_FALL = 1e-7
"""Of what is minimised, as a share of it: less than float32 tells apart."""


@dataclass(frozen=True)
class ProbedLayer:
    """How well a linear classifier does on a layer's outputs.

    Attributes
    ----------
    index : int
        Of the layer, of a convolution also where its pooling is included; -1 stands for the image itself.
    text : str
        The layer's part of the network's text, of a convolution with its pooling.
    accuracy : float
        Share of the test images that it gets right.
    features : int
        Outputs of the layer.
    """

    index: int
    text: str
    accuracy: float
    features: int

    def __repr__(self) -> str:
        return f"<ProbedLayer {self.index} ({self.text}): {percent(self.accuracy, 1)} by {self.features:,} features>"


def probed_layers(
    network: Network, data: Dataset, *, most_images: int = 4000, layers: Collection[int] | None = None, threads: int = 1
) -> tuple[ProbedLayer, ...]:
    """Train a linear classifier on the outputs of each layer for training images and test it on test images.

    A convolution is looked at together with a pooling behind it.

    Parameters
    ----------
    network : Network
        A network with weights.
    data : Dataset
        Data with the network's input shape and classes, which are matched by name.
    most_images : int
        Training images to use: all, or so many that are spread evenly over them.
    layers : collection of int, optional
        Indices of the layers to look at, of a convolution its own; -1 for the image's pixels. By default all.
    threads : int
        Processor cores for the layers' outputs.

    Returns
    -------
    tuple of ProbedLayer
        From the image on; without the layers whose outputs are too many.

    Raises
    ------
    ValueError
        If network and data do not fit, or `most_images` is below 2.
    """
    data = measurable(network, data)
    if most_images < 2:
        raise ValueError(f"most_images must be at least 2, but is {most_images}")
    chosen = _spread(len(data.train_images), most_images)
    images, labels = data.train_images[chosen], data.train_labels[chosen]
    found = []
    for looked_at in _looked_at(network):
        if layers is not None and looked_at.first not in layers:
            continue
        shape = network.input_shape if looked_at.end < 0 else network.core.output_shapes[looked_at.end]
        features = math.prod(shape)
        if features * len(images) > MOST_NUMBERS:
            continue
        seen, unseen = (_features(network, looked_at.end, each, threads) for each in (images, data.unseen.images))
        mean, deviation = seen.mean(axis=0, dtype=np.float64), seen.std(axis=0, dtype=np.float64)
        scale = np.where(deviation > 0, deviation, 1.0)
        seen, unseen = (((each - mean) / scale).astype(np.float32) for each in (seen, unseen))
        weights, bias = logistic_regression(seen, labels, network.class_count)
        right = (unseen @ weights + bias).argmax(axis=1) == data.unseen.labels
        found.append(ProbedLayer(looked_at.first, looked_at.text, float(right.mean()), features))
    return tuple(found)


def logistic_regression(
    features: FloatArray, labels: NDArray[np.integer], classes: int, penalty: float = PENALTY
) -> tuple[FloatArray, FloatArray]:
    """Return the weights (F, K) and biases (K,) that minimise cross-entropy plus penalty.

    Parameters
    ----------
    features : ndarray, (N, F)
        Of about unit deviation.
    labels : ndarray, (N,)
        Classes from 0 to K - 1.
    classes : int
        K.
    penalty : float
        Factor of half the sum of the squared weights; the biases have none.
    """
    from scipy.optimize import minimize

    count, width = features.shape
    # Loss and gradient are those of a network of one dense layer: the same bits with any number of threads.
    layer = Network((1, 1, width), [Dense(classes)])
    images = np.ascontiguousarray(features, dtype=np.float32).reshape(count, 1, 1, width)
    expected = np.ascontiguousarray(labels, dtype=np.int32)
    layer.initialize()

    def loss_and_gradient(flat: FloatArray) -> tuple[float, FloatArray]:
        weights, bias = flat[:-classes].reshape(classes, width), flat[-classes:]
        layer.set_parameters({"0.weight": weights, "0.bias": bias})
        loss, gradients = layer.loss_and_gradients(images, expected)
        penalized = gradients["0.weight"] + penalty * weights
        joined = np.concatenate([penalized.ravel(), gradients["0.bias"].astype(np.float64)])
        return loss + penalty / 2 * float((weights**2).sum()), joined

    start = np.zeros((width + 1) * classes)
    options = {"maxiter": MOST_STEPS, "gtol": SMALLEST_GRADIENT, "ftol": SMALLEST_FALL}
    best = minimize(loss_and_gradient, start, jac=True, method="L-BFGS-B", options=options).x
    return best[:-classes].reshape(classes, width).T, best[-classes:]


class _LookedAt(NamedTuple):
    """A layer to look at: its index, that of a pooling that belongs to it, or else its own, and what it is called."""

    first: int
    end: int
    text: str


def _looked_at(network: Network) -> Iterator[_LookedAt]:
    yield _LookedAt(-1, -1, say("image"))
    layers, texts = network.layers, network.core.layer_texts
    pooled = None
    for index, layer in enumerate(layers):
        following = layers[index + 1] if index + 1 < len(layers) else None
        if pooled is not None:
            yield _LookedAt(pooled, index, f"{texts[pooled]} | {texts[index]}")
            pooled = None
        elif isinstance(layer, Conv2D) and isinstance(following, MaxPool2D | AvgPool2D):
            pooled = index
        elif not isinstance(layer, Dropout | ResidualStart):
            yield _LookedAt(index, index, texts[index])


def _features(network: Network, index: int, images: ImageArray, threads: int) -> NDArray[np.float32]:
    """Return a layer's outputs (N, F)."""
    if index < 0:
        return images.reshape(len(images), -1).astype(np.float32)
    slices = [images[start : start + SLICE_SIZE] for start in range(0, len(images), SLICE_SIZE)]
    outputs = [outputs_of_layer(network, index, each, threads=threads) for each in slices]
    return np.concatenate([each.reshape(len(each), -1).astype(np.float32) for each in outputs])


def _spread(count: int, most: int) -> NDArray[np.intp]:
    """Return the places of at most so many of `count` images, evenly spread."""
    return np.linspace(0, count - 1, min(count, most)).round().astype(np.intp)
