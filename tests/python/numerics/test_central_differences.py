"""The core's float64 gradients against difference quotients of its own loss, for every layer, option and loss."""

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from numpy.typing import NDArray

from reference.activations import Array
from reference.network import LossName, Reduction

from .architectures import ACTIVATIONS
from .cases import LOSSES, Case, PixelType, cases
from .differences import SAFE_DISTANCE, assert_gradients_are_differences

# A layer below whose parameters need the gradient for the input of the layer under test.
LAYERS = {
    "full convolution": "2x7x9 | conv 3x2x3 tanh | conv 4x3x2 | dense 3",
    "separate convolution": "2x7x9 | conv 3x2x3 tanh | conv 2x3x2 separate | dense 3",
    "convolution by table": "2x7x9 | conv 3x2x3 tanh | conv 3x3x2 table(0,2;1;0,1,2) | dense 3",
    "convolution without bias": "2x7x9 | conv 3x2x3 nobias tanh | conv 4x3x2 nobias | dense 3 nobias",
    "padding": "2x7x9 | conv 3x2x3 pad2x1 tanh | conv 4x3x3 pad1x2 | dense 3",
    "strides": "2x9x13 | conv 3x2x3 stride1x2 tanh | conv 4x3x2 stride2x1 | dense 3",
    "strides that skip inputs": "1x9x13 | conv 3x2x3 tanh | conv 2x1x2 stride3x4 | dense 3",
    "padding wider than the kernel": "1x5x6 | conv 2x2x2 pad3 tanh | conv 2x1x2 pad2x3 | dense 3",
    "kernel as large as its input": "2x5x7 | conv 3x2x3 tanh | conv 4x4x5 | dense 3",
    "1x1 kernels": "3x4x5 | conv 4x1x1 tanh | conv 2x1x1 separate tanh | dense 3",
    "7x7 kernels": "1x16x18 | conv 2x7x7 tanh | conv 2x7x7 | dense 3",
    "overlapping max-pooling": "1x8x9 | conv 3x2x2 | maxpool 3/2 | conv 2x2x1 | maxpool 2/1 | dense 3",
    "clipped max-pooling": "1x9x10 | conv 3x2x2 | maxpool 3 | dense 3",
    "max-pooling with gaps": "1x9x11 | conv 3x2x2 | maxpool 2x1/3x2 | dense 3",
    "max-pooling twice": "1x9x17 | conv 2x2x2 | maxpool 2 | maxpool 2/1 | dense 3",
    "max-pooling first": "2x8x9 | maxpool 3/2 | conv 2x2x2 tanh | dense 3",
    "max-pooling last": "1x5x6 | conv 4x2x2 tanh | maxpool 4x5",
    "batch normalization of planes": "2x5x6 | conv 3x2x2 | batchnorm tanh | conv 4x2x2 pad1 | dense 3",
    "batch normalization of units": "2x3x5 | dense 7 | batchnorm tanh | dense 4 | batchnorm",
    "local response normalization": "2x5x6 | conv 7x2x2 | lrn 5 alpha 0.4 | conv 2x2x2 | dense 3",
    "subsampling": "2x7x9 | conv 3x2x2 tanh | subsample 3x2/2 tanh | conv 2x2x2 | dense 3",
    "dense alone": "2x3x5 | dense 4",
    "dense layers": "2x3x5 | dense 7 tanh | dense 17 nobias tanh | dense 4",
    "convolutions alone": "2x5x6 | conv 3x3x3 tanh | conv 4x3x4",
    "a residual": "2x5x6 | conv 3x3x3 tanh | residual [ conv 3x3x3 pad1 tanh | conv 3x3x3 pad1 ] relu | dense 3",
    "a residual with filters": "2x5x6 | conv 3x3x3 pad1 tanh | residual [ conv 4x3x3 stride2 pad1 ] tanh | dense 3",
    "a residual that pads": "2x5x6 | conv 3x3x3 tanh | residual pad [ conv 5x3x3 stride1x2 pad1 tanh ] | dense 3",
    "a residual with a pooling": "2x7x6 | conv 3x3x3 tanh | residual [ maxpool 2 | conv 3x1x1 ] tanh | dense 3",
    "residuals in a residual": "2x5x6 | conv 3x1x1 | residual [ residual [ conv 3x1x1 tanh ] | avgpool 1 ] | dense 3",
    "a residual first": "2x5x6 | residual [ conv 2x3x3 pad1 tanh | conv 2x1x1 ] tanh | dense 3",
    "a residual last": "2x1x3 | residual [ conv 2x1x1 tanh | conv 2x1x1 ]",
    "a residual of units": "2x3x5 | dense 4 tanh | residual [ dense 7 tanh | dense 4 ] tanh | residual [ dense 3 ]",
    "activations and averages alone": "2x5x6 | conv 3x3x3 | activation tanh | globalavgpool | activation sigmoid",
}


@pytest.mark.parametrize("text", LAYERS.values(), ids=LAYERS.keys())
@pytest.mark.parametrize("batch", [1, 5])
def test_layer(text: str, batch: int) -> None:
    _check(Case(text, batch=batch).away_from_kinks(SAFE_DISTANCE))


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(
    ("loss", "last"),
    [*product(LOSSES, ("sigmoid", "sigmoid(2)")), *product(("cross_entropy", "squared_error"), ("scaled_tanh", ""))],
)
def test_loss(loss: LossName, reduction: Reduction, last: str) -> None:
    _check(Case(f"1x4x5 | dense 6 tanh | dense 4 {last}", loss=loss, reduction=reduction, batch=4))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("layers", ["conv 3x2x2 {0} | conv 2x2x3 {0}", "dense 6 {0} | dense 5 {0}"])
def test_activation(activation: str, layers: str) -> None:
    case = Case(f"2x5x6 | {layers.format(activation)}", loss="squared_error", batch=3)
    _check(case.away_from_kinks(SAFE_DISTANCE))


@pytest.mark.parametrize("pixels", ["uint8", "float32"])
def test_normalization(pixels: PixelType) -> None:
    case = Case("3x5x6 | conv 2x3x3 pad1 | maxpool 2 | dense 3", pixels=pixels, normalized=True)
    _check(case.away_from_kinks(SAFE_DISTANCE))


@given(case=cases())
def test_random_network(case: Case) -> None:
    assume(case.distance_to_kinks() > SAFE_DISTANCE)
    _check(case)


def _check(case: Case) -> None:
    network, images, labels = case.network64(), case.images, case.labels

    def loss_and_gradients(parameters: Mapping[str, Array]) -> tuple[float, Mapping[str, NDArray[np.floating[Any]]]]:
        for name, values in parameters.items():
            network.set_parameter(name, values)
        return network.loss_and_gradients(images, labels, case.loss, case.reduction)

    assert_gradients_are_differences(loss_and_gradients, case.parameters, case.seed)
