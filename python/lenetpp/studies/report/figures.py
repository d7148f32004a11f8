"""How figures of a study stand in tables: every mean with its interval or with the number of its seeds."""

from lenetpp.basics.language import say
from lenetpp.studies.cells import Cell
from lenetpp.studies.estimates import Estimate
from lenetpp.studies.measures import Measure
from lenetpp.studies.report.content import Entry
from lenetpp.studies.sentences import interval_in_words, label_with_whole, mean_in_short

NOTHING = say("none")
"""Where there is no figure."""


def mean_entry(estimate: Estimate | None, measure: Measure, anchor: str) -> Entry:
    """Return the mean alone, for tables that have the interval beside it."""
    if estimate is None:
        return Entry(NOTHING, anchor, is_number=True)
    mean = label_with_whole(measure.number, estimate, measure.show(estimate.mean))
    return Entry(mean, anchor, is_number=True)


def interval_entry(estimate: Estimate | None, measure: Measure, anchor: str) -> Entry:
    """Return the interval alone."""
    if estimate is None:
        return Entry(NOTHING, anchor, is_number=True)
    return Entry(interval_text(estimate, measure) or estimate.without, anchor, is_number=True)


def whole_entry(estimate: Estimate | None, measure: Measure, anchor: str) -> Entry:
    """Return mean and interval together; the mean alone where all seeds agree, as they do about the network's size."""
    if estimate is None:
        return Entry(NOTHING, anchor, is_number=True)
    if estimate.low is not None and estimate.low == estimate.high and not estimate.stuck:
        return Entry(measure.show(estimate.mean), anchor, is_number=True)
    return Entry(mean_in_short(measure.number, estimate, measure.unit), anchor, is_number=True)


def interval_text(estimate: Estimate, measure: Measure) -> str:
    """Return the ends of the interval without their unit; empty where there is none."""
    if estimate.low is None or estimate.high is None:
        return ""
    return interval_in_words(measure, estimate)


def level_entries(cell: Cell) -> tuple[Entry, ...]:
    """Return a cell's levels."""
    return tuple(Entry(level) for level in cell.levels.values())
