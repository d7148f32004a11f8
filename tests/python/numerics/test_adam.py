"""Adam and AdamW against their papers in float64 NumPy, against PyTorch, and resumed in the middle of an epoch."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lenetpp as lp
import needs
from lenetpp import _core
from lenetpp.settings.training_settings import Optimizer
from reference.adam import Adam
from reference.network import loss_and_gradients
from reference.random_numbers import Purpose, random_order

from ..package.patterns import stripes_data
from .cases import Case
from .comparison import assert_close

TEXT = "2x6x7 | conv 3x3x3 tanh | maxpool 3/2 | conv 2x2x2 separate nobias sigmoid | dense 4 sigmoid(2)"
BATCH, SEED, RATE = 4, 5, 0.003


@pytest.mark.parametrize(("name", "weight_decay"), [("adam", 0.0), ("adam", 0.1), ("adamw", 0.1)])
def test_epochs_are_the_papers(name: Optimizer, weight_decay: float) -> None:
    case = Case(TEXT, batch=10)
    network, parameters = case.network64(), {name: values.copy() for name, values in case.parameters.items()}
    trainer = _core.Trainer(network, batch_size=BATCH, optimizer=name, weight_decay=weight_decay, seed=SEED)
    adam = Adam(weight_decay=weight_decay, decoupled=name == "adamw")
    for epoch in range(3):
        trainer.train_epoch(case.images, case.labels, epoch=epoch, learning_rate=_core.LearningRate(RATE))
        order = random_order(SEED, Purpose.ORDER, epoch, 10)
        for batch in (order[:4], order[4:8], order[8:]):
            _, gradients = loss_and_gradients(
                case.architecture, parameters, case.inputs[batch], case.labels[batch], "cross_entropy", "mean"
            )
            adam.step(parameters, gradients, RATE)
        found = {parameter: network.parameter(parameter) for parameter in network.parameter_names}
        assert_close(found, parameters, dict.fromkeys(parameters, 1e-9))
    assert trainer.state_names == ["first_moment", "second_moment"]
    for parameter, values in adam.second.items():
        np.testing.assert_allclose(trainer.state("second_moment", parameter), values, rtol=1e-7, atol=1e-14)


@pytest.mark.parametrize(("ours", "theirs"), [("adam", "Adam"), ("adamw", "AdamW")])
def test_ten_steps_are_pytorchs_within_rounding(ours: Optimizer, theirs: str) -> None:
    torch: Any = needs.module("torch")
    case = Case(TEXT, batch=6)
    network = case.network64()
    weights = {name: torch.tensor(values, requires_grad=True) for name, values in case.parameters.items()}
    optimizer = getattr(torch.optim, theirs)(weights.values(), lr=RATE, weight_decay=0.01)
    trainer = _core.Trainer(network, batch_size=6, optimizer=ours, weight_decay=0.01)
    for step in range(10):
        _, gradients = network.loss_and_gradients(case.images, case.labels)
        for name, values in gradients.items():
            weights[name].grad = torch.tensor(values)
        optimizer.step()
        trainer.train_epoch(case.images, case.labels, epoch=step, learning_rate=_core.LearningRate(RATE))
        found = {name: network.parameter(name) for name in network.parameter_names}
        expected = {name: values.detach().numpy() for name, values in weights.items()}
        assert_close(found, expected, dict.fromkeys(expected, 1e-12))


def test_a_run_resumed_in_the_middle_of_an_epoch_has_the_bits_of_one_that_was_not() -> None:
    data, settings = stripes_data(), lp.TrainingSettings(epochs=3, batch_size=4, optimizer="adam", learning_rate=0.002)
    text = "1x8x8 | conv 4x3x3 relu | maxpool 2 | residual [ dropout 0.2 | conv 6x3x3 pad1 ] relu | dense 3"
    whole = lp.train(lp.Network.parse(text), data, settings=settings, runs=None)

    network = lp.Network.parse(text)
    stopped = _core.Trainer(whole_start(network, data, settings), **settings.taken_by("trainer"))
    rate = _core.LearningRate(settings.learning_rate)
    done = stopped.train_epoch(
        data.train_images, data.train_labels, epoch=0, learning_rate=rate, progress=lambda _: False, progress_interval=0
    ).done
    other = _core.Trainer(network.core, **settings.taken_by("trainer"))
    for name in stopped.state_names:
        for parameter in network.core.parameter_names:
            other.set_state(name, parameter, stopped.state(name, parameter))
    for epoch in range(3):
        other.train_epoch(
            data.train_images,
            data.train_labels,
            epoch=epoch,
            learning_rate=rate,
            done=done if epoch == 0 else (0, 0.0, 0, 0, ()),
        )
    assert network.digest == whole.digest


def whole_start(network: lp.Network, data: lp.Dataset, settings: lp.TrainingSettings) -> _core.Network:
    """Initialize as train() does."""
    from lenetpp.training.preparation import prepared_core

    network.core = prepared_core(network, data, settings)
    return network.core


def test_a_run_is_recorded_extended_and_replayed_to_the_same_bits(tmp_path: Path) -> None:
    data, settings = stripes_data(), lp.TrainingSettings(epochs=4, optimizer="adam", learning_rate=0.002, batch_size=4)
    text = "1x8x8 | conv 4x3x3 relu | residual [ conv 6x3x3 stride2 pad1 | dropout 0.3 ] relu | globalavgpool | dense 3"
    whole = lp.train(lp.Network.parse(text), data, settings=settings, runs=None)
    short = lp.train(lp.Network.parse(text), data, settings=replace(settings, epochs=2), runs=tmp_path)
    extended = lp.resume(short, epochs=4, data=data, threads=2)
    assert extended.digest == whole.digest
    assert lp.replay(extended, data=data, threads=3).same_bits
    assert (
        whole.digest
        != lp.train(lp.Network.parse(text), data, settings=replace(settings, optimizer="sgd"), runs=None).digest
    )


def test_adamw_decays_weights_that_have_no_gradient() -> None:
    network = _core.Network64("1x1x2 | dense 2")
    network.set_parameter("0.weight", np.array([[1.0, 2.0], [3.0, 4.0]]))
    black = np.zeros((1, 1, 1, 2), np.uint8)
    trainer = _core.Trainer(network, optimizer="adamw", weight_decay=0.5)
    trainer.train_epoch(black, np.zeros(1, np.int32), epoch=0, learning_rate=_core.LearningRate(0.1))
    np.testing.assert_allclose(network.parameter("0.weight"), [[0.95, 1.9], [2.85, 3.8]], rtol=1e-15)


def test_adam_has_no_nesterov() -> None:
    with pytest.raises(ValueError, match="nesterov must be false beside adam"):
        lp.TrainingSettings(optimizer="adam", nesterov=True)
