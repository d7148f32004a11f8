"""The weights of a network: parameters, state, normalization of pixels, and digests of them."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lenetpp.basics.arrays import FloatArray, ImageArray, as_named_arrays, read_only
from lenetpp.networks.layers import Dense
from lenetpp.networks.network_structure import CORES, DataType, NetworkStructure, check_dtype
from lenetpp.settings.training_settings import Initialization


class NetworkWeights(NetworkStructure):
    """The part of :class:`lenetpp.Network` that training changes."""

    @property
    def initialized(self) -> bool:
        """Whether the network has weights."""
        return self.core.initialized

    def initialize(self, seed: int = 1, scheme: Initialization = "he") -> None:
        """Draw the weights, as a pure function of seed, scheme and layers; biases start at zero.

        Parameters
        ----------
        seed : int
            In [0, 2**64).
        scheme : {"he", "glorot", "lecun", "blog", "identity"}
            Normal with variance 2 / fan_in, 2 / (fan_in + fan_out) or 1 / fan_in. ``"blog"``: filters with deviation
            0.2; dense weights with deviation 2 / fan_in before a sigmoid and sqrt(2 / fan_in) / 10 elsewhere.
            ``"identity"``: as ``"he"``, but convolutions that see all planes, unless they are the first layer, hand
            planes on as they are: filter i is 1 in the middle of plane i and 0 elsewhere, as far as there are filters
            and planes (Zagoruyko and Komodakis: DiracNets, 2017).
        """
        self.core.initialize(seed, scheme)

    def whiten(self, images: ImageArray) -> None:
        """Give the first layer, a convolution that sees all planes, filters that whiten patches of the images.

        They are the principal components of windows of its size, each divided by its standard deviation, so that the
        outputs vary alike and none follows another: the largest component first, and all again with the opposite sign,
        for what a ReLU cuts off. Filters beyond twice the weights of one, and the last of an odd number, stay as they
        are (Page: how to train your ResNet 8, 2019; Jordan: 94 % on CIFAR-10 in 3.29 seconds on a single GPU, 2024).

        Parameters
        ----------
        images : array
            (N, planes, height, width), uint8 or float32, as the network's normalization then has them; up to 500 are
            looked at, evenly spaced.

        Raises
        ------
        ValueError
            If the network has no weights yet, the images do not fit, or the first layer is not such a convolution, has
            more than 256 weights a filter, or a window larger than the images.
        """
        self._check_weights()
        self.core.whiten(images)

    def parameters(self) -> dict[str, FloatArray]:
        """Return copies of all parameters, by the names ``"<layer index>.weight"`` and ``"<layer index>.bias"``.

        They are read-only, since what is written into them would not reach the network: :meth:`set_parameters` does.

        Shapes are PyTorch's: convolution full (filters, planes, height, width), separate (filters, height, width),
        by table (connections, height, width); dense (units, inputs); biases (filters,) or (units,). Filters of a
        residual's shortcut are those of its end: (filters, planes, 1, 1).
        """
        return {name: read_only(self.core.parameter(name)) for name in self.core.parameter_names}

    def set_parameters(self, values: Mapping[str, ArrayLike]) -> None:
        """Set all parameters at once; names and shapes are those of :meth:`parameters`.

        Raises
        ------
        ValueError
            If a name is missing or unknown, a shape differs or a value is not finite. Nothing is then changed.
        """
        shapes = dict(zip(self.core.parameter_names, self.core.parameter_shapes, strict=True))
        for name, array in as_named_arrays(values, shapes, np.dtype(self.dtype), what="parameter").items():
            self.core.set_parameter(name, array)

    def state(self) -> dict[str, FloatArray]:
        """Return read-only copies of what layers learn beside their parameters: ``"<layer index>.mean"`` and so on.

        Training writes it after each step, no optimizer changes it, and it has no gradient. Most layers have none.
        """
        return {name: read_only(self.core.state(name)) for name in self.core.state_names}

    def set_state(self, values: Mapping[str, ArrayLike]) -> None:
        """Set all state at once; names and shapes are those of :meth:`state`.

        Raises
        ------
        ValueError
            As :meth:`set_parameters`, and if a variance is negative. Nothing is then changed.
        """
        shapes = dict(zip(self.core.state_names, self.core.state_shapes, strict=True))
        arrays = as_named_arrays(values, shapes, np.dtype(self.dtype), what="state")
        before = self.state()
        try:
            for name, array in arrays.items():
                self.core.set_state(name, array)
        except ValueError:
            for name, array in before.items():
                self.core.set_state(name, array)
            raise

    @property
    def normalization(self) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
        """Mean and standard deviation of each plane, which the network subtracts and divides by; None for neither.

        The arrays are read-only copies; assign a pair to change it.
        """
        found = self.core.normalization
        return None if found is None else (read_only(found[0]), read_only(found[1]))

    @normalization.setter
    def normalization(self, mean_and_deviation: tuple[ArrayLike, ArrayLike] | None) -> None:
        if mean_and_deviation is None:
            self.core.clear_normalization()
            return
        mean, deviation = (np.ascontiguousarray(values, dtype=np.float32) for values in mean_and_deviation)
        self.core.set_normalization(mean, deviation)

    @property
    def digest(self) -> str:
        """SHA-256 of the parameters' bytes, little-endian, C order, in layer order, weight before bias; then state."""
        digest = hashlib.sha256()
        for _, values in self._arrays():
            digest.update(_little_endian(values))
        return digest.hexdigest()

    def parameter_digests(self) -> dict[str, str]:
        """Return the first 16 digits of the SHA-256 of the bytes of each array of parameters and state, by its name."""
        return {name: hashlib.sha256(_little_endian(values)).hexdigest()[:16] for name, values in self._arrays()}

    def _arrays(self) -> Iterator[tuple[str, FloatArray]]:
        """Yield what a digest is of, one array after the other: a large network is not copied."""
        yield from ((name, self.core.parameter(name)) for name in self.core.parameter_names)
        yield from ((name, self.core.state(name)) for name in self.core.state_names)

    def astype(self, dtype: DataType) -> Self:
        """Return a copy that computes in another type."""
        check_dtype(dtype)
        copy = self.from_core(CORES[dtype](self.core.text), self.class_names)
        copy.normalization = self.normalization
        if self.initialized:
            copy.set_parameters(self.parameters())
        copy.set_state(self.state())
        return copy

    def copy(self) -> Self:
        """Return an independent copy."""
        return self.from_core(self.core.copy(), self.class_names)

    def with_classes(self, count: int, *, seed: int = 1, scheme: Initialization = "he") -> Self:
        """Return a copy whose last layer is a new one for so many classes, with all other weights as they are.

        For training on images of other classes what was learned from many: fine-tuning.

        Parameters
        ----------
        count : int
            Of the classes.
        seed, scheme
            Of the new layer's weights, as in :meth:`initialize`.

        Raises
        ------
        ValueError
            If the network has no weights, or its last layer is not dense.
        """
        self._check_weights()
        *others, last = self.layers
        if not isinstance(last, Dense):
            raise ValueError(f"the last layer must be dense to be made anew for {count} classes, but is {last}")
        copy = type(self)(self.input_shape, [*others, replace(last, units=count)], dtype=self.dtype)
        copy.initialize(seed, scheme)
        new = f"{len(others)}."
        copy.set_parameters(
            {**copy.parameters(), **{name: old for name, old in self.parameters().items() if not name.startswith(new)}}
        )
        copy.set_state(self.state())
        copy.normalization = self.normalization
        return copy


def _little_endian(values: FloatArray) -> memoryview:
    return np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<")).data
