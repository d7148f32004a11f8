"""What the runs say to a comparison: paired differences and sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from lenetpp.basics.language import listed, say
from lenetpp.studies.beside_sentences import beside_in_words
from lenetpp.studies.cells import Cell
from lenetpp.studies.comparison_figures import ComparisonFigures, Others
from lenetpp.studies.contrasts import Contrast, contrast
from lenetpp.studies.differences import Difference
from lenetpp.studies.effects import Effect, effects_of
from lenetpp.studies.headlines import opening
from lenetpp.studies.judgements import Judgement, contradictions_first, judge
from lenetpp.studies.measures import MEASURES, Measure
from lenetpp.studies.notes import notes_on
from lenetpp.studies.question_kinds import Comparison
from lenetpp.studies.sentences import (
    difference_in_words,
    goal_in_words,
    mean_in_words,
    over_images_in_words,
    published_in_words,
    verdict,
)
from lenetpp.studies.summaries import (
    best_in_words,
    differences_in_words,
    held_out_in_words,
    layers_in_words,
    stuck_in_words,
)


@dataclass(frozen=True, eq=False, repr=False)
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
        The statistician's answer: claims that the runs contradict; effects and differences; published figures and
        goals; other claims; then what other metrics say that are shares, or by layer.
    notes : tuple of str
        What a reader has to know about the figures: what is missing, and what the intervals are about.
    headline : str
        The answer in a plain sentence or two, with absolute figures.
    certainty : str
        One line: how sure that is.
    judgements : tuple of Judgement
        One for each claim of the question: right, wrong, or it depends.
    effects : tuple of Effect
        Trends, main effects and interactions in the first metric.
    effect : Contrast or None
        The difference that the headline is about; None where it is about none.
    """

    name: str
    title: str
    text: str
    question: Comparison
    cells: tuple[Cell, ...]
    differences: tuple[Difference, ...]
    sentences: tuple[str, ...]
    notes: tuple[str, ...]
    headline: str = ""
    certainty: str = ""
    judgements: tuple[Judgement, ...] = ()
    effects: tuple[Effect, ...] = ()
    effect: Contrast | None = None

    def __repr__(self) -> str:
        return f"<Answer {self.name}: {self.headline}>"

    @property
    def measure(self) -> Measure:
        """What the question is about: its first metric."""
        return MEASURES[self.question.metrics[0]]

    def cell(self, where: Mapping[str, str]) -> Cell:
        """Return the cell with these levels.

        Raises
        ------
        KeyError
            If there is none.
        """
        for cell in self.cells:
            if cell.levels == where:
                return cell
        raise KeyError(f"there is no cell with the levels {where!r}")


def answer_comparison(
    name: str, question: Comparison, reference: str, cells: tuple[Cell, ...], others: Others = MappingProxyType({})
) -> Answer:
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
    others : mapping of str to (Comparison, sequence of Cell)
        The study's comparisons, whose cells claims may name.
    """
    measure, *beside = [MEASURES[metric] for metric in question.metrics]
    differences = _differences(measure, question.compare, reference, cells)
    effects = effects_of(measure, question, reference, cells)
    begins = opening(measure, question, cells, differences, effects)
    figures = ComparisonFigures(question, cells, effects, others)
    judgements = tuple(judge(claim, figures) for claim in question.claims)
    answer = Answer(
        name, question.title, question.text, question, cells, differences, (), notes_on(cells, question.metrics),
        begins.headline, begins.certainty, judgements, effects, begins.effect,
    )  # fmt: skip
    contradicted, others_judged = contradictions_first(judgements)
    sentences = [*contradicted, *_main_sentences(answer)]
    for published in question.published:
        sentences += published_in_words(measure, published, answer.cell(published.where))
    sentences += (goal_in_words(measure, goal, answer.cell(goal.where)) for goal in question.goals)
    sentences += others_judged
    sentences += held_out_in_words(cells)
    headline = question.headline
    if headline is not None and headline.beside is not None:
        # The other metrics look at the same runs in other ways: that is the question, not how the cells differ.
        alike = [other for other in beside if not other.by_layer and other.unit == measure.unit]
        sentences = [*beside_in_words(measure, alike, headline.beside, answer.cell(headline.where)), *sentences]
        beside = [other for other in beside if other not in alike]
    for other in beside:
        compared = _differences(other, question.compare, reference, cells) if other.is_share else ()
        sentences += _in_sum(other, question.compare, cells, compared)
    unanswered = say("This has no answer yet: there is no {title} to compare.", title=measure.title)
    return replace(answer, sentences=tuple(sentences) or (unanswered,))


def _differences(measure: Measure, compare: str, reference: str, cells: tuple[Cell, ...]) -> tuple[Difference, ...]:
    if measure.by_layer:
        return ()
    references = {_others(cell, compare): cell for cell in cells if cell.levels[compare] == reference}
    compared = [cell for cell in cells if cell.levels[compare] != reference]
    found = []
    for cell in compared:
        against = references[_others(cell, compare)]
        result = contrast(measure, [(1.0, cell), (-1.0, against)], len(compared))
        if result is not None:
            sentence = difference_in_words(measure, compare, cell, against, result.estimate)
            found.append(Difference(cell, against, result.estimate, len(compared), sentence, result.over_images))
    return tuple(found)


def _others(cell: Cell, compare: str) -> tuple[str, ...]:
    return tuple(level for factor, level in cell.levels.items() if factor != compare)


def _main_sentences(answer: Answer) -> Iterator[str]:
    measure, question, cells, differences = answer.measure, answer.question, answer.cells, answer.differences
    learned = next((MEASURES[name] for name in question.metrics if MEASURES[name].is_learned), measure)
    yield from stuck_in_words(learned, cells)
    for effect in answer.effects:
        yield effect.sentence
        if effect.over_images is not None and verdict(effect.estimate) != "no spread":
            yield over_images_in_words(measure, effect.estimate, effect.over_images, effect.towards)
    if question.picture == "grid" and not measure.by_layer:
        yield from best_in_words(measure, cells)
    yield from _in_sum(measure, question.compare, cells, differences)
    means = [(cell, cell.estimate(measure.name)) for cell in cells]
    figures = [
        say("{label}: {mean}.", label=cell.label, mean=mean_in_words(measure, estimate))
        for cell, estimate in means
        if estimate is not None
    ]
    if figures and not differences and not measure.by_layer:
        yield from figures
    compared = {id(cell) for difference in differences for cell in (difference.cell, difference.against)}
    alone = [cell.label for cell in cells if id(cell) not in compared]
    if figures and alone and len(cells) > 1:
        yield say(
            "Not compared, as there is no seed with {title} for both: {list}.",
            title=measure.title,
            list=listed(alone, "{first}; {rest}"),
        )


def _in_sum(
    measure: Measure, compare: str, cells: tuple[Cell, ...], differences: tuple[Difference, ...]
) -> Iterator[str]:
    """Yield what a measure says of all levels, a sentence for each."""
    if measure.by_layer:
        yield from layers_in_words(measure, cells)
    else:
        yield from differences_in_words(measure, compare, differences)
