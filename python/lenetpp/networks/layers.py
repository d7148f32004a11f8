"""The layers a network is made of, as plain frozen values with the names Keras uses.

Sizes are an integer (the same for height and width) or a pair ``(height, width)``. An activation is written as in a
network's text: ``"relu"``, ``"sigmoid"``, ``"sigmoid(2)"``, where the number in parentheses is the slope.

A kind of layer is one class, here or in a file that is imported here, and listed in ``__all__``: it prints its own
text, and the compiled core says whether the text is right and what its values are.
"""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar, Literal

from lenetpp import _core
from lenetpp.networks.activations import activation_text
from lenetpp.networks.layer import ONE_TO_ONE, Layer, Window, set_fields
from lenetpp.networks.layer_texts import Size, bias_text, connection_text, number_text, pair, size_option, whole
from lenetpp.networks.normalization_layers import BatchNormalization, LocalResponseNormalization
from lenetpp.networks.pooling_layers import AvgPool2D, GlobalAvgPool2D, MaxPool2D, Subsample
from lenetpp.networks.residual import ResidualEnd, ResidualStart

__all__ = [
    "Activation",
    "AvgPool2D",
    "BatchNormalization",
    "Conv2D",
    "Dense",
    "Dropout",
    "GlobalAvgPool2D",
    "LocalResponseNormalization",
    "MaxPool2D",
    "ResidualEnd",
    "ResidualStart",
    "Subsample",
]


@dataclass(frozen=True)
class Conv2D(Layer):
    """Filters moved over the planes of an image.

    Parameters
    ----------
    filters : int
        Number of filters.
    kernel_size : int or (int, int)
        Height and width of a filter.
    connection : {"full", "separate"} or sequence of sequences of int
        ``"full"``: each filter sees every input plane and sums, giving `filters` planes. ``"separate"``: each filter
        is applied to each input plane by itself, giving planes x filters planes, those of plane 0 first. A table:
        filter ``f`` sees the input planes ``connection[f]`` and sums.
    strides : int or (int, int)
        Distance between neighbouring positions of a filter.
    padding : int or (int, int)
        Zeros added above and below, left and right.
    bias : bool
        Whether each filter adds a trained constant.
    activation : str
        See :class:`Dense`.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """

    word: ClassVar[str] = "conv"
    filters: int
    kernel_size: Size
    _: KW_ONLY
    connection: Literal["full", "separate"] | Sequence[Sequence[int]] = "full"
    strides: Size = 1
    padding: Size = 0
    bias: bool = True
    activation: str = "identity"

    def __str__(self) -> str:
        height, width = pair(self.kernel_size)
        return (
            f"conv {whole(self.filters)}x{height}x{width}{connection_text(self.connection)}"
            f"{size_option('stride', self.strides, usual=1)}{size_option('pad', self.padding, usual=0)}"
            f"{bias_text(self.bias)}{activation_text(self.activation)}"
        )

    @property
    def window(self) -> Window:
        """What a filter sees of each plane."""
        return Window(pair(self.kernel_size), pair(self.strides), pair(self.padding))


@dataclass(frozen=True)
class Dense(Layer):
    """Fully connected units; planes are flattened in C order over (planes, height, width).

    Parameters
    ----------
    units : int
        Number of units; in the last layer the number of classes.
    bias : bool
        Whether each unit adds a trained constant.
    activation : str
        ``"identity"``, ``"relu"``, ``"leaky_relu"`` (slope 0.01 below zero), ``"sigmoid"`` (1 / (1 + exp(-slope x)),
        slope 1), ``"tanh"`` or ``"scaled_tanh"`` (1.7159 tanh(2x / 3)). Another slope is written in parentheses:
        ``"leaky_relu(0.1)"``, ``"sigmoid(2)"``.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """

    word: ClassVar[str] = "dense"
    units: int
    _: KW_ONLY
    bias: bool = True
    activation: str = "identity"

    def __str__(self) -> str:
        return f"dense {whole(self.units)}{bias_text(self.bias)}{activation_text(self.activation)}"

    @property
    def window(self) -> None:
        """None: a unit sees the whole input."""
        return


@dataclass(frozen=True)
class Dropout(Layer):
    """While training, values that are left out at random; otherwise all of them, as they are.

    Each value becomes zero with probability `rate`, and the others are divided by 1 - `rate`, so that their mean stays
    (inverted dropout). Which ones is a function of seed, epoch, sample, layer and unit: any number of threads, a
    resumed and a replayed training leave out the same.

    Parameters
    ----------
    rate : float
        Share of the values that is left out, from 0 to below 1.

    Raises
    ------
    ValueError
        If `rate` is out of its range.

    References
    ----------
    Srivastava et al. (2014), Dropout: A Simple Way to Prevent Neural Networks from Overfitting.
    """

    word: ClassVar[str] = "dropout"
    rate: float = 0.5

    def __str__(self) -> str:
        return f"dropout {number_text(self.rate)}"

    @property
    def window(self) -> Window:
        """One output sees one input."""
        return ONE_TO_ONE


@dataclass(frozen=True)
class Activation(Layer):
    """An activation by itself, where none is part of the layer before it.

    Parameters
    ----------
    activation : str
        See :class:`Dense`.

    Raises
    ------
    ValueError
        If there is no such activation, or its slope is out of its range.
    """

    word: ClassVar[str] = "activation"
    activation: str

    def __str__(self) -> str:
        return f"activation{activation_text(self.activation) or ' identity'}"

    @property
    def window(self) -> Window:
        """One output sees one input."""
        return ONE_TO_ONE


_CLASSES: dict[str, type[Any]] = {globals()[name].word: globals()[name] for name in __all__}
KINDS = {word: _CLASSES[word] for word in _core.layer_kinds() if word in _CLASSES}
"""The classes by the first words of their texts, in the core's order."""


def layer_of(word: str, values: Sequence[object]) -> Layer:
    """Return the layer that the core describes by its word and the values of its fields."""
    layer: Layer = object.__new__(KINDS[word])  # the core's values need not be read by the core again
    set_fields(layer, values)
    return layer
