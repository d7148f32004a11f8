"""The layers a network is made of, as plain frozen values with the names Keras uses.

Sizes are an integer (the same for height and width) or a pair ``(height, width)``. An activation is written as in a
network's text: ``"relu"``, ``"sigmoid"``, ``"sigmoid(2)"``, where the number in parentheses is the slope.

A kind of layer is one class here, listed in ``__all__``: it prints its own text, and the compiled core says whether the
text is right and what its values are.
"""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from decimal import Decimal
from operator import index
from typing import Any, ClassVar, Literal, NamedTuple, SupportsFloat, TypeAlias, cast

from lenetpp import _core

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

Size: TypeAlias = int | tuple[int, int]
ACTIVATIONS = _core.activations()


class Window(NamedTuple):
    """What one output sees of a layer's input, as pairs of height and width: window, its strides, zeros around."""

    size: tuple[int, int]
    strides: tuple[int, int]
    padding: tuple[int, int]


ONE_TO_ONE = Window((1, 1), (1, 1), (0, 0))


class Layer(ABC):
    """A layer of any kind. Its fields are those of the core's kind that `word` begins the text of."""

    word: ClassVar[str]

    def __post_init__(self) -> None:
        """Replace the fields by the values that the core reads in the text, so that equal layers compare equal."""
        try:
            word, values = _core.parse_layer(str(self))
        except ValueError as error:
            raise ValueError(f"{_as_given(self)}: {error}") from None
        assert word == self.word
        _set_fields(self, values)

    @abstractmethod
    def __str__(self) -> str:
        """Return the layer's part of a network's text."""

    @property
    @abstractmethod
    def window(self) -> Window | None:
        """What one output sees; None where it sees the whole input."""


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
            f"conv {_whole(self.filters)}x{height}x{width}{_connection_text(self.connection)}"
            f"{_size_option('stride', self.strides, usual=1)}{_size_option('pad', self.padding, usual=0)}"
            f"{_bias_text(self.bias)}{_activation_text(self.activation)}"
        )

    @property
    def window(self) -> Window:
        """What a filter sees of each plane."""
        return Window(pair(self.kernel_size), pair(self.strides), pair(self.padding))


class _Pooling(Layer):
    """What poolings have in common: the text and the window of their fields."""

    size: Size
    strides: Size | None

    def __str__(self) -> str:
        _, strides, _ = self.window
        behind = "" if strides == pair(self.size) else f"/{_size_text(strides)}"
        return f"{self.word} {_size_text(self.size)}{behind}"

    @property
    def window(self) -> Window:
        """What becomes one output."""
        return Window(pair(self.size), pair(self.size if self.strides is None else self.strides), (0, 0))


@dataclass(frozen=True)
class MaxPool2D(_Pooling):
    """The largest value of each window; the first one in row-major order wins a tie.

    Windows may overlap, and the last one is clipped at the border: ``ceil((H - size) / strides) + 1`` outputs.

    Parameters
    ----------
    size : int or (int, int)
        Height and width of a window.
    strides : int or (int, int), optional
        Distance between neighbouring windows; `size` by default.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """

    word: ClassVar[str] = "maxpool"
    size: Size = 2
    strides: Size | None = None


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
        return f"dense {_whole(self.units)}{_bias_text(self.bias)}{_activation_text(self.activation)}"

    @property
    def window(self) -> None:
        """None: a unit sees the whole input."""
        return


@dataclass(frozen=True)
class AvgPool2D(_Pooling):
    """The average of each window.

    Windows lie as those of :class:`MaxPool2D`; one that is clipped at the border averages what it holds.

    Parameters
    ----------
    size : int or (int, int)
        Height and width of a window.
    strides : int or (int, int), optional
        Distance between neighbouring windows; `size` by default.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """

    word: ClassVar[str] = "avgpool"
    size: Size = 2
    strides: Size | None = None


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
        return f"dropout {_number_text(self.rate)}"

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
        return f"activation{_activation_text(self.activation) or ' identity'}"

    @property
    def window(self) -> Window:
        """One output sees one input."""
        return ONE_TO_ONE


@dataclass(frozen=True)
class GlobalAvgPool2D(Layer):
    """The average of each plane: what follows sees a vector, as behind a dense layer.

    The numbers are those of an :class:`AvgPool2D` whose window is the whole plane.

    References
    ----------
    Lin, Chen and Yan (2013), Network In Network.
    """

    word: ClassVar[str] = "globalavgpool"

    def __str__(self) -> str:
        return self.word

    @property
    def window(self) -> None:
        """None: an average sees the whole plane."""
        return


@dataclass(frozen=True)
class ResidualStart(Layer):
    """Where a residual begins: its input goes to the layer behind it and to its :class:`ResidualEnd`.

    :class:`lenetpp.Residual` makes both.

    Parameters
    ----------
    shortcut : {"convolution", "pad"}
        See :class:`lenetpp.Residual`.

    Raises
    ------
    ValueError
        If there is no such shortcut.
    """

    word: ClassVar[str] = "residual"
    shortcut: Literal["convolution", "pad"] = "convolution"

    def __str__(self) -> str:
        return "residual" + _choice_text("shortcut", self.shortcut, {"convolution": " [", "pad": " pad ["})

    @property
    def window(self) -> Window:
        """One output is one input."""
        return ONE_TO_ONE


@dataclass(frozen=True)
class ResidualEnd(Layer):
    """Where a residual ends: what its layers made, plus its shortcut, and the activation of that.

    Parameters
    ----------
    activation : str
        See :class:`Dense`.

    Raises
    ------
    ValueError
        If there is no such activation, or its slope is out of its range.
    """

    word: ClassVar[str] = "]"
    activation: str = "identity"

    def __str__(self) -> str:
        return f"]{_activation_text(self.activation)}"

    @property
    def window(self) -> Window:
        """One output sees one input of each of both."""
        return ONE_TO_ONE


@dataclass(frozen=True)
class BatchNormalization(Layer):
    """Values brought to mean 0 and deviation 1, then to a trained scale and shift, plane by plane.

    ``activation(weight * (x - mean) / sqrt(variance + epsilon) + bias)``. While training, mean and variance of each
    plane are those of the batch, over its images and places; behind a dense layer each unit is a plane. At each step
    the running ones, which are the layer's state, move towards them: ``running_mean`` and ``running_variance``. All
    else computes with these alone, image by image.

    Any number of threads and every instruction set give the same bits. A plane of one value, such as a unit, needs at
    least two images in every batch, also in the last and smaller one of an epoch.

    Parameters
    ----------
    activation : str
        See :class:`Dense`.
    momentum : float
        How far the running mean and variance move towards the batch's, from 0 to below 1: as in PyTorch. Keras calls
        what stays the momentum, 0.99 for the 0.01 here. The batch's variance is then the unbiased estimate.
    epsilon : float
        Added to the variance, from 1e-12 to below 1.

    Raises
    ------
    ValueError
        If a value is out of its range.

    References
    ----------
    Ioffe and Szegedy (2015), Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate
    Shift.
    """

    word: ClassVar[str] = "batchnorm"
    activation: str = "identity"
    _: KW_ONLY
    momentum: float = 0.1
    epsilon: float = 1e-5

    def __str__(self) -> str:
        return (
            f"batchnorm{_activation_text(self.activation)}"
            f"{_number_option('momentum', self.momentum, usual=0.1)}"
            f"{_number_option('epsilon', self.epsilon, usual=1e-5)}"
        )

    @property
    def window(self) -> Window:
        """One output sees one input."""
        return Window((1, 1), (1, 1), (0, 0))


@dataclass(frozen=True)
class LocalResponseNormalization(Layer):
    """Each value divided by what lies at the same place of the neighbouring planes, as in AlexNet.

    ``x / (k + alpha * s) ** beta``, where s is the sum of the squares over `size` planes, the value's own in their
    middle; planes that are not there count as zero.

    Parameters
    ----------
    size : int
        Number of planes, odd.
    alpha : float
        Factor of the sum, as Krizhevsky writes it. PyTorch, ONNX and Caffe have a factor of the mean there, which is
        `size` times as large.
    beta : float
        0.25, 0.5, 0.75 or 1: the powers that square roots make, whose bits are the same on every machine.
    k : float
        From 1e-6 on.

    Raises
    ------
    ValueError
        If a value is out of its range.

    References
    ----------
    Krizhevsky, Sutskever and Hinton (2012), ImageNet Classification with Deep Convolutional Neural Networks; the
    defaults are theirs.
    """

    word: ClassVar[str] = "lrn"
    size: int = 5
    _: KW_ONLY
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 2.0

    def __str__(self) -> str:
        return (
            f"lrn {_whole(self.size)}{_number_option('alpha', self.alpha, usual=1e-4)}"
            f"{_number_option('beta', self.beta, usual=0.75)}{_number_option('k', self.k, usual=2.0)}"
        )

    @property
    def window(self) -> Window:
        """One output sees one place, of several planes."""
        return Window((1, 1), (1, 1), (0, 0))


@dataclass(frozen=True)
class Subsample(_Pooling):
    """The pooling of LeNet-5 as it was published: the sum of each window times a trained weight plus a trained bias.

    There is one weight and one bias a plane. Windows lie as those of :class:`MaxPool2D`; one that is clipped at the
    border sums what it holds. Weights begin as 1 / (height * width) of the window, biases as 0: as an average.

    Parameters
    ----------
    size : int or (int, int)
        Height and width of a window.
    strides : int or (int, int), optional
        Distance between neighbouring windows; `size` by default.
    activation : str
        See :class:`Dense`.

    Raises
    ------
    ValueError
        If a value is out of its range.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), Gradient-Based Learning Applied to Document Recognition.
    """

    word: ClassVar[str] = "subsample"
    size: Size = 2
    strides: Size | None = None
    _: KW_ONLY
    activation: str = "identity"

    def __str__(self) -> str:
        return f"{super().__str__()}{_activation_text(self.activation)}"


_CLASSES: dict[str, type[Any]] = {globals()[name].word: globals()[name] for name in __all__}
KINDS = {word: _CLASSES[word] for word in _core.layer_kinds() if word in _CLASSES}
"""The classes by the first words of their texts, in the core's order."""


def layer_of(word: str, values: Sequence[object]) -> Layer:
    """Return the layer that the core describes by its word and the values of its fields."""
    layer: Layer = object.__new__(KINDS[word])  # the core's values need not be read by the core again
    _set_fields(layer, values)
    return layer


def parse_activation(text: str) -> tuple[str, float | None]:
    """Split ``"sigmoid(2)"`` into its name and slope; the slope is None for activations that have none."""
    name, _, slope = text.rstrip(")").partition("(")
    usual_slope, _ = ACTIVATIONS[name]
    return name, float(slope) if slope else usual_slope


def activation_range(text: str) -> tuple[float, float] | None:
    """Return the least and the largest value of an activation that has both."""
    _, ends = ACTIVATIONS[parse_activation(text)[0]]
    return ends


def pair(size: Size) -> tuple[int, int]:
    """Return height and width."""
    sides = tuple(size) if isinstance(size, Sequence) else (size, size)
    if len(sides) != 2:
        raise ValueError(f"expected an integer or a pair (height, width), but got {size!r}")
    return _whole(sides[0]), _whole(sides[1])


# The texts of fields. What the core could take for something else is refused here: a number that is none, and a word
# that belongs to another field.


def _whole(value: int) -> int:
    try:
        return index(value)
    except TypeError:
        raise ValueError(f"expected an integer, but got {value!r}") from None


def _number(value: float) -> float:
    if isinstance(value, bool) or not isinstance(value, SupportsFloat):
        raise ValueError(f"expected a number, but got {value!r}")
    return float(value)


def _number_text(value: float) -> str:
    """Return the shortest text of a number, as the core writes it."""
    number = Decimal(repr(_number(value))).normalize()
    plain, (head, _, exponent) = f"{number:f}", f"{number:e}".partition("e")
    scientific = f"{head}e{exponent[0]}{exponent[1:]:0>2}"
    return plain if len(plain) <= len(scientific) else scientific


def _size_text(size: Size) -> str:
    height, width = pair(size)
    return f"{height}" if height == width else f"{height}x{width}"


def _size_option(word: str, size: Size, *, usual: int) -> str:
    return "" if pair(size) == (usual, usual) else f" {word}{_size_text(size)}"


def _number_option(word: str, value: float, *, usual: float) -> str:
    return "" if _number(value) == usual else f" {word} {_number_text(value)}"


def _connection_text(connection: str | Sequence[Sequence[int]]) -> str:
    if not isinstance(connection, str):
        return f" table({';'.join(','.join(str(_whole(plane)) for plane in planes) for planes in connection)})"
    if connection not in ("full", "separate"):
        raise ValueError(
            'connection must be "full", "separate" or a table of the planes that each filter sees, '
            f"but is {connection!r}"
        )
    return "" if connection == "full" else f" {connection}"


def _choice_text(name: str, value: str, texts: Mapping[str, str]) -> str:
    """Return the text that a word stands for."""
    if value not in texts:
        raise ValueError(f"{name} must be one of {', '.join(texts)}, but is {value!r}")
    return texts[value]


def _bias_text(bias: bool) -> str:
    if bias not in (True, False):
        raise ValueError(f"bias must be True or False, but is {bias!r}")
    return "" if bias else " nobias"


def _activation_text(activation: str) -> str:
    text = "".join(str(activation).split())
    if text.partition("(")[0] not in ACTIVATIONS:
        raise ValueError(
            f"activation must be one of {', '.join(ACTIVATIONS)}, with a slope in parentheses "
            f'if it has one ("sigmoid(2)"), but is {activation!r}'
        )
    return "" if text == "identity" else f" {text}"


def _fields(layer: Layer) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(cast(Any, layer))


def _set_fields(layer: Layer, values: Sequence[object]) -> None:
    for field, value in zip(_fields(layer), values, strict=True):
        object.__setattr__(layer, field.name, value)


def _as_given(layer: Layer) -> str:
    """Return how the layer was called, without the arguments that have their usual values."""
    given = ((field, getattr(layer, field.name)) for field in _fields(layer))
    arguments = (f"{field.name}={value!r}" for field, value in given if value is not field.default)
    return f"{type(layer).__name__}({', '.join(arguments)})"
