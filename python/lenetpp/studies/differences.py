"""Difference: how far two cells of a comparison are apart."""

from dataclasses import dataclass

from lenetpp.studies.cells import Cell
from lenetpp.studies.estimates import Estimate, Interval


@dataclass(frozen=True, eq=False)
class Difference:
    """A cell against the one with the reference level, by seed.

    Attributes
    ----------
    cell, against : Cell
        The two that are compared.
    estimate : Estimate
        Of the differences in the question's first metric over the seeds that both have; the intervals of all
        differences of a question hold together.
    comparisons : int
        How many these are.
    sentence : str
        What the interval says.
    over_images : (float, float) or None
        The interval over seeds and test images, which holds together with the others of its kind.
    """

    cell: Cell
    against: Cell
    estimate: Estimate
    comparisons: int
    sentence: str
    over_images: Interval | None = None
