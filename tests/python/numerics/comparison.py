"""How far two computations of the same numbers may be apart."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reference.activations import IDENTITY, ONE_MORE, Array
from reference.architecture import (
    ActivationLayer,
    Architecture,
    BatchNormalization,
    Layer,
    LocalResponseNormalization,
    ResidualEnd,
    Subsample,
    Weighted,
)
from reference.network import activation_of, backward, forward

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
    numbers of about 1), with biases of at least 1 (a sigmoid's output is not small where its argument is; activations
    without a bias before them add 1 themselves), and with a
    loss whose gradient is a sum. A cross entropy's slopes are at most 1 for each output (the last sigmoid's for each of
    its arguments), so that its error is at most the sum of theirs; half a square's slope is the output itself.
    """
    layers = case.architecture.layers
    linear = Architecture(case.architecture.input_shape, tuple(map(_linear, layers)))
    biases = {name: np.ones(shape) for name, shape in linear.parameter_shapes.items() if name.endswith("bias")}
    parameters = biases | {name: np.abs(x) + biases.get(name, 0.0) for name, x in case.parameters.items()}
    passes = forward(linear, parameters, np.abs(case.inputs))
    outputs = 1.0 + passes[-1].output
    weight_of_a_sample = 1.0 / case.batch if case.reduction == "mean" else 1.0
    slope = activation_of(layers[-1]).slope if case.loss == "binary_cross_entropy" else 1.0
    loss = (outputs**2 if case.loss == "squared_error" else slope * outputs).sum() * weight_of_a_sample
    gradients = backward(linear, parameters, passes, outputs * weight_of_a_sample)
    return Magnitudes(outputs.max(), loss, {name: x.max() for name, x in gradients.items()})


def _linear(layer: Layer) -> Layer:
    if isinstance(layer, Weighted):
        return replace(layer, bias=True, activation=IDENTITY)
    if isinstance(layer, ActivationLayer | ResidualEnd):
        return replace(layer, activation=ONE_MORE)
    if isinstance(layer, BatchNormalization):  # a mean is subtracted
        return replace(layer, activation=IDENTITY, mean=tuple(-abs(x) for x in layer.mean))
    if isinstance(layer, Subsample):
        return replace(layer, activation=IDENTITY)
    return replace(layer, alpha=0) if isinstance(layer, LocalResponseNormalization) else layer


def assert_close(
    actual: Mapping[str, NDArray[Any]], expected: Mapping[str, Array], allowed: Mapping[str, float]
) -> None:
    """Same names and shapes, and no element further from the expected one than ``allowed`` says for its array."""
    assert actual.keys() == expected.keys()
    for name, values in expected.items():
        assert actual[name].shape == values.shape, name
        error = float(np.abs(actual[name] - values).max())
        assert error <= allowed[name], f"{name}: differs by {error:g}, allowed {allowed[name]:g}"
