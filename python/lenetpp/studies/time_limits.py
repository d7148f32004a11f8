"""TimeLimits: after which time a training counts as one that hangs."""

from lenetpp.studies.trainings import Training
from lenetpp.studies.work import expected_work

ENOUGH = 3
"""Trainings measured before there are limits."""
TIMES = 10.0
"""How much slower than the slowest one before, for its work, a training may be."""
LEAST_SECONDS = 60.0


class TimeLimits:
    """Learns from the trainings that were done.

    Parameters
    ----------
    seconds : float, optional
        The limit of each training, instead.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = seconds
        self._measured = 0
        self._slowest = 0.0

    def learn(self, training: Training, seconds: float) -> None:
        """Take note of how long one took."""
        self._measured += 1
        self._slowest = max(self._slowest, seconds / expected_work(training))

    def of(self, training: Training) -> float | None:
        """Return the limit; None as long as too little is known."""
        if self._seconds is not None or self._measured < ENOUGH:
            return self._seconds
        return max(LEAST_SECONDS, TIMES * self._slowest * expected_work(training))
