"""Sentences about one difference or one cell, such as a careful statistician would sign."""

import math
from collections.abc import Callable, Sequence
from typing import Literal

from lenetpp.basics.percent import percent
from lenetpp.studies.cells import Cell, level_in_words, says_little
from lenetpp.studies.estimates import CONFIDENCE, Estimate
from lenetpp.studies.measures import Measure
from lenetpp.studies.question_parts import Goal, Published

INTERVAL = f"{percent(CONFIDENCE, 0)} interval"

Verdict = Literal["higher", "lower", "not shown", "no spread", "one seed"]

SEEDS_WHOSE_SIGNS_ARE_ENOUGH = 6
"""If the sign of a difference were a matter of chance, so many seeds would agree on it in 2 of 64 cases."""


def verdict(difference: Estimate) -> Verdict:
    """Return what the interval of differences says; a single one says nothing, nor do a few without any spread."""
    if difference.low is None or difference.high is None:
        return "one seed"
    if difference.is_constant and difference.count < SEEDS_WHOSE_SIGNS_ARE_ENOUGH:
        return "no spread"
    return "higher" if difference.low > 0 else "lower" if difference.high < 0 else "not shown"


def mean_in_words(measure: Measure, estimate: Estimate) -> str:
    """Return "87.10 % (95 % interval 86.90 to 87.30; 10 seeds)"."""
    mean = measure.show(estimate.mean)
    if estimate.low is None or estimate.high is None:
        return f"{mean} (one seed, so without an interval)"
    if estimate.is_constant:
        return f"{mean} (the same with each of {estimate.count} seeds)"
    return f"{mean} ({INTERVAL} {interval_in_words(measure, estimate)}; {estimate.count} seeds)"


def mean_in_short(number: Callable[[float], str], estimate: Estimate, unit: str = "") -> str:
    """Return "87.10 % (86.90 to 87.30)", for where it is said what the interval is."""
    mean = f"{number(estimate.mean)} {unit}".rstrip()
    if estimate.low is None or estimate.high is None:
        return f"{mean} (one seed)"
    spread = "no spread" if estimate.is_constant else f"{number(estimate.low)} to {number(estimate.high)}"
    return f"{mean} ({spread})"


def interval_in_words(measure: Measure, estimate: Estimate, sign: int = 1) -> str:
    """Return "4.80 to 5.60"; with the sign -1, of the difference the other way round."""
    ends = sorted(sign * end for end in (estimate.low, estimate.high) if end is not None)
    return " to ".join(map(measure.number, ends))


def size_in_words(measure: Measure, difference: float) -> str:
    """Return a difference without its sign: "5.20 points"."""
    return f"{measure.number(abs(difference))} {measure.difference_unit}".rstrip()


def difference_in_words(measure: Measure, compare: str, cell: Cell, against: Cell, difference: Estimate) -> str:
    """Return the sentence about a cell against another one that differs from it in the factor `compare`."""
    level, reference = cell.levels[compare], against.levels[compare]
    one = level_in_words(compare, level)
    other = reference if says_little(level) and says_little(reference) else level_in_words(compare, reference)
    where = " and".join(_where(factor, level) for factor, level in cell.levels.items() if factor != compare)
    subject = f"With {one} instead of {other}{where}"
    planned = len(set(cell.seeds) & set(against.seeds))
    seeds = f"{difference.count} of {planned}" if difference.count < planned else f"{difference.count}"
    mean = difference.mean
    found = verdict(difference)
    direction = "higher" if mean > 0 else "lower"
    size = size_in_words(measure, mean)
    if found == "one seed":
        how = f"{direction} by {size}" if mean else "the same"
        return (
            f"{subject}, {measure.title} was {how} with the only seed that both have: "
            "one seed has no interval and says nothing about others."
        )
    if difference.is_constant:
        how = f"{direction} by {size}" if mean else "the same"
        return (
            f"{subject}, {measure.title} was {how} with each of {seeds} seeds: as they do not spread, the interval has "
            "no width, which more seeds might change."
        )
    adjusted = f"; adjusted for {difference.comparisons} comparisons" if difference.comparisons > 1 else ""
    sign = -1 if found == "lower" else 1
    facts = f"({INTERVAL} {interval_in_words(measure, difference, sign)}; {seeds} seeds, paired{adjusted})"
    if found == "not shown":
        assert difference.low is not None
        assert difference.high is not None
        largest = max(abs(difference.low), abs(difference.high))
        return (
            f"{subject}, no difference in {measure.title} was shown: {measure.show_difference(mean)} {facts}; a "
            f"difference of more than {size_in_words(measure, largest)} either way is unlikely."
        )
    return f"{subject}, {measure.title} is {found} by {size} {facts}."


def _where(factor: str, level: str) -> str:
    return f"{' at' if level[:1].isdigit() else ', with'} {level_in_words(factor, level)}"


def published_in_words(measure: Measure, published: Published, cell: Cell) -> str:
    """Return what somebody else published beside what was measured here."""
    theirs = f"Published: {measure.show(published.value)} ({published.source})"
    estimate = cell.estimate(measure.name)
    if estimate is None:
        return f"{theirs}; here, {cell.label} has no figure."
    ours = f"{theirs}; here, {cell.label}: {mean_in_words(measure, estimate)}"
    gap = estimate.mean - published.value
    apart = f"{size_in_words(measure, gap)} {'higher' if gap > 0 else 'lower'}" if gap else "the same"
    if estimate.low is None or estimate.high is None or estimate.is_constant:
        return f"{ours}, {apart}."
    place = "within" if estimate.low <= published.value <= estimate.high else "outside"
    return f"{ours}, {apart}; the published figure lies {place} the interval."


def goal_in_words(measure: Measure, goal: Goal, cell: Cell) -> str:
    """Return whether a goal was reached: whether the mean is at least so high."""
    wanted = f"Goal for {cell.label}, at least {measure.show(goal.at_least)}"
    estimate = cell.estimate(measure.name)
    if estimate is None:
        return f"{wanted}: open, as there is no figure."
    reached = estimate.mean >= goal.at_least or math.isclose(estimate.mean, goal.at_least, rel_tol=1e-9)
    sentence = f"{wanted}: {'reached' if reached else 'missed'}, mean {mean_in_words(measure, estimate)}"
    if reached and estimate.low is not None and estimate.low < goal.at_least:
        return f"{sentence}; but the interval begins below the goal."
    if not reached and estimate.high is not None and estimate.high >= goal.at_least:
        return f"{sentence}; but the interval reaches the goal."
    return f"{sentence}."


def seeds_in_words(seeds: Sequence[int]) -> str:
    """Return "seed 3", or "seeds 3, 5 and 7"."""
    names = [str(seed) for seed in seeds]
    if len(names) == 1:
        return f"seed {names[0]}"
    return f"seeds {', '.join(names[:-1])} and {names[-1]}"
