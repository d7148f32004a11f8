"""Pointwise functions and their derivatives, each as a function of the value *before* the activation."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Activation:
    """``slope`` is leaky_relu's factor below zero and sigmoid's factor on its argument; the others ignore it."""

    kind: str
    slope: float = 1.0


IDENTITY = Activation("identity")
ONE_MORE = Activation("one_more")
"""z + 1: no network has it, but it bounds what all others make of a z from 0 on."""


def activate(activation: Activation, z: Array) -> Array:
    """The activation of ``z``, of any shape."""
    match activation.kind:
        case "identity":
            return z
        case "one_more":
            return z + 1.0
        case "relu":
            return np.where(z > 0, z, 0.0)
        case "leaky_relu":
            return np.where(z > 0, z, activation.slope * z)
        case "sigmoid":
            return _sigmoid(activation.slope * z)
        case "tanh":
            return np.tanh(z)
        case "scaled_tanh":
            return 1.7159 * np.tanh(2.0 * z / 3.0)
    raise ValueError(f"no such activation: {activation.kind}")


def derivative(activation: Activation, z: Array) -> Array:
    """d activate(z) / dz. In the kink of relu and leaky_relu, z = 0, it is the derivative from below."""
    match activation.kind:
        case "identity" | "one_more":
            return np.ones_like(z)
        case "relu":
            return np.where(z > 0, 1.0, 0.0)
        case "leaky_relu":
            return np.where(z > 0, 1.0, activation.slope)
        case "sigmoid":
            return activation.slope * _sigmoid(activation.slope * z) * _sigmoid(-activation.slope * z)
        case "tanh":
            return 1.0 - np.tanh(z) ** 2
        case "scaled_tanh":
            return 1.7159 * (2.0 / 3.0) * (1.0 - np.tanh(2.0 * z / 3.0) ** 2)
    raise ValueError(f"no such activation: {activation.kind}")


def _sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), written so that no exponential overflows."""
    return np.exp(-np.logaddexp(0.0, -z))
