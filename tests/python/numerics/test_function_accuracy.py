"""exp, log, sigmoid and tanh of the core against float64, over the whole range of float32.

Errors are in units of the last place (ulp): the distance of neighbouring float32 numbers at the exact result.
"""

import numpy as np
import pytest
from numpy.typing import NDArray

from lenetpp import _core
from reference.activations import Activation, activate

# Not less than the largest errors over all float32 numbers, in ulp of results that are normal numbers, which
# docs/numerics.md has: 2.48 (sigmoid), 2.42 (tanh), 3.69 (scaled_tanh). The tests look at a part of them.
LARGEST_ERROR = {"sigmoid": 2.5, "sigmoid(2)": 2.5, "tanh": 2.5, "scaled_tanh": 4.0}
# The exponential function ends where float32's normal numbers do: smaller results are somewhere between 0 and this.
SMALLEST_RESULT = 1.7e-38


def float32_numbers() -> NDArray[np.float32]:
    """About a million finite float32 numbers of every exponent and sign, subnormals and both zeros among them."""
    bits = np.arange(0, 2**32, 4093, dtype=np.uint64).astype(np.uint32)
    numbers: NDArray[np.float32] = np.concatenate(
        [bits.view(np.float32), np.linspace(-100, 100, 200_001, dtype=np.float32)]
    )
    finite: NDArray[np.float32] = numbers[np.isfinite(numbers)]
    return finite


def values_of(activation: str, numbers: NDArray[np.float32]) -> NDArray[np.float32]:
    """The core's activation of every number."""
    network = _core.Network(f"1x1x1 | dense 1 nobias {activation}")
    network.set_parameter("0.weight", np.ones((1, 1), np.float32))
    return network.compute_outputs(numbers.reshape(-1, 1, 1, 1)).ravel().astype(np.float32)


def errors_in_ulps(values: NDArray[np.float32], exact: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far every value is from the exact one, in float32's units of the last place."""
    return np.abs(values.astype(np.float64) - exact) / np.spacing(np.abs(exact).astype(np.float32)).astype(np.float64)


@pytest.mark.parametrize("text", LARGEST_ERROR)
def test_activation_is_as_accurate_as_stated(text: str) -> None:
    name, _, slope = text.removesuffix(")").partition("(")
    numbers = float32_numbers()
    exact = activate(Activation(name, float(slope or 1)), numbers.astype(np.float64))
    values = values_of(text, numbers)
    normal = np.abs(exact) >= SMALLEST_RESULT
    errors = np.where(normal, errors_in_ulps(values, exact), 0.0)
    worst = int(errors.argmax())
    assert errors[worst] <= LARGEST_ERROR[text], f"{errors[worst]:.3g} ulp at {numbers[worst]!r}: {values[worst]!r}"
    assert (np.abs(values[~normal]) <= SMALLEST_RESULT).all()


@pytest.mark.parametrize(("text", "ulps"), [("sigmoid", 0), ("sigmoid(2)", 0), ("tanh", 2), ("scaled_tanh", 2)])
def test_activation_decreases_by_no_more_than_rounding(text: str, ulps: int) -> None:
    values = values_of(text, np.sort(float32_numbers())).astype(np.float64)
    allowed = ulps * np.spacing(np.abs(values[1:]).astype(np.float32))
    assert (np.diff(values) >= -allowed).all()


@pytest.mark.parametrize(
    ("text", "low", "middle", "high"),
    [("sigmoid", 0, 0.5, 1), ("sigmoid(2)", 0, 0.5, 1), ("tanh", -1, 0, 1), ("scaled_tanh", -1.7159, 0, 1.7159)],
)
def test_activation_at_its_ends(text: str, low: float, middle: float, high: float) -> None:
    ends = np.array([-3e38, -1e30, 0.0, -0.0, 1e-45, 1e30, 3e38], dtype=np.float32)
    expected = np.array([low, low, middle, middle, middle, high, high], dtype=np.float32)
    assert np.abs(values_of(text, ends) - expected).max() <= SMALLEST_RESULT


@pytest.mark.parametrize("text", ["tanh", "scaled_tanh"])
def test_odd_activation_is_odd_to_the_bit(text: str) -> None:
    numbers = float32_numbers()
    assert (values_of(text, -numbers) == -values_of(text, numbers)).all()


def test_relus_are_exact() -> None:
    numbers = float32_numbers()
    assert (values_of("relu", numbers) == np.where(numbers > 0, numbers, 0)).all()
    leaky = np.where(numbers > 0, numbers, np.float32(0.25) * numbers)
    assert (values_of("leaky_relu(0.25)", numbers) == leaky).all()


def test_cross_entropy_is_accurate_from_certainty_to_overflow() -> None:
    differences = np.concatenate([np.linspace(-110, 110, 2001), [-3e38, -1e30, -1e-6, 0, 1e-30, 1e-6, 1e30, 3e38]])
    network = _core.Network64("1x1x1 | dense 2")
    network.set_parameter("0.weight", np.array([[0.0], [1.0]]))
    for x in differences.astype(np.float32):
        loss, gradients = network.loss_and_gradients(np.full((1, 1, 1, 1), x), np.zeros(1, np.int32))
        assert loss == pytest.approx(np.logaddexp(0.0, float(x)), rel=1e-13, abs=1e-15), x
        probability = np.exp(-np.logaddexp(0.0, -float(x)))
        assert gradients["0.bias"] == pytest.approx([-probability, probability], rel=1e-13, abs=1e-15), x


# Arguments of a sigmoid, from certainty to the end of float32. At 17 it is rounded to 1 in float32, at 37 in float64.
ARGUMENTS = np.concatenate(
    [np.linspace(-110, 110, 881), [12, 16.5, 17, 37, -37, 700, -700, 1e4, -1e4, 1e30, -1e30, 1e-6, 1e-30, 0]]
).astype(np.float32)


@pytest.mark.parametrize("slope", [1, 2, 0.25])
@pytest.mark.parametrize("network_type", [_core.Network, _core.Network64])
@pytest.mark.parametrize("layers", ["dense 2 nobias sigmoid", "conv 2x1x1 nobias sigmoid"])
def test_binary_cross_entropy_is_accurate_where_the_sigmoid_is_saturated(
    layers: str, network_type: type[_core.Network], slope: float
) -> None:
    network = network_type(f"1x1x1 | {layers}({slope})")
    weights = network.parameter("0.weight")
    network.set_parameter("0.weight", np.array([1, -1], weights.dtype).reshape(weights.shape))
    trainer = _core.Trainer(network, batch_size=1, loss="binary_cross_entropy")
    standstill = _core.LearningRate(0.0)
    label = np.zeros(1, np.int32)
    for x in ARGUMENTS.tolist():
        image = np.full((1, 1, 1, 1), x, np.float32)
        loss, gradients = network.loss_and_gradients(image, label, "binary_cross_entropy")
        assert loss == pytest.approx(2 * np.logaddexp(0.0, -slope * x), rel=1e-15, abs=1e-300), x
        assert network.evaluate(image, label, "binary_cross_entropy")[0] == loss, x
        trained = trainer.train_epoch(image, label, epoch=0, learning_rate=standstill)
        assert trained.loss == loss, x
        if abs(slope * x) > 50:
            slopes = np.array([-slope, slope]) * x if x < 0 else np.zeros(2)
            assert gradients["0.weight"].ravel() == pytest.approx(
                slopes, rel=1e-6, abs=1e-10 + SMALLEST_RESULT * abs(slope * x)
            )


def test_binary_cross_entropy_of_issued_values() -> None:
    """A false class's argument, and the loss that it costs: computed from the rounded sigmoid, 17 cost 87.34."""
    for network_type, argument, loss in [
        (_core.Network, 12, 12.000006144193478),
        (_core.Network, 16.5, 16.500000068256032),
        (_core.Network, 17, 17.000000041399375),
        (_core.Network64, 37, 37.0),
    ]:
        network = network_type("1x1x1 | dense 2 sigmoid")
        weights = network.parameter("0.weight")
        network.set_parameter("0.weight", np.array([[1000], [argument]], weights.dtype))
        image, label = np.ones((1, 1, 1, 1), np.float32), np.zeros(1, np.int32)
        assert network.evaluate(image, label, "binary_cross_entropy")[0] == pytest.approx(loss, rel=1e-15)
