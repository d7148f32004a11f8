"""Random networks, with parameters, images and labels, for the core and for the reference."""

from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lenetpp import _core
from reference.activations import Array
from reference.architecture import Architecture, BatchNormalization, MaxPool2D, output_shape
from reference.network import LossName, Normalization, Reduction, activation_of, forward, normalize
from reference.network_text import parse

from .architectures import network_texts

PixelType: TypeAlias = Literal["uint8", "float32"]
Images: TypeAlias = NDArray[np.uint8] | NDArray[np.float32]

# More examples than the profile of the whole test suite asks for, because there are many kinds of networks.
# `pytest --hypothesis-profile=search tests/python/numerics` looks for other and for many more ones.
many_examples = settings(max_examples=10 * settings().max_examples)

LOSSES: tuple[LossName, ...] = ("cross_entropy", "squared_error", "binary_cross_entropy")
# One image alone, and numbers on both sides of every power of two that a batch may be cut by.
BATCH_SIZES = (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33)


@dataclass(frozen=True)
class Case:
    """Everything that decides one comparison; hypothesis prints it when it finds a difference."""

    text: str
    loss: LossName = "cross_entropy"
    reduction: Reduction = "mean"
    batch: int = 3
    pixels: PixelType = "float32"
    normalized: bool = False
    seed: int = 0

    @property
    def architecture(self) -> Architecture:
        """Batch normalizations have running figures that are not those they begin with."""
        architecture = parse(self.text)
        shapes = [architecture.input_shape, *architecture.output_shapes]
        layers = tuple(
            replace(layer, **self._running_figures(index, shape[0])) if isinstance(layer, BatchNormalization) else layer
            for index, (layer, shape) in enumerate(zip(architecture.layers, shapes, strict=False))
        )
        return replace(architecture, layers=layers)

    def _running_figures(self, index: int, planes: int) -> dict[str, Any]:
        generator = np.random.default_rng([self.seed, 5, index])
        mean, variance = generator.normal(scale=0.3, size=planes), generator.uniform(0.5, 2, size=planes)
        return {"mean": tuple(_float32_values(mean)), "variance": tuple(_float32_values(variance))}

    @property
    def state(self) -> dict[str, Array]:
        """What the layers learned beside their parameters, by its name."""
        return state_of(self.architecture)

    @property
    def outputs(self) -> int:
        return int(np.prod(self.architecture.output_shapes[-1]))

    @property
    def parameters(self) -> dict[str, Array]:
        """Float32 values, small enough that no layer saturates: what saturates has lost its digits in float32."""
        generator = np.random.default_rng([self.seed, 1])
        return {
            name: _float32_values(generator.normal(scale=0.5 / np.sqrt(np.prod(shape[1:])), size=shape))
            for name, shape in self.architecture.parameter_shapes.items()
        }

    @property
    def images(self) -> Images:
        """Images [N][P][H][W]."""
        generator = np.random.default_rng([self.seed, 2])
        shape = (self.batch, *self.architecture.input_shape)
        if self.pixels == "uint8":
            return generator.integers(0, 256, size=shape, dtype=np.uint8)
        return generator.normal(size=shape).astype(np.float32)

    @property
    def labels(self) -> NDArray[np.int32]:
        """Labels [N]."""
        return np.random.default_rng([self.seed, 3]).integers(0, self.outputs, size=self.batch, dtype=np.int32)

    @property
    def normalization(self) -> Normalization | None:
        """Bytes are always normalized: 255 would saturate every smooth activation."""
        if not self.normalized and self.pixels == "float32":
            return None
        generator = np.random.default_rng([self.seed, 4])
        planes = self.architecture.input_shape[0]
        middle, spread = (127.0, 64.0) if self.pixels == "uint8" else (0.1, 0.9)
        return (
            (middle * generator.uniform(0.8, 1.2, size=planes)).astype(np.float32),
            (spread * generator.uniform(0.8, 1.2, size=planes)).astype(np.float32),
        )

    @property
    def inputs(self) -> Array:
        """The images as the first layer sees them."""
        return normalize(self.images, self.normalization)

    def network(self) -> _core.Network:
        """The core's float32 network."""
        return self._fill(_core.Network(self.text), np.float32)

    def network64(self) -> _core.Network64:
        """The core's float64 network."""
        network = _core.Network64(self.text)
        self._fill(network, np.float64)
        return network

    def _fill(self, network: _core.Network, dtype: type[np.floating[Any]]) -> _core.Network:
        network.initialize(0)  # a network of max-pooling alone has nothing to set
        for name, values in self.parameters.items():
            network.set_parameter(name, values.astype(dtype))
        for name, values in self.state.items():
            network.set_state(name, values.astype(dtype))
        if self.normalization is not None:
            network.set_normalization(*self.normalization)
        return network

    def distance_to_kinks(self) -> float:
        """How far the nearest kink is, in units of the values before the activations.

        The loss has kinks where a relu's or leaky_relu's argument is zero and where two different values of a pooling
        window are equal. Near one, a difference quotient means nothing, and rounding may choose the other side. Equal
        values of one window are no kink: they come from equal inputs, or from relus that are all at rest.
        """
        distance = np.inf
        for layer, layer_pass in zip(
            self.architecture.layers, forward(self.architecture, self.parameters, self.inputs), strict=True
        ):
            if isinstance(layer, MaxPool2D):
                distance = min(distance, _smallest_gap(layer, layer_pass.input))
            elif activation_of(layer).kind in ("relu", "leaky_relu"):
                distance = min(distance, float(np.abs(layer_pass.z).min()))
        return float(distance)

    def away_from_kinks(self, distance: float) -> "Case":
        """The same case with the first seed that keeps ``distance`` from every kink."""
        for seed in range(200):
            case = replace(self, seed=seed)
            if case.distance_to_kinks() > distance:
                return case
        raise AssertionError(f"no seed keeps {self} away from its kinks: make it smaller")


def state_of(architecture: Architecture) -> dict[str, Array]:
    """The running figures of the layers, by their names."""
    return {
        f"{index}.running_{name}": np.array(getattr(layer, name))
        for index, layer in enumerate(architecture.layers)
        if isinstance(layer, BatchNormalization)
        for name in ("mean", "variance")
    }


def _float32_values(values: Array) -> Array:
    return values.astype(np.float32).astype(np.float64)


def _smallest_gap(layer: MaxPool2D, images: Array) -> float:
    """The smallest positive difference between the largest value of a window and another one."""
    samples, planes = images.shape[:2]
    _, rows, columns = output_shape(layer, images.shape[1:])
    gaps = [np.inf]
    for row in range(rows):
        for column in range(columns):
            top, left = row * layer.strides[0], column * layer.strides[1]
            window = images[:, :, top : top + layer.size[0], left : left + layer.size[1]].reshape(samples, planes, -1)
            gap = window.max(axis=2, keepdims=True) - window
            gaps.append(gap[gap > 0].min(initial=np.inf))
    return float(min(gaps))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any network, loss, reduction, batch size and kind of image."""
    loss = draw(st.sampled_from(LOSSES))
    return Case(
        text=draw(network_texts(sigmoid_last=loss == "binary_cross_entropy")),
        loss=loss,
        reduction=draw(st.sampled_from(("mean", "sum"))),
        batch=draw(st.sampled_from(BATCH_SIZES)),
        pixels=draw(st.sampled_from(("uint8", "float32"))),
        normalized=draw(st.booleans()),
        seed=draw(st.integers(0, 2**16)),
    )
