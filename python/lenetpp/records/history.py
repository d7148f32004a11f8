"""History: the epochs of a run, a list that is a table where one is wanted."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeAlias

from lenetpp.basics.data_frames import as_pandas, as_polars
from lenetpp.basics.html_tables import html_table, html_title
from lenetpp.basics.kinds import all_of_kind
from lenetpp.basics.language import say
from lenetpp.basics.percent import percent
from lenetpp.records.epochs import EpochRecord, best_epoch, shown_history

if TYPE_CHECKING:
    import pandas
    import polars

Row: TypeAlias = tuple[str, ...]
HEADINGS = ("epoch", "loss", "training", "validation", "test", "rate", "images/s")
HEADINGS_IN_WORDS = {
    "epoch": say("epoch"), "loss": say("loss"), "training": say("training"), "validation": say("validation"),
    "test": say("test"), "rate": say("rate"), "images/s": say("images/s"),
}  # fmt: skip
MOST_ROWS = 50
"""Epochs that a notebook shows."""


class History(list[EpochRecord]):
    """The complete epochs of a run, in order: a table in a notebook, and for pandas and polars.

    Where validation images choose the epoch that is kept, what a notebook shows has that one's test figures alone.

    Examples
    --------
    >>> run.history.to_pandas().plot(x="epoch", y=["training_accuracy", "test_accuracy"])  # doctest: +SKIP
    """

    keeps_best = False

    def __init__(self, epochs: Iterable[EpochRecord] = ()) -> None:
        super().__init__(all_of_kind(epochs, EpochRecord, "epochs", "records of epochs"))

    def rows(self) -> list[dict[str, Any]]:
        """Return all figures of each epoch, by the names of :class:`EpochRecord`.

        Those of parameters and layers are as in ``gradient_norms.0.weight``. What no epoch has is left out, such as
        the accuracy of validation images that there are none of; what some lack is None there.
        """
        flat = [_flat(asdict(epoch)) for epoch in self]
        names = dict.fromkeys(name for figures in flat for name, value in figures.items() if value is not None)
        return [{name: figures.get(name) for name in names} for figures in flat]

    def to_pandas(self) -> "pandas.DataFrame":
        """Return a pandas data frame with a row for each epoch: see :meth:`rows`.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        rows = self.rows()
        return as_pandas(rows, list(rows[0]) if rows else [])

    def to_polars(self) -> "polars.DataFrame":
        """Return a polars data frame with a row for each epoch: see :meth:`rows`.

        Raises
        ------
        ImportError
            If polars is not installed.
        """
        return as_polars(self.rows())

    def __repr__(self) -> str:
        last = f", the last one {self._shown()[-1].words}" if self else ""
        return f"<History: {len(self)} epoch{'' if len(self) == 1 else 's'}{last}>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the main figures of the last epochs."""
        shown = self._shown()[-MOST_ROWS:]
        known = {"validation": "validation_accuracy", "test": "test_accuracy"}
        parts = [part for part, figure in known.items() if any(getattr(epoch, figure) is not None for epoch in self)]
        columns = headings(parts)
        title = f"the last {len(shown)} of {len(self):,} epochs" if len(shown) < len(self) else f"{len(self)} epochs"
        return html_title(title) + html_table(columns, [row_of(epoch, columns) for epoch in shown])

    def _shown(self) -> list[EpochRecord]:
        return shown_history(self, best_epoch(self) if self.keeps_best else None, keeps_best=self.keeps_best)


def headings(parts: Collection[str]) -> Row:
    """Return the headings of the main figures of an epoch that there are of data with these parts."""
    return tuple(name for name in HEADINGS if name not in ("validation", "test") or name in parts)


def row_of(epoch: EpochRecord, shown: Row) -> Row:
    """Return the figures of an epoch under these headings; empty where it was not evaluated."""
    cells = {
        "epoch": str(epoch.epoch),
        "loss": f"{epoch.loss:.4f}",
        "training": percent(epoch.training_accuracy),
        "validation": "" if epoch.validation_accuracy is None else percent(epoch.validation_accuracy),
        "test": "" if epoch.test_accuracy is None else percent(epoch.test_accuracy),
        "rate": f"{epoch.learning_rate:.5f}",
        "images/s": f"{epoch.images_per_second:,.0f}",
    }
    return tuple(cells[name] for name in shown)


def _flat(figures: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in figures.items():
        flat |= {f"{name}.{key}": item for key, item in value.items()} if isinstance(value, dict) else {name: value}
    return flat
