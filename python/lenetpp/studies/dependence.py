"""Whether what is compared depends on another factor: crossed factors answer that in their first sentence.

That is an interaction: how much a difference, or a trend, changes along the other factor. Of several the clearest one
is told of, with the mean figures at the two ends of both factors.
"""

from collections.abc import Mapping, Sequence
from math import inf, sqrt
from statistics import fmean

from lenetpp.basics.language import follow, say, sentence, template
from lenetpp.studies.cells import Cell, quoted_level
from lenetpp.studies.certainty import TOO_FEW, certainty_line, ends_of, with_certainty
from lenetpp.studies.contrasts import Contrast
from lenetpp.studies.directions import Direction
from lenetpp.studies.effect_sentences import change_along, dependence_in_words
from lenetpp.studies.effects import Effect
from lenetpp.studies.measures import Measure
from lenetpp.studies.openings import Opening, plain_figures
from lenetpp.studies.sentences import ends_in_words, pair_in_words, size_in_words, verdict


def dependence(measure: Measure, cells: Sequence[Cell], effects: Sequence[Effect]) -> Opening:
    """Return how the answer begins to whether what is compared depends on another factor."""
    found = [effect for effect in effects if effect.kind == "interaction"]
    if not found:
        return Opening(
            say("This has no answer yet: there is no {title} to compare.", title=measure.title),
            say("There are no figures yet."),
        )
    effect = max(found, key=_clearness)
    one, other = effect.directions
    estimate, over_images = effect.estimate, effect.over_images
    clearest = "" if len(found) == 1 else say("This is the clearest of {count} interactions.", count=len(found))
    return Opening(
        follow(
            _lead(effect),
            _figures(measure, one, other, cells),
            with_certainty(measure, _change(measure, one, other, estimate.mean), estimate, over_images),
            clearest,
        ),
        certainty_line(measure, estimate, over_images, is_change=True),
        Contrast(estimate, over_images),
    )


def dependence_in_line(measure: Measure, effects: Sequence[Effect]) -> str:
    """Return the same as a sentence behind a difference; empty where factors are not crossed."""
    found = [effect for effect in effects if effect.kind == "interaction"]
    if not found:
        return ""
    effect = max(found, key=_clearness)
    one, other = effect.directions
    change = change_along(measure, other, effect.estimate)
    said, ends = verdict(effect.estimate), ends_of(effect.estimate, effect.over_images)
    if said not in TOO_FEW and ends is not None:
        change = say("{change} ({interval})", change=change, interval=ends_in_words(measure, ends))
        said = "not shown" if ends[0] <= 0 <= ends[1] else said
    words = dependence_in_words(one, other, change, said)
    clearest = "" if len(found) == 1 else say("This is the clearest of {count} interactions.", count=len(found))
    return follow(words, clearest)


def _clearness(effect: Effect) -> float:
    """Return how many standard errors an effect is from none; of different units, only that can be compared."""
    size, deviation = abs(effect.estimate.mean), effect.estimate.deviation
    if deviation is None:
        return size
    return size / deviation * sqrt(effect.estimate.count) if deviation else inf if size else 0.0


def _lead(effect: Effect) -> str:
    if verdict(effect.estimate) in TOO_FEW:
        return say("Not decided.")
    ends = ends_of(effect.estimate, effect.over_images)
    return say("No evidence of that.") if ends is None or ends[0] <= 0 <= ends[1] else say("Yes.")


def _figures(measure: Measure, one: Direction, other: Direction, cells: Sequence[Cell]) -> str:
    """Return the mean figures of what is compared, at one end of the other factor and at the other one."""
    (level, reference), (last, first) = _ends(one), _ends(other)
    names = pair_in_words(one.factor, level, reference)
    means = [_mean(measure, cells, {one.factor: a, other.factor: b}) for b in (first, last) for a in (level, reference)]
    shown = plain_figures(measure, *means)
    plain = measure.plain or template("{title} is {figure} with {one}, {its} with {other}")
    said = say(
        plain, title=measure.title, images=measure.images, one=names[0], figure=shown[0], other=names[1], its=shown[1]
    )
    figures = say(
        "with {level}, {said}; with {level_2}, {figure} and {its}",
        level=quoted_level(other.factor, first), said=said, level_2=quoted_level(other.factor, last),
        figure=shown[2], its=shown[3],
    )  # fmt: skip
    differences = say(
        "the differences are {first} and {last}",
        first=measure.show_difference(means[0] - means[1]), last=measure.show_difference(means[2] - means[3]),
    )  # fmt: skip
    return follow(sentence(figures), sentence(differences))


def _ends(direction: Direction) -> tuple[str, str]:
    """Return the level that a direction leads to, and that which it comes from; of a trend the last and the first."""
    if direction.levels is not None:
        return direction.levels
    in_order = sorted(direction.weights, key=lambda level: direction.weights[level])
    return in_order[-1], in_order[0]


def _mean(measure: Measure, cells: Sequence[Cell], levels: Mapping[str, str]) -> float:
    """Return the mean of the cells with some levels, over those seeds that all of them have."""
    figures = [cell.figures(measure.name) for cell in cells if levels.items() <= cell.levels.items()]
    shared = [seed for seed in figures[0] if all(seed in of_cell for of_cell in figures)]
    return fmean(of_cell[seed] for of_cell in figures for seed in shared)


def _change(measure: Measure, one: Direction, other: Direction, mean: float) -> str:
    """Return how much the difference, or the trend, changes along the other factor, as a clause."""
    where = say("for {words}", words=other.words) if other.is_trend else say("with {words}", words=other.words)
    what = say("the change for {words}", words=one.words) if one.is_trend else say("the difference")
    known = {"where": where, "what": what, "size": size_in_words(measure, mean)}
    if not mean:
        return say("{where}, {what} is the same", **known)
    return (
        say("{where}, {what} is {size} higher", **known)
        if mean > 0
        else say("{where}, {what} is {size} lower", **known)
    )
