"""Intervals over seeds and test images at once: both are samples, and on others the figure would be another.

The table of seeds x images, of what each run made of each image, is taken apart by an analysis of variance with two
crossed random factors. The variance of its mean is the sum of what seeds, images and the rest contribute; its degrees
of freedom are Satterthwaite's (An approximate distribution of estimates of variance components, 1946). Unlike a
bootstrap over both, which it stands for, it draws nothing, so that it always says the same.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from lenetpp.studies.estimates import CONFIDENCE, Estimate, Interval


def interval_over_images(estimate: Estimate, tables: Sequence[tuple[float, NDArray[np.bool_]]]) -> Interval | None:
    """Return the interval over seeds and images; None where there is none over seeds alone.

    It is never narrower than that over seeds alone.

    Parameters
    ----------
    estimate : Estimate
        Over the seeds.
    tables : sequence of (float, ndarray), (seeds, images), bool
        Of each cell its weight in the figure, and which images each run had right: of a difference, the cells have
        the weights 1 and -1. All have the same seeds and images.
    """
    if estimate.low is None or estimate.high is None:
        return None
    table = np.sum([weight * right.astype(np.float64) for weight, right in tables], axis=0)
    error, freedom = _standard_error(table)
    margin = 0.0
    if error > 0:
        margin = -float(stdtrit(freedom, (1 - CONFIDENCE) / estimate.comparisons / 2)) * error
    low, high = estimate.within
    return (
        max(min(estimate.mean - margin, estimate.low), low),
        min(max(estimate.mean + margin, estimate.high), high),
    )


def _standard_error(table: NDArray[np.float64]) -> tuple[float, float]:
    """Return the standard error of the mean of a table (seeds, images), and its degrees of freedom."""
    seeds, images = table.shape
    rows, columns, mean = table.mean(axis=1, keepdims=True), table.mean(axis=0, keepdims=True), table.mean()
    of_seeds = images * float(np.square(rows - mean).sum()) / (seeds - 1)
    of_images = seeds * float(np.square(columns - mean).sum()) / (images - 1)
    of_rest = float(np.square(table - rows - columns + mean).sum()) / ((seeds - 1) * (images - 1))
    # A part that is estimated to be negative is none at all.
    parts = [(of_rest, (seeds - 1) * (images - 1))]
    if of_seeds > of_rest and of_images > of_rest:
        parts = [(of_seeds, seeds - 1), (of_images, images - 1), (-of_rest, (seeds - 1) * (images - 1))]
    elif of_seeds > of_rest:
        parts = [(of_seeds, seeds - 1)]
    elif of_images > of_rest:
        parts = [(of_images, images - 1)]
    variance = sum(square for square, _ in parts)
    if variance <= 0:
        return 0.0, 1.0
    freedom = variance**2 / sum(square**2 / degrees for square, degrees in parts)
    return math.sqrt(variance / table.size), freedom
