"""A network that is put together of other programs' layers: what there is of it already."""

import copy
import math
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lenetpp import _core
from lenetpp.basics.arrays import FloatArray, Shape, shape_text
from lenetpp.networks.formats.foreign_constants import NotExpressible
from lenetpp.networks.layer import Layer
from lenetpp.networks.layers import MaxPool2D
from lenetpp.networks.residual import ResidualEnd, ResidualStart, without_open_starts

MOST_VALUES = 1 << 24
"""Of an image and of what a layer makes of one: a file of few bytes can ask for any number of them."""


class NetworkInMaking:
    """Layers with their parameters, one behind the other, and what is known of the values behind them.

    Parameters
    ----------
    input_shape : (int, int, int)
        Planes, height and width of an image.
    dtype : numpy.dtype
        float32 or float64: of parameters and arithmetic.

    Raises
    ------
    NotExpressible
        If an image has more than `MOST_VALUES` values.
    """

    def __init__(self, input_shape: Shape, dtype: np.dtype[Any]) -> None:
        check_size(input_shape)
        self.input_shape = self.shape = input_shape
        self.dtype = dtype
        self.layers: list[Layer] = []
        self.parameters: dict[str, FloatArray] = {}
        self.state: dict[str, FloatArray] = {}
        self._is_flat = self._averages_planes = self._sums_are_bare = False
        self._scale, self._shift = np.ones(1), np.zeros(1)  # one for all planes, or one for each
        self._shapes: list[Shape] = []  # what each layer takes
        self._flat_starts: list[bool] = []  # whether values were flat where the residuals that are open started
        self._factor: float | None = None  # a multiplication that is part of the activation behind it
        self._lacks_height = False  # a tanh that is to become a scaled_tanh
        self._pooled_shape = input_shape  # the input of the last pooling

    @property
    def normalization(self) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Mean and deviation of each plane: what was multiplied and added before the first layer."""
        if (self._scale == 1).all() and (self._shift == 0).all():
            return None
        scale, shift = (np.broadcast_to(values, self.input_shape[:1]) for values in (self._scale, self._shift))
        return -shift / scale, 1 / scale

    @property
    def is_pending(self) -> bool:
        """Whether the last steps become a layer only together with what follows."""
        return self._factor is not None or self._lacks_height

    @property
    def value_shape(self) -> tuple[int, ...]:
        """The shape of what one image has become."""
        return (math.prod(self.shape),) if self._is_flat else self.shape

    def copy(self) -> Self:
        """Return what stays as it is now; arrays are shared."""
        other = copy.copy(self)
        other.layers, other.parameters, other.state = self.layers.copy(), self.parameters.copy(), self.state.copy()
        return other

    def by_itself(self) -> Self:
        """Return a copy without the starts of residuals that have not ended, and with a layer at least."""
        kept = dict(without_open_starts(self.layers))
        numbers = {str(place): str(number) for number, place in enumerate(kept)}

        def renumbered(arrays: dict[str, FloatArray]) -> dict[str, FloatArray]:
            parts = ((name.split(".", 1), values) for name, values in arrays.items())
            return {f"{numbers[place]}.{kind}": values for (place, kind), values in parts}

        other = copy.copy(self)
        other.layers = list(kept.values()) or [MaxPool2D(1)]
        other.parameters, other.state = renumbered(self.parameters), renumbered(self.state)
        return other

    def _append(self, layer: Layer, weight: FloatArray | None = None, bias: FloatArray | None = None) -> None:
        self._nothing_pends()
        self._averages_planes = self._sums_are_bare = False
        self._shapes = [*self._shapes, self.shape]
        if not isinstance(layer, ResidualStart | ResidualEnd):
            self.shape = _core.Architecture(f"{shape_text(self.shape)} | {layer}").output_shapes[-1]
        check_size(self.shape)
        self._keep(len(self.layers), weight=weight, bias=bias)
        self.layers.append(layer)

    def _keep(self, place: int, **arrays: FloatArray | None) -> None:
        given = {f"{place}.{name}": values for name, values in arrays.items() if values is not None}
        self.parameters |= {name: values.astype(self.dtype) for name, values in given.items()}

    def _nothing_pends(self) -> None:
        if self.is_pending:
            raise NotExpressible("the multiplication before it belongs to no activation")

    def _shape_text(self) -> str:
        return f"{np.prod(self.shape)} values" if self._is_flat else f"planes of {shape_text(self.shape)}"


def check_size(shape: Shape) -> None:
    """Refuse an image, or what a layer makes of one, that is too large.

    Raises
    ------
    NotExpressible
        If it has more than `MOST_VALUES` values.
    """
    if math.prod(shape) > MOST_VALUES:
        raise NotExpressible(
            f"{shape_text(shape)} are more than 2^24 values, the most that are read of other programs' networks"
        )
