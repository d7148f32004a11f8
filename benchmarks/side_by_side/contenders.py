"""What a tool must offer to be measured, and how the fastest of its formulations is chosen."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from measuring.rounds import interleaved, repetitions_for, seconds_each

CHECKED_STEPS = 12
"""So many losses, on one batch again and again, are compared between the tools."""
TRIAL_SECONDS = 0.02
TRIAL_ROUNDS = 3


class Contender(Protocol):
    """A tool that is ready to do one case again and again, batch after batch."""

    formulation: str
    """What was chosen where the tool has several ways; empty where it has one."""

    def values(self) -> NDArray[np.floating]:
        """Return what must be the same in every tool.

        Of training, the loss of the first batch before each of `CHECKED_STEPS` steps of plain SGD on it; of inference,
        the outputs (N, classes) for the first batch.
        """

    def reset(self) -> None:
        """Go back to the first weights."""

    def run(self, repetitions: int) -> None:
        """Do so many steps of training, or infer so many batches, to the end."""


class NotOfferedError(Exception):
    """The tool does not do this case; the message says why."""


AnyContender = TypeVar("AnyContender", bound=Contender)


def fastest(candidates: Mapping[str, Callable[[], AnyContender]]) -> AnyContender:
    """Return the candidate that is fastest in a short trial, named by its key."""
    contenders = {name: make() for name, make in candidates.items()}
    best = next(iter(contenders))
    if len(contenders) > 1:
        times = interleaved({name: _trial(contender) for name, contender in contenders.items()}, TRIAL_ROUNDS)
        best = min(times, key=lambda name: min(times[name]))
    contenders[best].formulation = best
    return contenders[best]


def _trial(contender: Contender) -> Callable[[], float]:
    repetitions = repetitions_for(contender.run, TRIAL_SECONDS)
    return lambda: seconds_each(contender.run, repetitions)
