"""Epochs of the core's trainer in float64 against the reference's, step for step: every option of the update."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lenetpp import _core
from reference import schedules, sgd, training
from reference.network import LossName, Reduction
from reference.random_numbers import Purpose, random_order, random_words

from .cases import LOSSES, Case, many_examples, state_of
from .comparison import assert_close

# Weights of about 0.1 to 1, after a few dozen steps whose rounding errors each following step may multiply.
AFTER_STEPS = 1e-9

NETWORK = "2x6x7 | conv 3x3x3 tanh | maxpool 3/2 | conv 2x2x2 separate nobias sigmoid | dense 4 sigmoid(2)"
NETWORKS = (
    NETWORK,
    "1x6x13 | dense 37 tanh | dense 19 nobias scaled_tanh | dense 5 sigmoid",
    "1x5x11 | conv 2x2x9 tanh | conv 3x4x3 table(0;0,1;1) sigmoid",
    "2x6x7 | conv 3x3x3 pad1 nobias | batchnorm tanh | subsample 2 sigmoid | lrn 3 alpha 0.5 | dense 4 sigmoid",
    "2x6x7 | batchnorm momentum 0.3 | conv 3x3x3 pad1 tanh | dropout 0.25 | avgpool 2 | dense 9 tanh | dropout 0.6 | "
    "dense 4 sigmoid",
    "2x6x7 | residual [ conv 3x3x3 stride2 pad1 | dropout 0.2 ] tanh | residual pad [ conv 5x3x3 pad1 ] | "
    "globalavgpool | activation tanh | dense 4 sigmoid",
)


@st.composite
def optimizers(draw: st.DrawFn) -> sgd.Sgd:
    momentum = draw(st.sampled_from((0.0, 0.5, 0.9)))
    return sgd.Sgd(
        momentum=momentum,
        nesterov=momentum > 0 and draw(st.booleans()),
        weight_decay=draw(st.sampled_from((0.0, 1e-3, 0.1))),
        decay_weights_only=draw(st.booleans()),
        gradient_clip_norm=draw(st.sampled_from((0.0, 0.05, 100.0))),
        gradient_clip_value=draw(st.sampled_from((0.0, 0.01, 100.0))),
    )


schedule_settings = st.builds(
    schedules.LearningRate,
    initial=st.sampled_from((0.01, 0.05)),  # larger ones multiply rounding errors from step to step
    schedule=st.sampled_from(("constant", "step", "cosine", "one_cycle")),
    epochs=st.just(2.5),
    step_factor=st.sampled_from((0.1, 0.5)),
    warmup_epochs=st.sampled_from((0.0, 0.75, 2.0)),
)


@many_examples
@given(
    text=st.sampled_from(NETWORKS),
    optimizer=optimizers(),
    rate=schedule_settings,
    loss=st.sampled_from(LOSSES),
    reduction=st.sampled_from(("mean", "sum")),
    smoothing=st.sampled_from((0.0, 0.1, 0.6)),
    images=st.integers(1, 40),
    batch_size=st.integers(1, 45),
    seed=st.integers(0, 2**64 - 1),
)
def test_three_epochs_are_the_references(
    text: str,
    optimizer: sgd.Sgd,
    rate: schedules.LearningRate,
    loss: LossName,
    reduction: Reduction,
    smoothing: float,
    images: int,
    batch_size: int,
    seed: int,
) -> None:
    case = Case(text, loss, reduction, batch=images, pixels="uint8")
    network = case.network64()
    trainer = _core.Trainer(
        network,
        batch_size=batch_size,
        loss=loss,
        reduction=reduction,
        label_smoothing=smoothing,
        seed=seed,
        **vars(optimizer),
    )
    reference = training.Trainer(
        case.architecture, case.parameters, optimizer, batch_size, loss, reduction, seed, smoothing
    )
    for epoch in range(3):
        result = trainer.train_epoch(
            case.images, case.labels, epoch=epoch, learning_rate=_core.LearningRate(**vars(rate))
        )
        expected_loss = reference.train_epoch(case.inputs, case.labels, epoch, rate)
        steps = -(-images // batch_size)
        assert (result.steps, result.samples, result.divergence, result.interrupted) == (steps, images, None, False)
        assert result.loss == pytest.approx(expected_loss, rel=AFTER_STEPS)
        assert result.learning_rate == pytest.approx(rate.at(epoch + (steps - 1) / steps), rel=1e-12, abs=1e-15)
        assert_close(_parameters(network), reference.parameters, dict.fromkeys(reference.parameters, AFTER_STEPS))
    state = state_of(reference.architecture)
    assert_close({name: network.state(name) for name in network.state_names}, state, dict.fromkeys(state, AFTER_STEPS))


@given(
    rate=schedule_settings, restarts=st.sampled_from(((), (1.0,), (0.5, 2.0), (1.0, 1.25, 1.5))), epoch=st.floats(0, 6)
)
def test_learning_rate_at_any_moment(rate: schedules.LearningRate, restarts: tuple[float, ...], epoch: float) -> None:
    rate = replace(rate, restarts=restarts)
    assert _core.LearningRate(**vars(rate)).at(epoch) == pytest.approx(rate.at(epoch), rel=1e-12, abs=1e-15)


def test_correct_answers_are_counted_before_their_step() -> None:
    case = Case("1x2x3 | dense 3", batch=20)
    network = case.network()
    before = network.evaluate(case.images, case.labels)
    result = _core.Trainer(network, batch_size=20).train_epoch(
        case.images, case.labels, epoch=0, learning_rate=_core.LearningRate(0.5)
    )
    assert result.loss == pytest.approx(before[0], rel=1e-6)
    assert result.correct == before[1]
    assert network.evaluate(case.images, case.labels)[0] < before[0]


@pytest.mark.parametrize("average_decay", [0.3, 0.9])
def test_an_average_follows_the_weights_step_by_step(average_decay: float) -> None:
    case = Case(NETWORK, batch=6)
    network = case.network64()
    trainer = _core.Trainer(network, batch_size=6, momentum=0.9, average_decay=average_decay)
    expected, dtype = {name: values.astype(np.float64) for name, values in _parameters(network).items()}, np.float64
    for step in range(20):
        trainer.train_epoch(case.images, case.labels, epoch=step, learning_rate=_core.LearningRate(0.1))
        kept = min(average_decay, (1 + step) / (10 + step))
        expected = {name: kept * expected[name] + (1 - kept) * now for name, now in _parameters(network).items()}
        averaged = trainer.averaged_network()
        assert_close(_parameters(averaged), expected, dict.fromkeys(expected, 1e-12))
        assert averaged.parameter("0.weight").dtype == dtype
    assert trainer.state_names == ["velocity", "average"]
    assert any((averaged.parameter(name) != values).any() for name, values in _parameters(network).items())


def test_an_average_changes_nothing_in_the_weights_that_are_trained() -> None:
    case = Case(NETWORK, batch=20)
    networks = case.network(), case.network()
    for network, average_decay in zip(networks, (0.0, 0.99), strict=True):
        trainer = _core.Trainer(network, batch_size=3, optimizer="adam", average_decay=average_decay)
        trainer.train_epoch(case.images, case.labels, epoch=0, learning_rate=_core.LearningRate(0.01))
    for name in networks[0].parameter_names:
        np.testing.assert_array_equal(networks[0].parameter(name), networks[1].parameter(name))


def test_no_average_is_given_that_was_not_asked_for() -> None:
    with pytest.raises(RuntimeError, match="averaged_network: expected an average_decay above 0"):
        _core.Trainer(Case(NETWORK).network()).averaged_network()


def test_norms_are_those_of_the_last_steps_gradients() -> None:
    case = Case(NETWORK, batch=6)
    network = case.network64()
    _, gradients = network.loss_and_gradients(case.images, case.labels)
    result = _core.Trainer(network, batch_size=6, gradient_clip_norm=1e-3).train_epoch(
        case.images, case.labels, epoch=0, learning_rate=_core.LearningRate(0.1)
    )
    expected = {name: np.linalg.norm(gradient) for name, gradient in gradients.items()}
    assert result.gradient_norms == pytest.approx(expected, rel=1e-10)


def test_rate_zero_changes_nothing() -> None:
    case = Case(NETWORK, batch=6)
    network = case.network()
    before = _parameters(network)
    _core.Trainer(network, batch_size=4, momentum=0.9, weight_decay=0.1).train_epoch(
        case.images, case.labels, epoch=0, learning_rate=_core.LearningRate(0.0)
    )
    assert all((before[name] == values).all() for name, values in _parameters(network).items())


def test_momentum_becomes_zero_where_normal_numbers_end() -> None:
    # One image gives the gradient -2e-38, the others give none: the momentum halves to 1e-38, which is subnormal.
    first = int(random_order(1, Purpose.ORDER, 0, 5)[0])
    images = np.zeros((5, 1, 1, 1), np.float32)
    images[first] = 2e-38
    network = _core.Network("1x1x1 | dense 1 nobias")
    network.set_parameter("0.weight", np.zeros((1, 1), np.float32))
    _core.Trainer(network, batch_size=1, loss="squared_error", momentum=0.5, seed=1).train_epoch(
        images, np.zeros(5, np.int32), epoch=0, learning_rate=_core.LearningRate(1e30)
    )
    assert network.parameter("0.weight").item() == np.float32(1e30) * np.float32(2e-38)


@pytest.mark.parametrize("purpose", Purpose)
def test_random_words_and_orders_are_the_references(purpose: Purpose) -> None:
    for counter in [(0, 0, 0), (1, 2, 3), (2**64 - 1, 2**32 - 1, 2**64 - 1), (0x0123456789ABCDEF, 7, 2**32)]:
        seed, epoch, index = counter
        assert _core.random_words(seed, purpose, epoch, index) == random_words(seed, purpose, epoch, index)
        assert (
            _core.random_order(seed, purpose, epoch, 257).tolist() == random_order(seed, purpose, epoch, 257).tolist()
        )


def _parameters(network: _core.Network) -> dict[str, NDArray[np.floating[Any]]]:
    return {name: network.parameter(name) for name in network.parameter_names}
