"""One step of stochastic gradient descent, in PyTorch's form of momentum."""

from dataclasses import dataclass

import numpy as np

from .activations import Array


@dataclass(frozen=True)
class Sgd:
    """The settings of the update; 0 is no limit of gradients.

    With ``decay_weights_only``, arrays of one dimension do not decay.
    """

    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0
    decay_weights_only: bool = False
    gradient_clip_norm: float = 0.0
    gradient_clip_value: float = 0.0

    def step(
        self, parameters: dict[str, Array], velocity: dict[str, Array], gradients: dict[str, Array], rate: float
    ) -> None:
        """Moves ``parameters`` and ``velocity`` (zero before the first step) in place."""
        if self.gradient_clip_value > 0:
            highest = self.gradient_clip_value
            gradients = {name: np.minimum(highest, np.maximum(-highest, g)) for name, g in gradients.items()}
        norm = global_norm(gradients)
        limit = self.gradient_clip_norm
        scale = limit / norm if 0.0 < limit < norm else 1.0
        for name, gradient in gradients.items():
            decay = self.weight_decay if gradient.ndim > 1 or not self.decay_weights_only else 0.0
            g = scale * gradient + decay * parameters[name]
            velocity[name] = self.momentum * velocity[name] + g
            parameters[name] = parameters[name] - rate * (
                g + self.momentum * velocity[name] if self.nesterov else velocity[name]
            )


def global_norm(gradients: dict[str, Array]) -> float:
    """The Euclidean length of all gradients together."""
    return float(np.sqrt(sum((gradient**2).sum() for gradient in gradients.values())))
