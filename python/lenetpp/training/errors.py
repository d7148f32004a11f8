"""How a training can end early. All exceptions carry the run, so that the work so far is at hand.

Each says how it is made again: Python would make the copy of an exception from its message alone, and a process pool
that cannot make the exception of its worker waits for ever.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lenetpp.basics.kinds import as_path

if TYPE_CHECKING:
    from lenetpp.training.run import Run


class TrainingInterrupted(KeyboardInterrupt):
    """Ctrl-C stopped a training; the network keeps the weights it had then.

    A KeyboardInterrupt, so that a script which trains many networks stops as a whole.

    Attributes
    ----------
    run : Run
        What was done so far, recorded like any other run.
    """

    def __init__(self, message: str, run: "Run") -> None:
        super().__init__(str(message))  # plain, as copies have it
        self.run = run

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.run), self.__dict__


class TrainingDiverged(ArithmeticError):  # noqa: N818  (an outcome of a run, like TrainingInterrupted)
    """A number in training became infinite or not a number; the network is as it was before that epoch.

    Attributes
    ----------
    run : Run
        What was done before, recorded like any other run.
    """

    def __init__(self, message: str, run: "Run") -> None:
        super().__init__(str(message))  # plain, as copies have it
        self.run = run

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.run), self.__dict__


class RecordingFailed(OSError):  # noqa: N818  (an outcome of a run, like TrainingInterrupted)
    """A run's folder could not be written: the disk is full, the folder has vanished, or the like.

    Training stops, with its state kept in memory. What was on the disk before is intact: the run can be continued from
    its last checkpoint (:func:`lenetpp.resume`), or be saved elsewhere with nothing lost.

    Attributes
    ----------
    run : Run
        What was done so far.
    errno, strerror, filename
        Of the error that the system reported.
    """

    def __init__(self, cause: OSError, run: "Run", save: Callable[[Path], None]) -> None:
        super().__init__(cause.errno, cause.strerror, cause.filename)
        self.run = run
        self._save = save
        self._folder = run.folder

    def __reduce__(self) -> tuple[Any, ...]:
        cause = OSError(self.errno, self.strerror, self.filename)
        return type(self), (cause, self.run, self._save), self.__dict__

    def __str__(self) -> str:
        reason = self.strerror if self.filename is None else f"{self.strerror}: {self.filename}"
        return f"the run cannot be recorded in {self._folder} any longer ({reason}); its state is kept in memory"

    def save(self, folder: str | os.PathLike[str]) -> "Run":
        """Write the whole run to a new folder, from where :func:`lenetpp.resume` goes on, and return it.

        Raises
        ------
        OSError
            If the folder exists already or cannot be written either.
        """
        path = as_path(folder, "folder")
        self._save(path)
        self.run.folder = path
        return self.run
