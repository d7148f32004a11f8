"""The display of a training: a line for each epoch; on a terminal and in a notebook also a bar with rate and time."""

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeAlias

from lenetpp.basics.percent import percent
from lenetpp.basics.surface import say
from lenetpp.records.epochs import EpochRecord

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress


REDRAW_SECONDS = 0.25
"""Between two drawings, which take some milliseconds each: lines of short epochs appear together."""

Row: TypeAlias = tuple[str, ...]


class TrainingDisplay:
    """Shows nothing: the display of a training that nobody watches."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        pass

    def show_training(self, images_done: int) -> None:
        """Take note that so many images of this epoch were trained on."""

    def show_evaluation(self) -> None:
        """Take note that evaluation goes on."""

    def show_epoch(self, record: EpochRecord) -> None:
        """Take note that an epoch is complete."""


class LinesDisplay(TrainingDisplay):
    """Writes a line for each epoch to the error stream, as a file or another program can take it."""

    _has_header = False

    def show_epoch(self, record: EpochRecord) -> None:
        """Write the line now: it is all that tells whether the training gets on."""
        if not self._has_header:
            say(_aligned(table_header(record)))
        self._has_header = True
        say(_aligned(table_row(record)))


class TerminalDisplay(TrainingDisplay):
    """Shows a training on the error stream with rich.

    Parameters
    ----------
    epochs : int
        Epochs in all.
    image_count : int
        Training images of an epoch.
    epochs_done : int
        Complete epochs of a run that is continued.
    """

    def __init__(
        self, epochs: int, image_count: int, epochs_done: int = 0, *, console: "Console | None" = None
    ) -> None:
        from rich.console import Console

        self._console = console or Console(stderr=True, highlight=False)
        self._image_count = image_count
        self._epochs = epochs
        self._epochs_done = epochs_done
        self._lines: list[str] = []  # still to be shown
        self._has_header = False
        self._drawn = time.monotonic()
        self._progress = _progress_bar(self._console)
        self._task = self._progress.add_task(self._title(), total=epochs * image_count)
        self._progress.update(self._task, completed=epochs_done * image_count)

    def __enter__(self) -> Self:
        self._progress.start()
        self._progress.refresh()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._print_lines()
        self._progress.stop()
        if self._has_header:
            self._console.print()

    def show_training(self, images_done: int) -> None:
        """Move the bar."""
        self._progress.update(self._task, completed=self._epochs_done * self._image_count + images_done)
        self._redraw_if_due()

    def show_evaluation(self) -> None:
        """Keep the clock going."""
        self._redraw_if_due()

    def show_epoch(self, record: EpochRecord) -> None:
        """Let a line of figures stand above the bar."""
        if not self._has_header:
            self._console.print(_aligned(table_header(record)), style="dim")
        self._has_header = True
        self._lines.append(_aligned(table_row(record)))
        self._epochs_done = record.epoch
        self._progress.update(self._task, description=self._title(), completed=self._epochs_done * self._image_count)
        self._redraw_if_due()

    def _redraw_if_due(self) -> None:
        if time.monotonic() - self._drawn >= REDRAW_SECONDS:
            self._print_lines()
            self._progress.refresh()
            self._drawn = time.monotonic()

    def _print_lines(self) -> None:
        if self._lines:
            self._console.print("\n".join(self._lines))
            self._lines.clear()

    def _title(self) -> str:
        return f"epoch {min(self._epochs_done + 1, self._epochs)}/{self._epochs}"


def _progress_bar(console: "Console") -> "Progress":
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class RateColumn(ProgressColumn):
        """Images per second."""

        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:,.0f} images/s")

    # Refreshed by the training itself: no thread that competes for the processor.
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        RateColumn(),
        TimeRemainingColumn(),
        TextColumn("left"),
        console=console,
        transient=True,
        auto_refresh=False,
        expand=True,
    )


WIDTHS = {"epoch": 5, "loss": 10, "training": 11, "validation": 12, "test": 9, "rate": 11, "images/s": 12}


def table_header(record: EpochRecord) -> Row:
    """Return the headings of the figures that there are."""
    return tuple(name for name in WIDTHS if name != "validation" or record.validation_accuracy is not None)


def table_row(record: EpochRecord) -> Row:
    """Return the figures of an epoch."""
    return (
        str(record.epoch),
        f"{record.loss:.4f}",
        percent(record.training_accuracy),
        *(() if record.validation_accuracy is None else (percent(record.validation_accuracy),)),
        percent(record.test_accuracy),
        f"{record.learning_rate:.5f}",
        f"{record.images_per_second:,.0f}",
    )


def _aligned(cells: Row) -> str:
    """Return the cells of a row as a line in which they stand below each other."""
    widths = [width for name, width in WIDTHS.items() if name != "validation" or len(cells) == len(WIDTHS)]
    return "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
