"""Layers that make one number of a window or of a plane."""

from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from lenetpp.networks.activations import activation_text
from lenetpp.networks.layer import Layer, Window
from lenetpp.networks.layer_texts import Size, pair, size_text


class _Pooling(Layer):
    """What poolings have in common: the text and the window of their fields."""

    size: Size
    strides: Size | None

    def __str__(self) -> str:
        _, strides, _ = self.window
        behind = "" if strides == pair(self.size) else f"/{size_text(strides)}"
        return f"{self.word} {size_text(self.size)}{behind}"

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
        return f"{super().__str__()}{activation_text(self.activation)}"
