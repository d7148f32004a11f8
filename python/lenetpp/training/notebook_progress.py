"""The display of a training in a notebook: a table that grows below the cell, and a bar as long as it lasts."""

from lenetpp.basics.html_tables import html_table
from lenetpp.basics.surface import NotebookArea, bar_html
from lenetpp.records.epochs import EpochRecord
from lenetpp.training.progress import Row, WatchedDisplay, row_of

LATEST_EPOCHS = 20
"""Lines of the table; the run holds the others."""


class NotebookDisplay(WatchedDisplay):
    """Shows a training below a notebook's cell."""

    def __init__(self, epochs: int, image_count: int, epochs_done: int = 0) -> None:
        super().__init__(epochs, image_count, epochs_done)
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
        self._rows.append(row_of(record))
        super().show_epoch(record)

    def _draw(self) -> None:
        text = ", ".join(filter(None, (self._title(), self._speed())))
        self._area.show(self._table() + bar_html(self._pace.share, text), self._title())

    def _table(self) -> str:
        hidden = max(0, len(self._rows) - LATEST_EPOCHS)
        note = f"<div>{hidden:,} earlier epochs are in run.history</div>" if hidden else ""
        if not self._rows:
            return ""
        return note + html_table(tuple(self._rows[0]), [tuple(row.values()) for row in self._rows[hidden:]])
