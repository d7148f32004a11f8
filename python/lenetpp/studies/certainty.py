"""How large an effect is and how sure that is: in the line that states it, and in a line of its own."""

from typing import Literal

from lenetpp.basics.language import capitalized, say, sentence, template
from lenetpp.studies.estimates import Estimate, Interval
from lenetpp.studies.measures import Measure
from lenetpp.studies.sentences import reach_in_words, size_in_words, verdict, whole_in_words

TOO_FEW = (say("one seed"), say("too few seeds"), say("no spread"))
"""Verdicts on differences of which nothing can be said."""


def effect_in_line(
    measure: Measure, difference: Estimate, over_images: Interval | None, which: Literal["first", "second"] = "first"
) -> str:
    """Return an effect with its certainty: "The first is 5.15 points higher (4.67 to 5.63).", or "Undecided: ...".

    Parameters
    ----------
    measure : Measure
        Whose figures are compared.
    difference : Estimate
        Over the seeds.
    over_images : (float, float) or None
        Its interval over seeds and test images, where that is known.
    which : {"first", "second"}
        Of the two figures that were just said, the one that the difference is of, against the other.
    """
    mean = difference.mean
    size: str = say("no difference")
    if mean:
        form = _longer(measure, which) if mean > 0 else _shorter(measure, which)
        size = say(form, size=size_in_words(measure, mean))
    return with_certainty(measure, size, difference, over_images)


def with_certainty(measure: Measure, size: str, difference: Estimate, over_images: Interval | None) -> str:
    """Return a clause on the size of a difference, with its interval or that it is undecided, as a sentence."""
    towards = -1 if difference.mean < 0 else 1
    whole = "" if not difference.stuck else whole_in_words(measure.number, difference, str(difference.count), towards)
    found, ends = verdict(difference), ends_of(difference, over_images)
    if found in TOO_FEW or ends is None:
        said = say("Undecided with {count} of each: {size}", count=difference.count, size=size)
        return sentence(say("{said} ({whole})", said=said, whole=whole) if whole else said)
    interval: str = reach_in_words(measure, ends, towards)
    if whole:
        interval = say("{first}; {rest}", first=interval, rest=whole)
    if not ends[0] <= 0 <= ends[1]:
        return say("{size} ({interval}).", size=capitalized(size), interval=interval)
    if found == "not shown":
        return say("Undecided: {size} ({interval}).", size=size, interval=interval)
    return say("Undecided on other test images: {size} ({interval}).", size=size, interval=interval)


def _longer(measure: Measure, which: str) -> str:
    """Return the template of a difference that is positive: of times it is longer, of all else higher."""
    if measure.is_time and not measure.is_share:
        return template("the first is {size} longer") if which == "first" else template("the second is {size} longer")
    return template("the first is {size} higher") if which == "first" else template("the second is {size} higher")


def _shorter(measure: Measure, which: str) -> str:
    if measure.is_time and not measure.is_share:
        return template("the first is {size} shorter") if which == "first" else template("the second is {size} shorter")
    return template("the first is {size} lower") if which == "first" else template("the second is {size} lower")


def certainty_line(
    measure: Measure, difference: Estimate, over_images: Interval | None, *, is_change: bool = False
) -> str:
    """Return how sure an effect is, and of what.

    Parameters
    ----------
    measure, difference, over_images
        As of :func:`effect_in_line`.
    is_change : bool
        Whether it is by how much a difference changes.
    """
    found, ends = verdict(difference), ends_of(difference, over_images)
    if found in TOO_FEW or ends is None:
        return say(
            "Not sure at all: {count} of each is too few to say what other repeats would give.", count=difference.count
        )
    size = reach_in_words(measure, ends, -1 if difference.mean < 0 else 1, measure.difference_unit)
    if is_change:
        where = (
            say("over many seeds and many test images the mean change would be {size}", size=size)
            if over_images
            else say("over many seeds the mean change would be {size}", size=size)
        )
    else:
        where = (
            say("over many seeds and many test images the mean difference would be {size}", size=size)
            if over_images
            else say("over many seeds the mean difference would be {size}", size=size)
        )
    if difference.comparisons > 1:
        known = {"where": where, "count": difference.comparisons}
        if found == "not shown":
            return say("Undecided: {where}, with 95 % confidence in all {count} intervals together.", **known)
        if ends[0] <= 0 <= ends[1]:
            return say(
                "Sure of these test images only: {where}, with 95 % confidence in all {count} intervals together.",
                **known,
            )
        return say("Sure: {where}, with 95 % confidence in all {count} intervals together.", **known)
    if found == "not shown":
        return say("Undecided: {where}, with 95 % confidence.", where=where)
    if ends[0] <= 0 <= ends[1]:
        return say("Sure of these test images only: {where}, with 95 % confidence.", where=where)
    return say("Sure: {where}, with 95 % confidence.", where=where)


def ends_of(difference: Estimate, over_images: Interval | None) -> Interval | None:
    """Return the wider of the intervals, that over seeds and test images, where it is known; None without any."""
    if over_images is not None or difference.low is None or difference.high is None:
        return over_images
    return difference.low, difference.high
