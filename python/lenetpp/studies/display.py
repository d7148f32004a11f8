"""What a study shows of itself: how many runs are done, how long the others will take, then the report."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import TracebackType
from typing import TYPE_CHECKING, Self

from lenetpp.basics.html_tables import html_line
from lenetpp.basics.surface import NotebookArea, bar_html, say, surface, time_left

if TYPE_CHECKING:
    from lenetpp.basics.terminal import Console


class RunsDisplay:
    """Shows nothing: the display of a study that nobody watches."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        pass

    def show_done(self, work: float) -> None:
        """Take note that a run has come to an end, and how much there was to do for it."""

    def show_failure(self, text: str) -> None:
        """Say that there will be no run, and why."""

    def refresh(self) -> None:
        """Keep the clock going."""


class CountingDisplay(RunsDisplay):
    """Knows how many runs are done and how long the others will take; a kind of it shows that.

    Parameters
    ----------
    runs : int
        All runs of the study.
    found : int
        Those that are there already.
    work : float
        What there is to do for the others, in any unit.
    """

    def __init__(self, runs: int, found: int, work: float) -> None:
        self._runs = runs
        self._done = found
        self._work = work
        self._work_done = 0.0
        self._began = time.monotonic()

    def show_done(self, work: float) -> None:
        """Count the run."""
        self._done += 1
        self._work_done += work
        self.refresh()

    def _title(self) -> str:
        return f"run {self._done}/{self._runs}"

    def _time_left(self) -> str:
        """Return it on the assumption that the rest goes as fast as what was done."""
        if not self._work_done:
            return ""
        return time_left((time.monotonic() - self._began) * (self._work - self._work_done) / self._work_done)


class LinesRunsDisplay(CountingDisplay):
    """Writes a line for each run to the error stream, as a file or another program can take it."""

    def show_done(self, work: float) -> None:
        """Write the line."""
        super().show_done(work)
        say(f"{self._title()} done, {self._time_left()}")

    def show_failure(self, text: str) -> None:
        """Write the line."""
        say(text)


class NotebookRunsDisplay(CountingDisplay):
    """Shows the runs below a notebook's cell."""

    def __init__(self, runs: int, found: int, work: float) -> None:
        super().__init__(runs, found, work)
        self._area = NotebookArea()
        self._failures: list[str] = []
        self._shown = ""
        self.refresh()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._area.show("".join((*self._failures, html_line(self._title()))), self._title())

    def show_failure(self, text: str) -> None:
        """Add a line."""
        self._failures.append(html_line(text))
        self.refresh()

    def refresh(self) -> None:
        """Show what has changed."""
        bar = bar_html(self._work_done / self._work if self._work else 1, f"{self._title()} {self._time_left()}")
        content = "".join((*self._failures, bar))
        if content != self._shown:
            self._area.show(content, self._title())
        self._shown = content


class TerminalRunsDisplay(CountingDisplay):
    """Shows the runs on the error stream with rich."""

    def __init__(self, runs: int, found: int, work: float, *, console: "Console | None" = None) -> None:
        from rich.progress import BarColumn, Progress, TextColumn

        from lenetpp.basics.terminal import Console

        super().__init__(runs, found, work)
        self._console = console or Console(stderr=True)
        # Drawn by whoever waits for the runs: no thread that competes for the processor.
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[left]}"),
            console=self._console,
            transient=True,
            auto_refresh=False,
            expand=True,
        )
        self._task = self._progress.add_task("", total=work, left="")

    def __enter__(self) -> Self:
        self._progress.start()
        self.refresh()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show_failure(self, text: str) -> None:
        """Let a line stand above the bar."""
        from lenetpp.basics.terminal import Text

        self._console.print(Text(text))

    def refresh(self) -> None:
        """Draw the bar."""
        self._progress.update(
            self._task,
            description=self._title(),
            completed=self._work_done,
            left=self._time_left(),
        )
        self._progress.refresh()


def runs_display(show: bool | None, runs: int, found: int, work: float) -> RunsDisplay:
    """Return the display that was asked for; None asks for one on a terminal and in a notebook."""
    match surface(show):
        case "terminal":
            return TerminalRunsDisplay(runs, found, work)
        case "notebook":
            return NotebookRunsDisplay(runs, found, work)
        case "lines":
            return LinesRunsDisplay(runs, found, work)
    return RunsDisplay()


def report_display(show: bool | None) -> AbstractContextManager[object]:
    """Return what says, as long as it lasts, that the report is being made, which may take a minute."""
    text = "answering the questions, writing the report"
    match surface(show):
        case "terminal":
            from lenetpp.basics.terminal import Console

            return Console(stderr=True).status(text)
        case "notebook":
            return _shown_meanwhile(text)
        case "lines":
            say(text)
    return nullcontext()


@contextmanager
def _shown_meanwhile(text: str) -> Iterator[None]:
    area = NotebookArea()
    area.show(html_line(text), text)
    yield
    area.show("", "")
