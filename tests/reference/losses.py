"""What training makes small: a loss for each sample [N], and its gradient.

Targets are one-hot: t[n, u] = 1 where u is the label of sample n, else 0. Smoothing takes a share of every target and
spreads it evenly over all classes.
"""

import numpy as np
from numpy.typing import NDArray

from .activations import Array

Labels = NDArray[np.int32]


def targets_of(labels: Labels, classes: int, smoothing: float = 0.0) -> Array:
    """Targets [N][U] of ``labels`` [N]."""
    return (1.0 - smoothing) * np.eye(classes)[labels] + smoothing / classes


def cross_entropy(outputs: Array, labels: Labels, smoothing: float = 0.0) -> tuple[Array, Array]:
    """Minus the sum over u of t log softmax(outputs) [N], and its gradient for outputs [N][U]."""
    log_softmax = outputs - np.logaddexp.reduce(outputs, axis=1, keepdims=True)
    targets = targets_of(labels, outputs.shape[1], smoothing)
    return -(targets * log_softmax).sum(axis=1), np.exp(log_softmax) - targets


def squared_error(outputs: Array, labels: Labels, smoothing: float = 0.0) -> tuple[Array, Array]:
    """Half the sum over u of (output - target)^2 [N], and its gradient for outputs [N][U]."""
    difference = outputs - targets_of(labels, outputs.shape[1], smoothing)
    return (difference**2).sum(axis=1) / 2.0, difference


def binary_cross_entropy(logits: Array, labels: Labels, smoothing: float = 0.0) -> tuple[Array, Array]:
    """Minus the sum over u of t log o + (1 - t) log(1 - o) [N], o = sigmoid(logit), and its gradient for ``logits``.

    It is a function of the logits [N][U], so that a saturated o = 1 is no difficulty: -log o = log(1 + exp(-logit)).
    """
    targets = targets_of(labels, logits.shape[1], smoothing)
    losses = targets * np.logaddexp(0.0, -logits) + (1.0 - targets) * np.logaddexp(0.0, logits)
    return losses.sum(axis=1), np.exp(-np.logaddexp(0.0, -logits)) - targets
