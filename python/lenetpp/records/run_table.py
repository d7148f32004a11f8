"""lp.runs(): the recorded runs as a table that can be filtered, sorted and handed to pandas or polars."""

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

from lenetpp.basics.data_frames import as_pandas, as_polars
from lenetpp.basics.html_tables import html_table, html_title
from lenetpp.basics.kinds import all_of_kind, as_path
from lenetpp.records.comparable import accuracy_column, had_a_choice, judging_images
from lenetpp.records.conditions import condition, full_name
from lenetpp.records.epochs import ENDED
from lenetpp.records.guessing import stuck_in_words
from lenetpp.records.run_columns import always_shown, cell, differing, headings
from lenetpp.records.run_files import default_runs_folder
from lenetpp.records.run_index import indexed_rows
from lenetpp.settings.checks import checked_value

if TYPE_CHECKING:
    import pandas
    import polars

MOST_ROWS = 20
"""Runs that a notebook shows."""


class RunTable(Sequence[dict[str, Any]]):
    """Recorded runs, each a dict by the columns' full names, with None for what the run does not have.

    Columns are named as in ``run.toml``: ``settings.learning_rate``, ``results.test_accuracy``, ``data.name``. Besides
    there are ``run`` (the folder's name), ``folder``, ``name``, ``tags`` and ``note`` (see :func:`lenetpp.label`),
    ``network.name`` (of a named network), ``network.filters`` (of the first convolution), ``network.parameters`` and
    ``stuck`` (whether a run that has ended is no better than guessing).
    Methods take names without their section too, such as ``test_accuracy``; a name that a setting and a result share
    means the setting.

    Parameters
    ----------
    rows : list of dict
        One for each run.

    Examples
    --------
    >>> import lenetpp as lp
    >>> lp.runs().where("test_accuracy > 0.88 and network.filters == 10").sort("seconds")  # doctest: +SKIP
    <RunTable: 3 runs>
    """

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self._rows = all_of_kind(rows, dict, "rows", "a list of dicts, one for each run")

    @property
    def columns(self) -> tuple[str, ...]:
        """Full names of all columns."""
        return tuple(self._rows[0]) if self._rows else ()

    def where(self, text: str) -> "RunTable":
        """Return the runs that fulfil a condition.

        Parameters
        ----------
        text : str
            For instance ``test_accuracy > 0.88 and network.name == "blog-lenet"``, ``"ship" in data.classes``,
            ``tag == "for the talk"``, ``seed in (1, 2, 3)`` or ``not nesterov``. A comparison with what a run does not
            have is false; a list equals each text in it.

        Raises
        ------
        ConditionError
            If it cannot be understood, or names what no run has.
        """
        if not self._rows:
            return self
        holds = condition(text, self.columns)
        return RunTable([row for row in self._rows if holds(row)])

    def sort(self, name: str, *, descending: bool = False) -> "RunTable":
        """Return the runs sorted by a column; those without it come last, equal ones keep their order.

        Raises
        ------
        ConditionError
            If no run has such a column.
        """
        is_falling = checked_value("descending", descending, bool)
        if not self._rows:
            return self
        column = full_name(name, self.columns)
        having = [row for row in self._rows if row[column] is not None]
        missing = [row for row in self._rows if row[column] is None]
        having.sort(key=lambda row: _sorting_key(row[column]), reverse=is_falling)
        return RunTable(having + missing)

    def best_first(self) -> "RunTable":
        """Return the finished runs by falling test accuracy, those on the data of the latest one before all others.

        Accuracies on other test images cannot be compared, so that the runs on each data set stand together; the first
        of all is the run that ``best`` means. A run on a single class, which is right whatever it says, is left out.
        """
        return RunTable([row for group in self.best_by_data() for row in group])

    def best_by_data(self) -> list["RunTable"]:
        """Return the runs of :meth:`best_first` by data set, that of the latest run first; the best one leads each.

        Runs are on one data set if their test images are the same: if name or path of the data, classes and number
        of test images are; without any, those for validation. Arrays of one's own are the same if their digests are. Of
        equal runs the oldest leads.
        """
        groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        for row in reversed(self._rows):
            if row["outcome"] in ENDED and row.get(accuracy_column(row)) is not None and had_a_choice(row):
                groups.setdefault(judging_images(row), []).append(row)
        return [RunTable(rows[::-1]).sort(accuracy_column(rows[0]), descending=True) for rows in groups.values()]

    def to_pandas(self) -> "pandas.DataFrame":
        """Return a pandas data frame with a row for each run.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        return as_pandas(self._rows, self.columns)

    def to_polars(self) -> "polars.DataFrame":
        """Return a polars data frame with a row for each run.

        Raises
        ------
        ImportError
            If polars is not installed.
        """
        return as_polars(self._rows)

    @property
    def stuck(self) -> str:
        """How many of the runs are stuck, in words; "" where none is."""
        return stuck_in_words(sum(bool(row.get("stuck")) for row in self._rows), len(self))

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> "RunTable": ...
    def __getitem__(self, index: int | slice) -> "dict[str, Any] | RunTable":
        return RunTable(self._rows[index]) if isinstance(index, slice) else self._rows[index]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._rows)

    def __repr__(self) -> str:
        return f"<RunTable: {'; '.join(filter(None, (f'{len(self)} runs', self.stuck)))}>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the first runs, and the settings in which they differ."""
        shown = self._rows[:MOST_ROWS]
        names = [*always_shown(shown), *differing(shown, self.columns)] if shown else []
        titles = headings(names)
        table = html_table(titles.values(), [[cell(name, row) for name in names] for row in shown], named_rows=True)
        title = f"{len(shown):,} of {len(self):,} runs" if len(shown) < len(self) else f"{len(self):,} runs"
        return html_title("; ".join(filter(None, (title, self.stuck)))) + (table if shown else "")


def _sorting_key(value: Any) -> tuple[bool, Any]:
    """Order numbers among themselves before all else, should a column hold both."""
    return (False, value) if isinstance(value, int | float) else (True, str(value))


def runs(folder: str | os.PathLike[str] | None = None) -> RunTable:
    """Return the recorded runs, oldest first.

    The first call in a folder reads every record; later ones read an index, in the file ``.index.json`` beside the
    runs, which can be deleted at any time.

    Parameters
    ----------
    folder : path, optional
        Folder of runs; by default that of the variable ``LENETPP_RUNS``, else ``runs``.

    Returns
    -------
    RunTable
    """
    return RunTable(indexed_rows(default_runs_folder() if folder is None else as_path(folder, "folder")))
