"""What a benchmark measured, from the file that it wrote."""

from collections.abc import Mapping
from dataclasses import dataclass

from lenetpp.studies.study_file import BenchmarkQuestion


@dataclass(frozen=True)
class BenchmarkAnswer:
    """The answer to a question about speed.

    Attributes
    ----------
    name, title, text : str
        Of the question.
    question : BenchmarkQuestion
        As in the study's file.
    header : tuple of str
        Of the table.
    rows : tuple of tuple of str
        A row for each rung, the slowest first.
    speeds : mapping of str to tuple of float
        For a picture: images a second by build, for each rung; NaN where a rung has no such build.
    sentences : tuple of str
        The answer, the main sentence first.
    note : str
        When, on what and with what this was measured.
    """

    name: str
    title: str
    text: str
    question: BenchmarkQuestion
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    speeds: Mapping[str, tuple[float, ...]]
    sentences: tuple[str, ...]
    note: str
