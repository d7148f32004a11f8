"""What a network is without its weights: shape of an image, layers, data type, names of the classes."""

import math
from collections.abc import Sequence
from typing import Literal, Self, TypeAlias

import numpy as np

from lenetpp import _core
from lenetpp.basics.arrays import Shape, as_shape, shape_text
from lenetpp.data.checks import checked_classes
from lenetpp.networks.layer import Layer
from lenetpp.networks.layers import layer_of
from lenetpp.networks.residual import Residual, flattened, joined_text
from lenetpp.networks.summary import LayerSummary, NetworkSummary, planned_bytes

DataType: TypeAlias = Literal["float32", "float64"]
CORES = {"float32": _core.Network, "float64": _core.Network64}


class NetworkStructure:
    """The part of :class:`lenetpp.Network` that its text describes."""

    def __init__(
        self, input_shape: Sequence[int], layers: Sequence[Layer | Residual], *, dtype: DataType = "float32"
    ) -> None:
        check_dtype(dtype)
        self.core = CORES[dtype](f"{shape_text(as_shape(input_shape))} | {joined_text(flattened(layers))}")
        self._class_names: tuple[str, ...] | None = None

    @classmethod
    def parse(cls, text: str, *, dtype: DataType = "float32") -> Self:
        """Return the network that a text describes, without weights.

        Raises
        ------
        ParseError
            If the text cannot be understood; a caret points at the column.
        """
        check_dtype(dtype)
        return cls.from_core(CORES[dtype](text))

    @classmethod
    def from_core(cls, core: _core.Network, class_names: tuple[str, ...] | None = None) -> Self:
        """Return the network that a core network is, without copying it."""
        network = cls.__new__(cls)
        network.core = core
        network._class_names = class_names
        return network

    @property
    def input_shape(self) -> Shape:
        """Planes, height and width of an image."""
        return self.core.input_shape

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers in order from the input; a residual is its start, its layers and its end."""
        return tuple(layer_of(word, values) for word, values in self.core.layers)

    @property
    def class_count(self) -> int:
        """Number of outputs of the last layer."""
        return self.core.outputs

    @property
    def class_names(self) -> tuple[str, ...] | None:
        """Names of the classes, known after training; None before, or where they are not known.

        By them a network is measured on data. None: by number, the first class of the data being the first output.
        """
        return self._class_names

    @class_names.setter
    def class_names(self, names: Sequence[str] | None) -> None:
        if names is not None and len(names) != self.class_count:
            raise ValueError(f"class_names must be one for each of the {self.class_count} outputs, but are {names!r}")
        self._class_names = None if names is None else checked_classes(names)

    @property
    def dtype(self) -> DataType:
        """Type of the parameters and of the arithmetic."""
        return "float64" if isinstance(self.core, _core.Network64) else "float32"

    def summary(self, batch_size: int = 16, threads: int = 1) -> NetworkSummary:
        """Return output shapes, parameters, multiply-adds and memory; its text is a table."""
        sizes = dict.fromkeys(range(len(self.core.layer_texts)), 0)
        for name, shape in zip(self.core.parameter_names, self.core.parameter_shapes, strict=True):
            sizes[int(name.split(".")[0])] += math.prod(shape)
        rows = zip(self.core.layer_texts, self.core.output_shapes, sizes.values(), self.core.multiply_adds, strict=True)
        return NetworkSummary(
            input_shape=self.input_shape,
            layers=tuple(LayerSummary(*row) for row in rows),
            parameter_bytes=sum(sizes.values()) * np.dtype(self.dtype).itemsize,
            training_bytes=planned_bytes(self.core, np.dtype(self.dtype).itemsize, batch_size, threads),
            batch_size=batch_size,
            threads=threads,
        )

    def _check_weights(self) -> None:
        if not self.core.initialized:
            raise ValueError("the network has no weights: train it, load it, or call initialize() or set_parameters()")


def check_dtype(dtype: str) -> None:
    """Raise ValueError unless there is such a type."""
    if dtype not in CORES:
        raise ValueError(f'dtype must be "float32" or "float64", but is {dtype!r}')
