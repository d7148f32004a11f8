"""The display of a training: a line for each epoch; on a terminal and in a notebook also a bar with rate and time."""

from abc import abstractmethod
from collections.abc import Collection
from typing import TYPE_CHECKING

from lenetpp.basics.displays import Display, Pace, Redraws, terminal_bar
from lenetpp.basics.language import say, translated
from lenetpp.basics.surface import write_line
from lenetpp.records.epochs import EpochRecord
from lenetpp.records.history import HEADINGS_IN_WORDS, Row, headings, row_of

if TYPE_CHECKING:
    from rich.console import Console

PARTS = ("train", "test")
"""Those of the data, where nobody says which there are."""


class TrainingDisplay(Display):
    """Shows nothing: the display of a training that nobody watches."""

    def show_training(self, images_done: int) -> None:
        """Take note that so many images of this epoch were trained on."""

    def show_evaluation(self) -> None:
        """Take note that evaluation goes on."""

    def show_epoch(self, record: EpochRecord) -> None:
        """Take note that an epoch is complete."""


class LinesDisplay(TrainingDisplay):
    """Writes a line for each epoch to the error stream, as a file or another program can take it."""

    def __init__(self, *, parts: Collection[str] = PARTS) -> None:
        self._columns = headings(parts)
        self._has_header = False

    def show_epoch(self, record: EpochRecord) -> None:
        """Write the line now: it is all that tells whether the training gets on."""
        if not self._has_header:
            write_line(_aligned(self._columns, self._columns))
        self._has_header = True
        write_line(_aligned(self._columns, row_of(record, self._columns)))


class WatchedDisplay(TrainingDisplay):
    """Knows how far a training is; a kind of it draws that.

    Parameters
    ----------
    epochs : int
        Epochs in all.
    image_count : int
        Training images of an epoch.
    epochs_done : int
        Complete epochs of a run that is continued.
    parts : collection of str
        Names of the parts of the data; those that are not trained on have a column each.
    """

    def __init__(self, epochs: int, image_count: int, epochs_done: int = 0, *, parts: Collection[str] = PARTS) -> None:
        self._columns = headings(parts)
        self._epochs, self._image_count, self._epochs_done = epochs, image_count, epochs_done
        self._pace = Pace(epochs * image_count, epochs_done * image_count)
        self._redraws = Redraws()

    def show_training(self, images_done: int) -> None:
        """Move the bar."""
        self._pace.done = self._epochs_done * self._image_count + images_done
        self._redraws.if_due(self._draw)

    def show_evaluation(self) -> None:
        """Keep the clock going."""
        self._redraws.if_due(self._draw)

    def show_epoch(self, record: EpochRecord) -> None:
        """Move the bar to the end of the epoch; a kind of display has taken its figures before."""
        self._epochs_done = record.epoch
        self.show_training(0)

    @abstractmethod
    def _draw(self) -> None:
        """Show how far the training is."""

    def _title(self) -> str:
        return say("epoch {epoch}/{epochs}", epoch=min(self._epochs_done + 1, self._epochs), epochs=self._epochs)

    def _speed(self) -> str:
        """Return the rate and the time that is left, as soon as there are any."""
        rate = self._pace.rate
        return "" if rate is None else say("{rate} images/s, {left}", rate=f"{rate:,.0f}", left=self._pace.time_left())


class TerminalDisplay(WatchedDisplay):
    """Shows a training on the error stream with rich."""

    def __init__(
        self,
        epochs: int,
        image_count: int,
        epochs_done: int = 0,
        *,
        parts: Collection[str] = PARTS,
        console: "Console | None" = None,
    ) -> None:
        from rich.console import Console

        super().__init__(epochs, image_count, epochs_done, parts=parts)
        self._console = console or Console(stderr=True, highlight=False)
        self._lines: list[str] = []  # still to be shown
        self._has_header = False
        self._progress = terminal_bar(self._console)
        self._task = self._progress.add_task("", total=self._pace.work, pace="")

    def begin(self) -> None:
        """Show the bar."""
        self._progress.start()
        self._draw()

    def end(self) -> None:
        """Leave the lines."""
        self._draw()
        self._progress.stop()
        if self._has_header:
            self._console.print()

    def show_epoch(self, record: EpochRecord) -> None:
        """Let a line of figures stand above the bar."""
        if not self._has_header:
            self._console.print(_aligned(self._columns, self._columns), style="dim")
        self._has_header = True
        self._lines.append(_aligned(self._columns, row_of(record, self._columns)))
        super().show_epoch(record)

    def _draw(self) -> None:
        self._print_lines()
        self._progress.update(
            self._task, completed=self._pace.done, description=translated(self._title()), pace=translated(self._speed())
        )
        self._progress.refresh()

    def _print_lines(self) -> None:
        if self._lines:
            self._console.print("\n".join(self._lines))
            self._lines.clear()


WIDTHS = {"epoch": 5, "loss": 10, "training": 11, "validation": 12, "test": 9, "rate": 11, "images/s": 12}


def _aligned(shown: Row, cells: Row) -> str:
    """Return the cells of a row as a line in which they stand below each other."""
    from rich.cells import cell_len

    texts = [
        translated(HEADINGS_IN_WORDS[name]) if cell == name else cell for name, cell in zip(shown, cells, strict=True)
    ]
    return "".join(" " * (WIDTHS[name] - cell_len(text)) + text for name, text in zip(shown, texts, strict=True))
