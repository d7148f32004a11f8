"""What training makes small: a loss for each sample [N], and its gradient.

Targets are one-hot: t[n, u] = 1 where u is the label of sample n, else 0.
"""

import numpy as np
from numpy.typing import NDArray

from .activations import Array

Labels = NDArray[np.int32]


def one_hot(labels: Labels, classes: int) -> Array:
    """Targets [N][U] of ``labels`` [N]."""
    return np.eye(classes)[labels]


def cross_entropy(outputs: Array, labels: Labels) -> tuple[Array, Array]:
    """-log softmax(outputs)[label] [N], and its gradient for outputs [N][U]."""
    log_softmax = outputs - np.logaddexp.reduce(outputs, axis=1, keepdims=True)
    return -log_softmax[np.arange(len(labels)), labels], np.exp(log_softmax) - one_hot(labels, outputs.shape[1])


def squared_error(outputs: Array, labels: Labels) -> tuple[Array, Array]:
    """Half the sum over u of (output - target)^2 [N], and its gradient for outputs [N][U]."""
    difference = outputs - one_hot(labels, outputs.shape[1])
    return (difference**2).sum(axis=1) / 2.0, difference


def binary_cross_entropy(logits: Array, labels: Labels) -> tuple[Array, Array]:
    """Minus the sum over u of t log o + (1 - t) log(1 - o) [N], o = sigmoid(logit), and its gradient for ``logits``.

    It is a function of the logits [N][U], so that a saturated o = 1 is no difficulty: -log o = log(1 + exp(-logit)).
    """
    targets = one_hot(labels, logits.shape[1])
    losses = targets * np.logaddexp(0.0, -logits) + (1.0 - targets) * np.logaddexp(0.0, logits)
    return losses.sum(axis=1), np.exp(-np.logaddexp(0.0, -logits)) - targets
