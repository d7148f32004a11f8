"""The learning rate at a moment: ``epoch`` is a real number, 2.5 is the middle of the third epoch."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal


@dataclass(frozen=True)
class LearningRate:
    """The settings of a schedule; the warm-up multiplies whatever the schedule says."""

    initial: float
    schedule: Literal["constant", "step", "cosine", "one_cycle"] = "constant"
    epochs: float = 0
    step_epochs: int = 1
    step_factor: float = 0.1
    warmup_epochs: float = 0
    restarts: tuple[float, ...] = ()

    def at(self, epoch: float) -> float:
        """The rate at the moment ``epoch``."""
        warmup = min(1.0, epoch / self.warmup_epochs) if self.warmup_epochs > 0 else 1.0
        return self.initial * warmup * self._factor(epoch)

    def _factor(self, epoch: float) -> float:
        match self.schedule:
            case "constant":
                return 1.0
            case "step":
                return float(self.step_factor ** math.floor(epoch / self.step_epochs))
            case "cosine":
                return self._descent(epoch)
            case "one_cycle":
                return self._one_cycle(epoch / self.epochs)

    def _one_cycle(self, done: float) -> float:
        """From 1/25 to 1 along half a cosine in three tenths of the time, and along half a cosine to zero."""
        if done < 0.3:
            return 1.0 / 25.0 + 24.0 / 25.0 * (1.0 - math.cos(math.pi * done / 0.3)) / 2.0
        return (1.0 + math.cos(math.pi * (done - 0.3) / 0.7)) / 2.0 if done < 1.0 else 0.0

    def _descent(self, epoch: float) -> float:
        """Half a cosine between the last restart and the next, or the end."""
        if epoch >= self.epochs:
            return 0.0
        ends = (0.0, *self.restarts, self.epochs)
        begin, end = next(pair for pair in pairwise(ends) if pair[0] <= epoch < pair[1])
        return (1.0 + math.cos(math.pi * (epoch - begin) / (end - begin))) / 2.0
