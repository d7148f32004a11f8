"""Residuals as values: nested and natural to write, one behind the other in a network."""

import pickle
from typing import Any

import numpy as np
import pytest

import lenetpp as lp
from lenetpp import Activation, Conv2D, Dense, GlobalAvgPool2D, MaxPool2D, Residual, ResidualEnd, ResidualStart
from lenetpp.networks.inner_outputs import network_behind

BLOCK = Residual([Conv2D(4, 3, padding=1, activation="relu"), Conv2D(4, 3, padding=1)], activation="relu")


def test_a_network_of_residuals_prints_their_text_and_has_flat_layers() -> None:
    narrower = Residual((Conv2D(6, 3, strides=2, padding=1), Residual([MaxPool2D(1)])), "pad", "sigmoid( 2.0 )")
    network = lp.Network((4, 8, 8), [BLOCK, narrower, GlobalAvgPool2D(), Activation("tanh"), Dense(3)])
    assert str(network) == (
        "4x8x8 | residual [ conv 4x3x3 pad1 relu | conv 4x3x3 pad1 ] relu | residual pad [ conv 6x3x3 stride2 pad1 | "
        "residual [ maxpool 1 ] ] sigmoid(2) | globalavgpool | activation tanh | dense 3"
    )
    assert network.layers[:4] == (ResidualStart(), *BLOCK.layers, ResidualEnd("relu"))
    assert network.layers[4] == ResidualStart("pad")
    assert lp.Network(network.input_shape, network.layers) == network
    assert lp.Network.parse(str(network)) == network
    assert pickle.loads(pickle.dumps(narrower)) == narrower
    assert narrower.activation == "sigmoid(2)"


def test_parameters_of_a_shortcut_are_those_of_the_residuals_end() -> None:
    network = lp.Network.parse("3x8x9 | residual [ conv 6x3x3 stride2 pad1 nobias ] relu | dense 2")
    shapes = dict(zip(network.core.parameter_names, network.core.parameter_shapes, strict=True))
    assert shapes == {"1.weight": (6, 3, 3, 3), "2.weight": (6, 3, 1, 1), "3.weight": (2, 120), "3.bias": (2,)}
    rows = network.summary().layers
    assert [(row.text, row.output_shape, row.parameters, row.multiply_adds) for row in rows[:3]] == [
        ("residual [", (3, 8, 9), 0, 0),
        ("conv 6x3x3 stride2 pad1 nobias", (6, 4, 5), 162, 6 * 27 * 20),
        ("] relu", (6, 4, 5), 18, 6 * 3 * 20),
    ]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Residual([]), ValueError, "a residual needs at least one layer"),
        (lambda: Residual(["dense 2"]), TypeError, "must be such as Conv2D or Dense, or a Residual, but layer 0 is"),  # type: ignore[list-item]
        (lambda: Residual([MaxPool2D(1)], "crop"), ValueError, "must be one of convolution, pad, but is 'crop'"),  # type: ignore[arg-type]
        (lambda: Residual([MaxPool2D(1)], activation="swish"), ValueError, "activation must be one of identity, relu"),
        (lambda: lp.Network((1, 4, 4), [ResidualStart(), MaxPool2D(1)]), ValueError, 'or the residual\'s "]"'),
        (lambda: lp.Network((1, 4, 4), [MaxPool2D(1), ResidualEnd()]), ValueError, "no residual has begun"),
        (lambda: lp.Network((4, 4, 4), [Residual([Conv2D(4, 3)])]), ValueError, "make 4x2x2 of 4x4x4, which cannot be"),
        (lambda: Activation("relu(2)"), ValueError, "expected an activation"),
    ],
)
def test_what_is_no_residual_is_refused(make: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as raised:
        make()
    assert message in str(raised.value)


def test_what_lies_within_a_residual_has_no_network_behind_it() -> None:
    network = lp.Network((4, 8, 8), [BLOCK, Dense(3)])
    network.initialize()
    with pytest.raises(ValueError, match="layer 2 lies within a residual: what follows needs more than its outputs"):
        network_behind(network, 2)
    images = np.random.default_rng(1).normal(size=(3, 4, 8, 8)).astype(np.float32)
    between = lp.layer_outputs(network, images)[3]
    np.testing.assert_array_equal(network_behind(network, 3).outputs(between), network.outputs(images))
