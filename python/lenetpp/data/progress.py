"""What a person at a terminal or a notebook sees while data are read or fetched; nothing in a pipe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from lenetpp.basics.displays import Redraws, shown_meanwhile
from lenetpp.basics.html_tables import html_title
from lenetpp.basics.surface import bar_html, surface

if TYPE_CHECKING:
    from rich.progress import Progress


@contextmanager
def open_showing_progress(file: Path, description: str) -> Iterator[IO[bytes]]:
    """Open `file` for reading, and show how much of it has been read; in a notebook, that it is being read."""
    match surface(None):
        case "terminal":
            with _byte_progress() as progress, progress.open(file, "rb", description=description) as stream:
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
                task = progress.add_task(description, total=size or None)
                yield lambda count: progress.advance(task, count)
        case "notebook":
            with _notebook_bar(description, size) as advance:
                yield advance
        case _:
            yield lambda _: None


@contextmanager
def _notebook_bar(description: str, size: int) -> Iterator[Callable[[int], None]]:
    redraws, done = Redraws(), 0
    with shown_meanwhile() as area:

        def draw() -> None:
            share = min(1.0, done / size) if size else 0.0
            area.show(bar_html(share, f"{description}, {done / 1e6:,.1f} MB"), description)

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
