"""RunsPace: how long the runs of a study will take, from what those that are done took."""

import time

from lenetpp.basics.displays import time_left


class RunsPace:
    """The time that is left, on the assumption that the rest goes as fast as what was done.

    Where several are trained at a time, those under way have come far, too, when the first one ends: without them the
    first figure would be as many times too long.

    Parameters
    ----------
    work : float
        What there is to do, in any unit.
    runs : int
        In so many runs.
    at_once : int or None
        How many are trained at a time; None where nobody knows.
    """

    def __init__(self, work: float, runs: int, at_once: int | None) -> None:
        self.at_once = at_once
        self.done = 0.0
        self._work = work
        self._runs = runs
        self._runs_done = 0
        self._began = time.monotonic()
        self._trained = 0
        self._trained_work = self._seconds = 0.0

    @property
    def share(self) -> float:
        """Of the work, what is done."""
        return self.done / self._work if self._work else 1.0

    def take(self, work: float, seconds: float | None) -> None:
        """Take note that a run is done that took so long; None where it was not trained here."""
        self.done += work
        self._runs_done += 1
        if seconds is None:
            return
        if not self._trained:
            self._began = time.monotonic() - seconds  # workers take a while to start
        self._trained += 1
        self._trained_work += work
        self._seconds += seconds

    def time_left(self) -> str:
        """Write how long the rest will take; empty before anything is done."""
        elapsed = time.monotonic() - self._began
        if not self.done or elapsed <= 0:
            return ""
        far = min(self._work, self.done + self._under_way(elapsed))
        return time_left((self._work - far) * elapsed / far)

    def _under_way(self, elapsed: float) -> float:
        """Return about how much is done of the runs that are not: what was not spent on others was spent on them."""
        if not self._seconds or self.at_once is None:
            return 0.0
        most = self._seconds / self._trained * min(self.at_once, self._runs - self._runs_done)
        spent = min(max(0.0, self.at_once * elapsed - self._seconds), most)
        return spent * self._trained_work / self._seconds
