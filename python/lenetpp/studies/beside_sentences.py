"""Sentences about two measures of the same runs: what changes when the same network is looked at in another way."""

from collections.abc import Iterator, Sequence

from lenetpp.basics.language import say, sentence
from lenetpp.studies.cells import Cell
from lenetpp.studies.estimates import Estimate
from lenetpp.studies.measures import Measure
from lenetpp.studies.sentences import mean_in_words, size_in_words, verdict


def paired_measures(measure: Measure, other: Measure, cell: Cell, comparisons: int = 1) -> Estimate | None:
    """Return by how much the figures of the other measure are higher, paired by seed; None without any pair."""
    figures, others = cell.figures(measure.name), cell.figures(other.name)
    values = tuple(others[seed] - figures[seed] for seed in figures if seed in others)
    return Estimate(values, comparisons, measure.difference_within) if values else None


def beside_in_words(measure: Measure, others: Sequence[Measure], named: str, cell: Cell) -> Iterator[str]:
    """Yield a sentence for each other measure, which has the same unit, beside the first one of the same runs.

    The named one was asked for before anything was trained, and so is one comparison, whatever else is compared.
    """
    for other in others:
        comparisons = 1 if other.name == named else len(others)
        difference, estimate = paired_measures(measure, other, cell, comparisons), cell.estimate(other.name)
        if difference is None or estimate is None:
            continue
        shown = say(
            "{label}: {title} is {estimate}",
            label=cell.label,
            title=other.title,
            estimate=mean_in_words(other, estimate),
        )
        size = size_in_words(measure, difference.mean)
        match verdict(difference):
            case "higher":
                yield say("{shown}, {size} higher than {title}.", shown=shown, size=size, title=measure.title)
            case "lower":
                yield say("{shown}, {size} lower than {title}.", shown=shown, size=size, title=measure.title)
            case "not shown":
                yield say("{shown}; no difference from {title} was found.", shown=shown, title=measure.title)
            case _:
                yield sentence(shown)
