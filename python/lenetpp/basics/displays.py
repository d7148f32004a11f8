"""Displays of work that goes on: what those of data, trainings and studies have in common."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from lenetpp.basics.language import say
from lenetpp.basics.surface import NotebookArea

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

REDRAW_SECONDS = 0.25
"""Between two drawings, which take some milliseconds each: what changes faster appears together."""


class Display:
    """Shows something as long as a with statement lasts; this one shows nothing."""

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.end()

    def begin(self) -> None:
        """Show the beginning."""

    def end(self) -> None:
        """Leave what is to stay."""


class Redraws:
    """Draws again, but not more often than somebody can see."""

    def __init__(self) -> None:
        self._drawn = time.monotonic()

    def if_due(self, draw: Callable[[], None]) -> None:
        """Draw, unless it has just been done."""
        if time.monotonic() - self._drawn >= REDRAW_SECONDS:
            draw()
            self._drawn = time.monotonic()


class Pace:
    """How fast work gets on, on the assumption that the rest goes as fast as what was done.

    Parameters
    ----------
    work : float
        All there is to do, in any unit.
    done : float
        Of it, before the clock began to run.
    """

    def __init__(self, work: float, done: float = 0.0) -> None:
        self.work = work
        self.done = done
        self._at_start = done
        self._began = time.monotonic()

    @property
    def share(self) -> float:
        """Of the work, what is done."""
        return self.done / self.work if self.work else 1.0

    @property
    def rate(self) -> float | None:
        """Work done in a second; None before anything is."""
        done, seconds = self.done - self._at_start, time.monotonic() - self._began
        return done / seconds if done and seconds else None

    def time_left(self) -> str:
        """Write how long the rest will take; empty before anything is done."""
        if self.rate is None:
            return ""
        return time_left((self.work - self.done) / self.rate)


def time_left(seconds: float) -> str:
    """Write how long something will take."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return say("{time} left", time=f"{hours}:{minutes:02}:{seconds:02}")


def terminal_bar(console: "Console") -> "Progress":
    """Return a bar whose tasks have a description before it and a `pace` behind it.

    Drawn by whoever does the work: no thread that competes for the processor.
    """
    from rich.progress import BarColumn, Progress, TextColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        TextColumn("{task.fields[pace]}"),
        console=console,
        transient=True,
        auto_refresh=False,
        expand=True,
    )


@contextmanager
def shown_meanwhile(html: str = "", text: str = "") -> Iterator[NotebookArea]:
    """Give a place below a notebook's cell that shows something, and is empty again in the end."""
    area = NotebookArea()
    if html:
        area.show(html, text)
    try:
        yield area
    finally:
        area.show("", "")
