"""One step of Adam, as algorithm 1 of Kingma and Ba (2015) has it, and of AdamW (Loshchilov and Hutter 2019)."""

from dataclasses import dataclass, field

import numpy as np

from .activations import Array


@dataclass
class Adam:
    """The settings of the update, and what it keeps: moments (zero before the first step) and the number of steps."""

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0
    decoupled: bool = False  # AdamW
    first: dict[str, Array] = field(default_factory=dict)
    second: dict[str, Array] = field(default_factory=dict)
    steps: int = 0

    def step(self, parameters: dict[str, Array], gradients: dict[str, Array], rate: float) -> None:
        """Moves ``parameters`` in place."""
        self.steps += 1
        for name, gradient in gradients.items():
            g = gradient if self.decoupled else gradient + self.weight_decay * parameters[name]
            self.first[name] = self.beta1 * self.first.get(name, 0.0) + (1 - self.beta1) * g
            self.second[name] = self.beta2 * self.second.get(name, 0.0) + (1 - self.beta2) * g**2
            first = self.first[name] / (1 - self.beta1**self.steps)
            second = self.second[name] / (1 - self.beta2**self.steps)
            kept = 1 - rate * self.weight_decay if self.decoupled else 1
            parameters[name] = kept * parameters[name] - rate * first / (np.sqrt(second) + self.epsilon)
