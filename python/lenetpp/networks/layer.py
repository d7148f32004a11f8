"""What all kinds of layers have in common: fields that the core has read, a text, and a window."""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, cast

from lenetpp import _core


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
        set_fields(self, values)

    @abstractmethod
    def __str__(self) -> str:
        """Return the layer's part of a network's text."""

    @property
    @abstractmethod
    def window(self) -> Window | None:
        """What one output sees; None where it sees the whole input."""


def set_fields(layer: Layer, values: Sequence[object]) -> None:
    """Give a frozen layer the values of its fields, in their order."""
    for field, value in zip(_fields(layer), values, strict=True):
        object.__setattr__(layer, field.name, value)


def _fields(layer: Layer) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(cast(Any, layer))


def _as_given(layer: Layer) -> str:
    """Return how the layer was called, without the arguments that have their usual values."""
    given = ((field, getattr(layer, field.name)) for field in _fields(layer))
    arguments = (f"{field.name}={value!r}" for field, value in given if value is not field.default)
    return f"{type(layer).__name__}({', '.join(arguments)})"
