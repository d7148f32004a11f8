"""Gradients against difference quotients of the loss."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from reference.activations import Array

Value = TypeVar("Value", float, NDArray[np.float64])
LossAndGradients = Callable[[Mapping[str, Array]], tuple[float, Mapping[str, NDArray[np.floating[Any]]]]]

STEP = 1e-5
SAFE_DISTANCE = 1e-3
"""How far kinks must be, so that steps of up to 2 STEP, multiplied by images and weights, do not reach them."""


def central_difference(function: Callable[[float], Value]) -> Value:
    """Derivative at 0 by four points; its error is of the order of STEP^4 and of rounding / STEP."""
    near, far = function(STEP) - function(-STEP), function(2 * STEP) - function(-2 * STEP)
    return (8 * near - far) / (12 * STEP)


def assert_gradients_are_differences(function: LossAndGradients, parameters: Mapping[str, Array], seed: int) -> None:
    """The gradients of ``function`` at ``parameters`` are the slopes of its loss.

    One random direction for each array of parameters, so that an error in any element shows.
    """
    _, gradients = function(parameters)
    generator = np.random.default_rng(seed)
    for name, gradient in gradients.items():
        direction = generator.normal(size=gradient.shape)

        def loss_at(t: float, name: str = name, direction: Array = direction) -> float:
            return function({**parameters, name: parameters[name] + t * direction})[0]

        terms = gradient * direction
        # The quotient's own rounding error grows with the loss, so that it is measured against it as well.
        allowed = 1e-7 * float(np.abs(terms).sum()) + 1e-9 * abs(loss_at(0.0))
        quotient = central_difference(loss_at)
        assert abs(quotient - float(terms.sum())) <= allowed, f"{name}: gradient {terms.sum():g}, slope {quotient:g}"
