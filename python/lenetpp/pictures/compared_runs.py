"""Runs beside each other: what differs, and on a page also their accuracies, curves and filters."""

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from lenetpp._core import ModelFileError
from lenetpp.basics.files import write_file
from lenetpp.basics.html_tables import html_line, html_table
from lenetpp.basics.kinds import all_of_kind, as_path
from lenetpp.basics.language import said_by, say
from lenetpp.basics.percent import percent
from lenetpp.networks.network import Network
from lenetpp.pictures.colours import RUNS
from lenetpp.pictures.filters import Filters
from lenetpp.pictures.heatmaps import HeatmapGrid
from lenetpp.pictures.html import environment
from lenetpp.pictures.line_chart import LineChart
from lenetpp.pictures.matched_filters import FilterMatch
from lenetpp.pictures.training_curves import training_curves
from lenetpp.records import comparison
from lenetpp.records.comparison import DIGEST_SHOWN, SECTIONS, Comparison
from lenetpp.records.guessing import stuck_in_words
from lenetpp.records.models import recorded_model
from lenetpp.records.outcomes import outcome_in_words
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.references import RunReference, folder_of
from lenetpp.records.run_files import RecordError

MOST_FILTER_WEIGHTS = 20_000
"""Of all runs together; more would make a page of many megabytes."""


class ComparedRuns:
    """Runs beside each other.

    A notebook shows in what they differ; :meth:`page` writes all there is to see.

    Attributes
    ----------
    runs : tuple of RecordedRun
        As their files say.
    differences : Comparison
        In what they differ.
    """

    def __init__(self, runs: tuple[RecordedRun, ...]) -> None:
        self.runs = tuple(all_of_kind(runs, RecordedRun, "runs", "recorded runs, as lenetpp.compare() reads them"))
        self.differences: Comparison = comparison.compare(*self.runs)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the runs are called; those of one name by their folders too."""
        names = [run.name for run in self.runs]
        return tuple(
            name if names.count(name) == 1 else f"{name} ({run.folder.resolve().name})"
            for name, run in zip(names, self.runs, strict=True)
        )

    @property
    def verdicts(self) -> list[str]:
        """How far the bits of each further run agree with those of the first, in sentences."""
        first, *others = self.names
        partings = self.differences.partings
        if len(partings) == 1:
            return [partings[0].in_words()]
        return [
            say("{first} and {other}: {verdict}", first=first, other=name, verdict=parting.in_words())
            for name, parting in zip(others, partings, strict=True)
        ]

    @property
    def stuck(self) -> str:
        """How many of the runs learned nothing, in words; "" where none did."""
        return stuck_in_words(sum(run.is_stuck for run in self.runs), len(self.runs))

    def curves(self, measure: str = "accuracy") -> LineChart:
        """Return the curves of all runs on one chart; for the measures see :meth:`lenetpp.Run.curves`."""
        return training_curves(measure, [_Named(run, name) for run, name in zip(self.runs, self.names, strict=True)])

    def page(self, path: str | os.PathLike[str]) -> None:
        """Write a page: what differs, accuracies, curves on top of each other, filters beside each other.

        It opens from the disk and loads nothing. What a run does not have, such as a model, is left out and said.

        Parameters
        ----------
        path : path or str
            The file to write, whole or not at all.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        notes: list[str] = []
        filters = list(self._filters(notes))
        sections = {
            "results": say("Results"),
            "curves": say("Training"),
            "differences": say("What differs"),
            "classes": say("Classes"),
            "filters": say("Filters"),
        }
        accuracies = self._class_accuracies()
        curves = [self.curves(measure) for measure in ("accuracy", "loss")] if any(self._histories) else []
        content = {"classes": accuracies, "curves": curves, "filters": filters}
        page = (
            environment()
            .get_template("comparison.html.jinja")
            .render(
                names=self.names,
                colours=[RUNS[number % len(RUNS)] for number in range(len(self.runs))],
                results=self._results(),
                differences=[
                    (title, self.differences.rows(name)) for name, title in SECTIONS.items() if name != "results"
                ],
                verdicts=self.verdicts,
                stuck=self.stuck,
                notes=notes,
                sections=[(name, title) for name, title in sections.items() if content.get(name, True)],
                **content,
            )
        )
        write_file(as_path(path, "path"), page.encode())

    @property
    def _histories(self) -> list[bool]:
        return [bool(run.history) for run in self.runs]

    def _results(self) -> list[tuple[str, list[str]]]:
        """Return figures of the end, in words: what it is, and what each run has."""
        kept = [run.kept for run in self.runs]
        results = [run.table("results") for run in self.runs]
        rows = {
            say("outcome"): [_outcome(run) for run in self.runs],
            say("test accuracy"): [
                "" if run.test_accuracy is None else percent(run.test_accuracy) for run in self.runs
            ],
            say("validation accuracy"): [
                "" if one is None or one.validation_accuracy is None else percent(one.validation_accuracy)
                for one in kept
            ],
            say("training accuracy"): ["" if one is None else percent(one.training_accuracy) for one in kept],
            say("epochs"): [str(len(run.history)) for run in self.runs],
            say("time"): [
                say("{number} s", number=f"{result['seconds']:.1f}") if "seconds" in result else ""
                for result in results
            ],
            say("digest"): [result.get("digest", "")[:DIGEST_SHOWN] for result in results],
            say("tags"): [", ".join(run.label.tags) for run in self.runs],
            say("note"): [run.label.note for run in self.runs],
        }
        return [(name, cells) for name, cells in rows.items() if any(cells)]

    def _class_accuracies(self) -> list[tuple[str, list[str]]]:
        """Return the accuracy on the test images of each class, where all runs have the same classes."""
        evaluations = [run.evaluation for run in self.runs]
        names = {None if one is None else one.class_names for one in evaluations}
        if None in names or len(names) > 1:
            return []
        shares = [one.class_accuracies for one in evaluations if one is not None]
        return [
            (name, ["" if (share := of_run[name]) is None else percent(share, 1) for of_run in shares])
            for name in shares[0]
        ]

    def _filters(self, notes: list[str]) -> Iterator[HeatmapGrid]:
        """Yield the filters of the first convolutions: matched where they can be, else each run's own."""
        networks: dict[str, Network] = {}
        for run, name in zip(self.runs, self.names, strict=True):
            try:
                networks[name] = recorded_model(run.folder)
            except (RecordError, ModelFileError, OSError) as error:
                notes.append(say("{name} has no filters to show: {problem}", name=name, problem=said_by(error)))
        filters: dict[str, Filters] = {}
        for name, network in networks.items():
            try:
                filters[name] = Filters(network)
            except ValueError:
                notes.append(say("{name} has no filters to show: its network has no convolution.", name=name))
        if sum(shown.weights.size for shown in filters.values()) > MOST_FILTER_WEIGHTS:
            most = f"{MOST_FILTER_WEIGHTS:,}"
            notes.append(say("The filters are left out: they have more than {most} weights.", most=most))
            return
        try:
            yield FilterMatch([networks[name] for name in filters], list(filters)).grid()
        except ValueError:  # fewer than two, or of different shapes
            for name, shown in filters.items():
                grid = shown.grid()
                yield replace(grid, title=say("{name}: {title}", name=name, title=grid.title))

    def __repr__(self) -> str:
        return f"<ComparedRuns: {', '.join(self.names)}>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        rows = [*self._results(), *(row for name in ("settings", "data") for row in self.differences.rows(name))]
        table = html_table(("", *self.names), [(name, *cells) for name, cells in rows], named_rows=True)
        return table + "".join(map(html_line, filter(None, (self.stuck, *self.verdicts))))


def _outcome(run: RecordedRun) -> str:
    words = outcome_in_words(run.outcome)
    return say("{outcome}, stuck", outcome=words) if run.is_stuck else words


class _Named:
    """A run under the name that tells it from the others."""

    def __init__(self, run: RecordedRun, name: str) -> None:
        self.name = name
        self.network_text = run.network_text
        self.history = run.history
        self.kept, self.keeps_best = run.kept, run.keeps_best


def compare(*runs: RunReference) -> ComparedRuns:
    """Put recorded runs beside each other: in what they differ, and on a page all there is to see.

    Parameters
    ----------
    *runs : Run, path or str
        At least two: runs, their names, their folders, the beginnings of these, ``last`` or ``best``.

    Returns
    -------
    ComparedRuns
        Shows itself in a notebook; :meth:`~ComparedRuns.page` writes a page.

    Raises
    ------
    ValueError
        If there are fewer than two.
    RecordError
        If there is no such run, or a file of it is malformed.

    Examples
    --------
    >>> lp.compare("best", "last").page("two.html")  # doctest: +SKIP
    """
    if len(runs) < 2:
        raise ValueError(f"at least two runs are compared, but {len(runs)} {'is' if len(runs) == 1 else 'are'} given")
    return ComparedRuns(tuple(RecordedRun.read(folder_of(run, "compare")) for run in runs))
