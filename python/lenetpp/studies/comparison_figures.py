"""The figures that claims about a comparison are judged by."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lenetpp.studies.cells import Cell
from lenetpp.studies.contrasts import contrast
from lenetpp.studies.effects import Effect, trends_of
from lenetpp.studies.estimates import Estimate, Interval
from lenetpp.studies.judgements import Figure
from lenetpp.studies.measures import MEASURES, Measure
from lenetpp.studies.question_kinds import Comparison
from lenetpp.studies.question_parts import Condition
from lenetpp.studies.summaries import worst_layer


@dataclass(frozen=True)
class ComparisonFigures:
    """Returns, as a function, the figure that a condition is about.

    Attributes
    ----------
    question : Comparison
        All conditions of its claims are judged together.
    cells : sequence of Cell
        Of the question.
    effects : sequence of Effect
        Of the question's first metric.
    """

    question: Comparison
    cells: Sequence[Cell]
    effects: Sequence[Effect]

    def __call__(self, condition: Condition) -> Figure | None:
        """Return the figure; None where the runs have none."""
        measure = MEASURES[condition.measure or self.question.metrics[0]]
        if condition.trend is not None:
            return self._trend(measure, condition.trend)
        cell = self._cell(condition.where)
        if condition.best:
            return _best(measure, cell)
        if condition.against is None:
            return self._mean(measure, cell)
        against = self._cell(condition.against)
        subject = f"{cell.label} against {against.label}"
        if condition.times:
            return self._times(measure, cell, against, subject)
        found = contrast(measure, [(1.0, cell), (-1.0, against)], self._comparisons)
        if found is None:
            return None
        low, high = _ends(found.estimate, found.over_images)
        return Figure(subject, found.estimate.mean, low, high, measure.show_difference, measure.number)

    @property
    def _comparisons(self) -> int:
        return sum(len(claim.conditions) for claim in self.question.claims)

    def _cell(self, where: dict[str, str]) -> Cell:
        return next(cell for cell in self.cells if cell.levels == where)

    def _trend(self, measure: Measure, factor: str) -> Figure | None:
        for trend in trends_of(self.effects):
            if trend.factors == (factor,):
                low, high = _ends(trend.estimate, trend.over_images)
                return Figure(
                    f"trend over {factor}", trend.estimate.mean, low, high, measure.show_difference, measure.number
                )
        return None

    def _mean(self, measure: Measure, cell: Cell) -> Figure | None:
        parameter = worst_layer(measure, cell) if measure.by_layer else None
        estimate = None if measure.by_layer and parameter is None else cell.estimate(measure.name, parameter)
        if estimate is None:
            return None
        own = Estimate(estimate.values, self._comparisons, estimate.within)
        low, high = _ends(own, None if measure.by_layer else cell.interval_over_images(measure.name, self._comparisons))
        return Figure(cell.label, own.mean, low, high, measure.show, measure.number)

    def _times(self, measure: Measure, cell: Cell, against: Cell, subject: str) -> Figure | None:
        """Return the ratio of two cells, of which the logarithms are paired by seed."""
        one, other = cell.figures(measure.name), against.figures(measure.name)
        shared = [seed for seed in one if seed in other and one[seed] > 0 and other[seed] > 0]
        if not shared:
            return None
        logs = Estimate(tuple(math.log(one[seed] / other[seed]) for seed in shared), self._comparisons)
        low, high = (None if end is None else math.exp(end) for end in (logs.low, logs.high))
        return Figure(subject, math.exp(logs.mean), low, high, "{:.2f} times".format, "{:.2f}".format)


def _ends(estimate: Estimate, over_images: Interval | None) -> tuple[float | None, float | None]:
    return over_images or (estimate.low, estimate.high)


def _best(measure: Measure, cell: Cell) -> Figure | None:
    """Return the best run's figure; one more training may be better, as far as the prediction interval goes."""
    estimate = cell.estimate(measure.name)
    if estimate is None:
        return None
    best = max(estimate.values) if measure.better == "higher" else min(estimate.values)
    subject = f"{cell.label}, the best of {estimate.count}"
    if estimate.prediction is None:
        return Figure(subject, best, None, None, measure.show, measure.number)
    low, high = min(best, estimate.prediction[0]), max(best, estimate.prediction[1])
    low, high = (best, high) if measure.better == "higher" else (low, best)
    return Figure(subject, best, low, high, measure.show, measure.number)
