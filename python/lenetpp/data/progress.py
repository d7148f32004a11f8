"""What a person at a terminal sees while data are read or fetched; nothing in a pipe."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


def byte_progress() -> "Progress":
    """Return a bar that counts bytes on the terminal of standard error, and removes itself at the end."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


@contextmanager
def open_showing_progress(file: Path, description: str) -> Iterator[IO[bytes]]:
    """Open `file` for reading, and show how much of it has been read."""
    with byte_progress() as progress, progress.open(file, "rb", description=description) as stream:
        yield stream
