"""Gradients of a step of training: by the batch's own statistics and with dropout, and the network stays as it is."""

from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lenetpp as lp
from lenetpp import _core
from reference import dropout
from reference.architecture import Dropout
from reference.network import loss_and_gradients
from reference.random_numbers import Purpose, random_order

from .cases import Case, many_examples
from .comparison import assert_close

NETWORKS = (
    "2x6x7 | conv 3x3x3 pad1 nobias | batchnorm tanh | subsample 2 sigmoid | lrn 3 alpha 0.5 | dense 4 sigmoid",
    "2x6x7 | batchnorm momentum 0.3 | conv 3x3x3 pad1 tanh | dropout 0.25 | avgpool 2 | dense 9 tanh | dropout 0.6 | "
    "dense 4 sigmoid",
    "2x6x7 | residual [ conv 3x3x3 stride2 pad1 | dropout 0.2 ] tanh | residual pad [ conv 5x3x3 pad1 | batchnorm ] | "
    "globalavgpool | batchnorm tanh | dense 4 sigmoid",
)


def seed_of_images_in_order(images: int, epoch: int) -> int:
    """With which a training takes the images as they come, so that the step's batch is the one given."""
    return next(seed for seed in count() if (random_order(seed, Purpose.ORDER, epoch, images) == range(images)).all())


@many_examples
@given(
    text=st.sampled_from(NETWORKS),
    batch=st.integers(2, 9),
    seed=st.integers(0, 2**64 - 1),
    epoch=st.integers(0, 2**32 - 1),
    reduction=st.sampled_from(("mean", "sum")),
    number=st.integers(0, 1000),
)
def test_they_are_the_references(text: str, batch: int, seed: int, epoch: int, reduction: str, number: int) -> None:
    case = Case(text, batch=batch, seed=number, reduction="mean" if reduction == "mean" else "sum")
    shapes = [case.architecture.input_shape, *case.architecture.output_shapes]
    factors = {
        index: dropout.factors(layer, index, shape, seed, epoch, np.arange(batch))
        for index, (layer, shape) in enumerate(zip(case.architecture.layers, shapes, strict=False))
        if isinstance(layer, Dropout)
    }
    expected_loss, expected = loss_and_gradients(
        case.architecture, case.parameters, case.inputs, case.labels, case.loss, case.reduction, factors
    )
    network = case.network64()
    loss, gradients = network.loss_and_gradients(
        case.images, case.labels, case.loss, case.reduction, training=True, seed=seed, epoch=epoch
    )
    assert loss == pytest.approx(expected_loss, rel=1e-9)
    assert_close(gradients, expected, dict.fromkeys(expected, 1e-9))


@pytest.mark.parametrize("text", NETWORKS)
@pytest.mark.parametrize("threads", [1, 2])
def test_a_step_of_training_takes_them_to_the_bit_and_the_network_stays(text: str, threads: int) -> None:
    batch, epoch = 4, 3
    case = Case(text, batch=batch, seed=8)
    seed = seed_of_images_in_order(batch, epoch)
    network, trained = case.network(), case.network()
    _, gradients = network.loss_and_gradients(
        case.images, case.labels, training=True, seed=seed, epoch=epoch, threads=threads
    )
    _core.Trainer(trained, batch_size=batch, seed=seed).train_epoch(
        case.images, case.labels, epoch=epoch, learning_rate=_core.LearningRate(1.0)
    )
    before = case.network()
    for name in network.parameter_names:
        np.testing.assert_array_equal(network.parameter(name), before.parameter(name))
        np.testing.assert_array_equal(trained.parameter(name), network.parameter(name) - gradients[name])
    for name in network.state_names:
        np.testing.assert_array_equal(network.state(name), before.state(name))
        assert (trained.state(name) != before.state(name)).any()


def test_they_differ_from_those_of_inference_where_training_does() -> None:
    for text, differs in ((NETWORKS[0], True), (NETWORKS[1], True), ("2x6x7 | conv 3x3x3 tanh | dense 4", False)):
        network = lp.Network.parse(text)
        network.initialize(2)
        case = Case(text, batch=5)
        answers = [
            network.loss_and_gradients(case.images, case.labels, training=training) for training in (True, False)
        ]
        assert (answers[0][0] != answers[1][0]) == differs
        drawn = [
            network.loss_and_gradients(case.images, case.labels, training=True, seed=seed, epoch=epoch)[0]
            for seed, epoch in ((1, 0), (2, 0), (1, 1))
        ]
        assert drawn[0] == answers[0][0]
        assert len(set(drawn)) == (3 if "dropout" in text else 1)


def test_wrong_seeds_and_epochs_are_named() -> None:
    network = lp.Network.parse("1x4x4 | dense 2")
    network.initialize(1)
    images, labels = np.zeros((2, 1, 4, 4), np.uint8), [0, 1]
    with pytest.raises(ValueError, match="seed"):
        network.loss_and_gradients(images, labels, training=True, seed=-1)
    with pytest.raises(ValueError, match="epoch"):
        network.loss_and_gradients(images, labels, training=True, epoch=2**32)
