"""Sentences about effects: what a factor does on average, along its numbers, and whether it depends on another one."""

from collections.abc import Sequence

from lenetpp.basics.language import capitalized, say
from lenetpp.settings.words import name_in_words
from lenetpp.studies.directions import Direction
from lenetpp.studies.estimates import Estimate
from lenetpp.studies.measures import Measure
from lenetpp.studies.sentences import Verdict, change_in_words, facts, pair_in_words, verdict


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
    subject: str = say("for {words},", words=direction.words)
    if direction.levels is not None:
        one_level, other_level = pair_in_words(direction.factor, *direction.levels)
        subject = say("{one} against {other}:", one=one_level, other=other_level)
    subject = say("On average, {subject}", subject=subject) if averaged else capitalized(subject)
    found, mean = verdict(estimate), estimate.mean
    if found == "not shown":
        known = {
            "subject": subject, "title": measure.title, "size": measure.show_difference(mean),
            "facts": facts(measure, estimate, among_effects=True),
        }  # fmt: skip
        if direction.is_trend:
            return say("{subject} no trend in {title} was found: {size} {facts}.", **known)
        return say("{subject} no difference in {title} was found: {size} {facts}.", **known)
    known = {
        "subject": subject, "title": measure.title, "size": change_in_words(measure, mean),
        "facts": facts(measure, estimate, -1 if mean < 0 else 1, among_effects=True),
    }  # fmt: skip
    if found in ("higher", "lower"):
        return say("{subject} {title} is {size} {facts}.", **known)
    return say("{subject} {title} was {size} {facts}.", **known)


def _interaction(measure: Measure, one: Direction, other: Direction, estimate: Estimate) -> str:
    change = say(
        "{size} {facts}",
        size=change_along(measure, other, estimate),
        facts=facts(measure, estimate, among_effects=True),
    )
    return dependence_in_words(one, other, change, verdict(estimate))


def change_along(measure: Measure, along: Direction, estimate: Estimate) -> str:
    """Return how much an effect is more or less along another factor: "+1.20 points with images 4,000"."""
    size = measure.show_difference(estimate.mean)
    if along.is_trend:
        return say("{size} for {words}", size=size, words=along.words)
    return say("{size} with {words}", size=size, words=along.words)


def dependence_in_words(one: Direction, other: Direction, change: str, found: Verdict) -> str:
    """Return whether an effect depends on another factor, by what was found of its change along that."""
    what = (
        say("the trend over {name}", name=name_in_words(one.factor))
        if one.is_trend
        else say("the effect of {words}", words=one.words)
    )
    known = {"what": what, "along": name_in_words(other.factor), "change": change}
    if found in ("higher", "lower"):
        return say("{what} depends on {along}: {change}.", **{**known, "what": capitalized(what)})
    if found == "not shown":
        return say("No evidence that {what} depends on {along}: {change}.", **known)
    return say("Not decided whether {what} depends on {along}: {change}.", **known)
