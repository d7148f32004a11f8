"""Place: what a worker of a cluster knows of where it is."""

from pathlib import Path


class Place:
    """Where a worker is.

    Attributes
    ----------
    worker : str
        Its name, as its engine has it.
    folder : Path
        For what is temporary; it vanishes with the worker.
    """

    def __init__(self, worker: str, folder: Path) -> None:
        self.worker = worker
        self.folder = folder

    def is_wanted(self) -> bool:
        """Return whether somebody still waits for what is done."""
        return True
