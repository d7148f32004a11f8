"""What is done for one run of a study, in whatever process or thread: it is trained, or goes on."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from lenetpp.data.choice import DataChoice
from lenetpp.errors import RecordingFailed, TrainingDiverged, TrainingInterrupted
from lenetpp.recording.records import RecordError
from lenetpp.resuming import resume
from lenetpp.run import Run
from lenetpp.studies.errors import StudyError
from lenetpp.studies.trainings import Training
from lenetpp.training import train

if TYPE_CHECKING:
    from lenetpp.data import Dataset

KEPT_DATA_SETS = 8
"""In the memory of each process: a learning curve has as many sizes, and reading one takes a second."""


def train_one(training: Training, runs: Path, unfinished: Path | None = None) -> Path:
    """Train on one thread, or go on with an unfinished run; return the run's folder, whose record says how it ended.

    Parameters
    ----------
    training : Training
        What to train.
    runs : Path
        Folder of runs.
    unfinished : Path, optional
        A run of this training to go on with; where that cannot be done, it is trained from the beginning.

    Raises
    ------
    StudyError
        If the data are no longer those of the plan.
    OSError
        If the run cannot be recorded.
    KeyboardInterrupt
        On Ctrl-C, after a checkpoint was written.
    """
    data = _data(training.data, training.data_digest)
    try:
        run = (unfinished and _continued(unfinished, data)) or train(
            training.untrained(), data, settings=training.settings, threads=1, runs=runs, progress=False
        )
    except TrainingDiverged as early:
        run = early.run
    # These two hold a run, which cannot be sent to another process.
    except TrainingInterrupted as early:
        raise KeyboardInterrupt(str(early)) from None
    except RecordingFailed as error:
        raise OSError(str(error)) from None
    assert run.folder is not None
    return run.folder


def _continued(folder: Path, data: "Dataset") -> Run | None:
    """Go on with a run; None where its files do not allow it, or another process was faster."""
    try:
        return resume(folder, data=data, threads=1, progress=False)
    except RecordingFailed:
        raise
    except (RecordError, OSError):
        return None


@lru_cache(KEPT_DATA_SETS)
def _data(choice: DataChoice, digest: str) -> "Dataset":
    data = choice.load()
    if data.digest != digest:
        raise StudyError(
            f"the data {choice.source!r} have changed since the study was planned: their digest is {data.digest}, "
            f"expected {digest}; begin the study again"
        )
    return data
