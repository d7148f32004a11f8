"""How far two computations of the same numbers may be apart."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reference.activations import IDENTITY, Array
from reference.architecture import Architecture, MaxPool2D
from reference.network import backward, forward

from .cases import Case


class Magnitudes(NamedTuple):
    """What rounding errors are proportional to."""

    outputs: float
    loss: float
    gradients: dict[str, float]


def magnitudes(case: Case) -> Magnitudes:
    """How large everything would be if no term of any sum cancelled another one.

    A difference of large numbers is small, its rounding error is not. So this is the same network with positive
    parameters and images, without activations (their slopes are at most about 1, and are themselves differences of
    numbers of about 1), and with a loss whose gradient is a sum.
    """
    architecture = case.architecture
    linear = Architecture(
        architecture.input_shape,
        tuple(
            layer if isinstance(layer, MaxPool2D) else replace(layer, activation=IDENTITY)
            for layer in architecture.layers
        ),
    )
    parameters = {name: np.abs(values) for name, values in case.parameters.items()}
    passes = forward(linear, parameters, np.abs(case.inputs))
    outputs = 1.0 + passes[-1].output  # the middle of a sigmoid is not small
    weight_of_a_sample = 1.0 / case.batch if case.reduction == "mean" else 1.0
    loss = (outputs**2).sum() * weight_of_a_sample
    gradients = backward(linear, parameters, passes, outputs * weight_of_a_sample)
    return Magnitudes(outputs.max(), loss, {name: values.max() for name, values in gradients.items()})


def assert_close(
    actual: Mapping[str, NDArray[Any]], expected: Mapping[str, Array], allowed: Mapping[str, float]
) -> None:
    """Same names and shapes, and no element further from the expected one than ``allowed`` says for its array."""
    assert actual.keys() == expected.keys()
    for name, values in expected.items():
        assert actual[name].shape == values.shape, name
        error = float(np.abs(actual[name] - values).max())
        assert error <= allowed[name], f"{name}: differs by {error:g}, allowed {allowed[name]:g}"
