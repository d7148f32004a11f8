"""Estimate: the mean of a few values with an interval. Every mean of a study is one of these, never a bare number.

The intervals are Student's: they take the values of different seeds for independent draws from a distribution that is
not too far from normal.
"""

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from scipy.special import stdtrit

from lenetpp.basics.file_schemas import shown
from lenetpp.basics.kinds import check_kind
from lenetpp.basics.language import say

CONFIDENCE = 0.95

MOST_DEVIATIONS = 4.0
"""An interval that reaches further from the mean than so many standard deviations of the values says nothing about it
that the values would not say better: with two seeds there is none, nor with four where 17 comparisons are made."""

MOST_COMPARISONS = 1_000_000
"""Far more than a study has, and none that an interval could not be computed of."""

Interval: TypeAlias = tuple[float, float]
"""Its two ends."""


@dataclass(frozen=True)
class Estimate:
    """What values, one for each seed, say about the mean over all seeds.

    Attributes
    ----------
    values : tuple of float
        At least one, all finite.
    comparisons : int
        Of how many intervals this is one that together are to hold in 95 of 100 studies. The interval of each is
        widened accordingly (Bonferroni).
    within : (float, float)
        Where the mean cannot but lie, as a share lies between 0 and 1; the interval ends there.
    stuck : tuple of float
        The values of trainings that learned nothing: no part of the mean, which never stands without them.

    Raises
    ------
    ValueError
        If there is no value, or no such number of comparisons.
    """

    values: tuple[float, ...]
    comparisons: int = 1
    within: Interval = (-math.inf, math.inf)
    stuck: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("values must have at least one value, but is empty")
        check_kind(self.comparisons, int, "comparisons", "an integer")
        if not 1 <= self.comparisons <= MOST_COMPARISONS:
            raise ValueError(f"comparisons must be from 1 to {MOST_COMPARISONS:,}, but is {shown(self.comparisons)}")

    @property
    def count(self) -> int:
        """Number of values."""
        return len(self.values)

    @property
    def mean(self) -> float:
        """Their mean."""
        return statistics.mean(self.values)

    @property
    def whole_count(self) -> int:
        """Number of values with those of trainings that learned nothing."""
        return self.count + len(self.stuck)

    @property
    def whole_mean(self) -> float:
        """Mean of the values with those of trainings that learned nothing."""
        return statistics.mean((*self.values, *self.stuck))

    @property
    def deviation(self) -> float | None:
        """Their standard deviation, that of a sample; None with a single value."""
        return statistics.stdev(self.values) if self.count > 1 else None

    @property
    def is_constant(self) -> bool:
        """Whether all values are the same, but for rounding."""
        return math.isclose(min(self.values), max(self.values), rel_tol=1e-9, abs_tol=1e-12)

    @property
    def low(self) -> float | None:
        """Lower end of the interval; None with too few values, of which `without` says so."""
        return None if self._margin is None else max(self.mean - self._margin, self.within[0])

    @property
    def high(self) -> float | None:
        """Upper end of the interval; None with too few values."""
        return None if self._margin is None else min(self.mean + self._margin, self.within[1])

    @property
    def without(self) -> str:
        """Why there is no interval: "one seed" or "too few seeds"; empty where there is one."""
        if self._margin is not None:
            return ""
        return say("one seed") if self.count == 1 else say("too few seeds")

    @property
    def prediction(self) -> Interval | None:
        """Where the value of one more seed lies in 95 of 100 cases: ``mean +- t sqrt(1 + 1/n) deviation``.

        None where the mean has no interval. (Hahn and Meeker: Statistical intervals, 1991, chapter 4.)
        """
        if self.deviation is None or self._margin is None:
            return None
        beyond = (1 - CONFIDENCE) / 2
        margin = -float(stdtrit(self.count - 1, beyond)) * self.deviation * math.sqrt(1 + 1 / self.count)
        return max(self.mean - margin, self.within[0]), min(self.mean + margin, self.within[1])

    @property
    def _margin(self) -> float | None:
        if self.deviation is None:
            return None
        beyond = (1 - CONFIDENCE) / self.comparisons / 2
        deviations = -float(stdtrit(self.count - 1, beyond)) / math.sqrt(self.count)
        return deviations * self.deviation if deviations <= MOST_DEVIATIONS or self.is_constant else None


SHARE: Interval = (0.0, 1.0)
"""What a share lies within."""
SHARE_DIFFERENCE: Interval = (-1.0, 1.0)
NOT_NEGATIVE: Interval = (0.0, math.inf)


def paired(
    values: Mapping[int, float],
    against: Mapping[int, float],
    comparisons: int = 1,
    within: Interval = (-math.inf, math.inf),
) -> Estimate | None:
    """Return the estimate of the differences between values of the same seeds; None if they share no seed.

    Parameters
    ----------
    values, against : mapping of int to float
        By seed. A seed that only one of them has is left out.
    comparisons, within
        As in :class:`Estimate`.
    """
    shared = [seed for seed in values if seed in against]
    if not shared:
        return None
    return Estimate(tuple(values[seed] - against[seed] for seed in shared), comparisons, within)
