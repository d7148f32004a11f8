"""The layers a network is made of, as plain frozen values with the names Keras uses.

Sizes are an integer (the same for height and width) or a pair ``(height, width)``. An activation is written as in a
network's text: ``"relu"``, ``"sigmoid"``, ``"sigmoid(2)"``, where the number in parentheses is the slope.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from operator import index
from typing import Any, Literal, TypeAlias

Size: TypeAlias = int | tuple[int, int]
LayerDescription: TypeAlias = dict[str, Any]
"""A layer as the compiled core takes and gives it; see ``_core.pyi``."""

DEFAULT_SLOPES = {
    "identity": None,
    "relu": None,
    "leaky_relu": 0.01,
    "sigmoid": 1.0,
    "tanh": None,
    "scaled_tanh": None,
}
"""The activations, and the slope of those that have one."""

ACTIVATION_PATTERN = re.compile(r"(?P<name>[a-z_]+)(?:\((?P<slope>[^()]+)\))?")


@dataclass(frozen=True)
class Conv2D:
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

    filters: int
    kernel_size: Size
    _: KW_ONLY
    connection: Literal["full", "separate"] | Sequence[Sequence[int]] = "full"
    strides: Size = 1
    padding: Size = 0
    bias: bool = True
    activation: str = "identity"

    def __post_init__(self) -> None:
        _replace(
            self,
            filters=_whole_number("Conv2D filters", self.filters, least=1),
            kernel_size=_size("Conv2D kernel_size", self.kernel_size, least=1),
            connection=_connection(self.connection),
            strides=_size("Conv2D strides", self.strides, least=1),
            padding=_size("Conv2D padding", self.padding, least=0),
            activation=_activation_text(*parse_activation(self.activation)),
        )

    def description(self) -> LayerDescription:
        """Return the layer as the compiled core takes it."""
        by_table = not isinstance(self.connection, str)
        return {
            "kind": "conv",
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "connection": "table" if by_table else self.connection,
            "table": [list(planes) for planes in self.connection] if by_table else [],
            "strides": self.strides,
            "padding": self.padding,
            "bias": self.bias,
            **_activation_description(self.activation),
        }


@dataclass(frozen=True)
class MaxPool2D:
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

    size: Size = 2
    strides: Size | None = None

    def __post_init__(self) -> None:
        strides = self.size if self.strides is None else self.strides
        _replace(
            self,
            size=_size("MaxPool2D size", self.size, least=1),
            strides=_size("MaxPool2D strides", strides, least=1),
        )

    def description(self) -> LayerDescription:
        """Return the layer as the compiled core takes it."""
        return {"kind": "maxpool", "size": self.size, "strides": self.strides}


@dataclass(frozen=True)
class Dense:
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

    units: int
    _: KW_ONLY
    bias: bool = True
    activation: str = "identity"

    def __post_init__(self) -> None:
        _replace(
            self,
            units=_whole_number("Dense units", self.units, least=1),
            activation=_activation_text(*parse_activation(self.activation)),
        )

    def description(self) -> LayerDescription:
        """Return the layer as the compiled core takes it."""
        return {"kind": "dense", "units": self.units, "bias": self.bias, **_activation_description(self.activation)}


Layer: TypeAlias = Conv2D | MaxPool2D | Dense


def layer_from_description(description: Mapping[str, Any]) -> Layer:
    """Return the layer of a description that the compiled core gave."""
    if description["kind"] == "maxpool":
        return MaxPool2D(description["size"], description["strides"])
    activation = _activation_text(description["activation"], description["slope"])
    if description["kind"] == "dense":
        return Dense(description["units"], bias=description["bias"], activation=activation)
    by_table = description["connection"] == "table"
    return Conv2D(
        description["filters"],
        description["kernel_size"],
        connection=description["table"] if by_table else description["connection"],
        strides=description["strides"],
        padding=description["padding"],
        bias=description["bias"],
        activation=activation,
    )


def parse_activation(text: str) -> tuple[str, float | None]:
    """Split ``"sigmoid(2)"`` into its name and slope; the slope is None for activations that have none."""
    match = ACTIVATION_PATTERN.fullmatch(str(text))
    if match is None or match["name"] not in DEFAULT_SLOPES:
        raise ValueError(
            f"activation must be one of {', '.join(DEFAULT_SLOPES)}, with a slope in parentheses "
            f'if it has one ("sigmoid(2)"), but is {text!r}'
        )
    default = DEFAULT_SLOPES[match["name"]]
    if match["slope"] is None:
        return match["name"], default
    if default is None:
        raise ValueError(f"activation {match['name']} has no slope, but is {text!r}")
    try:
        return match["name"], float(match["slope"])
    except ValueError:
        raise ValueError(f"the slope of an activation must be a number, but the activation is {text!r}") from None


def _activation_text(name: str, slope: float | None) -> str:
    default = DEFAULT_SLOPES[name]
    if default is None or slope == default:
        return name
    return f"{name}({repr(slope).removesuffix('.0')})"


def _activation_description(activation: str) -> LayerDescription:
    name, slope = parse_activation(activation)
    return {"activation": name, "slope": 1.0 if slope is None else slope}


def _connection(connection: str | Sequence[Sequence[int]]) -> str | tuple[tuple[int, ...], ...]:
    if isinstance(connection, str):
        if connection not in ("full", "separate"):
            raise ValueError(
                f'Conv2D connection must be "full", "separate" or a table of the planes '
                f"that each filter sees, but is {connection!r}"
            )
        return connection
    return tuple(
        tuple(_whole_number("plane in a Conv2D connection table", plane, least=0) for plane in planes)
        for planes in connection
    )


def _whole_number(name: str, value: int, *, least: int) -> int:
    try:
        number = index(value)
    except TypeError:
        raise ValueError(f"{name} must be an integer, but is {value!r}") from None
    if number < least:
        raise ValueError(f"{name} must be at least {least}, but is {number}")
    return number


def _size(name: str, value: Size, *, least: int) -> tuple[int, int]:
    pair = tuple(value) if isinstance(value, Sequence) else (value, value)
    if len(pair) != 2:
        raise ValueError(f"{name} must be an integer or a pair (height, width), but is {value!r}")
    return _whole_number(name, pair[0], least=least), _whole_number(name, pair[1], least=least)


def _replace(layer: Layer, **values: object) -> None:
    """Bring a frozen layer's values into their one form, so that equal layers compare equal."""
    for name, value in values.items():
        object.__setattr__(layer, name, value)
