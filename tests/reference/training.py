"""Epochs of steps: the images in the order of (seed, epoch), cut into batches, one update for each batch."""

from dataclasses import dataclass, field

import numpy as np

from . import dropout
from .activations import Array
from .architecture import Architecture, Dropout, Shape
from .losses import Labels
from .network import LossName, Reduction, loss_and_gradients
from .random_numbers import Purpose, random_order
from .schedules import LearningRate
from .sgd import Sgd


@dataclass
class Trainer:
    """Training of one network; ``parameters`` and the momentum move with every step."""

    architecture: Architecture
    parameters: dict[str, Array]
    sgd: Sgd
    batch_size: int
    loss: LossName
    reduction: Reduction
    seed: int
    smoothing: float = 0.0
    velocity: dict[str, Array] = field(init=False)

    def __post_init__(self) -> None:
        self.velocity = {name: np.zeros_like(values) for name, values in self.parameters.items()}

    @property
    def _input_shapes(self) -> list[Shape]:
        return [self.architecture.input_shape, *self.architecture.output_shapes]

    def train_epoch(
        self, inputs: Array, labels: Labels, epoch: int, learning_rate: LearningRate, weights: Array | None = None
    ) -> float:
        """Visits every sample of ``inputs`` [N][P][H][W] once; gives the mean loss, each measured before its step.

        The loss of each sample counts times its weight [N], where there are weights.
        """
        order = random_order(self.seed, Purpose.ORDER, epoch, len(inputs))
        batches = [order[start : start + self.batch_size] for start in range(0, len(order), self.batch_size)]
        loss_sum = 0.0
        for step, batch in enumerate(batches):
            factors = {
                index: dropout.factors(layer, index, shape, self.seed, epoch, batch)
                for index, (layer, shape) in enumerate(zip(self.architecture.layers, self._input_shapes, strict=False))
                if isinstance(layer, Dropout)
            }
            loss, gradients = loss_and_gradients(
                self.architecture,
                self.parameters,
                inputs[batch],
                labels[batch],
                self.loss,
                self.reduction,
                factors,
                None if weights is None else weights[batch],
                self.smoothing,
            )
            loss_sum += loss * len(batch) if self.reduction == "mean" else loss
            rate = learning_rate.at(epoch + step / len(batches))
            self.sgd.step(self.parameters, self.velocity, gradients, rate)
        return loss_sum / len(inputs)
