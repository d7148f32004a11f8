"""What a person at a terminal sees while data are read or fetched; nothing in a pipe."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

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


class DownloadBar:
    """The bar that pooch's downloader moves, drawn by rich."""

    def __init__(self, progress: "Progress", description: str) -> None:
        self.total = 0  # bytes; set by the downloader before it begins
        self._progress = progress
        self._task = progress.add_task(description, total=None)

    def update(self, size: int) -> None:
        """Move on by `size` bytes."""
        self._progress.update(self._task, total=self.total or None, advance=size)

    def reset(self) -> None:
        """Go back to the beginning, as pooch does before it moves to the end."""
        self._progress.reset(self._task, total=self.total or None)

    def close(self) -> None:
        """Stop the clock."""
        self._progress.stop_task(self._task)


@contextmanager
def download_bar(description: str) -> Iterator[DownloadBar | Literal[False]]:
    """Show a bar for one download; False, which is pooch's word for none, where nobody looks."""
    if sys.stderr.isatty():
        with _byte_progress() as progress:
            yield DownloadBar(progress, description)
    else:
        yield False


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
