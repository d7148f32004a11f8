"""What the runs say to a comparison: paired differences and sentences."""

from collections.abc import Mapping
from dataclasses import dataclass

from lenetpp.studies.cells import Cell
from lenetpp.studies.estimates import Estimate
from lenetpp.studies.measures import MEASURES, Measure
from lenetpp.studies.study_file import Comparison


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
    """

    cell: Cell
    against: Cell
    estimate: Estimate
    comparisons: int
    sentence: str


@dataclass(frozen=True, eq=False)
class Answer:
    """The answer to a comparison.

    Attributes
    ----------
    name, title, text : str
        Of the question; the title is the question itself.
    question : Comparison
        As in the study's file.
    cells : tuple of Cell
        In the order of the levels in the file.
    differences : tuple of Difference
        In the same order. A cell that shares no seed with its reference has none, nor has a measure by layer.
    sentences : tuple of str
        The answer, the main sentence first; then published figures and goals.
    notes : tuple of str
        What a reader has to know about the figures: what is missing, and what the intervals are about.
    """

    name: str
    title: str
    text: str
    question: Comparison
    cells: tuple[Cell, ...]
    differences: tuple[Difference, ...]
    sentences: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def measure(self) -> Measure:
        """What the question is about: its first metric."""
        return MEASURES[self.question.metrics[0]]

    def cell(self, where: Mapping[str, str]) -> Cell:
        """Return the cell with these levels."""
        return next(cell for cell in self.cells if cell.levels == where)
