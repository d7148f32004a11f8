"""Answers: what the runs of a study say to its questions."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.studies.benchmark_answers import BenchmarkAnswer, answer_benchmark
from lenetpp.studies.cells import Cell, make_cells
from lenetpp.studies.comparison_answers import Answer, answer_comparison
from lenetpp.studies.differences import Difference
from lenetpp.studies.filter_answers import FilterAnswer, answer_filters
from lenetpp.studies.layer_answers import LayerAnswer
from lenetpp.studies.plan import Plan
from lenetpp.studies.question_kinds import BenchmarkQuestion, Comparison, FilterQuestion
from lenetpp.studies.study_file import study_path

if TYPE_CHECKING:
    from lenetpp.studies.runs_of_study import RunsOfStudy

__all__ = [
    "Answer",
    "AnyAnswer",
    "BenchmarkAnswer",
    "Cell",
    "Difference",
    "FilterAnswer",
    "LayerAnswer",
    "answer_all",
    "cells_of",
]

AnyAnswer: TypeAlias = Answer | FilterAnswer | BenchmarkAnswer


def answer_all(plan: Plan, runs: "RunsOfStudy") -> tuple[AnyAnswer, ...]:
    """Return the answers to a study's questions, in the order of its file.

    Parameters
    ----------
    plan : Plan
        The study.
    runs : RunsOfStudy
        Its runs, as far as there are any; what is missing is said in the answers.

    Raises
    ------
    StudyError
        If the file of a benchmark is missing or malformed; the message names the key.
    """
    read = cache(RecordedRun.read)  # questions share runs
    planned = {question.name: question for question in plan.questions}
    answers: list[AnyAnswer] = []
    comparisons = {
        name: (question, make_cells(planned[name], runs, question.metrics, read))
        for name, question in plan.file.questions.items()
        if isinstance(question, Comparison)
    }
    for name, question in plan.file.questions.items():
        if isinstance(question, BenchmarkQuestion):
            answers.append(answer_benchmark(name, question, study_path(plan.source)))
        elif isinstance(question, FilterQuestion):
            answers.append(answer_filters(name, question, make_cells(planned[name], runs, ["test_accuracy"], read)))
        else:
            reference = question.against or next(iter(plan.file.factor(question, question.compare)))
            answers.append(answer_comparison(name, question, reference, comparisons[name][1], comparisons))
    return tuple(answers)


def cells_of(answers: Iterable[AnyAnswer]) -> Iterator[tuple[AnyAnswer, Cell]]:
    """Go over all cells, each with the answer that it is part of."""
    for answer in answers:
        if not isinstance(answer, BenchmarkAnswer):
            yield from ((answer, cell) for cell in answer.cells)
