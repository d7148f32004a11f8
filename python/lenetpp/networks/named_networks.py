"""Networks that have a name, for any input and number of classes, and the settings by which each is best trained."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lenetpp.basics.arrays import as_shape, shape_text
from lenetpp.basics.kinds import check_has
from lenetpp.basics.suggestions import did_you_mean
from lenetpp.networks.network import Network
from lenetpp.networks.network_history import NAMED_NETWORKS, NamedNetwork
from lenetpp.settings.training_settings import TrainingSettings

if TYPE_CHECKING:
    from lenetpp.data import Dataset

MOST_EPOCHS = 20
ENOUGH_IMAGES = 100_000
"""Small data sets are gone through more often: until so many images were seen, at most `MOST_EPOCHS` times."""


def network(name: str, input_shape: Sequence[int] | None = None, classes: int | None = None) -> Network:
    """Return a named network without weights.

    Parameters
    ----------
    name : str
        For 1x28x28 and 10 classes by default: ``perceptron`` (1958), ``mlp`` (1986), ``lenet1`` (1989),
        ``lenet5-1998`` (with its table of planes, trained subsampling and scaled tanh) and ``lenet5``, its modern form
        with ReLU and max-pooling. ``resnet8`` and ``resnet20`` (He et al. 2015) are for 3x32x32 and 10 classes.
        `NAMED_NETWORKS` has the source, the year and the published figure of each.

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
    return f"{shape_text(shape)} | {layers}"


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
    check_has(data, "train_images", "data", "a Dataset")
    epochs = min(MOST_EPOCHS, max(settings.epochs, ENOUGH_IMAGES // len(data.train_images)))
    return replace(settings, epochs=epochs)


def _named(name: str) -> NamedNetwork:
    if name not in NAMED_NETWORKS:
        hint = did_you_mean(name, NAMED_NETWORKS)
        raise ValueError(f"there is no network named {name!r}{hint}; the names are {', '.join(NAMED_NETWORKS)}")
    return NAMED_NETWORKS[name]
