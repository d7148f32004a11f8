"""Cell: one combination of levels with its runs and their figures."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.language import listed, say
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_files import RecordError
from lenetpp.settings.words import name_in_words
from lenetpp.studies.estimates import NOT_NEGATIVE, SHARE, Estimate, Interval
from lenetpp.studies.measures import MEASURES, OF_TEST_IMAGES, LayerMeasure, RunMeasure
from lenetpp.studies.plan import PlannedCell, PlannedQuestion
from lenetpp.studies.right_images import right_images
from lenetpp.studies.run_figures import training_seconds
from lenetpp.studies.stuck import is_stuck
from lenetpp.studies.trainings import Training
from lenetpp.studies.two_way import interval_over_images

if TYPE_CHECKING:
    from lenetpp.studies.runs_of_study import RunsOfStudy


@dataclass(frozen=True, eq=False)
class Cell:
    """One combination of levels, its runs and what was measured.

    Attributes
    ----------
    levels : mapping of str to str
        Labels by the factors' names.
    label : str
        The levels in words, joined; that of the factor that is compared is the first.
    training : Training
        With the seed 1.
    runs : mapping of int to RecordedRun
        By seed.
    missing : mapping of int to str
        Why a seed has no run.
    values : mapping
        Name of a measure -> seed -> figure of the run. Figures that are missing or not finite are left out.
    layer_values : mapping
        Name of a measure by layer -> parameter -> seed -> figure.
    stuck : frozenset of int
        Seeds whose training learned nothing; no mean of what was learned contains them.
    right : mapping of int to ndarray, (images,), bool
        By seed, which test images the run has right; empty where that is not known.
    """

    levels: Mapping[str, str]
    label: str
    training: Training
    runs: Mapping[int, RecordedRun]
    missing: Mapping[int, str]
    values: Mapping[str, Mapping[int, float]]
    layer_values: Mapping[str, Mapping[str, Mapping[int, float]]]
    stuck: frozenset[int] = frozenset()
    right: Mapping[int, NDArray[np.bool_]] = field(default_factory=dict)

    @property
    def named(self) -> str:
        """The label as a sentence has it, with quotation marks around levels that are words of their own."""
        *others, compared = (quoted_level(factor, level) for factor, level in self.levels.items())
        return listed((compared, *others))

    def figures(self, measure: str, parameter: str | None = None) -> Mapping[int, float]:
        """Return the figures by seed: of what was learned, those of the trainings that learned anything.

        Parameters
        ----------
        measure : str
            Name in :data:`lenetpp.studies.measures.MEASURES`.
        parameter : str, optional
            Name of a parameter, for a measure by layer.

        Raises
        ------
        KeyError
            If there is no such measure.
        """
        values = self.all_figures(measure, parameter)
        if not MEASURES[measure].is_learned:
            return values
        return {seed: value for seed, value in values.items() if seed not in self.stuck}

    def all_figures(self, measure: str, parameter: str | None = None) -> Mapping[int, float]:
        """Return the figures by seed of all trainings, also of those that learned nothing; see :meth:`figures`."""
        if parameter is None:
            return self.values.get(measure, {})
        return self.layer_values.get(measure, {}).get(parameter, {})

    def estimate(self, measure: str, parameter: str | None = None) -> Estimate | None:
        """Return the mean over seeds with its own interval of 95 %; None where there is no figure.

        Parameters are those of :meth:`figures`.

        Raises
        ------
        KeyError
            If there is no such measure.
        """
        values, every = self.figures(measure, parameter), self.all_figures(measure, parameter)
        within = SHARE if MEASURES[measure].is_share else NOT_NEGATIVE
        stuck = tuple(value for seed, value in every.items() if seed not in values)
        return Estimate(tuple(values.values()), within=within, stuck=stuck) if values else None

    def interval_over_images(self, measure: str, comparisons: int = 1) -> Interval | None:
        """Return the mean's interval over seeds and test images; None where it is not known.

        `comparisons` is as of :class:`lenetpp.studies.estimates.Estimate`.

        Raises
        ------
        KeyError
            If there is no such measure.
        """
        estimate, seeds = self.estimate(measure), self.figures(measure)
        if estimate is None or measure not in OF_TEST_IMAGES or not all(seed in self.right for seed in seeds):
            return None
        right = np.array([self.right[seed] for seed in seeds])
        return interval_over_images(replace(estimate, comparisons=comparisons), [(1.0, right)])

    @property
    def seeds(self) -> tuple[int, ...]:
        """All that the study gives it, whether they have runs or not."""
        return tuple(sorted((*self.runs, *self.missing)))


def make_cells(
    question: PlannedQuestion,
    runs: "RunsOfStudy",
    metrics: Sequence[str],
    read: Callable[[Path], RecordedRun] = RecordedRun.read,
) -> tuple[Cell, ...]:
    """Return a question's cells with their figures.

    Parameters
    ----------
    question : PlannedQuestion
        Its cells are those of the plan.
    runs : RunsOfStudy
        Where the runs are.
    metrics : sequence of str
        Names in :data:`lenetpp.studies.measures.MEASURES`.
    read : callable
        Returns the run of a folder, as :meth:`RecordedRun.read` does.
    """
    cells = [_with_runs(cell, runs, read) for cell in question.cells]
    fastest: dict[tuple[object, ...], float] = {}
    for cell in cells:
        for seed, run in cell.runs.items():
            compared = (*_others(cell.levels, question.question.compare), seed)
            fastest[compared] = min(training_seconds(run), fastest.get(compared, math.inf))

    def measured(cell: Cell) -> Cell:
        others = _others(cell.levels, question.question.compare)
        values: dict[str, dict[int, float]] = {}
        layer_values: dict[str, dict[str, dict[int, float]]] = {}
        for name in metrics:
            match MEASURES[name]:
                case RunMeasure(of=of):
                    figures = {seed: of(run, fastest[*others, seed]) for seed, run in cell.runs.items()}
                    values[name] = _finite(figures)
                case LayerMeasure(of=of_layers):
                    layer_values[name] = _by_parameter({seed: of_layers(run) for seed, run in cell.runs.items()})
        right = _right_images(cell) if metrics[0] in OF_TEST_IMAGES else {}
        return replace(cell, values=values, layer_values=layer_values, right=right)

    return tuple(map(measured, cells))


def level_in_words(factor: str, level: str) -> str:
    """Return what a level is called where the reader does not see the factor: a number alone says too little."""
    return say("{name} {value}", name=name_in_words(factor), value=level) if says_little(level) else say(level)


def quoted_level(factor: str, level: str) -> str:
    """Return what a level is called within a sentence, which a level such as "without" would run into."""
    return level_in_words(factor, level) if says_little(level) else say('"{name}"', name=say(level))


def says_little(level: str) -> bool:
    """Whether a level's label needs its factor's name beside it."""
    return level in ("yes", "no") or level.replace(",", "").replace(".", "").replace("e-", "").isdigit()


def _with_runs(planned: PlannedCell, runs: "RunsOfStudy", read: Callable[[Path], RecordedRun]) -> Cell:
    found: dict[int, RecordedRun] = {}
    missing: dict[int, str] = {}
    key_of = planned.trainings.key_of()
    for seed in planned.seeds:
        key = key_of(seed)
        if key in runs.failures:
            missing[seed] = runs.failures[key].reason
        elif key not in runs.folders:
            missing[seed] = say("not trained")
        else:
            try:
                found[seed] = read(runs.folders[key])
            except (RecordError, OSError):
                missing[seed] = say("the record of {name} cannot be read", name=runs.folders[key].name)
    # The factor that is compared comes last, and is what one looks for first.
    words = [level_in_words(factor, level) for factor, level in planned.levels.items()]
    label = listed((words[-1], *words[:-1]))
    stuck = frozenset(seed for seed, run in found.items() if is_stuck(run.evaluation))
    return Cell(planned.levels, label, planned.training, found, missing, {}, {}, stuck)


def _right_images(cell: Cell) -> dict[int, NDArray[np.bool_]]:
    found = {seed: right_images(run, cell.training.data) for seed, run in cell.runs.items()}
    return {seed: right for seed, right in found.items() if right is not None}


def _others(levels: Mapping[str, str], compare: str) -> tuple[str, ...]:
    return tuple(level for factor, level in levels.items() if factor != compare)


def _finite(figures: Mapping[int, float | None]) -> dict[int, float]:
    return {seed: float(figure) for seed, figure in figures.items() if figure is not None and math.isfinite(figure)}


def _by_parameter(figures: Mapping[int, Mapping[str, float]]) -> dict[str, dict[int, float]]:
    """Return parameter -> seed -> figure from seed -> parameter -> figure."""
    names = dict.fromkeys(name for of_run in figures.values() for name in of_run)
    return {name: _finite({seed: of_run.get(name) for seed, of_run in figures.items()}) for name in names}
