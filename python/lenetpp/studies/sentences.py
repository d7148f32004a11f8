"""Sentences about one difference or one cell, such as a careful statistician would sign.

What stands in parentheses behind a figure is its 95 % interval; the notes of an answer say so.
"""

import math
from collections.abc import Callable, Sequence
from typing import Literal

from lenetpp.basics.percent import percent
from lenetpp.studies.cells import Cell, quoted_level, says_little
from lenetpp.studies.estimates import CONFIDENCE, Estimate, Interval
from lenetpp.studies.measures import Measure
from lenetpp.studies.question_parts import Goal, Published

INTERVAL = f"{percent(CONFIDENCE, 0)} interval"

Verdict = Literal["higher", "lower", "not shown", "no spread", "one seed", "too few seeds"]

SEEDS_WHOSE_SIGNS_ARE_ENOUGH = 6
"""If the sign of a difference were a matter of chance, so many seeds would agree on it in 2 of 64 cases."""


def verdict(difference: Estimate) -> Verdict:
    """Return what the interval of differences says; too few seeds say nothing, nor do a few without any spread."""
    if difference.low is None or difference.high is None:
        return "one seed" if difference.count == 1 else "too few seeds"
    if difference.is_constant and difference.count < SEEDS_WHOSE_SIGNS_ARE_ENOUGH:
        return "no spread"
    return "higher" if difference.low > 0 else "lower" if difference.high < 0 else "not shown"


def facts(measure: Measure, estimate: Estimate, sign: int = 1) -> str:
    """Return "(4.80 to 5.60; 10 seeds)", or why there is no interval; with the sign -1, the other way round."""
    seeds = f"{estimate.count} seeds{whole_in_words(measure.number, estimate, sign)}"
    if estimate.low is None or estimate.high is None:
        return f"({estimate.without}{whole_in_words(measure.number, estimate, sign)})"
    if estimate.is_constant:
        return f"(the same with each of {seeds})"
    return f"({interval_in_words(measure, estimate, sign)}; {seeds})"


def whole_in_words(number: Callable[[float], str], estimate: Estimate, sign: int = 1) -> str:
    """Return " of 10, 72.30 with all" where trainings learned nothing, so that no mean leaves them out unsaid."""
    if not estimate.stuck:
        return ""
    return f" of {estimate.whole_count}, {number(sign * estimate.whole_mean)} with all"


def mean_in_words(measure: Measure, estimate: Estimate) -> str:
    """Return "87.10 % (86.90 to 87.30; 10 seeds)"."""
    return f"{measure.show(estimate.mean)} {facts(measure, estimate)}"


def mean_in_short(number: Callable[[float], str], estimate: Estimate, unit: str = "") -> str:
    """Return "87.10 % (86.90 to 87.30)", for where it is said how many seeds there are."""
    mean = f"{number(estimate.mean)} {unit}".rstrip()
    whole = f"; {estimate.count}{whole_in_words(number, estimate)}" if estimate.stuck else ""
    if estimate.low is None or estimate.high is None:
        return f"{mean} ({estimate.without}{whole})"
    spread = "no spread" if estimate.is_constant else f"{number(estimate.low)} to {number(estimate.high)}"
    return f"{mean} ({spread}{whole})"


def interval_in_words(measure: Measure, estimate: Estimate, sign: int = 1) -> str:
    """Return "4.80 to 5.60"; with the sign -1, of the difference the other way round."""
    return ends_in_words(measure, [end for end in (estimate.low, estimate.high) if end is not None], sign)


def ends_in_words(measure: Measure, ends: Sequence[float], sign: int = 1) -> str:
    """Return the ends of any interval: "4.80 to 5.60"."""
    return " to ".join(map(measure.number, sorted(sign * end for end in ends)))


def size_in_words(measure: Measure, difference: float) -> str:
    """Return a difference without its sign: "5.20 points"."""
    return f"{measure.number(abs(difference))} {measure.difference_unit}".rstrip()


def difference_in_words(measure: Measure, compare: str, cell: Cell, against: Cell, difference: Estimate) -> str:
    """Return the sentence about a cell against another one that differs from it in the factor `compare`."""
    one, other = pair_in_words(compare, cell.levels[compare], against.levels[compare])
    where = " and".join(_where(factor, level) for factor, level in cell.levels.items() if factor != compare)
    subject = f"{one[:1].upper()}{one[1:]} against {other}{where}"
    mean, found = difference.mean, verdict(difference)
    size = f"{'higher' if mean > 0 else 'lower'} by {size_in_words(measure, mean)}" if mean else "the same"
    if found == "one seed":
        return f"{subject}: {measure.title} was {size} with the only seed that both have, which says nothing of others."
    if found == "too few seeds":
        return f"{subject}: {measure.title} was {size}; too few seeds ({difference.count}) for a verdict."
    if difference.is_constant:
        return f"{subject}: {measure.title} was {size} with each of {difference.count} seeds, without any spread."
    if found == "not shown":
        return (
            f"{subject}: no difference in {measure.title} was found: {measure.show_difference(mean)} "
            f"{facts(measure, difference)}."
        )
    return f"{subject}: {measure.title} is {size} {facts(measure, difference, -1 if found == 'lower' else 1)}."


def pair_in_words(factor: str, level: str, reference: str) -> tuple[str, str]:
    """Return what two levels are called that are named together: "batch size 4" and "16"."""
    is_clear = says_little(level) and says_little(reference)
    return quoted_level(factor, level), reference if is_clear else quoted_level(factor, reference)


def _where(factor: str, level: str) -> str:
    return f"{' at' if level[:1].isdigit() else ', with'} {quoted_level(factor, level)}"


def published_in_words(measure: Measure, published: Published, cell: Cell) -> tuple[str, ...]:
    """Return what somebody else published, what was measured here, and whether the two agree.

    A single training is held against the interval that one more training here would lie in, the best of several
    against its upper end alone, a mean against the interval of ours.
    """
    kinds = {"one training": "one training", "best of several": "the best of several", "mean": "a mean"}
    theirs = f"Published: {measure.show(published.value)} ({published.source}, {kinds[published.figure]})"
    estimate = cell.estimate(measure.name)
    if estimate is None:
        return (f"{theirs}; here, {cell.label} has no figure.",)
    ours = f"{theirs}; here, {cell.label}: {mean_in_words(measure, estimate)}."
    return ours, *_held_against(measure, published, estimate)


def _held_against(measure: Measure, published: Published, estimate: Estimate) -> tuple[str, ...]:
    if estimate.is_constant or estimate.low is None or estimate.high is None:
        return ()
    if published.figure == "mean":
        place = "within" if estimate.low <= published.value <= estimate.high else "outside"
        return (f"The published mean lies {place} the interval of this one.",)
    assert estimate.prediction is not None
    low, high = estimate.prediction
    is_better_beyond = published.value > high if measure.better == "higher" else published.value < low
    is_outside = not low <= published.value <= high if published.figure == "one training" else is_better_beyond
    place = "outside" if is_outside else "within"
    reached = sum(map(reaches(measure, published.value), estimate.values))
    return (
        f"A single training here is expected between {measure.number(low)} and {measure.number(high)}: the published "
        f"one lies {place}.",
        f"{reached} of {estimate.count} seeds reach {measure.show(published.value)}.",
    )


def reaches(measure: Measure, wanted: float) -> Callable[[float], bool]:
    """Return the function that says of a figure whether it is as good as one that is wanted, or better."""
    sign = 1 if measure.better == "higher" else -1

    def is_as_good(value: float) -> bool:
        return sign * value >= sign * wanted or math.isclose(value, wanted, rel_tol=1e-9)

    return is_as_good


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


def over_images_in_words(measure: Measure, interval: Interval) -> str:
    """Return the sentence about the interval over seeds and test images."""
    return f"On other test images like these, too: {ends_in_words(measure, interval)}."


def seeds_in_words(seeds: Sequence[int]) -> str:
    """Return "seed 3", or "seeds 3, 5 and 7"."""
    names = [str(seed) for seed in seeds]
    if len(names) == 1:
        return f"seed {names[0]}"
    return f"seeds {', '.join(names[:-1])} and {names[-1]}"
