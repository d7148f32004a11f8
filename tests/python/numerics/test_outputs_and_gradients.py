"""Outputs, losses and gradients of random networks: the core against the reference."""

import numpy as np
import pytest
from hypothesis import assume, given

from lenetpp import _core
from reference.network import loss_and_gradients, outputs

from .cases import Case, cases, many_examples
from .comparison import assert_close, magnitudes
from .digests import BLOG_LENET, LENET5

# Rounding errors in units of half an ulp of what is added up. The largest in 6,000 random networks were 62 in float64,
# where the reference rounds as well, and 81 in float32, both in a sum over a hundred thousand terms.
FLOAT64 = 300 * 2.0**-53
FLOAT32 = 300 * 2.0**-24
SAFE_DISTANCE = 1e-5


@many_examples
@given(case=cases())
def test_architecture_is_read_as_the_reference_reads_it(case: Case) -> None:
    network, architecture = _core.Network(case.text), case.architecture
    assert network.input_shape == architecture.input_shape
    assert network.output_shapes == architecture.output_shapes
    assert network.outputs == case.outputs
    assert dict(zip(network.parameter_names, network.parameter_shapes, strict=True)) == architecture.parameter_shapes


@many_examples
@given(case=cases())
def test_float64_outputs_loss_and_gradients_are_the_references(case: Case) -> None:
    _compare(case.network64(), case, FLOAT64)


@many_examples
@given(case=cases())
def test_float32_outputs_loss_and_gradients_are_near_the_references(case: Case) -> None:
    # Where rounding chooses the other side of a kink, the gradient jumps.
    assume(case.distance_to_kinks() > SAFE_DISTANCE)
    _compare(case.network(), case, FLOAT32)


@pytest.mark.parametrize(
    "case",
    [
        Case(LENET5, batch=2, pixels="uint8"),
        Case(BLOG_LENET, "squared_error", "sum", batch=2, pixels="uint8"),
        Case(BLOG_LENET, "binary_cross_entropy", batch=2),
    ],
    ids=["lenet5", "blog-lenet", "blog-lenet with binary cross entropy"],
)
def test_known_network(case: Case) -> None:
    case = case.away_from_kinks(SAFE_DISTANCE)
    _compare(case.network64(), case, FLOAT64)
    _compare(case.network(), case, FLOAT32)


@given(case=cases())
def test_evaluation_and_prediction_agree_with_the_outputs(case: Case) -> None:
    network = case.network64()
    predictions = network.compute_outputs(case.images).argmax(axis=1)
    loss, correct, evaluated = network.evaluate(case.images, case.labels, case.loss)
    expected_loss, _ = loss_and_gradients(
        case.architecture, case.parameters, case.inputs, case.labels, case.loss, "mean"
    )
    assert network.predict(case.images).tolist() == evaluated.tolist() == predictions.tolist()
    assert correct == (predictions == case.labels).sum()
    assert loss == pytest.approx(expected_loss, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("normalized", [False, True])
def test_bytes_and_floats_of_the_same_pixels_give_the_same_bits(normalized: bool) -> None:
    bytes_ = np.random.default_rng(0).integers(0, 256, size=(5, 3, 7, 21), dtype=np.uint8)
    network = _core.Network("3x7x21 | conv 4x3x3 pad1 tanh | maxpool 3/2 | dense 5")
    network.initialize(1)
    if normalized:
        network.set_normalization(np.array([120, 100, 90], np.float32), np.array([60, 50, 70], np.float32))
    outputs_of_bytes = network.compute_outputs(bytes_)
    assert outputs_of_bytes.tobytes() == network.compute_outputs(bytes_.astype(np.float32)).tobytes()


def test_first_of_several_largest_outputs_is_predicted() -> None:
    network = _core.Network("1x1x3 | maxpool 1")
    network.initialize(0)
    images = np.array([[1, 5, 5], [7, 7, 7], [0, 1, 2]], dtype=np.uint8).reshape(3, 1, 1, 3)
    assert network.predict(images).tolist() == [1, 0, 2]


@pytest.mark.parametrize("pooling", ["2", "3/2", "2x3/1", "4x1/1x2"])
def test_equal_maxima_of_a_window_send_the_gradient_to_the_first(pooling: str) -> None:
    # Sums of 2x2 bits tie in nearly every window; the bits below a tie differ, and with them the weights' gradients.
    case = Case(f"1x9x40 | conv 1x2x2 | maxpool {pooling} | dense 3", batch=4)
    images = np.random.default_rng(0).integers(0, 2, size=(4, 1, 9, 40)).astype(np.float32)
    parameters = case.parameters | {"0.weight": np.ones((1, 1, 2, 2))}
    network = case.network64()
    network.set_parameter("0.weight", parameters["0.weight"])
    _, gradients = network.loss_and_gradients(images, case.labels)
    _, expected = loss_and_gradients(
        case.architecture, parameters, images.astype(np.float64), case.labels, "cross_entropy", "mean"
    )
    assert_close(gradients, expected, dict.fromkeys(expected, 1e-12))


def _compare(network: _core.Network, case: Case, relative: float) -> None:
    expected_loss, expected_gradients = loss_and_gradients(
        case.architecture, case.parameters, case.inputs, case.labels, case.loss, case.reduction
    )
    expected_outputs = outputs(case.architecture, case.parameters, case.inputs)
    loss, gradients = network.loss_and_gradients(case.images, case.labels, case.loss, case.reduction)
    scale = magnitudes(case)
    assert np.abs(network.compute_outputs(case.images) - expected_outputs).max() <= relative * scale.outputs
    assert abs(loss - expected_loss) <= relative * scale.loss
    assert_close(gradients, expected_gradients, {name: relative * size for name, size in scale.gradients.items()})
