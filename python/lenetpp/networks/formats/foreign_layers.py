"""Layers of other programs, one behind the other, as layers of lenetpp that compute the same, or why there are none."""

import dataclasses
import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from lenetpp.basics.arrays import FloatArray, shape_text
from lenetpp.networks.formats.contents import SCALED_TANH_HEIGHT, SCALED_TANH_RATE
from lenetpp.networks.formats.foreign_constants import NotExpressible, by_plane, weight_of_sums
from lenetpp.networks.formats.foreign_network import NetworkInMaking
from lenetpp.networks.layers import (
    Activation,
    AvgPool2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    GlobalAvgPool2D,
    LocalResponseNormalization,
    MaxPool2D,
    ResidualEnd,
    ResidualStart,
    Subsample,
)
from lenetpp.networks.residual import open_starts

Pair: TypeAlias = tuple[int, int]


class ForeignLayers(NetworkInMaking):
    """A network that is put together, step by step."""

    def finish(self) -> None:
        """Refuse an end within something."""
        self._nothing_pends()
        if not self.layers:
            raise NotExpressible("there are no layers")

    def multiply(self, constant: ArrayLike) -> None:
        """Before the first layer a part of the normalization; behind one of an activation, or of a subsampling."""
        values = np.asarray(constant, np.float64)
        if not self.layers:
            scale = by_plane(values, self.input_shape[0], is_flat=self._is_flat)
            if not (scale > 0).all():
                raise NotExpressible("pixels are multiplied by what is not positive")
            self._scale, self._shift = self._scale * scale, self._shift * scale
        elif isinstance(last := self.layers[-1], AvgPool2D) and not self._is_flat:
            self.layers[-1] = Subsample(*last.window[:2])
            weight = weight_of_sums(values, last, self._pooled_shape, self.shape)
            self._keep(len(self.layers) - 1, weight=weight, bias=np.zeros(len(weight)))
        elif self._sums_are_bare and not self._is_flat:
            self._sums_are_bare = False
            factors = by_plane(values, self.shape[0], is_flat=False)
            place = len(self.layers) - 1
            self._keep(place, **{kind: self.parameters[f"{place}.{kind}"] * factors for kind in ("weight", "bias")})
        elif values.size != 1 or values.ndim > len(self.value_shape) + 1:
            raise NotExpressible(f"a multiplication by numbers of the shape {values.shape}")
        elif self._lacks_height and abs(values.item() - SCALED_TANH_HEIGHT) < 1e-6:
            self._lacks_height = False
            self._activate_last("scaled_tanh", instead_of="tanh")
        elif self.layers == [Activation("tanh")] and abs(values.item() - SCALED_TANH_HEIGHT) < 1e-6:
            # The rate was taken for a part of the normalization.
            self.layers = [Activation("scaled_tanh")]
            self._scale, self._shift = self._scale / SCALED_TANH_RATE, self._shift / SCALED_TANH_RATE
        elif not self.is_pending:
            self._factor = values.item()
        else:
            raise NotExpressible("a multiplication that belongs to no activation")

    def add(self, constant: ArrayLike) -> None:
        """Before the first layer a part of the normalization; behind one without a bias, or a subsampling, its bias."""
        values = np.asarray(constant)
        if not self.layers:
            shift = by_plane(values.astype(np.float64), self.input_shape[0], is_flat=self._is_flat)
            self._shift = self._shift + shift
            return
        self._nothing_pends()
        last, sides = self.layers[-1], self.shape[1:]
        if isinstance(last, Subsample) and last.activation == "identity" and not self._is_flat:
            before = self.parameters[f"{len(self.layers) - 1}.bias"]
            bias = before + by_plane(values, self.shape[0], is_flat=False)
            self._keep(len(self.layers) - 1, bias=bias)
            return
        if not isinstance(last, Conv2D | Dense) or last.bias or last.activation != "identity":
            raise NotExpressible("an addition that follows no convolution or dense layer without a bias")
        expected = (1,) * (values.ndim - 3) + (self.shape[0], 1, 1) if isinstance(last, Conv2D) else (self.shape[0],)
        is_separate = isinstance(last, Conv2D) and (last.connection == "separate" or self._is_flat)
        if values.shape != expected or values.ndim > 4 or is_separate:
            raise NotExpressible(f"a bias for planes of {sides[0]}x{sides[1]} of the shape {values.shape}")
        self.layers[-1] = dataclasses.replace(last, bias=True)
        self._keep(len(self.layers) - 1, bias=values.reshape(-1))

    def convolve(
        self, weight: FloatArray, bias: FloatArray | None, strides: Pair, padding: Pair, groups: int = 1
    ) -> None:
        """Add a convolution.

        Groups of one plane with the same filters for each are separate filters; other groups become a table.
        """
        (filters, planes_seen, *kernel), own_bias = weight.shape, bias is not None
        if self._is_flat or planes_seen * groups != self.shape[0] or not weight.size:
            raise NotExpressible(f"it takes {planes_seen * groups} planes, but gets {self._shape_text()}")
        connection: Any = "full"
        if groups > 1:
            by_group = weight.reshape(groups, -1, *weight.shape[1:])
            biases = np.zeros((groups, 1)) if bias is None else bias.reshape(groups, -1)
            if planes_seen == 1 and (by_group == by_group[0]).all() and (biases == biases[0]).all():
                connection, filters, weight = "separate", filters // groups, by_group[0, :, 0]
                bias = biases[0] if own_bias else None
            else:
                firsts = [f // (filters // groups) * planes_seen for f in range(filters)]
                connection = [list(range(first, first + planes_seen)) for first in firsts]
                weight = weight.reshape(-1, *kernel)
        size = (kernel[0], kernel[1])
        layer = Conv2D(filters, size, connection=connection, strides=strides, padding=padding, bias=own_bias)
        self._append(layer, weight, bias)

    def connect(self, weight: FloatArray, bias: FloatArray | None) -> None:
        """Add a dense layer; the weight is (units, inputs)."""
        units, inputs = weight.shape
        if not self._is_flat:
            raise NotExpressible(f"a dense layer over the last axis of {self._shape_text()}: flatten before it")
        if inputs != np.prod(self.shape):
            raise NotExpressible(f"it takes {inputs} values, but gets {self._shape_text()}")
        self._append(Dense(units, bias=bias is not None), weight, bias)

    def pool(self, kind: type[MaxPool2D] | type[AvgPool2D], size: Pair, strides: Pair, sides: Sequence[int]) -> None:
        """Add a pooling, which is to give planes of these sides."""
        if self._is_flat:
            raise NotExpressible("a pooling of what was flattened before")
        self._pooled_shape = self.shape
        self._append(kind(size, strides))
        if self.shape[1:] != tuple(sides):
            raise NotExpressible(
                f"it gives planes of {sides[0]}x{sides[1]} and leaves the border out, but lenetpp's windows go on to "
                f"it and give {self.shape[1]}x{self.shape[2]}"
            )

    def count_instead(self, divisor: int) -> None:
        """Make sums divided by a number of the averages before; what they are multiplied by is a part of that."""
        averages = self.layers[-1]
        assert isinstance(averages, AvgPool2D)
        self.layers[-1] = Subsample(*averages.window[:2])
        weight = np.full(self.shape[0], 1 / divisor)
        self._keep(len(self.layers) - 1, weight=weight, bias=np.zeros_like(weight))
        self._sums_are_bare = True

    def average_planes(self) -> None:
        """Add the average of each plane, which is a vector where what follows flattens it."""
        sides = self.shape[1], self.shape[2]
        self.pool(AvgPool2D, sides, sides, (1, 1))
        self._averages_planes = True

    def start_residual(self) -> None:
        """Add what the next layers are within."""
        self._append(ResidualStart())
        self._flat_starts = [*self._flat_starts, self._is_flat]

    def end_residual(self, weight: FloatArray | None, strides: Pair, *, zeros: int | None = None) -> None:
        """Add the sum with what lies at the start: as it is, through filters (F, P), or with so many planes of zeros.

        Any of them may keep every n-th row and column.
        """
        *self._flat_starts, was_flat = self._flat_starts
        start = open_starts(self.layers)[-1]
        before = self._shapes[start]
        within = [layer.window.strides for layer in self.layers[start:] if layer.window]
        needed = (math.prod(down for down, _ in within), math.prod(across for _, across in within))
        changes = before != self.shape
        planes = before[0] + (zeros or 0) if weight is None else len(weight)
        sides = [-(-side // stride) for side, stride in zip(before[1:], strides, strict=True)]
        seen = before[0] if weight is None else weight.shape[1]
        if (planes, *sides) != self.shape or seen != before[0] or was_flat != self._is_flat:
            raise NotExpressible(
                f"it adds planes of {shape_text((planes, *sides))} to {self._shape_text()}, which are not alike"
            )
        pads = zeros is not None
        if changes != (weight is not None or pads):
            raise NotExpressible(
                f"the residual's layers make {self._shape_text()} of {before}, and lenetpp's shortcuts have filters "
                "where shapes differ, and only there"
            )
        if changes and any(
            side > 1 and given != stride for side, given, stride in zip(self.shape[1:], strides, needed, strict=True)
        ):
            raise NotExpressible(f"its shortcut has strides of {strides}, but the residual's layers those of {needed}")
        if pads:
            self.layers[start] = ResidualStart("pad")
        self._append(ResidualEnd(), None if weight is None else weight[:, :, np.newaxis, np.newaxis])

    def normalize(
        self,
        weight: FloatArray,
        bias: FloatArray,
        mean: FloatArray,
        variance: FloatArray,
        *,
        epsilon: float,
        momentum: float,
    ) -> None:
        """Add a batch normalization, whose momentum is that of PyTorch."""
        if {array.shape for array in (weight, bias, mean, variance)} != {self.shape[:1]}:
            raise NotExpressible(f"it normalizes {mean.size} planes or values, but gets {self._shape_text()}")
        if self.shape[1:] != (1, 1) and self._is_flat:
            raise NotExpressible("a normalization of the values of planes that were flattened before")
        self._append(BatchNormalization(momentum=_as_short(momentum), epsilon=_as_short(epsilon)), weight, bias)
        place = len(self.layers) - 1
        running = {f"{place}.running_mean": mean, f"{place}.running_variance": variance}
        self.state |= {name: values.astype(self.dtype) for name, values in running.items()}

    def normalize_responses(self, size: int, alpha: float, beta: float, k: float) -> None:
        """Add a local response normalization, whose alpha is a factor of the mean."""
        if size < 1:
            raise NotExpressible(f"a window of {size} planes")
        if self._is_flat and self.shape[1:] != (1, 1):
            raise NotExpressible("a normalization of the values of planes that were flattened before")
        of_sum = _as_short(_as_short(alpha) / size)
        self._append(LocalResponseNormalization(size, alpha=of_sum, beta=_as_short(beta), k=_as_short(k)))

    def leave_out(self, rate: float) -> None:
        """Add dropout."""
        self._append(Dropout(rate))

    def flatten(self) -> None:
        """Go on with values instead of planes, which lenetpp's dense layers do by themselves."""
        self._nothing_pends()
        if self._averages_planes:
            self.layers[-1] = GlobalAvgPool2D()
        self._is_flat = True

    def activate(self, name: str, slope: float | None = None) -> None:
        """Give an activation to the layer before."""
        factor, self._factor = self._factor, None
        if name == "sigmoid":
            slope = 1.0 if factor is None else factor
        elif factor is not None and (name != "tanh" or abs(factor - SCALED_TANH_RATE) > 1e-6):
            raise NotExpressible(f"a multiplication by {factor} before it")
        self._activate_last(name if slope is None else f"{name}({_as_short(slope)!r})")
        self._lacks_height = factor is not None and name == "tanh"

    def _activate_last(self, activation: str, instead_of: str = "identity") -> None:
        """Change the layer before, or add an activation by itself where it has none, or another one.

        Across a max-pooling, and relu across dropout, the order makes no difference.
        """
        self._nothing_pends()
        crossed = (MaxPool2D, Dropout) if "relu" in activation else (MaxPool2D,)
        places = [place for place, layer in enumerate(self.layers) if not isinstance(layer, crossed)]
        layer = self.layers[places[-1]] if places else None
        self._sums_are_bare = False
        can_activate = Conv2D | Dense | BatchNormalization | Subsample | ResidualEnd | Activation
        if isinstance(layer, can_activate) and layer.activation == instead_of:
            self.layers[places[-1]] = dataclasses.replace(layer, activation=activation)
        else:
            self._append(Activation(activation))


def _as_short(number: float) -> float:
    """Return the number that can be written shortest and is the same in float32."""
    return float(str(np.float32(number)))
