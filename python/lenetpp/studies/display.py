"""What a study shows of itself: how many runs are done, how long the others will take, then the report."""

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from lenetpp.basics.displays import Display, Pace, shown_meanwhile, terminal_bar
from lenetpp.basics.html_tables import html_line
from lenetpp.basics.language import listed, say, translated
from lenetpp.basics.surface import NotebookArea, bar_html, surface, write_line
from lenetpp.studies.runs_pace import RunsPace

if TYPE_CHECKING:
    from lenetpp.basics.terminal import Console


class RunsDisplay(Display):
    """Shows nothing: the display of a study that nobody watches."""

    def show_done(self, work: float, seconds: float | None = None) -> None:
        """Take note that a run has come to an end, how much there was to do for it, and how long it was trained."""

    def show_failure(self, text: str) -> None:
        """Say that there will be no run, or no work of a worker, and why."""

    def show_workers(self, count: int | None) -> None:
        """Take note of how many there are now; None where nobody knows."""

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
    at_once : int, optional
        How many are trained at a time, as far as that is known.
    """

    def __init__(self, runs: int, found: int, work: float, at_once: int | None = None) -> None:
        self._runs = runs
        self._done = found
        self._pace = RunsPace(work, runs - found, at_once)
        self._runs_pace = Pace(runs, found)
        self._workers = ""

    def show_done(self, work: float, seconds: float | None = None) -> None:
        """Count the run."""
        self._done += 1
        self._pace.take(work, seconds)
        self._runs_pace.done += 1
        self.refresh()

    def show_workers(self, count: int | None) -> None:
        """Have it in the title."""
        if count is not None:
            self._pace.at_once = count
            self._workers = say("1 worker") if count == 1 else say("{count} workers", count=count)

    def _title(self) -> str:
        run = say("run {done}/{runs}", done=self._done, runs=self._runs)
        return listed(filter(None, (run, self._workers)))

    def _time_left(self) -> str:
        """Write how fast a cluster is, and how long the rest will take."""
        if self._done == self._runs:
            return ""
        left = self._pace.time_left() or say("the time left is known after the first run")
        rate = self._runs_pace.rate
        if not self._workers or not rate:
            return left
        return say("{rate} runs a minute, {left}", rate=f"{60 * rate:,.0f}", left=left)


class LinesRunsDisplay(CountingDisplay):
    """Writes a line for each run to the error stream, as a file or another program can take it."""

    def begin(self) -> None:
        """Say what begins: the first run may take long."""
        if self._done < self._runs:
            write_line(say("{title}: {left}", title=self._title(), left=self._time_left()))

    def show_done(self, work: float, seconds: float | None = None) -> None:
        """Write the line."""
        super().show_done(work, seconds)
        done = say("{title} done", title=self._title())
        write_line(listed(filter(None, (done, self._time_left()))))

    def show_failure(self, text: str) -> None:
        """Write the line."""
        write_line(text)


class NotebookRunsDisplay(CountingDisplay):
    """Shows the runs below a notebook's cell."""

    def __init__(self, runs: int, found: int, work: float, at_once: int | None = None) -> None:
        super().__init__(runs, found, work, at_once)
        self._area = NotebookArea()
        self._failures: list[str] = []
        self._shown = ""
        self.refresh()

    def end(self) -> None:
        """Leave the failures and the count."""
        self._area.show("".join((*self._failures, html_line(self._title()))), self._title())

    def show_failure(self, text: str) -> None:
        """Add a line."""
        self._failures.append(html_line(text))
        self.refresh()

    def refresh(self) -> None:
        """Show what has changed."""
        bar = bar_html(self._pace.share, f"{self._title()} {self._time_left()}")
        content = "".join((*self._failures, bar))
        if content != self._shown:
            self._area.show(content, self._title())
        self._shown = content


class TerminalRunsDisplay(CountingDisplay):
    """Shows the runs on the error stream with rich."""

    def __init__(
        self, runs: int, found: int, work: float, at_once: int | None = None, *, console: "Console | None" = None
    ) -> None:
        from lenetpp.basics.terminal import Console

        super().__init__(runs, found, work, at_once)
        self._console = console or Console(stderr=True)
        self._progress = terminal_bar(self._console)
        self._task = self._progress.add_task("", total=work, pace="")

    def begin(self) -> None:
        """Show the bar."""
        self._progress.start()
        self.refresh()

    def end(self) -> None:
        """Take the bar away."""
        self._progress.stop()

    def show_failure(self, text: str) -> None:
        """Let a line stand above the bar."""
        from lenetpp.basics.terminal import Text

        self._console.print(Text(text))

    def refresh(self) -> None:
        """Draw the bar."""
        title, left = translated((self._title(), self._time_left()))
        self._progress.update(self._task, description=title, completed=self._pace.done, pace=left)
        self._progress.refresh()


def runs_display(show: bool | None, runs: int, found: int, work: float, at_once: int | None = None) -> RunsDisplay:
    """Return the display that was asked for; None asks for one on a terminal and in a notebook."""
    match surface(show):
        case "terminal":
            return TerminalRunsDisplay(runs, found, work, at_once)
        case "notebook":
            return NotebookRunsDisplay(runs, found, work, at_once)
        case "lines":
            return LinesRunsDisplay(runs, found, work, at_once)
    return RunsDisplay()


PLANNING = say("planning: reading the study and its data")
REPORTING = say("answering the questions, writing the report")


def step_display(show: bool | None, text: str) -> AbstractContextManager[object]:
    """Return what says, as long as it lasts, what is done before the runs and after them, which may take a minute."""
    match surface(show):
        case "terminal":
            from lenetpp.basics.terminal import Console

            return Console(stderr=True).status(translated(text))
        case "notebook":
            return shown_meanwhile(html_line(text), text)
        case "lines":
            write_line(text)
    return nullcontext()
