"""What is done for one run of a study, in whatever process or thread, on any machine: it is trained, or goes on."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lenetpp.basics import surroundings
from lenetpp.data.choice import DataChoice
from lenetpp.data.errors import DataError
from lenetpp.records.run_files import RecordError
from lenetpp.studies.errors import StudyError
from lenetpp.studies.sent_runs import SentRun
from lenetpp.studies.trainings import Training
from lenetpp.training.errors import RecordingFailed, TrainingDiverged, TrainingInterrupted
from lenetpp.training.resuming import resume
from lenetpp.training.run import Run
from lenetpp.training.train import train

if TYPE_CHECKING:
    from lenetpp.data import Dataset

KEPT_DATA_SETS = 8
"""In the memory of each process: a learning curve has as many sizes, and reading one takes a second."""


@dataclass(frozen=True)
class Assignment:
    """How a training is to be done.

    Attributes
    ----------
    key : str
        Of the run that is expected.
    runs : Path
        Folder of runs.
    unfinished : Path or None
        A run of this training to go on with; where that cannot be done, it is trained from the beginning.
    landing : Path or None
        A worker that does not see this folder does not see the folder of runs either, and sends what it has trained;
        None where everybody sees it.
    attempt : str
        Another one for each try. Executors that remember calls, as Dask's does, would else answer a second try with
        the failure of the first.
    """

    key: str
    runs: Path
    unfinished: Path | None = None
    landing: Path | None = None
    attempt: str = ""


@dataclass(frozen=True)
class Obstacle:
    """Why a worker cannot do a training, however often it is tried; a value, since executors change exceptions."""

    reason: str


def train_one(training: Training, assignment: Assignment) -> Path | SentRun | Obstacle:
    """Train on one thread, or go on with an unfinished run.

    Returns
    -------
    Path or SentRun or Obstacle
        The run's folder, or the run itself if the folder of runs is out of sight; its record says how it ended. What
        is in the way is found out before anything is trained.

    Raises
    ------
    OSError
        If the run cannot be recorded.
    KeyboardInterrupt
        On Ctrl-C, after a checkpoint was written.
    """
    if training.key != assignment.key:
        return Obstacle(
            f"the bits would be others where it is trained: lenetpp {surroundings.software()['lenetpp']} there has the "
            "numerics version {version}, class {class}".format(**surroundings.numerics())
        )
    try:
        data = _data(training.data, training.data_digest)
    except DataError as error:
        return Obstacle(f"the data {training.data.source!r} cannot be had where it is trained: {error}")
    except StudyError as error:
        return Obstacle(str(error))
    if assignment.landing is None or assignment.landing.is_dir():
        return _trained(training, data, assignment.runs, assignment.unfinished)
    with TemporaryDirectory(prefix="lenetpp-") as folder:
        return SentRun.of(_trained(training, data, Path(folder), None))


def _trained(training: Training, data: "Dataset", runs: Path, unfinished: Path | None) -> Path:
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
