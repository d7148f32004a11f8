"""How figures of a study stand in tables: every mean with its interval or with the number of its seeds."""

from lenetpp.studies.cells import Cell
from lenetpp.studies.estimates import Estimate
from lenetpp.studies.measures import Measure
from lenetpp.studies.report.content import Entry

NOTHING = "none"
"""Where there is no figure."""


def mean_entry(estimate: Estimate | None, measure: Measure, anchor: str) -> Entry:
    """Return the mean alone, for tables that have the interval beside it."""
    return Entry(NOTHING if estimate is None else measure.show(estimate.mean), anchor, is_number=True)


def interval_entry(estimate: Estimate | None, measure: Measure, anchor: str) -> Entry:
    """Return the interval alone."""
    if estimate is None:
        return Entry(NOTHING, anchor, is_number=True)
    return Entry(interval_text(estimate, measure) or estimate.without, anchor, is_number=True)


def whole_entry(estimate: Estimate | None, measure: Measure, anchor: str) -> Entry:
    """Return mean and interval together; the mean alone where all seeds agree, as they do about the network's size."""
    if estimate is None:
        return Entry(NOTHING, anchor, is_number=True)
    mean = measure.show(estimate.mean)
    if estimate.low is None:
        return Entry(f"{mean} ({estimate.without})", anchor, is_number=True)
    interval = "" if estimate.low == estimate.high else f" ({interval_text(estimate, measure)})"
    return Entry(f"{mean}{interval}", anchor, is_number=True)


def interval_text(estimate: Estimate, measure: Measure) -> str:
    """Return the ends of the interval without their unit; empty where there is none."""
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{measure.number(estimate.low)} to {measure.number(estimate.high)}"


def level_entries(cell: Cell) -> tuple[Entry, ...]:
    """Return a cell's levels."""
    return tuple(Entry(level) for level in cell.levels.values())
