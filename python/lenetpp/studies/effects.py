"""Effects: what a factor does over all levels of the others, whether that depends on them, and trends over numbers.

A factor with three or more levels, all of them numbers, has a trend: the least-squares slope over its levels, for each
seed by itself. The slope is that for each doubling of the level where the largest is at least four times the smallest,
else for each step of the smallest distance between two levels; a question's `scale` may say otherwise. Any other factor
has the difference of each level from its reference.

A main effect is a slope or a difference averaged over the levels of all other factors. An interaction is how much it
differs along another factor: again a slope or a difference. Levels at which, somewhere, fewer than half of the seeds
have a figure are left out. All effects of a question are paired by seed, and their intervals hold together.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import prod
from typing import Literal, TypeAlias

from lenetpp.basics.language import say
from lenetpp.settings.words import name_in_words
from lenetpp.studies.cells import Cell, quoted_level
from lenetpp.studies.contrasts import Contrast, contrast
from lenetpp.studies.directions import Direction
from lenetpp.studies.effect_sentences import effect_in_words
from lenetpp.studies.estimates import Estimate, Interval
from lenetpp.studies.level_numbers import has_trend, numbers_of
from lenetpp.studies.measures import Measure
from lenetpp.studies.question_kinds import Comparison
from lenetpp.studies.sentences import verdict

Kind: TypeAlias = Literal["trend", "main effect", "interaction"]

DOUBLING_FROM = 4.0


@dataclass(frozen=True, eq=False)
class Effect:
    """An effect of one factor, or of two together.

    Attributes
    ----------
    kind : {"trend", "main effect", "interaction"}
        A trend is a main effect of a factor whose levels are numbers.
    factors : tuple of str
        One, or the two of an interaction.
    estimate : Estimate
        In the measure's unit, over the seeds; of a trend for each doubling or step.
    over_images : (float, float) or None
        The interval over seeds and test images.
    sentence : str
        What the interval says.
    directions : tuple of Direction
        What was asked of each factor.
    """

    kind: Kind
    factors: tuple[str, ...]
    estimate: Estimate
    over_images: Interval | None
    sentence: str
    directions: tuple[Direction, ...] = ()

    @property
    def towards(self) -> int | None:
        """Which way its sentence has its size, as of :func:`lenetpp.studies.sentences.facts`."""
        if self.kind == "interaction":
            return None
        return {"higher": 1, "lower": -1}.get(verdict(self.estimate))


def effects_of(measure: Measure, question: Comparison, reference: str, cells: Sequence[Cell]) -> tuple[Effect, ...]:
    """Return trends and main effects first, of the factor that is compared before others; then interactions.

    A question with one factor whose levels are no numbers has none: its differences say it all.
    """
    if measure.by_layer:
        return ()
    used = _usable(measure, cells)
    levels = {factor: list(dict.fromkeys(cell.levels[factor] for cell in used)) for factor in cells[0].levels}
    if reference not in levels[question.compare]:
        return ()
    compared = _directions(question.compare, levels[question.compare], reference, question.scale)
    others = [_directions(factor, levels[factor], levels[factor][0], None) for factor in question.by]
    asked = [[one] for one in (*compared, *(one for directions in others for one in directions))]
    asked += [[one, other] for directions in others for one, other in product(compared, directions)]
    if not question.by:
        asked = [one for one in asked if one[0].is_trend]
    found = [(directions, _contrast(measure, directions, used, len(asked))) for directions in asked]
    return tuple(
        _effect(measure, directions, result, averaged=bool(question.by)) for directions, result in found if result
    )


def _effect(measure: Measure, directions: Sequence[Direction], result: Contrast, *, averaged: bool) -> Effect:
    kind: Kind = "interaction" if len(directions) > 1 else "trend" if directions[0].is_trend else "main effect"
    factors = tuple(direction.factor for direction in directions)
    sentence = effect_in_words(measure, directions, result.estimate, averaged=averaged)
    return Effect(kind, factors, result.estimate, result.over_images, sentence, tuple(directions))


def _usable(measure: Measure, cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells without the levels at which some cell has figures of fewer than half of its seeds.

    A cell with too few takes the level of the compared factor, which is the last one, with it, so that what is left is
    still every combination of levels.
    """
    compared = list(cells[0].levels)[-1]
    poor = {cell.levels[compared] for cell in cells if 2 * len(cell.figures(measure.name)) < len(cell.seeds)}
    return [cell for cell in cells if cell.levels[compared] not in poor]


def _directions(factor: str, levels: Sequence[str], reference: str, scale: str | None) -> list[Direction]:
    numbers = numbers_of(levels)
    if numbers is None or not has_trend(levels):
        return [
            Direction(factor, {level: 1.0, reference: -1.0}, quoted_level(factor, level), (level, reference))
            for level in levels
            if level != reference
        ]
    doubles = scale == "doubling" or (scale is None and max(numbers) >= DOUBLING_FROM * min(numbers))
    if doubles and min(numbers) > 0:
        places, words = (
            [math.log2(number) for number in numbers],
            say("each doubling of {name}", name=name_in_words(factor)),
        )
    else:
        step = min(high - low for low, high in pairwise(sorted(numbers)))
        places, words = (
            [number / step for number in numbers],
            say("each {step} more of {name}", step=f"{step:,g}", name=name_in_words(factor)),
        )
    middle = math.fsum(places) / len(places)
    squares = math.fsum((place - middle) ** 2 for place in places)
    weights = {level: (place - middle) / squares for level, place in zip(levels, places, strict=True)}
    return [Direction(factor, weights, words)]


def _contrast(
    measure: Measure, directions: Sequence[Direction], cells: Sequence[Cell], comparisons: int
) -> Contrast | None:
    """Return the weighted sum over the cells: along the directions, averaged over all levels of other factors."""
    asked = {direction.factor for direction in directions}
    averaged = prod(len({cell.levels[factor] for cell in cells}) for factor in cells[0].levels if factor not in asked)
    weights = [
        (prod(direction.weights.get(cell.levels[direction.factor], 0.0) for direction in directions) / averaged, cell)
        for cell in cells
    ]
    return contrast(measure, [(weight, cell) for weight, cell in weights if weight], comparisons)


def trends_of(effects: Sequence[Effect]) -> Iterator[Effect]:
    """Go over the trends."""
    yield from (effect for effect in effects if effect.kind == "trend")
