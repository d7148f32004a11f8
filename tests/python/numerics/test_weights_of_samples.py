"""Weights of samples: the loss of each, and so its gradient, counts so many times."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lenetpp import _core
from reference import schedules, sgd, training
from reference.network import LossName, Reduction, loss_and_gradients

from .cases import LOSSES, Case, cases, many_examples
from .comparison import assert_close, magnitudes

ROUNDING = 300 * 2.0**-53
AFTER_STEPS = 1e-9
NETWORK = "2x6x7 | conv 3x3x3 tanh | maxpool 3/2 | conv 2x2x2 separate nobias sigmoid | dense 4 sigmoid(2)"
RATE = _core.LearningRate(0.05)


def weights_of(count: int, seed: int) -> NDArray[np.float64]:
    """Weights from 0 to 2, some of them exactly 0, 1 or 2."""
    generator = np.random.default_rng([seed, 9])
    return np.where(generator.random(count) < 0.5, generator.integers(0, 3, count), 2 * generator.random(count))


def parameters(network: _core.Network) -> dict[str, NDArray[np.floating[Any]]]:
    return {name: network.parameter(name) for name in network.parameter_names}


def assert_same_bits(first: dict[str, NDArray[Any]], second: dict[str, NDArray[Any]]) -> None:
    assert {name: values.tobytes() for name, values in first.items()} == {
        name: values.tobytes() for name, values in second.items()
    }


@many_examples
@given(case=cases())
def test_weighted_loss_and_gradients_are_the_references(case: Case) -> None:
    weights = weights_of(case.batch, case.seed)
    loss, gradients = case.network64().loss_and_gradients(
        case.images, case.labels, case.loss, case.reduction, weights=weights
    )
    expected_loss, expected = loss_and_gradients(
        case.architecture, case.parameters, case.inputs, case.labels, case.loss, case.reduction, weights=weights
    )
    allowed = magnitudes(case)
    assert loss == pytest.approx(expected_loss, abs=2 * ROUNDING * allowed.loss)
    assert_close(gradients, expected, {name: 2 * ROUNDING * size for name, size in allowed.gradients.items()})


@given(
    loss=st.sampled_from(LOSSES),
    reduction=st.sampled_from(("mean", "sum")),
    images=st.integers(1, 40),
    batch_size=st.integers(1, 45),
    seed=st.integers(0, 2**64 - 1),
)
def test_weighted_epochs_are_the_references(
    loss: LossName, reduction: Reduction, images: int, batch_size: int, seed: int
) -> None:
    case = Case(NETWORK, loss, reduction, batch=images, pixels="uint8")
    weights = weights_of(images, seed % 2**32)
    network = case.network64()
    trainer = _core.Trainer(network, batch_size=batch_size, loss=loss, reduction=reduction, seed=seed, momentum=0.5)
    reference = training.Trainer(
        case.architecture, case.parameters, sgd.Sgd(momentum=0.5), batch_size, loss, reduction, seed
    )
    for epoch in range(2):
        result = trainer.train_epoch(case.images, case.labels, epoch=epoch, learning_rate=RATE, weights=weights)
        expected = reference.train_epoch(case.inputs, case.labels, epoch, schedules.LearningRate(0.05), weights)
        assert result.loss == pytest.approx(expected, rel=AFTER_STEPS, abs=1e-300)
        assert_close(parameters(network), reference.parameters, dict.fromkeys(reference.parameters, AFTER_STEPS))


@given(case=cases())
def test_weights_of_one_have_the_bits_of_none(case: Case) -> None:
    plain, weighted = (
        case.network().loss_and_gradients(case.images, case.labels, case.loss, case.reduction, weights=weights)
        for weights in (None, np.ones(case.batch))
    )
    assert plain[0] == weighted[0]
    assert_same_bits(plain[1], weighted[1])


@pytest.mark.parametrize("threads", [1, 2])
def test_an_epoch_with_weights_of_one_has_the_bits_of_none(threads: int) -> None:
    case = Case(NETWORK, batch=50, pixels="uint8")
    networks = [case.network(), case.network()]
    for network, weights in zip(networks, (None, np.ones(case.batch)), strict=True):
        trainer = _core.Trainer(network, batch_size=8, momentum=0.9, threads=threads)
        trainer.train_epoch(case.images, case.labels, epoch=0, learning_rate=RATE, weights=weights)
    assert_same_bits(parameters(networks[0]), parameters(networks[1]))


def test_samples_of_weight_zero_at_the_end_might_as_well_be_missing() -> None:
    # At the end, so that the others stay in their shards, and summed, since a mean is over all of them.
    case = Case(NETWORK, "squared_error", "sum", batch=20)
    weights = np.where(np.arange(20) < 13, 1.0, 0.0)
    network = case.network()
    _, gradients = network.loss_and_gradients(case.images, case.labels, case.loss, "sum", weights=weights)
    _, fewer = network.loss_and_gradients(case.images[:13], case.labels[:13], case.loss, "sum")
    assert_same_bits({name: values + 0.0 for name, values in gradients.items()}, fewer)


def test_a_sample_of_weight_two_is_two_samples() -> None:
    case = Case(NETWORK, "squared_error", "sum", batch=1)
    network = case.network()
    loss, gradients = network.loss_and_gradients(case.images, case.labels, case.loss, "sum", weights=np.full(1, 2.0))
    twice = network.loss_and_gradients(case.images.repeat(2, axis=0), case.labels.repeat(2), case.loss, "sum")
    assert loss == twice[0]
    assert_close(
        gradients, {name: values.astype(float) for name, values in twice[1].items()}, dict.fromkeys(gradients, 1e-6)
    )


def test_an_interrupted_epoch_goes_on_with_its_weights() -> None:
    case = Case(NETWORK, batch=30, pixels="uint8")
    weights = weights_of(30, 1)
    whole, parts = case.network(), case.network()
    _core.Trainer(whole, batch_size=4, momentum=0.0).train_epoch(
        case.images, case.labels, epoch=0, learning_rate=RATE, weights=weights
    )
    first = _core.Trainer(parts, batch_size=4, momentum=0.0).train_epoch(
        case.images,
        case.labels,
        epoch=0,
        learning_rate=RATE,
        weights=weights,
        progress=lambda done: done < 12,
        progress_interval=0,
    )
    assert first.interrupted
    _core.Trainer(parts, batch_size=4, momentum=0.0).train_epoch(
        case.images, case.labels, epoch=0, learning_rate=RATE, weights=weights, done=first.done
    )
    assert_same_bits(parameters(whole), parameters(parts))


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.ones(3), "weights: expected one for each of the 2 images, got 3"),
        (np.array([1.0, -1.0]), "weights: expected finite numbers of at least 0, got -1.000000 for image 1"),
        (np.array([np.nan, 1.0]), "weights: expected finite numbers of at least 0, got nan for image 0"),
        (np.array([1.0, 1e300]), "weights: expected finite numbers of at least 0, got 1.* for image 1"),
        (np.ones((2, 1)), "weights must have 1 dimension, but has shape"),
    ],
)
def test_weights_that_cannot_be_are_refused(weights: NDArray[np.float64], message: str) -> None:
    case = Case(NETWORK, batch=2)
    network = case.network()
    with pytest.raises(ValueError, match=message):
        network.loss_and_gradients(case.images, case.labels, weights=weights)
    with pytest.raises(ValueError, match=message):
        _core.Trainer(network).train_epoch(case.images, case.labels, epoch=0, learning_rate=RATE, weights=weights)


def test_weights_of_another_type_are_refused() -> None:
    case = Case(NETWORK, batch=2)
    with pytest.raises(TypeError, match="weights must have dtype float64, not float32"):
        case.network().loss_and_gradients(case.images, case.labels, weights=np.ones(2, np.float32))
