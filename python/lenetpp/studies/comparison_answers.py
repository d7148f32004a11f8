"""What the runs say to a comparison: paired differences and sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lenetpp.studies.cells import Cell
from lenetpp.studies.differences import Difference
from lenetpp.studies.estimates import paired
from lenetpp.studies.measures import MEASURES, Measure
from lenetpp.studies.notes import notes_on
from lenetpp.studies.sentences import difference_in_words, goal_in_words, mean_in_words, published_in_words
from lenetpp.studies.study_file import Comparison
from lenetpp.studies.summaries import best_in_words, differences_in_words, layers_in_words

FEW = 4
"""So many differences are all told in the answer; of more it has the summary alone."""


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
        The answer, the main sentence first; then published figures and goals; then what other metrics say that are
        shares, or by layer.
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


def answer_comparison(name: str, question: Comparison, reference: str, cells: tuple[Cell, ...]) -> Answer:
    """Answer a comparison.

    Parameters
    ----------
    name : str
        Of the question.
    question : Comparison
        As in the study's file.
    reference : str
        Level that the others are compared with.
    cells : tuple of Cell
        With the figures of the question's metrics.
    """
    measure, *others = [MEASURES[metric] for metric in question.metrics]
    differences = _differences(measure, question.compare, reference, cells)
    answer = Answer(name, question.title, question.text, question, cells, differences, (), ())
    sentences = [
        *_main_sentences(measure, question, cells, differences),
        *(published_in_words(measure, each, answer.cell(each.where)) for each in question.published),
        *(goal_in_words(measure, goal, answer.cell(goal.where)) for goal in question.goals),
    ]
    for other in others:
        beside = _differences(other, question.compare, reference, cells) if other.is_share else ()
        sentences += _in_sum(other, question.compare, cells, beside)
    unanswered = f"This has no answer yet: there is no {measure.title} to compare."
    return replace(answer, sentences=tuple(sentences) or (unanswered,), notes=notes_on(cells, question.metrics))


def _differences(measure: Measure, compare: str, reference: str, cells: tuple[Cell, ...]) -> tuple[Difference, ...]:
    if measure.by_layer:
        return ()
    references = {_others(cell, compare): cell for cell in cells if cell.levels[compare] == reference}
    compared = [cell for cell in cells if cell.levels[compare] != reference]
    found = []
    for cell in compared:
        against = references[_others(cell, compare)]
        estimate = paired(
            cell.values[measure.name], against.values[measure.name], len(compared), measure.difference_within
        )
        if estimate is not None:
            sentence = difference_in_words(measure, compare, cell, against, estimate)
            found.append(Difference(cell, against, estimate, len(compared), sentence))
    return tuple(found)


def _others(cell: Cell, compare: str) -> tuple[str, ...]:
    return tuple(level for factor, level in cell.levels.items() if factor != compare)


def _main_sentences(
    measure: Measure, question: Comparison, cells: tuple[Cell, ...], differences: tuple[Difference, ...]
) -> Iterator[str]:
    if question.picture == "grid" and not measure.by_layer and (best := best_in_words(measure, cells)) is not None:
        yield best
    yield from _in_sum(measure, question.compare, cells, differences)
    if 1 < len(differences) <= FEW:
        yield from (difference.sentence for difference in differences)
    means = [(cell, cell.estimate(measure.name)) for cell in cells]
    figures = [f"{cell.label} {mean_in_words(measure, estimate)}" for cell, estimate in means if estimate is not None]
    if figures and not differences:
        yield f"{measure.title.capitalize()}: {'; '.join(figures)}."
    compared = {id(cell) for difference in differences for cell in (difference.cell, difference.against)}
    alone = [cell.label for cell in cells if id(cell) not in compared]
    if figures and alone and len(cells) > 1:
        yield f"Not compared, as there is no seed with {measure.title} for both: {'; '.join(alone)}."


def _in_sum(
    measure: Measure, compare: str, cells: tuple[Cell, ...], differences: tuple[Difference, ...]
) -> Iterator[str]:
    """Yield at most one sentence about everything that a measure says."""
    if measure.by_layer:
        words = layers_in_words(measure, cells)
        if words is not None:
            yield words
    elif len(differences) > 1:
        yield differences_in_words(measure, compare, differences)
    else:
        yield from (difference.sentence for difference in differences)
