"""Sentences about one difference or one cell, such as a careful statistician would sign.

What stands in parentheses behind a figure is its 95 % interval; the notes of an answer say so.
"""

import math
from collections.abc import Callable, Sequence
from typing import Literal

from lenetpp.basics.language import say
from lenetpp.basics.percent import percent
from lenetpp.studies.cells import Cell, quoted_level, says_little
from lenetpp.studies.estimates import CONFIDENCE, Estimate, Interval
from lenetpp.studies.measures import Measure
from lenetpp.studies.question_parts import Goal, Published

INTERVAL = say("{share} interval", share=percent(CONFIDENCE, 0))

Verdict = Literal["higher", "lower", "not shown", "no spread", "one seed", "too few seeds"]

SEEDS_WHOSE_SIGNS_ARE_ENOUGH = 6
"""If the sign of a difference were a matter of chance, so many seeds would agree on it in 2 of 64 cases."""


def verdict(difference: Estimate) -> Verdict:
    """Return what the interval of differences says; too few seeds say nothing, nor do a few without any spread."""
    if difference.low is None or difference.high is None:
        return say("one seed") if difference.count == 1 else say("too few seeds")
    if difference.is_constant and difference.count < SEEDS_WHOSE_SIGNS_ARE_ENOUGH:
        return say("no spread")
    return "higher" if difference.low > 0 else "lower" if difference.high < 0 else say("not shown")


def facts(measure: Measure, estimate: Estimate, sign: int = 1) -> str:
    """Return "(4.80 to 5.60; 10 seeds)", or why there is no interval; with the sign -1, the other way round."""
    seeds = say("{count} seeds{whole}", count=estimate.count, whole=whole_in_words(measure.number, estimate, sign))
    if estimate.low is None or estimate.high is None:
        return f"({estimate.without}{whole_in_words(measure.number, estimate, sign)})"
    if estimate.is_constant:
        return say("(the same with each of {seeds})", seeds=seeds)
    return f"({interval_in_words(measure, estimate, sign)}; {seeds})"


def whole_in_words(number: Callable[[float], str], estimate: Estimate, sign: int = 1) -> str:
    """Return " of 10, 72.30 with all" where trainings learned nothing, so that no mean leaves them out unsaid."""
    if not estimate.stuck:
        return ""
    return say(
        " of {whole_count}, {sign} with all", whole_count=estimate.whole_count, sign=number(sign * estimate.whole_mean)
    )


def mean_in_words(measure: Measure, estimate: Estimate) -> str:
    """Return "87.10 % (86.90 to 87.30; 10 seeds)"."""
    return f"{measure.show(estimate.mean)} {facts(measure, estimate)}"


def mean_in_short(number: Callable[[float], str], estimate: Estimate, unit: str = "") -> str:
    """Return "87.10 % (86.90 to 87.30)", for where it is said how many seeds there are."""
    mean = f"{number(estimate.mean)} {unit}".rstrip()
    whole = f"; {estimate.count}{whole_in_words(number, estimate)}" if estimate.stuck else ""
    if estimate.low is None or estimate.high is None:
        return f"{mean} ({estimate.without}{whole})"
    spread = (
        say("no spread")
        if estimate.is_constant
        else say("{low} to {high}", low=number(estimate.low), high=number(estimate.high))
    )
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
    subject = say("{upper}{one} against {other}{where}", upper=one[:1].upper(), one=one[1:], other=other, where=where)
    mean, found = difference.mean, verdict(difference)
    size = (
        say("higher by {mean}", mean=size_in_words(measure, mean))
        if mean > 0
        else say("lower by {mean}", mean=size_in_words(measure, mean))
        if mean
        else say("the same")
    )
    if found == say("one seed"):
        return say(
            "{subject}: {title} was {size} with the only seed that both have, which says nothing of others.",
            subject=subject,
            title=measure.title,
            size=size,
        )
    if found == say("too few seeds"):
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
    if found == say("not shown"):
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


def _where(factor: str, level: str) -> str:
    return (
        say(" at {quoted_level}", quoted_level=quoted_level(factor, level))
        if level[:1].isdigit()
        else say(", with {quoted_level}", quoted_level=quoted_level(factor, level))
    )


def published_in_words(measure: Measure, published: Published, cell: Cell) -> tuple[str, ...]:
    """Return what somebody else published, what was measured here, and whether the two agree.

    A single training is held against the interval that one more training here would lie in, the best of several
    against its upper end alone, a mean against the interval of ours.
    """
    kinds = {
        say("one training"): say("one training"),
        say("best of several"): say("the best of several"),
        "mean": "a mean",
    }
    theirs = say(
        "Published: {value} ({source}, {kinds})",
        value=measure.show(published.value),
        source=published.source,
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
        place = "within" if estimate.low <= published.value <= estimate.high else "outside"
        return (say("The published mean lies {place} the interval of this one.", place=place),)
    assert estimate.prediction is not None
    low, high = estimate.prediction
    is_better_beyond = published.value > high if measure.better == "higher" else published.value < low
    is_outside = not low <= published.value <= high if published.figure == say("one training") else is_better_beyond
    place = "outside" if is_outside else "within"
    reached = sum(map(reaches(measure, published.value), estimate.values))
    return (
        say(
            "A single training here is expected between {low} and {high}: the published one lies {place}.",
            low=measure.number(low),
            high=measure.number(high),
            place=place,
        ),
        say(
            "{reached} of {count} seeds reach {value}.",
            reached=reached,
            count=estimate.count,
            value=measure.show(published.value),
        ),
    )


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
    sentence = (
        say("{wanted}: reached, mean {estimate}", wanted=wanted, estimate=mean_in_words(measure, estimate))
        if reached
        else say("{wanted}: missed, mean {estimate}", wanted=wanted, estimate=mean_in_words(measure, estimate))
    )
    if reached and estimate.low is not None and estimate.low < goal.at_least:
        return say("{sentence}; but the interval begins below the goal.", sentence=sentence)
    if not reached and estimate.high is not None and estimate.high >= goal.at_least:
        return say("{sentence}; but the interval reaches the goal.", sentence=sentence)
    return f"{sentence}."


def over_images_in_words(measure: Measure, interval: Interval) -> str:
    """Return the sentence about the interval over seeds and test images."""
    return say("On other test images like these, too: {ends}.", ends=ends_in_words(measure, interval))


def seeds_in_words(seeds: Sequence[int]) -> str:
    """Return "seed 3", or "seeds 3, 5 and 7"."""
    names = [str(seed) for seed in seeds]
    if len(names) == 1:
        return say("seed {names}", names=names[0])
    return say("seeds {list} and {names}", list=", ".join(names[:-1]), names=names[-1])
