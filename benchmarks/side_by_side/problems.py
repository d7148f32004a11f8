"""What is computed: a named network with its weights, images and loss, the same for every tool."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

import lenetpp as lp
from lenetpp.networks.layer import Layer
from lenetpp.networks.residual import ResidualStart
from measuring.images import data_for

FloatArray = NDArray[np.float32]
Sample = TypeVar("Sample", bound=np.generic)
Task = Literal["training", "inference"]

# The blog's perceptron as scikit-learn can compute it: with biases, slope 1 and a softmax over ten classes.
BIASED_PERCEPTRON = "3x32x32 | dense 100 sigmoid | dense 50 sigmoid | dense 30 sigmoid | dense 10"
GROUPS = {
    "lenet-sized": ("blog-lenet", "blog-lenet-wide", "lenet5", "mixing", "blog-mlp", "blog-mlp-biased"),
    "wider": ("three-conv", "vgg-small", "alexnet-small", "strided"),
    "residual": ("resnet20",),
}
NETWORKS = tuple(name for group in GROUPS.values() for name in group)
LEARNING_RATES = {"lenet-sized": 0.01, "wider": 0.001, "residual": 0.00003}
"""Of plain SGD. Where a wide network pools and rectifies a million values, some lie within rounding of each other, and
tools choose differently; larger steps make so much of it that tools which compute the same would seem not to."""
IMAGES = 768
"""Trained on again and again; few enough for the processor's outer cache, as any tool would like it."""


@dataclass(frozen=True)
class Case:
    """One cell of the tables."""

    network: str
    task: Task
    batch: int
    threads: int


@dataclass(frozen=True)
class Problem:
    """N images, P planes of height H and width W.

    Attributes
    ----------
    network : Network
        Initialized and normalized.
    loss : {"cross_entropy", "squared_error"}
        Mean over the batch; the squared error is halved and summed over the outputs.
    learning_rate : float
        Of plain SGD.
    images : ndarray, (N, P, H, W), uint8
        As lenetpp takes them; it normalizes while it fetches.
    inputs : ndarray, (N, P, H, W), float32
        The same, normalized already, as the other tools get them: that spares them work.
    labels : ndarray, (N,), int32
        Classes.
    targets : ndarray, (N, classes), float32
        The same, one-hot.
    data : str
        Where the images come from.
    """

    network: lp.Network
    loss: Literal["cross_entropy", "squared_error"]
    learning_rate: float
    images: NDArray[np.uint8]
    inputs: FloatArray
    labels: NDArray[np.int32]
    targets: FloatArray
    data: str

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The network's layers."""
        return self.network.layers

    @property
    def convolutional(self) -> bool:
        """Whether planes have a layout to choose."""
        return any(isinstance(layer, lp.Conv2D) for layer in self.layers)

    @property
    def has_residuals(self) -> bool:
        """Whether it is written in PyTorch only: the others would need graphs instead of lists of layers."""
        return any(isinstance(layer, ResidualStart) for layer in self.layers)

    @property
    def shares_filters(self) -> bool:
        """Whether planes share filters, which other tools can write in several ways."""
        return any(isinstance(layer, lp.Conv2D) and layer.connection == "separate" for layer in self.layers)


def whole_batches(samples: NDArray[Sample], size: int) -> list[NDArray[Sample]]:
    """Cut an array over the images into batches of exactly `size`; what is left over is left out."""
    return [samples[start : start + size] for start in range(0, len(samples) - size + 1, size)]


@lru_cache(maxsize=1)
def problem(name: str) -> Problem:
    """Return the problem of a network of `NETWORKS`; the same in every process."""
    if name == "blog-mlp-biased":
        network, recipe = lp.Network.parse(BIASED_PERCEPTRON), lp.recipe("lenet5")
    else:
        network, recipe = lp.network(name), lp.recipe(name)
    classes = network.class_count
    data = data_for(network.input_shape, classes, -(-IMAGES // classes))
    # Neighbouring batches should hold every class, whatever the order of the source.
    order = np.random.default_rng(1).permutation(len(data.train_images))[:IMAGES]
    images, labels = data.train_images[order], data.train_labels[order]
    network.initialize(seed=1, scheme=recipe.initialization)
    mean, deviation = lp.per_plane_statistics(images)
    network.normalization = mean, deviation
    planes = (1, -1, 1, 1)
    return Problem(
        network=network,
        loss="squared_error" if recipe.loss == "squared_error" else "cross_entropy",
        learning_rate=next(LEARNING_RATES[group] for group, names in GROUPS.items() if name in names),
        images=images.astype(np.uint8, copy=False),
        inputs=((images - mean.reshape(planes)) / deviation.reshape(planes)).astype(np.float32),
        labels=labels,
        targets=np.eye(classes, dtype=np.float32)[labels],
        data=data.name,
    )
