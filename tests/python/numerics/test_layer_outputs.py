"""The outputs of every layer, the winners of every pooling, and what an output sees: against the reference."""

from dataclasses import replace
from itertools import takewhile
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lenetpp import Network
from lenetpp.networks.inner_outputs import layer_outputs, pool_winners
from lenetpp.networks.receptive_fields import receptive_field
from reference import max_pooling
from reference.activations import IDENTITY
from reference.architecture import (
    ActivationLayer,
    Architecture,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    GlobalAvgPool2D,
    Layer,
    MaxPool2D,
    ResidualEnd,
    Subsample,
)
from reference.network import activation_of, forward
from reference.network_text import parse

from .architectures import NORMALIZATIONS, network_texts
from .cases import Case, cases
from .digests import BLOG_LENET, LENET5


def network_of(case: Case, *, float64: bool = False) -> Network:
    network = Network.parse(case.text, dtype="float64" if float64 else "float32")
    network.initialize()
    network.set_parameters(case.parameters)
    network.set_state(case.state)
    network.normalization = case.normalization
    return network


@given(case=cases())
def test_every_layers_outputs_are_the_references(case: Case) -> None:
    found = layer_outputs(network_of(case, float64=True), case.images)
    expected = forward(case.architecture, case.parameters, case.inputs)
    assert len(found) == len(expected)
    for values, layer_pass in zip(found, expected, strict=True):
        assert values.shape == layer_pass.output.shape
        np.testing.assert_allclose(values, layer_pass.output, rtol=1e-9, atol=1e-9)


@given(case=cases())
def test_bits_are_those_of_the_whole_network(case: Case) -> None:
    network = network_of(case)
    found = layer_outputs(network, case.images)
    assert np.array_equal(found[-1].reshape(case.batch, -1), network.outputs(case.images))
    for index, layer in enumerate(case.architecture.layers):
        if index > 0 and isinstance(layer, MaxPool2D):
            # The core pools before the activation, in one pass with the convolution.
            assert np.array_equal(found[index], max_pooling.forward(layer, found[index - 1].astype(np.float64)))


@given(
    text=network_texts(plane_kinds=(*["maxpool"] * 5, "conv", "residual", *NORMALIZATIONS)), seed=st.integers(0, 2**16)
)
def test_winners_are_the_references_and_the_first_of_equal_ones(text: str, seed: int) -> None:
    # Small whole numbers are full of ties, and exact unless a smooth activation comes between.
    generator = np.random.default_rng(seed)
    architecture = parse(text)
    parameters = {
        name: generator.integers(-2, 3, shape).astype(np.float64)
        for name, shape in architecture.parameter_shapes.items()
    }
    images = generator.integers(0, 4, (2, *architecture.input_shape)).astype(np.float32)
    network = Network.parse(text, dtype="float64")
    network.initialize()
    network.set_parameters(parameters)
    passes = forward(architecture, parameters, images.astype(np.float64))
    compared = 0
    for index, layer in enumerate(architecture.layers):
        if not isinstance(layer, MaxPool2D):
            continue
        # Only a convolution compares before its activation.
        is_fused = index > 0 and isinstance(architecture.layers[index - 1], Conv2D)
        if all(map(is_exact, architecture.layers[: index - is_fused])):
            values = passes[index - 1].z if is_fused else passes[index].input
            assert np.array_equal(pool_winners(network, index, images), max_pooling.winners(layer, values))
            compared += 1
    assume(compared)


def is_exact(layer: Layer) -> bool:
    is_of_whole_numbers = isinstance(layer, Conv2D | Dense | Dropout | MaxPool2D)
    return is_of_whole_numbers and activation_of(layer).kind in ("identity", "relu")


def test_relus_zeros_do_not_hide_the_winner() -> None:
    network = Network.parse("1x1x4 | conv 1x1x1 nobias relu | maxpool 1x4")
    network.set_parameters({"0.weight": [[[[-1.0]]]]})
    assert pool_winners(network, 1, np.array([[[[9, 5, 3, 5]]]], dtype=np.uint8)).item() == 2


@given(text=network_texts(), place=st.randoms(use_true_random=False))
def test_nothing_outside_its_receptive_field_reaches_an_output(text: str, place: Random) -> None:
    architecture = parse(text)
    _, height, width = architecture.input_shape
    y, x = place.randrange(height), place.randrange(width)
    for index, reached in enumerate(outputs_reached_by(architecture, [(y, x)])):
        field = receptive_field(Network.parse(text), index)
        for row, column in np.argwhere(reached[0]).tolist():
            top, left = field.corner(row, column)
            assert top <= y < top + field.size[0]
            assert left <= x < left + field.size[1]


def test_a_residuals_end_sees_what_its_layers_see_and_what_its_shortcut_sees() -> None:
    network = Network.parse(
        "1x20x20 | residual [ conv 1x3x1 pad1x0 | conv 1x1x1 stride2 ] | residual [ conv 1x5x5 pad2 ]"
    )
    fields = [receptive_field(network, index) for index in range(7)]
    assert [field.size for field in fields] == [(1, 1), (3, 1), (3, 1), (3, 1), (3, 1), (11, 9), (11, 9)]
    assert fields[6].strides == (2, 2)
    assert fields[6].first == (-5, -4)


@pytest.mark.parametrize(
    "text", [LENET5, BLOG_LENET, "2x13x17 | conv 2x3x4 stride2x3 pad1x2 | maxpool 2x3/1x2 | conv 1x2x2"]
)
def test_receptive_field_is_no_larger_than_what_reaches_an_output(text: str) -> None:
    architecture = parse(text)
    _, height, width = architecture.input_shape
    places = [(y, x) for y in range(height) for x in range(width)]
    seen = np.array(places)[outputs_reached_by(architecture, places)[2][:, 1, 1]]
    field = receptive_field(Network.parse(text), 2)
    top, left = field.corner(1, 1)
    assert seen.min(axis=0).tolist() == [max(top, 0), max(left, 0)]
    assert seen.max(axis=0).tolist() == [min(top + field.size[0], height) - 1, min(left + field.size[1], width) - 1]


def outputs_reached_by(architecture: Architecture, places: list[tuple[int, int]]) -> list[NDArray[np.bool_]]:
    """Which outputs [places][H][W] of each layer, up to the first dense layer, the pixels at the places reach."""
    images = np.zeros((len(places), *architecture.input_shape))
    for image, (y, x) in zip(images, places, strict=True):
        image[:, y, x] = np.nan  # poisons every sum and every maximum that it takes part in
    below_dense = tuple(
        replace(layer, activation=IDENTITY)  # relu would cure it
        if isinstance(layer, Conv2D | BatchNormalization | Subsample | ActivationLayer | ResidualEnd)
        else layer
        for layer in takewhile(lambda layer: not isinstance(layer, Dense | GlobalAvgPool2D), architecture.layers)
    )
    parameters = {name: np.ones(shape) for name, shape in architecture.parameter_shapes.items()}
    with np.errstate(invalid="ignore"):
        passes = forward(Architecture(architecture.input_shape, below_dense), parameters, images)
    return [np.isnan(layer_pass.z.sum(axis=1)) for layer_pass in passes]


def test_a_dense_unit_sees_the_whole_image() -> None:
    with pytest.raises(ValueError, match="layer 2 is dense: its units see the whole image"):
        receptive_field(Network.parse("1x8x8 | conv 2x3x3 | maxpool 2 | dense 3"), 2)


def test_winners_of_what_is_no_pooling() -> None:
    network = Network.parse("1x8x8 | conv 2x3x3 | dense 3")
    network.initialize()
    with pytest.raises(ValueError, match="layer must be that of a max-pooling, but layer 0 is conv 2x3x3"):
        pool_winners(network, 0, np.zeros((1, 1, 8, 8), dtype=np.uint8))


def test_a_network_without_weights_has_no_outputs() -> None:
    with pytest.raises(ValueError, match="has no weights"):
        layer_outputs(Network.parse("1x8x8 | conv 2x3x3 | dense 3"), np.zeros((1, 1, 8, 8), dtype=np.uint8))
