"""Times that can be compared: everything is measured once a round, so that a slow moment of the machine hits all."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Name = TypeVar("Name")
PAUSE_SECONDS = 0.02
"""Between two measurements: threads that spin after their work have gone to sleep."""


@dataclass(frozen=True)
class Spread:
    """Median and range of what was measured in the rounds."""

    median: float
    smallest: float
    largest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Return the spread of at least one value."""
        return cls(statistics.median(values), min(values), max(values))


def seconds_each(run: Callable[[int], None], repetitions: int) -> float:
    """Return the mean seconds of one repetition."""
    start = time.perf_counter()
    run(repetitions)
    return (time.perf_counter() - start) / repetitions


def repetitions_for(run: Callable[[int], None], seconds: float) -> int:
    """Warm `run` up and return how many repetitions take about `seconds`."""
    run(1)
    repetitions = 1
    while (each := seconds_each(run, repetitions)) * repetitions < seconds / 4:
        repetitions *= 2
    return max(1, round(seconds / each))


def interleaved(measurements: Mapping[Name, Callable[[], float]], rounds: int) -> dict[Name, list[float]]:
    """Take every measurement once a round, starting each round with another one; return them by round."""
    order = list(measurements)
    taken: dict[Name, list[float]] = {name: [] for name in order}
    for _ in range(rounds):
        for name in order:
            time.sleep(PAUSE_SECONDS)
            taken[name].append(measurements[name]())
        order.append(order.pop(0))
    return taken


def ratios(numerators: Sequence[float], denominators: Sequence[float]) -> Spread:
    """Return the spread of the ratios within each round."""
    return Spread.of([above / below for above, below in zip(numerators, denominators, strict=True)])
