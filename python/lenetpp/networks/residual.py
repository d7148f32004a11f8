"""Residuals as values: layers with a shortcut around them, and which layers of a list make a whole one.

In a network's text and in :attr:`lenetpp.Network.layers` a residual is two layers more, its start and its end, so that
every layer has an index, however it is nested.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from lenetpp.networks.activations import activation_text
from lenetpp.networks.layer import ONE_TO_ONE, Layer, Window
from lenetpp.networks.layer_texts import choice_text


@dataclass(frozen=True)
class Residual:
    """Layers with a shortcut around them: activation(layers(x) + shortcut(x)).

    Where the layers change neither planes nor sides, the shortcut changes nothing. Otherwise it keeps every n-th row
    and column, n being the product of their strides.

    Parameters
    ----------
    layers : sequence of Conv2D, MaxPool2D, ... or Residual
        What the shortcut goes around.
    shortcut : {"convolution", "pad"}
        What the shortcut does where shapes change. ``"convolution"``: 1x1 filters without bias make the planes
        (option B of He et al.); their weights are those of the residual's end. ``"pad"``: planes of zeros are added
        behind those that there are (option A, that of their networks for CIFAR-10).
    activation : str
        Of the sum; see :class:`Dense`.

    Raises
    ------
    ValueError
        If there are no layers, or no such shortcut or activation.
    TypeError
        If one of them is no layer.

    References
    ----------
    He, Zhang, Ren and Sun (2015), Deep Residual Learning for Image Recognition.

    Examples
    --------
    >>> import lenetpp as lp
    >>> print(lp.Residual([lp.Conv2D(4, 3, padding=1, activation="relu"), lp.Conv2D(4, 1)], activation="relu"))
    residual [ conv 4x3x3 pad1 relu | conv 4x1x1 ] relu
    """

    layers: "Sequence[Layer | Residual]"
    shortcut: Literal["convolution", "pad"] = "convolution"
    activation: str = "identity"

    def __post_init__(self) -> None:
        """Check the parts, and give the activation the form that equal ones have."""
        if not self.layers:
            raise ValueError("a residual needs at least one layer")
        object.__setattr__(self, "layers", tuple(self.layers))
        _, *_, end = flattened([self])
        assert isinstance(end, ResidualEnd)
        object.__setattr__(self, "activation", end.activation)

    def __str__(self) -> str:
        return joined_text(flattened([self]))


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
        return "residual" + choice_text("shortcut", self.shortcut, {"convolution": " [", "pad": " pad ["})

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
        return f"]{activation_text(self.activation)}"

    @property
    def window(self) -> Window:
        """One output sees one input of each of both."""
        return ONE_TO_ONE


def flattened(layers: "Iterable[Layer | Residual]") -> list[Layer]:
    """Return layers one behind the other: residuals as their starts, layers and ends.

    Raises
    ------
    TypeError
        If one of them is no layer.
    """
    flat: list[Layer] = []
    for position, layer in enumerate(layers):
        if isinstance(layer, Residual):
            flat += [ResidualStart(layer.shortcut), *flattened(layer.layers), ResidualEnd(layer.activation)]
        elif isinstance(layer, Layer):
            flat.append(layer)
        else:
            raise TypeError(f"layers must be such as Conv2D or Dense, or a Residual, but layer {position} is {layer!r}")
    return flat


def joined_text(layers: Iterable[Layer]) -> str:
    """Return the part of a network's text that layers are."""
    text = ""
    for layer in layers:
        beside_bracket = not text or text.endswith("[") or isinstance(layer, ResidualEnd)
        text += f"{' ' if text else ''}{layer}" if beside_bracket else f" | {layer}"
    return text


def open_starts(layers: Iterable[Layer]) -> list[int]:
    """Return the places of the starts of residuals whose ends are not among `layers`, in order."""
    starts: list[int] = []
    for place, layer in enumerate(layers):
        if isinstance(layer, ResidualStart):
            starts.append(place)
        elif isinstance(layer, ResidualEnd):
            starts.pop()
    return starts


def without_open_starts(layers: Sequence[Layer]) -> Iterator[tuple[int, Layer]]:
    """Yield those of the first layers of a network that are a network by themselves, with their places.

    The start of a residual whose end is missing changes nothing of what the last one of them gives.
    """
    starts = {*open_starts(layers)}
    yield from ((place, layer) for place, layer in enumerate(layers) if place not in starts)
