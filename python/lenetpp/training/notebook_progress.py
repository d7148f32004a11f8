"""The display of a training in a notebook: a table that grows below the cell, and a bar as long as it lasts."""

import time
from types import TracebackType
from typing import Self

from lenetpp.basics.html_tables import html_table
from lenetpp.basics.surface import NotebookArea, bar_html, time_left
from lenetpp.records.epochs import EpochRecord
from lenetpp.training.progress import REDRAW_SECONDS, Row, TrainingDisplay, table_header, table_row

LATEST_EPOCHS = 20
"""Lines of the table; the run holds the others."""


class NotebookDisplay(TrainingDisplay):
    """Shows a training below a notebook's cell.

    Parameters
    ----------
    epochs : int
        Epochs in all.
    image_count : int
        Training images of an epoch.
    epochs_done : int
        Complete epochs of a run that is continued.
    """

    def __init__(self, epochs: int, image_count: int, epochs_done: int = 0) -> None:
        self._area = NotebookArea()
        self._epochs, self._image_count, self._epochs_done = epochs, image_count, epochs_done
        self._images_at_start = self._images_done = epochs_done * image_count
        self._header: Row = ()
        self._rows: list[Row] = []
        self._began = self._drawn = time.monotonic()

    def __enter__(self) -> Self:
        self._draw(is_over=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._draw(is_over=True)

    def show_training(self, images_done: int) -> None:
        """Move the bar."""
        self._images_done = self._epochs_done * self._image_count + images_done
        self._redraw_if_due()

    def show_evaluation(self) -> None:
        """Keep the clock going."""
        self._redraw_if_due()

    def show_epoch(self, record: EpochRecord) -> None:
        """Add a line of figures."""
        self._header = table_header(record)
        self._rows.append(table_row(record))
        self._epochs_done = record.epoch
        self._images_done = self._epochs_done * self._image_count
        self._redraw_if_due()

    def _redraw_if_due(self) -> None:
        if time.monotonic() - self._drawn >= REDRAW_SECONDS:
            self._draw(is_over=False)
            self._drawn = time.monotonic()

    def _draw(self, *, is_over: bool) -> None:
        hidden = max(0, len(self._rows) - LATEST_EPOCHS)
        parts = [html_table(self._header, self._rows[hidden:])] if self._rows else []
        if hidden:
            parts.insert(0, f"<div>{hidden:,} earlier epochs are in run.history</div>")
        title = f"epoch {min(self._epochs_done + 1, self._epochs)}/{self._epochs}"
        if not is_over:
            share = self._images_done / (self._epochs * self._image_count)
            parts.append(bar_html(share, f"{title}{self._rate()}"))
        self._area.show("".join(parts), title)

    def _rate(self) -> str:
        """Return the rate and the time that is left, as soon as there are any."""
        done, seconds = self._images_done - self._images_at_start, time.monotonic() - self._began
        if not done or not seconds:
            return ""
        rate = done / seconds
        return f", {rate:,.0f} images/s, {time_left((self._epochs * self._image_count - self._images_done) / rate)}"
