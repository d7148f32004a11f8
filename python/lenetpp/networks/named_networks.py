"""Networks that have a name, and the settings by which each is best trained.

The blog's networks are those of the post that this project began with: a LeNet for airplanes and ships of CIFAR-10
whose filters are shared by the three colour planes, without biases.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lenetpp.basics.arrays import Shape, as_shape
from lenetpp.networks.network import Network
from lenetpp.settings.training_settings import TrainingSettings

if TYPE_CHECKING:
    from lenetpp.data import Dataset

BLOG_RECIPE = TrainingSettings(
    epochs=20,
    batch_size=16,
    learning_rate=0.01,
    momentum=0.0,
    loss="squared_error",
    reduction="sum",
    initialization="blog",
    normalization="unit",
)
MODERN_RECIPE = TrainingSettings(
    epochs=5,
    batch_size=32,
    learning_rate=0.02,
    schedule="cosine",
    warmup_epochs=1,
    momentum=0.9,
    weight_decay=0.0005,
    initialization="glorot",
)
WIDE_RECIPE = replace(MODERN_RECIPE, epochs=10)
"""Glorot's weights stay: max-pooling makes values larger, and with He's a quarter of the dense units soon were dead."""
MOST_EPOCHS = 20
ENOUGH_IMAGES = 100_000
"""Small data sets are gone through more often: until so many images were seen, at most `MOST_EPOCHS` times."""


@dataclass(frozen=True)
class NamedNetwork:
    """A network for any input shape and number of classes.

    Attributes
    ----------
    layers : str
        Text of the layers, in which ``{classes}`` and ``{padding}`` are filled in.
    input_shape : (int, int, int)
        Planes, height, width of its origin.
    classes : int
        Number of classes of its origin.
    recipe : TrainingSettings
        How it is trained unless told otherwise.
    """

    layers: str
    input_shape: Shape
    classes: int
    recipe: TrainingSettings


LENET5 = NamedNetwork(
    "conv 6x5x5 pad{padding} relu | maxpool 2 | conv 16x5x5 relu | maxpool 2 | "
    "dense 120 relu | dense 84 relu | dense {classes}",
    (1, 28, 28),
    10,
    MODERN_RECIPE,
)
BLOG_LENET = NamedNetwork(
    "conv 5x5x5 separate nobias | maxpool 3/2 | conv 3x5x5 separate nobias | maxpool 3/2 | "
    "dense 120 nobias sigmoid(2) | dense 84 nobias sigmoid(2) | dense {classes} nobias sigmoid(2)",
    (3, 32, 32),
    2,
    BLOG_RECIPE,
)
BLOG_LENET_WIDE = NamedNetwork(
    "conv 10x5x5 separate nobias | maxpool 3/2 | conv 5x5x5 separate nobias | maxpool 3/2 | "
    "dense 120 nobias relu | dense 84 nobias relu | dense {classes} nobias sigmoid(2)",
    (3, 32, 32),
    2,
    BLOG_RECIPE,
)
# The post's listing ends in 10 outputs; here there is one for each class.
BLOG_PERCEPTRON = NamedNetwork(
    "dense 100 nobias sigmoid(2) | dense 50 nobias sigmoid(2) | dense 30 nobias sigmoid(2) | "
    "dense {classes} nobias sigmoid(2)",
    (3, 32, 32),
    2,
    BLOG_RECIPE,
)
# The step that the post announces: every filter sees all planes, so that colours meet early.
MIXING = NamedNetwork(
    "conv 10x5x5 relu | maxpool 3/2 | conv 20x5x5 relu | maxpool 3/2 | "
    "dense 120 relu | dense 84 relu | dense {classes}",
    (3, 32, 32),
    2,
    MODERN_RECIPE,
)
# Deeper and wider than LeNet, in the manner of those that came after it, for ten classes of 32x32. This one: the layers
# of the frozen recipe best-airplane-ship-mixing, pooled by 2.
THREE_CONVOLUTIONS = NamedNetwork(
    "conv 16x3x3 pad1 relu | maxpool 2 | conv 32x3x3 pad1 relu | maxpool 2 | conv 64x3x3 pad1 relu | maxpool 2 | "
    "dense 64 relu | dense {classes}",
    (3, 32, 32),
    10,
    WIDE_RECIPE,
)
# Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition" (2014): padded windows of
# 3x3 in pairs, twice the filters behind each pooling; the first two of its stages, half as wide.
SMALL_VGG = NamedNetwork(
    "conv 32x3x3 pad1 relu | conv 32x3x3 pad1 relu | maxpool 2 | conv 64x3x3 pad1 relu | conv 64x3x3 pad1 relu | "
    "maxpool 2 | dense 128 relu | dense {classes}",
    (3, 32, 32),
    10,
    WIDE_RECIPE,
)
# Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks" (2012): wide,
# larger windows before smaller ones; three of its five convolutions.
SMALL_ALEXNET = NamedNetwork(
    "conv 64x5x5 pad2 relu | maxpool 2 | conv 192x5x5 pad2 relu | maxpool 2 | conv 256x3x3 pad1 relu | maxpool 2 | "
    "dense 256 relu | dense {classes}",
    (3, 32, 32),
    10,
    WIDE_RECIPE,
)
# Springenberg et al., "Striving for simplicity: the all convolutional net" (2014): strides of 2 instead of pooling.
STRIDED = NamedNetwork(
    "conv 32x3x3 stride2 pad1 relu | conv 64x3x3 stride2 pad1 relu | conv 128x3x3 stride2 pad1 relu | "
    "dense 128 relu | dense {classes}",
    (3, 32, 32),
    10,
    WIDE_RECIPE,
)
NAMED_NETWORKS = {
    "lenet5": LENET5,
    "blog-lenet": BLOG_LENET,
    "blog-lenet-wide": BLOG_LENET_WIDE,
    "blog-mlp": BLOG_PERCEPTRON,
    "mixing": MIXING,
    "three-conv": THREE_CONVOLUTIONS,
    "vgg-small": SMALL_VGG,
    "alexnet-small": SMALL_ALEXNET,
    "strided": STRIDED,
}


def network(name: str, input_shape: Sequence[int] | None = None, classes: int | None = None) -> Network:
    """Return a named network without weights.

    Parameters
    ----------
    name : str
        ``lenet5``: the modern form, with ReLU and max-pooling; 1x28x28 and 10 classes by default.

        3x32x32 and 2 classes by default: ``blog-lenet``: 5 and 3 separate filters, sigmoids. ``blog-lenet-wide``: 10
        and 5 of them, ReLU in the dense layers. ``blog-mlp``: a perceptron. ``mixing``: 10 and 20 filters that see all
        planes.

        3x32x32 and 10 classes by default, wider than LeNet: ``three-conv``: 16, 32 and 64 filters of 3x3, pooled by 2.
        ``vgg-small``: twice 32, then twice 64 filters of 3x3, in the manner of Simonyan and Zisserman (2014).
        ``alexnet-small``: 64 and 192 filters of 5x5, 256 of 3x3, in that of Krizhevsky et al. (2012). ``strided``: 32,
        64 and 128 filters of 3x3 that move by 2, without pooling, as Springenberg et al. (2014) proposed.
    input_shape : (int, int, int), optional
        Planes, height and width.
    classes : int, optional
        Number of outputs.

    Raises
    ------
    ValueError
        If there is no such name, or the layers do not fit the input shape.
    """
    return Network.parse(named_text(name, input_shape, classes))


def named_text(name: str, input_shape: Sequence[int] | None = None, classes: int | None = None) -> str:
    """Return the text of a named network, whether its layers fit the input shape or not; see :func:`network`."""
    named = _named(name)
    shape = named.input_shape if input_shape is None else as_shape(input_shape)
    # 28x28 digits get the 32x32 of LeCun et al. (1998); images of that size or larger need no padding.
    padding = "x".join(str(max(0, min(2, (32 - side) // 2))) for side in shape[1:])
    layers = named.layers.format(classes=named.classes if classes is None else classes, padding=padding)
    return f"{'x'.join(map(str, shape))} | {layers}"


def recipe(name: str, data: "Dataset | None" = None) -> TrainingSettings:
    """Return the settings by which a named network is trained unless told otherwise.

    Parameters
    ----------
    name : str
        As in :func:`network`.
    data : Dataset, optional
        What it will be trained on: small data sets are gone through more often, up to 20 times. Without, and for
        20,000 images or more, ``lenet5`` and ``mixing`` are trained for 5 epochs, the wide ones for 10, the blog's
        always for 20.

    Raises
    ------
    ValueError
        If there is no such name.
    """
    settings = _named(name).recipe
    if data is None:
        return settings
    epochs = min(MOST_EPOCHS, max(settings.epochs, ENOUGH_IMAGES // len(data.train_images)))
    return replace(settings, epochs=epochs)


def _named(name: str) -> NamedNetwork:
    if name not in NAMED_NETWORKS:
        raise ValueError(f"there is no network named {name!r}; the names are {', '.join(NAMED_NETWORKS)}")
    return NAMED_NETWORKS[name]
