"""The plan of a study: questions -> cells x seeds -> trainings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from lenetpp.basics.wordings import around, worded
from lenetpp.data.choice import DataChoice
from lenetpp.data.errors import DataError
from lenetpp.studies.errors import StudyError
from lenetpp.studies.file_problems import listed
from lenetpp.studies.ladder_files import read_ladder
from lenetpp.studies.limits import MOST_TRAININGS
from lenetpp.studies.metric_checks import wrong_metrics
from lenetpp.studies.question_kinds import BenchmarkQuestion, Changes, Comparison, FilterQuestion
from lenetpp.studies.study_file import StudyFile, study_path
from lenetpp.studies.study_reading import read_study
from lenetpp.studies.trainings import SeededTraining, Training, further_mistakes, make_training, merged

if TYPE_CHECKING:
    from lenetpp.data import Dataset


@dataclass(frozen=True)
class PlannedCell:
    """One combination of levels, by the factors' names, and what is trained for it."""

    levels: Mapping[str, str]
    changes: Mapping[str, Changes]
    """What each factor's level changes."""
    training: Training
    """With the seed 1."""
    seeds: Sequence[int]

    @property
    def trainings(self) -> SeededTraining:
        """One for each seed."""
        return SeededTraining(self.training, self.seeds)


@dataclass(frozen=True)
class PlannedQuestion:
    """A question that is answered by runs, and its cells in the order of the levels in the file."""

    name: str
    question: Comparison | FilterQuestion
    cells: tuple[PlannedCell, ...]


@dataclass(frozen=True, repr=False)
class Plan:
    """A study, ready to be run.

    Attributes
    ----------
    source : str
        The path or the name that it was read from.
    file : StudyFile
        What it says.
    questions : tuple of PlannedQuestion
        Those that are answered by runs.
    quick : bool
        Whether this is the study's quick form.
    """

    source: str
    file: StudyFile
    questions: tuple[PlannedQuestion, ...]
    quick: bool = False

    def __repr__(self) -> str:
        return f"<Plan of {self.source}: {len(self.file.questions)} questions, {len(self.trainings)} cells>"

    @property
    def trainings(self) -> list[SeededTraining]:
        """All that the study needs, in the order of the questions; cells of several questions may share some."""
        return [cell.trainings for question in self.questions for cell in question.cells]


def make_plan(
    source: str | Path,
    *,
    quick: bool = False,
    only: Sequence[str] = (),
    seeds: int | None = None,
    most_trainings: int = MOST_TRAININGS,
) -> Plan:
    """Read a study and work out what has to be trained; the data are loaded, nothing is trained.

    Parameters
    ----------
    source : str or Path
        Path of a study's file, or the name of one of the package.
    quick : bool
        Its quick form.
    only : sequence of str
        Names of the questions that are asked; by default all.
    seeds : int, optional
        For all questions, instead of the numbers in the file.
    most_trainings : int
        How many trainings a study may have.

    Raises
    ------
    StudyError
        If the file is not what it should be, or asks for too many trainings; the message names the key.
    DataError
        If data cannot be had.
    """
    study = read_study(source, quick=quick)
    try:
        study = study.only(only) if only else study
        _check_count(study, seeds, most_trainings)
    except StudyError as error:
        raise around(error, lambda message: StudyError(f"{source}: {message}")) from error
    # By their messages, each where it is met first: many cells share a setting.
    mistakes: dict[str, StudyError | DataError] = {problem: StudyError(problem) for problem in wrong_metrics(study)}
    for name, question in study.questions.items():
        if isinstance(question, BenchmarkQuestion):
            try:
                read_ladder(name, question, study_path(source))
            except StudyError as error:
                mistakes[str(error)] = error

    @cache
    def load(data: DataChoice) -> "Dataset":
        return data.load()

    planned = []
    for name, question in study.questions.items():
        if isinstance(question, BenchmarkQuestion):
            continue
        crossed = question.crossed
        count = _seeds(study, question, seeds)
        cells = []
        for labels in product(*(study.factor(question, factor) for factor in crossed)):
            levels = dict(zip(crossed, labels, strict=True))
            changes = {factor: study.factor(question, factor)[label] for factor, label in levels.items()}
            settings = merged([study.base, question.base, *changes.values()])
            where = ", ".join(f"{factor} {label}" for factor, label in levels.items())
            try:
                training = make_training(settings, load)
                _check_validation(question, training)
                cells.append(PlannedCell(levels, changes, training, range(1, count + 1)))
            except (StudyError, DataError) as error:
                for each in (error, *further_mistakes(settings, error, load)):
                    mistakes.setdefault(str(each), type(each)(f"questions.{name} ({where}): {each}"))
        planned.append(PlannedQuestion(name, question, tuple(cells)))
    if mistakes:
        first = next(iter(mistakes.values()))
        kind = type(first) if len(mistakes) == 1 else StudyError
        raise kind(f"{source}: {listed([str(error) for error in mistakes.values()])}") from first
    return Plan(str(source), study, tuple(planned), quick)


def _seeds(study: StudyFile, question: Comparison | FilterQuestion, seeds: int | None) -> int:
    return seeds or question.seeds or study.seeds


def _check_count(study: StudyFile, seeds: int | None, most: int) -> None:
    """Count what is asked for, before any of it takes memory."""
    total = 0
    for name, question in study.questions.items():
        if isinstance(question, BenchmarkQuestion):
            continue
        levels = {factor: len(study.factor(question, factor)) for factor in question.crossed}
        count = _seeds(study, question, seeds)
        total += prod(levels.values()) * count
        if total > most:
            factors = " x ".join(f"{number:,} of {factor}" for factor, number in levels.items())
            problem = (
                f"questions.{name}: with its {factors} and {count:,} seeds, the study has {total:,} trainings, more "
                f"than {most:,}: fewer levels or seeds, or a higher limit, "
            )
            raise worded(StudyError(f"{problem}most_trainings"), in_shell=f"{problem}--most-trainings")


def _check_validation(question: Comparison | FilterQuestion, training: Training) -> None:
    metrics = question.metrics if isinstance(question, Comparison) else []
    if "validation_accuracy" in metrics and not (training.data.validation_per_class or training.data.validation):
        raise StudyError(
            "validation_per_class: the metric validation_accuracy needs images for it; say how many, or a share of the "
            "training images as validation = 0.2"
        )
