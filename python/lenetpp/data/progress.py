"""What a person at a terminal or a notebook sees while data are read or fetched; nothing in a pipe."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

from lenetpp.basics.displays import Pace, Redraws, shown_meanwhile, terminal_bar
from lenetpp.basics.html_tables import html_title
from lenetpp.basics.language import translated
from lenetpp.basics.surface import bar_html, surface

if TYPE_CHECKING:
    from rich.progress import Progress

Item = TypeVar("Item")


def shown_counting(items: Sequence[Item], description: str) -> Iterator[Item]:
    """Go over `items`, and show how many of them are done."""
    match surface(None):
        case "terminal":
            from rich.console import Console

            redraws, pace = Redraws(), Pace(len(items))
            with terminal_bar(Console(stderr=True)) as bar:
                task = bar.add_task(translated(description), total=len(items), pace="")

                def draw() -> None:
                    words = f"{pace.done:,.0f}/{len(items):,}, {translated(pace.time_left())}"
                    bar.update(task, completed=pace.done, pace=words, refresh=True)

                for item in items:
                    yield item
                    pace.done += 1
                    redraws.if_due(draw)
        case "notebook":
            with _notebook_bar(description, len(items), lambda done: f"{done:,}") as advance:
                for item in items:
                    yield item
                    advance(1)
        case _:
            yield from items


@contextmanager
def open_showing_progress(file: Path, description: str) -> Iterator[IO[bytes]]:
    """Open `file` for reading, and show how much of it has been read; in a notebook, that it is being read."""
    match surface(None):
        case "terminal":
            with _byte_progress() as progress, progress.open(file, "rb", description=translated(description)) as stream:
                yield stream
        case "notebook":
            with shown_meanwhile(html_title(description), description), file.open("rb") as stream:
                yield stream
        case _:
            with file.open("rb") as stream:
                yield stream


@contextmanager
def download_bar(description: str, size: int) -> Iterator[Callable[[int], None]]:
    """Show a bar for a download of `size` bytes, 0 if unknown; give a function to move it on by so many bytes."""
    match surface(None):
        case "terminal":
            with _byte_progress() as progress:
                task = progress.add_task(translated(description), total=size or None)
                yield lambda count: progress.advance(task, count)
        case "notebook":
            with _notebook_bar(description, size, lambda done: f"{done / 1e6:,.1f} MB") as advance:
                yield advance
        case _:
            yield lambda _: None


@contextmanager
def _notebook_bar(description: str, size: int, words: Callable[[int], str]) -> Iterator[Callable[[int], None]]:
    redraws, done = Redraws(), 0
    with shown_meanwhile() as area:

        def draw() -> None:
            share = min(1.0, done / size) if size else 0.0
            area.show(bar_html(share, f"{description}, {words(done)}"), description)

        def advance(count: int) -> None:
            nonlocal done
            done += count
            redraws.if_due(draw)

        yield advance


def _byte_progress() -> "Progress":
    """Return a bar for bytes on standard error, which removes itself at the end."""
    # Importing rich takes longer than importing all the rest of lenetpp.
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
