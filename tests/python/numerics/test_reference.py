"""The reference itself: known answers, cases worked by hand, and its gradients against its own differences."""

import numpy as np
import pytest
from hypothesis import assume, given

from reference import convolution, losses, max_pooling, sgd
from reference.activations import Activation, activate, derivative
from reference.architecture import Conv2D, Dense, MaxPool2D, output_shape
from reference.augmentation import augment
from reference.network import loss_and_gradients, normalize
from reference.network_text import parse
from reference.random_numbers import philox, random_order
from reference.schedules import LearningRate

from .cases import Case, cases
from .differences import SAFE_DISTANCE, assert_gradients_are_differences, central_difference


def test_philox_gives_the_known_answers_of_random123() -> None:
    ones = 0xFFFFFFFF
    assert philox((0, 0, 0, 0), (0, 0)) == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)
    assert philox((ones, ones, ones, ones), (ones, ones)) == (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)
    assert philox((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0)) == (
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)
    )


def test_random_order_holds_every_index_once_and_depends_on_the_epoch() -> None:
    first, second = random_order(7, 2, 0, 100), random_order(7, 2, 1, 100)
    assert sorted(first) == sorted(second) == list(range(100))
    assert (first != second).any()


def test_text_of_every_option_is_read() -> None:
    network = parse(
        "2x9x8 | conv 3x2x1 separate stride2x1 pad1 nobias relu | maxpool 3/2 | "
        "conv 2x1x1 table(0,1;4) leaky_relu(0.1) | maxpool 1x2 | dense 4 sigmoid(2) | dense 3 nobias"
    )
    assert network.input_shape == (2, 9, 8)
    assert network.layers == (
        Conv2D(3, (2, 1), "separate", (), (2, 1), (1, 1), bias=False, activation=Activation("relu")),
        MaxPool2D((3, 3), (2, 2)),
        Conv2D(2, (1, 1), "table", ((0, 1), (4,)), activation=Activation("leaky_relu", 0.1)),
        MaxPool2D((1, 2), (1, 2)),
        Dense(4, activation=Activation("sigmoid", 2.0)),
        Dense(3, bias=False),
    )
    assert network.output_shapes == [(6, 5, 10), (6, 2, 5), (2, 2, 5), (2, 2, 3), (4, 1, 1), (3, 1, 1)]
    assert network.parameter_shapes == {
        "0.weight": (3, 2, 1), "2.weight": (3, 1, 1), "2.bias": (2,), "4.weight": (4, 12), "4.bias": (4,),
        "5.weight": (3, 4),
    }  # fmt: skip


def test_shapes_of_the_blogs_network() -> None:
    network = parse(
        "3x32x32 | conv 5x5x5 separate nobias | maxpool 3/2 | conv 3x5x5 separate nobias | maxpool 3/2 | dense 120"
    )
    assert network.output_shapes == [(15, 28, 28), (15, 14, 14), (45, 10, 10), (45, 5, 5), (120, 1, 1)]


def test_convolution_by_hand() -> None:
    image = np.array([[[[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]]])
    kernel = np.array([[[[1.0, 10], [100, 1000]]]])
    layer = Conv2D(1, (2, 2), padding=(1, 0), strides=(3, 1))
    result = convolution.forward(layer, kernel, np.array([0.5]), image)
    # Row 0 meets the zeros above the image, row 3 the last line and the zeros below it.
    assert result.tolist() == [[[[2100.5, 3200.5], [87.5, 98.5]]]]


def test_separate_convolution_orders_outputs_plane_by_plane() -> None:
    image = np.array([1.0, 10]).reshape(1, 2, 1, 1)
    result = convolution.forward(Conv2D(3, (1, 1), "separate"), np.array([2.0, 3, 4]).reshape(3, 1, 1), None, image)
    assert result.ravel().tolist() == [2, 3, 4, 20, 30, 40]


def test_table_convolution_numbers_its_kernels_filter_by_filter() -> None:
    image = np.array([1.0, 10, 100]).reshape(1, 3, 1, 1)
    layer = Conv2D(2, (1, 1), "table", ((1, 2), (0,)))
    assert convolution.forward(layer, np.array([2.0, 3, 4]).reshape(3, 1, 1), None, image).ravel().tolist() == [320, 4]


def test_clipped_and_overlapping_max_pooling_by_hand() -> None:
    image = np.array([[[[1.0, 9, 2, 4], [3, 3, 9, 0], [0, 1, 2, 7]]]])
    layer = MaxPool2D((2, 3), (2, 2))
    assert max_pooling.forward(layer, image).tolist() == [[[[9, 9], [2, 7]]]]
    # In the first window both nines are maxima: the upper one is first in row-major order.
    gradient = max_pooling.backward(layer, image, np.array([[[[1.0, 10], [100, 1000]]]]))
    assert gradient.tolist() == [[[[0, 1, 0, 0], [0, 0, 10, 0], [0, 0, 100, 1000]]]]
    shared = max_pooling.backward(MaxPool2D((3, 3), (3, 1)), image, np.array([[[[1.0, 10]]]]))
    assert shared.tolist() == [[[[0, 11, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]]]


def test_no_pooling_window_starts_beyond_the_border() -> None:
    sides = {
        (side, size, stride): output_shape(MaxPool2D((size, 1), (stride, 1)), (1, side, 1))[1]
        for side, size, stride in [(5, 3, 2), (6, 3, 2), (4, 2, 2), (5, 2, 2), (2, 1, 2), (4, 2, 4), (5, 2, 4)]
    }
    assert sides == {
        (5, 3, 2): 2, (6, 3, 2): 3, (4, 2, 2): 2, (5, 2, 2): 3, (2, 1, 2): 1, (4, 2, 4): 1, (5, 2, 4): 2,
    }  # fmt: skip


def test_losses_by_hand() -> None:
    labels = np.array([1], dtype=np.int32)
    loss, gradient = losses.cross_entropy(np.log(np.array([[1.0, 2, 5]])), labels)
    np.testing.assert_allclose(loss, [-np.log(0.25)])
    np.testing.assert_allclose(gradient, [[0.125, -0.75, 0.625]], rtol=1e-14)
    loss, gradient = losses.squared_error(np.array([[0.5, 0.25]]), labels)
    assert (loss.tolist(), gradient.tolist()) == ([(0.25 + 0.5625) / 2], [[0.5, -0.75]])
    loss, gradient = losses.binary_cross_entropy(np.log(np.array([[1.0, 3]])), labels)
    np.testing.assert_allclose(loss, [-np.log(0.5) - np.log(0.75)])
    np.testing.assert_allclose(gradient, [[0.5, -0.25]], rtol=1e-14)


@pytest.mark.parametrize(
    ("nesterov", "expected"),
    # v1 = 2, v2 = 0.5 * 2 + 2 = 3 for a constant gradient of 2
    [(False, 10 - 0.1 * 2 - 0.1 * 3), (True, 10 - 0.1 * (2 + 0.5 * 2) - 0.1 * (2 + 0.5 * 3))],
)
def test_momentum_by_hand(nesterov: bool, expected: float) -> None:
    parameters, velocity = {"w": np.array([10.0])}, {"w": np.array([0.0])}
    for _ in range(2):
        sgd.Sgd(momentum=0.5, nesterov=nesterov).step(parameters, velocity, {"w": np.array([2.0])}, 0.1)
    np.testing.assert_allclose(parameters["w"], expected, rtol=1e-15)


def test_clipping_limits_the_norm_of_all_gradients_together() -> None:
    parameters, velocity = {"a": np.array([0.0]), "b": np.array([0.0])}, {"a": np.array([0.0]), "b": np.array([0.0])}
    gradients = {"a": np.array([3.0]), "b": np.array([-4.0])}
    sgd.Sgd(gradient_clip_norm=2.5).step(parameters, velocity, gradients, 1.0)
    assert (parameters["a"].item(), parameters["b"].item()) == (-1.5, 2.0)


def test_each_number_of_the_gradients_is_clipped_before_their_norm() -> None:
    parameters, velocity = {"a": np.zeros(2), "b": np.zeros(1)}, {"a": np.zeros(2), "b": np.zeros(1)}
    gradients = {"a": np.array([9.0, 1.0]), "b": np.array([-4.0])}
    sgd.Sgd(gradient_clip_value=3.0).step(parameters, velocity, gradients, 1.0)
    assert (*parameters["a"], parameters["b"].item()) == (-3.0, -1.0, 3.0)
    gradients = {"a": np.array([9.0, 0.0]), "b": np.array([-4.0])}
    sgd.Sgd(gradient_clip_value=4.0, gradient_clip_norm=2.0).step(parameters, velocity, gradients, 1.0)
    np.testing.assert_allclose([*parameters["a"], *parameters["b"]], [-3 - 2**0.5, -1, 3 + 2**0.5], rtol=1e-15)


def test_schedules_by_hand() -> None:
    assert LearningRate(2.0).at(7.5) == 2.0
    step = LearningRate(1.0, "step", step_epochs=2, step_factor=0.5)
    assert [step.at(epoch) for epoch in (0, 1.9, 2, 5)] == [1, 1, 0.5, 0.25]
    cosine = LearningRate(1.0, "cosine", epochs=4)
    np.testing.assert_allclose([cosine.at(epoch) for epoch in (0, 1, 2, 4, 9)], [1, 0.5 + 8**-0.5, 0.5, 0, 0])
    assert [LearningRate(3.0, warmup_epochs=2).at(epoch) for epoch in (0, 1, 2, 3)] == [0, 1.5, 3, 3]


def test_normalization_goes_plane_by_plane() -> None:
    images = np.array([10, 40], dtype=np.uint8).reshape(1, 2, 1, 1)
    mean, deviation = np.array([20, 20], dtype=np.float32), np.array([4, 5], dtype=np.float32)
    assert normalize(images, (mean, deviation)).ravel().tolist() == [-2.5, 4]


def test_augmentation_mirrors_first_and_moves_then() -> None:
    image = np.array([[[1.0, 2, 3], [4, 5, 6]]])
    assert augment(image, mirrored=True, down=1, right=-1).tolist() == [[[0, 0, 0], [2, 1, 0]]]


def test_relus_have_the_slope_from_below_in_their_kink() -> None:
    at_zero = np.array([0.0, -0.0])
    assert derivative(Activation("relu"), at_zero).tolist() == [0, 0]
    assert derivative(Activation("leaky_relu", 0.25), at_zero).tolist() == [0.25, 0.25]


@pytest.mark.parametrize("kind", ["identity", "relu", "leaky_relu", "sigmoid", "tanh", "scaled_tanh"])
def test_derivatives_of_the_activations(kind: str) -> None:
    activation = Activation(kind, slope=0.5)
    z = np.array([-30.0, -3, -1, -0.1, 0.1, 0.7, 2, 30])
    quotient = central_difference(lambda t: activate(activation, z + t))
    np.testing.assert_allclose(derivative(activation, z), quotient, atol=1e-9)


@given(case=cases())
def test_gradients_are_the_slopes_of_the_loss(case: Case) -> None:
    assume(case.distance_to_kinks() > SAFE_DISTANCE)
    architecture, inputs, labels = case.architecture, case.inputs, case.labels
    assert_gradients_are_differences(
        lambda parameters: loss_and_gradients(architecture, parameters, inputs, labels, case.loss, case.reduction),
        case.parameters,
        case.seed,
    )
