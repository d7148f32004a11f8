"""The display of a training in a notebook: a table that grows below the cell, and a bar as long as it lasts."""

from collections.abc import Collection

from lenetpp.basics.html_tables import html_table
from lenetpp.basics.surface import NotebookArea, bar_html
from lenetpp.records.epochs import EpochRecord
from lenetpp.records.history import Row, row_of
from lenetpp.training.progress import PARTS, WatchedDisplay

LATEST_EPOCHS = 20
"""Lines of the table; the run holds the others."""


class NotebookDisplay(WatchedDisplay):
    """Shows a training below a notebook's cell."""

    def __init__(self, epochs: int, image_count: int, epochs_done: int = 0, *, parts: Collection[str] = PARTS) -> None:
        super().__init__(epochs, image_count, epochs_done, parts=parts)
        self._area = NotebookArea()
        self._rows: list[Row] = []

    def begin(self) -> None:
        """Show the bar."""
        self._draw()

    def end(self) -> None:
        """Leave the table."""
        self._area.show(self._table(), self._title())

    def show_epoch(self, record: EpochRecord) -> None:
        """Add a line of figures."""
        self._rows.append(row_of(record, self._columns))
        super().show_epoch(record)

    def _draw(self) -> None:
        text = ", ".join(filter(None, (self._title(), self._speed())))
        self._area.show(self._table() + bar_html(self._pace.share, text), self._title())

    def _table(self) -> str:
        hidden = max(0, len(self._rows) - LATEST_EPOCHS)
        note = f"<div>{hidden:,} earlier epochs are in run.history</div>" if hidden else ""
        return note + html_table(self._columns, self._rows[hidden:]) if self._rows else ""
