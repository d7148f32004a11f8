"""Sentences about one difference or one cell, such as a careful statistician would sign.

What stands in parentheses behind a figure is its 95 % interval; the notes of an answer say so.
"""

import math
from collections.abc import Callable, Sequence
from typing import Literal

from lenetpp.basics.language import capitalized, listed, say, sentence
from lenetpp.basics.percent import in_percent, percent
from lenetpp.studies.cells import Cell, quoted_level, says_little
from lenetpp.studies.estimates import CONFIDENCE, Estimate, Interval
from lenetpp.studies.measures import Measure, with_unit
from lenetpp.studies.question_parts import Goal, Published

INTERVAL = say("{share} interval", share=percent(CONFIDENCE, 0))

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


def facts(measure: Measure, estimate: Estimate, towards: int | None = None, *, among_effects: bool = False) -> str:
    """Return "(4.80 to 5.60; 10 seeds)", or why there is no interval.

    `towards` is 1 behind a size that is said to be higher, -1 behind one that is said to be lower, and None behind a
    figure that has its own sign. Among several effects it says that the interval is wider, so that all of them hold.
    """
    sign = towards or 1
    if estimate.low is None or estimate.high is None:
        return say("({why})", why=whole_in_words(measure.number, estimate, estimate.without, sign))
    seeds = whole_in_words(measure.number, estimate, say("{count} seeds", count=estimate.count), sign)
    if estimate.is_constant:
        return say("(the same with each of {seeds})", seeds=seeds)
    ends = (estimate.low, estimate.high)
    interval = ends_in_words(measure, ends) if towards is None else reach_in_words(measure, ends, towards)
    if among_effects and estimate.comparisons > 1:
        interval = say(
            "{interval}, widened to hold for all {count} effects", interval=interval, count=estimate.comparisons
        )
    return say("({interval}; {seeds})", interval=interval, seeds=seeds)


def whole_in_words(number: Callable[[float], str], estimate: Estimate, count: str, sign: int = 1) -> str:
    """Return "8 seeds of 10, 72.30 with all" where trainings learned nothing, so that no mean leaves them out unsaid.

    Else the `count` of those that learned.
    """
    if not estimate.stuck:
        return count
    whole = number(sign * estimate.whole_mean)
    return say("{count} of {total}, {mean} with all", count=count, total=estimate.whole_count, mean=whole)


def label_with_whole(number: Callable[[float], str], estimate: Estimate, label: str) -> str:
    """Return a label, with how many trainings its figure is of where some learned nothing."""
    if not estimate.stuck:
        return label
    return say("{label} ({seeds})", label=label, seeds=whole_in_words(number, estimate, str(estimate.count)))


def mean_in_words(measure: Measure, estimate: Estimate) -> str:
    """Return "87.10 % (86.90 to 87.30; 10 seeds)"."""
    return say("{mean} {facts}", mean=measure.show(estimate.mean), facts=facts(measure, estimate))


def mean_in_short(number: Callable[[float], str], estimate: Estimate, unit: str = "") -> str:
    """Return "87.10 % (86.90 to 87.30)", for where it is said how many seeds there are."""
    mean = with_unit(number(estimate.mean), unit)
    if estimate.low is None or estimate.high is None:
        spread = estimate.without
    elif estimate.is_constant:
        spread = say("no spread")
    else:
        spread = say("{low} to {high}", low=number(estimate.low), high=number(estimate.high))
    if estimate.stuck:
        whole = whole_in_words(number, estimate, str(estimate.count))
        spread = say("{first}; {rest}", first=spread, rest=whole)
    return say("{mean} ({spread})", mean=mean, spread=spread)


def interval_in_words(measure: Measure, estimate: Estimate) -> str:
    """Return "4.80 to 5.60"."""
    return ends_in_words(measure, [end for end in (estimate.low, estimate.high) if end is not None])


def ends_in_words(measure: Measure, ends: Sequence[float], sign: int = 1) -> str:
    """Return the ends of any interval: "4.80 to 5.60"."""
    return listed((_end(measure, end) for end in sorted(sign * end for end in ends)), "{first} to {rest}")


def reach_in_words(measure: Measure, ends: Interval, towards: int, unit: str = "") -> str:
    """Return the interval of a difference whose size was said without a sign, as higher (1) or as lower (-1).

    "4.80 to 5.60" in that direction; "1.90 lower to 3.50 higher" where it has both, as a sign would not say of what.
    """
    low, high = ends
    if not low < 0 < high:
        return with_unit(ends_in_words(measure, ends, towards), unit)
    known = {"low": with_unit(_end(measure, -low), unit), "high": with_unit(_end(measure, high), unit)}
    if measure.is_time and not measure.is_share:
        return say("{low} shorter to {high} longer", **known)
    return say("{low} lower to {high} higher", **known)


def _end(measure: Measure, end: float) -> str:
    """Write an end with as many decimals as it takes to see on which side of 0 it lies."""
    written = measure.number(end)
    if not end or any(digit in "123456789" for digit in written):
        return written
    return f"{in_percent(end) if measure.unit == '%' else end:.1g}"


def size_in_words(measure: Measure, difference: float) -> str:
    """Return a difference without its sign: "5.20 points"."""
    return with_unit(measure.number(abs(difference)), measure.difference_unit)


def change_in_words(measure: Measure, difference: float) -> str:
    """Return a difference in words: "higher by 5.20 points"."""
    if not difference:
        return say("the same")
    size = size_in_words(measure, difference)
    return say("higher by {size}", size=size) if difference > 0 else say("lower by {size}", size=size)


def difference_in_words(measure: Measure, compare: str, cell: Cell, against: Cell, difference: Estimate) -> str:
    """Return the sentence about a cell against another one that differs from it in the factor `compare`."""
    one, other = pair_in_words(compare, cell.levels[compare], against.levels[compare])
    others = [quoted_level(factor, level) for factor, level in cell.levels.items() if factor != compare]
    subject = say("{one} against {other}", one=capitalized(one), other=other)
    if others:
        levels = listed(others, "{first} and {rest}")
        at_numbers = all(level[:1].isdigit() for factor, level in cell.levels.items() if factor != compare)
        subject = (
            say("{subject} at {levels}", subject=subject, levels=levels)
            if at_numbers
            else say("{subject}, with {levels}", subject=subject, levels=levels)
        )
    mean, found = difference.mean, verdict(difference)
    size = change_in_words(measure, mean)
    if found == "one seed":
        return say(
            "{subject}: {title} was {size} with the only seed that both have, which says nothing of others.",
            subject=subject,
            title=measure.title,
            size=size,
        )
    if found == "too few seeds":
        return say(
            "{subject}: {title} was {size}; too few seeds ({count}) for a verdict.",
            subject=subject,
            title=measure.title,
            size=size,
            count=difference.count,
        )
    if difference.is_constant:
        return say(
            "{subject}: {title} was {size} with each of {count} seeds, without any spread.",
            subject=subject,
            title=measure.title,
            size=size,
            count=difference.count,
        )
    if found == "not shown":
        return say(
            "{subject}: no difference in {title} was found: {mean} {facts}.",
            subject=subject,
            title=measure.title,
            mean=measure.show_difference(mean),
            facts=facts(measure, difference),
        )
    return say(
        "{subject}: {title} is {size} {facts}.",
        subject=subject,
        title=measure.title,
        size=size,
        facts=facts(measure, difference, -1 if found == "lower" else 1),
    )


def pair_in_words(factor: str, level: str, reference: str) -> tuple[str, str]:
    """Return what two levels are called that are named together: "batch size 4" and "16"."""
    is_clear = says_little(level) and says_little(reference)
    return quoted_level(factor, level), reference if is_clear else quoted_level(factor, reference)


def published_in_words(measure: Measure, published: Published, cell: Cell) -> tuple[str, ...]:
    """Return what somebody else published, what was measured here, and whether the two agree.

    A single training is held against the interval that one more training here would lie in, the best of several
    against its upper end alone, a mean against the interval of ours.
    """
    kinds = {
        "one training": say("one training"), "best of several": say("the best of several"), "mean": say("a mean"),
    }  # fmt: skip
    theirs = say(
        "Published: {value} ({source}, {kinds})",
        value=measure.show(published.value),
        source=say(published.source),
        kinds=kinds[published.figure],
    )
    estimate = cell.estimate(measure.name)
    if estimate is None:
        return (say("{theirs}; here, {label} has no figure.", theirs=theirs, label=cell.label),)
    ours = say(
        "{theirs}; here, {label}: {estimate}.",
        theirs=theirs,
        label=cell.label,
        estimate=mean_in_words(measure, estimate),
    )
    return ours, *_held_against(measure, published, estimate)


def _held_against(measure: Measure, published: Published, estimate: Estimate) -> tuple[str, ...]:
    if estimate.is_constant or estimate.low is None or estimate.high is None:
        return ()
    if published.figure == "mean":
        if estimate.low <= published.value <= estimate.high:
            return (say("The published mean lies within the interval of this one."),)
        return (say("The published mean lies outside the interval of this one."),)
    assert estimate.prediction is not None
    low, high = estimate.prediction
    is_better_beyond = published.value > high if measure.better == "higher" else published.value < low
    is_outside = not low <= published.value <= high if published.figure == "one training" else is_better_beyond
    ends = {"low": measure.number(low), "high": measure.number(high)}
    expected = (
        say("A single training here is expected between {low} and {high}: the published one lies outside.", **ends)
        if is_outside
        else say("A single training here is expected between {low} and {high}: the published one lies within.", **ends)
    )
    reached, value = sum(map(reaches(measure, published.value), estimate.values)), measure.show(published.value)
    known = {"count": reached, "total": estimate.count, "value": value}
    if not reached:
        return expected, say("None of {total} seeds reaches {value}.", **known)
    if reached == estimate.count:
        return expected, say("All {total} seeds reach {value}.", **known)
    return expected, say("{count} of {total} seeds reach {value}.", **known)


def reaches(measure: Measure, wanted: float) -> Callable[[float], bool]:
    """Return the function that says of a figure whether it is as good as one that is wanted, or better."""
    sign = 1 if measure.better == "higher" else -1

    def is_as_good(value: float) -> bool:
        return sign * value >= sign * wanted or math.isclose(value, wanted, rel_tol=1e-9)

    return is_as_good


def goal_in_words(measure: Measure, goal: Goal, cell: Cell) -> str:
    """Return whether a goal was reached: whether the mean is at least so high."""
    wanted = say("Goal for {label}, at least {at_least}", label=cell.label, at_least=measure.show(goal.at_least))
    estimate = cell.estimate(measure.name)
    if estimate is None:
        return say("{wanted}: open, as there is no figure.", wanted=wanted)
    reached = estimate.mean >= goal.at_least or math.isclose(estimate.mean, goal.at_least, rel_tol=1e-9)
    outcome = (
        say("{wanted}: reached, mean {estimate}", wanted=wanted, estimate=mean_in_words(measure, estimate))
        if reached
        else say("{wanted}: missed, mean {estimate}", wanted=wanted, estimate=mean_in_words(measure, estimate))
    )
    if reached and estimate.low is not None and estimate.low < goal.at_least:
        return say("{outcome}; but the interval begins below the goal.", outcome=outcome)
    if not reached and estimate.high is not None and estimate.high >= goal.at_least:
        return say("{outcome}; but the interval reaches the goal.", outcome=outcome)
    return sentence(outcome)


def over_images_in_words(measure: Measure, estimate: Estimate, interval: Interval, towards: int | None) -> str:
    """Return the sentence about the interval over seeds and test images; `towards` as of :func:`facts`."""
    if interval == (estimate.low, estimate.high):
        return say("That is so with other test images like these, too.")
    unit = measure.difference_unit
    ends = (
        with_unit(ends_in_words(measure, interval), unit)
        if towards is None
        else reach_in_words(measure, interval, towards, unit)
    )
    return say("With other test images like these, too, that would be {ends}.", ends=ends)


def seeds_in_words(seeds: Sequence[int]) -> str:
    """Return "seed 3", or "seeds 3, 5 and 7"."""
    names = [str(seed) for seed in seeds]
    if len(names) == 1:
        return say("seed {names}", names=names[0])
    return say("seeds {list} and {last}", list=listed(names[:-1]), last=names[-1])
