"""The figures that claims about a comparison are judged by."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from lenetpp.basics.language import say
from lenetpp.studies.cells import Cell, quoted_level
from lenetpp.studies.contrasts import contrast
from lenetpp.studies.effects import Effect
from lenetpp.studies.estimates import Estimate, Interval
from lenetpp.studies.judgements import Figure, figure_of_ratio
from lenetpp.studies.measures import MEASURES, Measure
from lenetpp.studies.question_kinds import Comparison
from lenetpp.studies.question_parts import Condition
from lenetpp.studies.sentences import label_with_whole
from lenetpp.studies.summaries import worst_layer

Others: TypeAlias = Mapping[str, tuple[Comparison, Sequence[Cell]]]


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
    others : mapping of str to (Comparison, sequence of Cell)
        The study's other comparisons, as far as they were asked, whose cells a condition may name.
    """

    question: Comparison
    cells: Sequence[Cell]
    effects: Sequence[Effect]
    others: Others = field(default_factory=dict)

    def __call__(self, condition: Condition) -> Figure | None:
        """Return the figure; None where the runs have none."""
        figure = self._figure(condition)
        if figure is None or condition.measure in (None, self.question.metrics[0]):
            return figure
        return replace(
            figure, subject=say("{first}, {rest}", first=MEASURES[condition.measure].title, rest=figure.subject)
        )

    def _figure(self, condition: Condition) -> Figure | None:
        if condition.trend is not None:
            return self._trend(condition)
        question, cells = self.question, self.cells
        if condition.question is not None:
            if condition.question not in self.others:
                return None
            question, cells = self.others[condition.question]
        measure = MEASURES[condition.measure or question.metrics[0]]
        if condition.best:
            also = [
                (self.others[each.question][1], each.where) for each in condition.also if each.question in self.others
            ]
            return _best(
                measure, [cell for some, where in ((cells, condition.where), *also) for cell in _with(some, where)]
            )
        (cell,) = _with(cells, condition.where)
        if condition.against is None:
            return self._mean(measure, cell)
        (against,) = _with(cells, condition.against)
        subject = say("{named} against {named_2}", named=cell.named, named_2=against.named)
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

    def _trend(self, condition: Condition) -> Figure | None:
        """Return a trend; with two levels how much the difference between these grows along the factor."""
        measure, compare = MEASURES[self.question.metrics[0]], self.question.compare
        wanted: list[tuple[str, ...] | None] = [None]
        subject = say("trend over {trend}", trend=condition.trend)
        if condition.against is not None:
            one, other = condition.where[compare], condition.against[compare]
            wanted = [(one, other), None]
            subject = say(
                "{quoted_level} against {quoted_level_2}, {subject}",
                quoted_level=quoted_level(compare, one),
                quoted_level_2=quoted_level(compare, other),
                subject=subject,
            )
        for effect in self.effects:
            if [each.levels for each in effect.directions] == wanted and effect.factors[-1] == condition.trend:
                low, high = _ends(effect.estimate, effect.over_images)
                return Figure(subject, effect.estimate.mean, low, high, measure.show_difference, measure.number)
        return None

    def _mean(self, measure: Measure, cell: Cell) -> Figure | None:
        parameter = worst_layer(measure, cell) if measure.by_layer else None
        estimate = None if measure.by_layer and parameter is None else cell.estimate(measure.name, parameter)
        if estimate is None:
            return None
        own = Estimate(estimate.values, self._comparisons, estimate.within)
        low, high = _ends(own, None if measure.by_layer else cell.interval_over_images(measure.name, self._comparisons))
        subject = label_with_whole(measure.number, estimate, cell.label)
        return Figure(subject, own.mean, low, high, measure.show, measure.number)

    def _times(self, measure: Measure, cell: Cell, against: Cell, subject: str) -> Figure | None:
        """Return the ratio of two cells, of which the logarithms are paired by seed."""
        one, other = cell.figures(measure.name), against.figures(measure.name)
        shared = [seed for seed in one if seed in other and one[seed] > 0 and other[seed] > 0]
        if not shared:
            return None
        logs = Estimate(tuple(math.log(one[seed] / other[seed]) for seed in shared), self._comparisons)
        low, high = (None if end is None else math.exp(end) for end in (logs.low, logs.high))
        return figure_of_ratio(subject, math.exp(logs.mean), low, high)


def _ends(estimate: Estimate, over_images: Interval | None) -> tuple[float | None, float | None]:
    return over_images or (estimate.low, estimate.high)


def _with(cells: Sequence[Cell], where: Mapping[str, str]) -> list[Cell]:
    """Return the cells that have these levels."""
    return [cell for cell in cells if where.items() <= cell.levels.items()]


def _best(measure: Measure, cells: Sequence[Cell]) -> Figure | None:
    """Return the best run's figure; one more training may be better, as far as the prediction intervals go."""
    found = [(cell, estimate) for cell in cells if (estimate := cell.estimate(measure.name)) is not None]
    if not found:
        return None
    choose = max if measure.better == "higher" else min
    # Questions share runs: each is counted once.
    by_cell = [{_weights(cell, seed): value for seed, value in cell.figures(measure.name).items()} for cell, _ in found]
    runs = {weights: value for of_cell in by_cell for weights, value in of_cell.items()}
    best = choose(runs.values())
    label = found[0][0].label if len(found) == 1 else say("{count} settings", count=len(set(map(frozenset, by_cell))))
    subject = say("{label}, the best of {count}", label=label, count=len(runs))
    predictions = [estimate.prediction for _, estimate in found]
    ends = [end for prediction in predictions if prediction is not None for end in prediction]
    if None in predictions:
        return Figure(subject, best, None, None, measure.show, measure.number)
    low, high = min(best, *ends), max(best, *ends)
    low, high = (best, high) if measure.better == "higher" else (low, best)
    return Figure(subject, best, low, high, measure.show, measure.number)


def _weights(cell: Cell, seed: int) -> str:
    """Return what is the same for the same training, also where its settings are written otherwise: its digest."""
    run = cell.runs.get(seed)
    digest = None if run is None else run.table("results").get("digest")
    return digest or cell.training.with_seed(seed).key
