"""What a study shows on a terminal: how many runs are done, how long the others will take, then the report."""

import sys
import time
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from lenetpp.terminal import Console


class RunsDisplay:
    """Shows nothing: the display of a study whose error stream is no terminal."""

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


class TerminalRunsDisplay(RunsDisplay):
    """Shows the runs on the error stream with rich.

    Parameters
    ----------
    runs : int
        All runs of the study.
    found : int
        Those that are there already.
    work : float
        What there is to do for the others, in any unit.
    """

    def __init__(self, runs: int, found: int, work: float, *, console: "Console | None" = None) -> None:
        from rich.progress import BarColumn, Progress, TextColumn

        from lenetpp.terminal import Console

        self._runs = runs
        self._done = found
        self._work = work
        self._work_done = 0.0
        self._began = time.monotonic()
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

    def show_done(self, work: float) -> None:
        """Move the bar."""
        self._done += 1
        self._work_done += work
        self.refresh()

    def show_failure(self, text: str) -> None:
        """Let a line stand above the bar."""
        from lenetpp.terminal import Text

        self._console.print(Text(text))

    def refresh(self) -> None:
        """Draw the bar."""
        self._progress.update(
            self._task,
            description=f"run {self._done}/{self._runs}",
            completed=self._work_done,
            left=self._time_left(),
        )
        self._progress.refresh()

    def _time_left(self) -> str:
        """Return it on the assumption that the rest goes as fast as what was done."""
        if not self._work_done:
            return ""
        seconds = (time.monotonic() - self._began) * (self._work - self._work_done) / self._work_done
        minutes, seconds = divmod(round(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02} left"


def runs_display(show: bool | None, runs: int, found: int, work: float) -> RunsDisplay:
    """Return the display that was asked for; None asks for one where the error stream is a terminal."""
    return TerminalRunsDisplay(runs, found, work) if _is_wanted(show) else RunsDisplay()


def report_display(show: bool | None) -> AbstractContextManager[object]:
    """Return what says, as long as it lasts, that the report is being made, which may take a minute."""
    if not _is_wanted(show):
        return nullcontext()
    from lenetpp.terminal import Console

    return Console(stderr=True).status("answering the questions, writing the report")


def _is_wanted(show: bool | None) -> bool:
    return sys.stderr.isatty() if show is None else show
