"""How large an effect is and how sure that is: in the line that states it, and in a line of its own."""

from typing import Literal

from lenetpp.basics.language import say
from lenetpp.studies.estimates import Estimate, Interval
from lenetpp.studies.measures import Measure
from lenetpp.studies.sentences import ends_in_words, size_in_words, verdict, whole_in_words

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
    mean, found = difference.mean, verdict(difference)
    words = ("longer", "shorter") if measure.is_time and not measure.is_share else ("higher", "lower")
    size = (
        say("the {which} is {mean} {words}", which=which, mean=size_in_words(measure, mean), words=words[mean < 0])
        if mean
        else say("no difference")
    )
    whole = whole_in_words(measure.number, difference, -1 if mean < 0 else 1)
    whole = f"; {difference.count}{whole}" if whole else ""
    ends = over_images or (difference.low, difference.high)
    if found in TOO_FEW or ends[0] is None or ends[1] is None:
        return say("Undecided with {count} of each: {size}", count=difference.count, size=size) + (
            f" ({whole[2:]})." if whole else "."
        )
    interval = f"({ends_in_words(measure, (ends[0], ends[1]), -1 if mean < 0 else 1)}{whole})"
    if not ends[0] <= 0 <= ends[1]:
        return f"{size[:1].upper()}{size[1:]} {interval}."
    where = "" if found == say("not shown") else say(" on other test images")
    return say("Undecided{where}: {size} {interval}.", where=where, size=size, interval=interval)


def certainty_line(measure: Measure, difference: Estimate, over_images: Interval | None) -> str:
    """Return how sure an effect is, and of what; parameters as of :func:`effect_in_line`."""
    found = verdict(difference)
    if found in TOO_FEW:
        return say(
            "Not sure at all: {count} of each is too few to say what other repeats would give.", count=difference.count
        )
    assert difference.low is not None
    assert difference.high is not None
    ends = over_images or (difference.low, difference.high)
    about = say("with other seeds and other test images") if over_images else say("with other seeds")
    unit = f" {measure.difference_unit}" if measure.difference_unit else ""
    size = ends_in_words(measure, ends, -1 if ends[1] < 0 else 1)
    where = say("{about} the difference would be {size}{unit}", about=about, size=size, unit=unit)
    if found == say("not shown"):
        return say("Undecided: {where}, with 95 % confidence.", where=where)
    if ends[0] <= 0 <= ends[1]:
        return say("Sure of these test images only: {where}, with 95 % confidence.", where=where)
    return say("Sure: {where}, with 95 % confidence.", where=where)
