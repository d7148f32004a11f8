"""Contrasts: weighted sums of cells' figures, seed by seed. Differences, trends and interactions are such sums."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from lenetpp.studies.cells import Cell
from lenetpp.studies.estimates import Estimate, Interval
from lenetpp.studies.measures import OF_TEST_IMAGES, Measure
from lenetpp.studies.two_way import interval_over_images

Weights: TypeAlias = Sequence[tuple[float, Cell]]


class Contrast(NamedTuple):
    """What a weighted sum of cells' figures is.

    Attributes
    ----------
    estimate : Estimate
        Over the seeds that all cells have.
    over_images : (float, float) or None
        Its interval over seeds and test images; None where it is not known, as of measures of something else.
    """

    estimate: Estimate
    over_images: Interval | None


def contrast(measure: Measure, weights: Weights, comparisons: int = 1) -> Contrast | None:
    """Return the sum of the cells' figures, each times its weight; None where the cells share no seed.

    Parameters
    ----------
    measure : Measure
        One figure for each run.
    weights : sequence of (float, Cell)
        A difference has the weights 1 and -1.
    comparisons : int
        As of :class:`lenetpp.studies.estimates.Estimate`.
    """
    shared = _shared_seeds([cell.figures(measure.name) for _, cell in weights])
    if not shared:
        return None
    figures = [cell.all_figures(measure.name) for _, cell in weights]
    sums = {
        seed: sum(weight * of_cell[seed] for (weight, _), of_cell in zip(weights, figures, strict=True))
        for seed in _shared_seeds(figures)
    }
    values = tuple(sums[seed] for seed in shared)
    stuck = tuple(value for seed, value in sums.items() if seed not in shared)
    # Only a plain difference of shares is known to lie within something.
    is_difference = sorted(weight for weight, _ in weights) == [-1.0, 1.0]
    within = {"within": measure.difference_within} if is_difference else {}
    estimate = Estimate(values, comparisons, **within, stuck=stuck)
    return Contrast(estimate, _over_images(measure, weights, shared, estimate))


def _shared_seeds(figures: Sequence[Mapping[int, float]]) -> list[int]:
    return [seed for seed in figures[0] if all(seed in of_cell for of_cell in figures)]


def _over_images(measure: Measure, weights: Weights, seeds: Sequence[int], estimate: Estimate) -> Interval | None:
    known = all(seed in cell.right for _, cell in weights for seed in seeds)
    images = {len(cell.right[seed]) for _, cell in weights for seed in seeds} if known else set()
    if measure.name not in OF_TEST_IMAGES or len(images) != 1:
        return None
    tables = [(weight, np.array([cell.right[seed] for seed in seeds])) for weight, cell in weights]
    return interval_over_images(estimate, tables)
