"""Layers as values: one form for equal layers, the core's fields, errors that show what was given."""

import dataclasses
import pickle
import re
from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lenetpp
from lenetpp import BatchNormalization, Conv2D, Dense, Dropout, LocalResponseNormalization, MaxPool2D, Subsample, _core
from lenetpp.networks import layers
from lenetpp.networks.activations import activation_range, parse_activation
from lenetpp.networks.layer import Layer
from lenetpp.networks.layers import KINDS, layer_of
from lenetpp.settings.training_settings import Loss

sizes = st.one_of(st.integers(1, 9), st.tuples(st.integers(1, 9), st.integers(1, 9)))
slopes = st.floats(0.001, 1.0)
activations = st.one_of(
    st.sampled_from(["identity", "relu", "leaky_relu", "sigmoid", "tanh", "scaled_tanh"]),
    st.builds("{}({!r})".format, st.sampled_from(["leaky_relu", "sigmoid"]), slopes),
)
planes = st.lists(st.integers(0, 5), min_size=1, max_size=3, unique=True).map(sorted)
convolutions = {
    "strides": sizes,
    "padding": st.integers(0, 3),
    "bias": st.booleans(),
    "activation": activations,
}
any_layer = st.one_of(
    st.builds(Conv2D, st.integers(1, 20), sizes, connection=st.sampled_from(["full", "separate"]), **convolutions),
    st.builds(Conv2D, st.just(3), sizes, connection=st.lists(planes, min_size=3, max_size=3), **convolutions),
    st.builds(MaxPool2D, sizes, st.one_of(st.none(), sizes)),
    st.builds(Dense, st.integers(1, 200), bias=st.booleans(), activation=activations),
    st.builds(BatchNormalization, activations, momentum=st.floats(0, 0.999), epsilon=st.floats(1e-12, 0.999)),
    st.builds(
        LocalResponseNormalization,
        st.integers(0, 9).map(lambda half: 2 * half + 1),
        alpha=st.floats(0, 1e5),
        beta=st.sampled_from([0.25, 0.5, 0.75, 1]),
        k=st.floats(1e-6, 1e5),
    ),
    st.builds(Dropout, st.floats(0, 0.999)),
    st.builds(Subsample, sizes, st.one_of(st.none(), sizes), activation=activations),
)


@given(any_layer)
def test_a_layer_survives_the_way_to_the_core_and_back(layer: Layer) -> None:
    assert layer_of(*_core.parse_layer(str(layer))) == layer


@given(any_layer)
def test_a_layer_prints_the_canonical_text(layer: Layer) -> None:
    text = f"6x99x99 | {layer}"
    assert _core.Network(text).text == text


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_class_has_the_fields_that_the_core_has_of_its_kind(kind: type[Layer]) -> None:
    fields = dataclasses.fields(kind)  # type: ignore[arg-type]  # each is a dataclass, which Layer cannot say
    assert tuple(field.name for field in fields) == _core.layer_kinds()[kind.word]


@pytest.mark.parametrize(
    "layer",
    [Conv2D(7, 1), MaxPool2D(), Dense(7), BatchNormalization(), LocalResponseNormalization(), Subsample()],
    ids=str,
)
def test_what_is_left_out_is_what_the_core_takes(layer: Layer) -> None:
    shortest = {
        Conv2D: "conv 7x1x1",
        MaxPool2D: "maxpool 2",
        Dense: "dense 7",
        BatchNormalization: "batchnorm",
        LocalResponseNormalization: "lrn 5",
        Subsample: "subsample 2",
    }[type(layer)]
    assert str(layer) == shortest
    assert layer_of(*_core.parse_layer(shortest)) == layer


def test_every_kind_of_the_core_has_an_exported_class() -> None:
    assert list(KINDS) == list(_core.layer_kinds())
    assert sorted(layers.__all__) == sorted(kind.__name__ for kind in KINDS.values())
    assert set(layers.__all__) <= set(lenetpp.__all__)
    assert all(getattr(lenetpp, kind.__name__) is kind for kind in KINDS.values())


def test_layers_that_mean_the_same_are_equal() -> None:
    assert Conv2D(5, 3) == Conv2D(5, (3, 3), strides=(1, 1), padding=(0, 0))
    assert Conv2D(2, 3, connection=[[0, 1], [2]]) == Conv2D(2, 3, connection=((0, 1), (2,)))
    assert MaxPool2D(3) == MaxPool2D((3, 3), 3)
    assert Dense(2, activation="sigmoid(1)") == Dense(2, activation="sigmoid")
    assert Dense(2, activation="sigmoid( 2.0 )") == Dense(2, activation="sigmoid(2)")
    assert Dense(2, activation="sigmoid(2)") != Dense(2, activation="sigmoid")


def test_layers_can_be_keys_changed_and_pickled() -> None:
    assert len({Conv2D(1, 2, connection=[[0]]), Conv2D(1, 2, connection=[[0]]), MaxPool2D()}) == 2
    assert dataclasses.replace(Dense(2, activation="relu"), units=3) == Dense(3, activation="relu")
    assert pickle.loads(pickle.dumps(MaxPool2D(3, 2))) == MaxPool2D(3, 2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: BatchNormalization(momentum=1),
            "(momentum=1): the momentum must be from 0 to below 1",
        ),
        (lambda: BatchNormalization(epsilon=0), "the epsilon must be from 1e-12 to below 1, not 0"),
        (lambda: LocalResponseNormalization(4), "the number of neighbouring planes must be odd, not 4"),
        (lambda: LocalResponseNormalization(beta=0.6), "the beta must be 0.25, 0.5, 0.75 or 1, not 0.6"),
        (lambda: LocalResponseNormalization(k=0), "the k must be from 1e-06 to below 1e+06, not 0"),
        (lambda: Subsample(2, activation="square"), "activation must be one of identity"),
        (lambda: Conv2D(0, 3), "Conv2D(filters=0, kernel_size=3): expected the number of filters, as in conv 6x5x5 (a"),
        (lambda: Conv2D(2.5, 3), "Conv2D(filters=2.5, kernel_size=3): expected an integer, but got 2.5"),  # type: ignore[arg-type]
        (lambda: Conv2D(1, (3, 3, 3)), "kernel_size=(3, 3, 3)): expected an integer or a pair"),  # type: ignore[arg-type]
        (lambda: Conv2D(1, (3, 0)), "expected the kernel's width, as in conv 6x5x5 (a whole number from 1 to"),
        (
            lambda: Conv2D(1, 3, padding=-1),
            "kernel_size=3, padding=-1): expected the padding (a whole number from 0 to",
        ),
        (lambda: Conv2D(1, 3, strides=0), "kernel_size=3, strides=0): expected the stride (a whole number from 1 to"),
        (lambda: Conv2D(1, 3, connection="half"), "connection must be"),  # type: ignore[arg-type]
        (
            lambda: Conv2D(1, 3, connection=[[-1]]),
            "connection=[[-1]]): expected a plane's index (a whole number from 0",
        ),
        (lambda: Conv2D(2, 3, connection=[[0]]), "each of the 2 filters, but lists those of 1"),
        (lambda: Conv2D(1, 3, connection=[[1, 0]]), "ascending order, but 0 comes after 1"),
        (lambda: Conv2D(1, 70000), "the kernel must be from 1 to 65535 high and wide, not 70000x70000"),
        (lambda: MaxPool2D(0), "MaxPool2D(size=0): expected the window, as in maxpool 3/2 (a whole number from 1"),
        (lambda: MaxPool2D(2, (1, 0)), "MaxPool2D(strides=(1, 0)): expected the stride's width"),
        (lambda: Dense(-1), "Dense(units=-1): expected the number of units, as in dense 10 (a whole number from 1 to"),
        (lambda: Dense(0), 'found "0"\n  dense 0\n        ^'),
        (lambda: Dense(1, bias="no"), "bias must be True or False, but is 'no'"),  # type: ignore[arg-type]
        (lambda: Dense(1, activation="softmax"), "activation must be one of identity, relu"),
        (lambda: Dense(1, activation="relu(2)"), 'activation=\'relu(2)\'): expected a space or "|", found "(2)"'),
        (lambda: Dense(1, activation="sigmoid(steep)"), "expected the slope, a number"),
        (lambda: Dense(1, activation="leaky_relu(2)"), "the slope of leaky_relu must be from 0 to 1, not 2"),
        (lambda: Dense(1, activation=None), "activation must be one of"),  # type: ignore[arg-type]
    ],
)
def test_a_bad_value_gives_an_error_that_shows_what_was_given(make: Callable[[], Layer], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        make()


@pytest.mark.parametrize(
    "word", ["nobias", "stride2", "relu nobias", "sigmoid(2) nobias", "relu | dense 3", "separate"]
)
def test_a_word_of_another_field_is_no_activation(word: str) -> None:
    with pytest.raises(ValueError, match="Dense"):
        Dense(1, activation=word)
    with pytest.raises(ValueError, match="connection"):
        Conv2D(1, 1, connection=word if word != "separate" else "table(0)")  # type: ignore[arg-type]


def test_activations_and_losses_are_rows_of_the_core() -> None:
    assert _core.activations() == {
        "identity": (None, None),
        "relu": (None, None),
        "leaky_relu": (0.01, None),
        "sigmoid": (1.0, (0.0, 1.0)),
        "tanh": (None, (-1.0, 1.0)),
        "scaled_tanh": (None, (-1.7159, 1.7159)),
    }
    assert _core.losses() == {"cross_entropy": None, "squared_error": None, "binary_cross_entropy": "sigmoid"}
    assert get_args(Loss) == tuple(_core.losses())
    assert parse_activation("sigmoid(2)") == ("sigmoid", 2.0)
    assert activation_range("sigmoid(2)") == (0.0, 1.0)


# An output of 1 / n for each of n classes, put into the definitions.
@pytest.mark.parametrize(
    ("loss", "two", "four"),
    [
        ("cross_entropy", 0.693147, 1.386294),  # -log(1 / n)
        ("squared_error", 0.25, 0.375),  # ((1 - 1 / n)^2 + (n - 1) / n^2) / 2
        ("binary_cross_entropy", 1.386294, 2.249341),  # -log(1 / n) - (n - 1) log(1 - 1 / n)
    ],
)
def test_the_loss_of_guessing_is_that_of_equal_shares(loss: str, two: float, four: float) -> None:
    assert _core.loss_of_guessing(loss, 2) == pytest.approx(two, abs=1e-6)
    assert _core.loss_of_guessing(loss, 4) == pytest.approx(four, abs=1e-6)
