"""Layers as values: one form for equal layers, errors that name the argument."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetpp import Conv2D, Dense, MaxPool2D
from lenetpp.layers import Layer, layer_from_description

sizes = st.one_of(st.integers(1, 9), st.tuples(st.integers(1, 9), st.integers(1, 9)))
slopes = st.floats(0.001, 1.0)
activations = st.one_of(
    st.sampled_from(["identity", "relu", "leaky_relu", "sigmoid", "tanh", "scaled_tanh"]),
    st.builds("{}({!r})".format, st.sampled_from(["leaky_relu", "sigmoid"]), slopes),
)
tables = st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=3, unique=True).map(sorted), min_size=1, max_size=4)
layers = st.one_of(
    st.builds(
        Conv2D,
        st.integers(1, 20),
        sizes,
        connection=st.one_of(st.sampled_from(["full", "separate"]), tables),
        strides=sizes,
        padding=st.integers(0, 3),
        bias=st.booleans(),
        activation=activations,
    ),
    st.builds(MaxPool2D, sizes, st.one_of(st.none(), sizes)),
    st.builds(Dense, st.integers(1, 200), bias=st.booleans(), activation=activations),
)


@given(layers)
def test_a_layer_survives_the_way_to_the_core_and_back(layer: Layer) -> None:
    assert layer_from_description(layer.description()) == layer


def test_layers_that_mean_the_same_are_equal() -> None:
    assert Conv2D(5, 3) == Conv2D(5, (3, 3), strides=(1, 1), padding=(0, 0))
    assert Conv2D(2, 3, connection=[[0, 1], [2]]) == Conv2D(2, 3, connection=((0, 1), (2,)))
    assert MaxPool2D(3) == MaxPool2D((3, 3), 3)
    assert Dense(2, activation="sigmoid(1)") == Dense(2, activation="sigmoid")
    assert Dense(2, activation="sigmoid(2.0)") == Dense(2, activation="sigmoid(2)")
    assert Dense(2, activation="sigmoid(2)") != Dense(2, activation="sigmoid")


def test_layers_can_be_keys() -> None:
    assert len({Conv2D(1, 2, connection=[[0]]), Conv2D(1, 2, connection=[[0]]), MaxPool2D()}) == 2


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Conv2D(0, 3), "Conv2D filters must be at least 1, but is 0"),
        (lambda: Conv2D(2.5, 3), "Conv2D filters must be an integer, but is 2.5"),  # type: ignore[arg-type]
        (lambda: Conv2D(1, (3, 3, 3)), "Conv2D kernel_size must be an integer or a pair"),  # type: ignore[arg-type]
        (lambda: Conv2D(1, 3, padding=-1), "Conv2D padding must be at least 0, but is -1"),
        (lambda: Conv2D(1, 3, strides=0), "Conv2D strides must be at least 1, but is 0"),
        (lambda: Conv2D(1, 3, connection="half"), "Conv2D connection must be"),  # type: ignore[arg-type]
        (lambda: Conv2D(1, 3, connection=[[-1]]), "connection table must be at least 0"),
        (lambda: MaxPool2D(0), "MaxPool2D size must be at least 1, but is 0"),
        (lambda: MaxPool2D(2, (1, 0)), "MaxPool2D strides must be at least 1, but is 0"),
        (lambda: Dense(-1), "Dense units must be at least 1, but is -1"),
        (lambda: Dense(1, activation="softmax"), "activation must be one of identity, relu"),
        (lambda: Dense(1, activation="relu(2)"), "activation relu has no slope"),
        (lambda: Dense(1, activation="sigmoid(steep)"), "slope of an activation must be a number"),
        (lambda: Dense(1, activation=None), "activation must be one of"),  # type: ignore[arg-type]
    ],
)
def test_a_bad_value_gives_an_error_that_names_the_argument(make: Callable[[], Layer], message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("(", r"\(").replace(")", r"\)")):
        make()
