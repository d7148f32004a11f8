"""What a person at a terminal sees while data are read or fetched; nothing in a pipe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


@contextmanager
def open_showing_progress(file: Path, description: str) -> Iterator[IO[bytes]]:
    """Open `file` for reading, and show how much of it has been read."""
    if sys.stderr.isatty():
        with _byte_progress() as progress, progress.open(file, "rb", description=description) as stream:
            yield stream
    else:
        with file.open("rb") as stream:
            yield stream


@contextmanager
def download_bar(description: str, size: int) -> Iterator[Callable[[int], None]]:
    """Show a bar for a download of `size` bytes, 0 if unknown; give a function to move it on by so many bytes."""
    if sys.stderr.isatty():
        with _byte_progress() as progress:
            task = progress.add_task(description, total=size or None)
            yield lambda count: progress.advance(task, count)
    else:
        yield lambda _: None


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
