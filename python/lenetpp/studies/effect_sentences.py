"""Sentences about effects: what a factor does on average, along its numbers, and whether it depends on another one."""

from collections.abc import Sequence

from lenetpp.basics.language import say
from lenetpp.settings.words import name_in_words
from lenetpp.studies.directions import Direction
from lenetpp.studies.estimates import Estimate
from lenetpp.studies.measures import Measure
from lenetpp.studies.sentences import facts, pair_in_words, size_in_words, verdict


def effect_in_words(measure: Measure, directions: Sequence[Direction], estimate: Estimate, *, averaged: bool) -> str:
    """Return the sentence about an effect, with its interval.

    Parameters
    ----------
    measure : Measure
        Whose figures.
    directions : sequence of Direction
        One, or the two of an interaction.
    estimate : Estimate
        How large it is.
    averaged : bool
        Whether it is an average over the levels of other factors.
    """
    if len(directions) > 1:
        one, other = directions
        return _interaction(measure, one, other, estimate)
    (direction,) = directions
    subject = say("for {words},", words=direction.words)
    if direction.levels is not None:
        subject = "{} against {}:".format(*pair_in_words(direction.factor, *direction.levels))
    subject = say("On average, {subject}", subject=subject) if averaged else f"{subject[:1].upper()}{subject[1:]}"
    found, mean = verdict(estimate), estimate.mean
    if found == say("not shown"):
        what = say("no trend") if direction.is_trend else say("no difference")
        size = measure.show_difference(mean)
        return say(
            "{subject} {what} in {title} was found: {size} {facts}.",
            subject=subject,
            what=what,
            title=measure.title,
            size=size,
            facts=facts(measure, estimate),
        )
    is_or_was = "is" if found in ("higher", "lower") else "was"
    word = (
        say("higher by {mean}", mean=size_in_words(measure, mean))
        if mean > 0
        else say("lower by {mean}", mean=size_in_words(measure, mean))
        if mean
        else say("the same")
    )
    return f"{subject} {measure.title} {is_or_was} {word} {facts(measure, estimate, -1 if mean < 0 else 1)}."


def _interaction(measure: Measure, one: Direction, other: Direction, estimate: Estimate) -> str:
    what = (
        say("the trend over {name}", name=name_in_words(one.factor))
        if one.is_trend
        else say("the effect of {words}", words=one.words)
    )
    along = name_in_words(other.factor)
    where = say("for {words}", words=other.words) if other.is_trend else say("with {words}", words=other.words)
    change = f"{measure.show_difference(estimate.mean)} {where} {facts(measure, estimate)}"
    if verdict(estimate) in ("higher", "lower"):
        return say(
            "{upper}{what} depends on {along}: {change}.",
            upper=what[:1].upper(),
            what=what[1:],
            along=along,
            change=change,
        )
    return say("No evidence that {what} depends on {along}: {change}.", what=what, along=along, change=change)
