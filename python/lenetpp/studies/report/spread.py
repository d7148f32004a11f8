"""Spread: a mean with its interval and the single values behind it, as every chart of a study shows them."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from lenetpp.basics.language import say
from lenetpp.pictures.chart import value_range
from lenetpp.studies.cells import Cell
from lenetpp.studies.measures import MEASURES
from lenetpp.studies.sentences import label_with_whole

LOGARITHMIC_FROM = 30.0
"""Values of which the largest is so many times the smallest are shown on a logarithmic axis."""

MOST_DECADES = 7
"""Of a logarithmic axis: one vanishing value, such as 1e-34, must not press all the others into a line."""


@dataclass(frozen=True)
class Spread:
    """What is known of a value.

    Attributes
    ----------
    label : str
        What it is the value of.
    mean : float
        Over the seeds.
    low, high : float or None
        Ends of the interval; None where there is none, as with a single seed.
    singles : mapping of str to float
        The single values by what they are called: "seed 1".
    published : float or None
        What somebody else reached.
    """

    label: str
    mean: float
    low: float | None = None
    high: float | None = None
    singles: Mapping[str, float] = field(default_factory=dict)
    published: float | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """The interval's ends; the mean twice where there is no interval."""
        return self.mean if self.low is None else self.low, self.mean if self.high is None else self.high

    @classmethod
    def of(cls, cell: Cell, measure: str, parameter: str | None = None) -> "Spread | None":
        """Return what a cell's runs say; None where they say nothing."""
        estimate = cell.estimate(measure, parameter)
        if estimate is None:
            return None
        values = cell.values[measure] if parameter is None else cell.layer_values[measure][parameter]
        singles: dict[str, float] = {say("seed {seed}", seed=seed): value for seed, value in values.items()}
        label = label_with_whole(MEASURES[measure].number, estimate, cell.label)
        return cls(label, estimate.mean, estimate.low, estimate.high, singles)

    def values(self) -> list[float]:
        """Return all values that a chart has to have room for."""
        marks = [] if self.published is None else [self.published]
        return [self.mean, *self.ends, *self.singles.values(), *marks]

    def tip(self, show: Callable[[float], str]) -> str:
        """Return mean and interval in words."""
        if self.low is None or self.high is None:
            return say("{label}: {mean}, no interval", label=self.label, mean=show(self.mean))
        return say(
            "{label}: mean {mean}, interval {low} to {high}",
            label=self.label,
            mean=show(self.mean),
            low=show(self.low),
            high=show(self.high),
        )


def spans_decades(spreads: Iterable[Spread]) -> bool:
    """Return whether the means are so far apart that only a logarithmic axis shows them all."""
    means = [spread.mean for spread in spreads]
    positive = [mean for mean in means if mean > 0]
    return bool(positive) and min(means) >= 0 and max(positive) / min(positive) >= LOGARITHMIC_FROM


def axis_range(spreads: Iterable[Spread], *, logarithmic: bool) -> tuple[float, float]:
    """Return the ends of an axis with room for what can be shown on it."""
    values = [value for spread in spreads for value in spread.values() if math.isfinite(value)]
    if logarithmic:
        lowest = max(values) / 10**MOST_DECADES
        values = [max(value, lowest) for value in values if value > 0]
    return value_range(values, logarithmic=logarithmic)
