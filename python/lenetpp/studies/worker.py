"""What is done for one run of a study, in whatever process or thread, on any machine: it is trained, or goes on."""

import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lenetpp.basics import surroundings
from lenetpp.records.run_files import RecordError
from lenetpp.studies.errors import StudyError
from lenetpp.studies.sent_runs import SentRun
from lenetpp.studies.trainings import Training
from lenetpp.studies.worker_data import DataMissing, worker_data
from lenetpp.training.errors import RecordingFailed, TrainingDiverged, TrainingInterrupted
from lenetpp.training.interruption import InterruptGuard
from lenetpp.training.resuming import resume
from lenetpp.training.run import Run
from lenetpp.training.train import train

if TYPE_CHECKING:
    from lenetpp.data import Dataset


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
    is_audit : bool
        Only the digest of the weights is wanted.
    data : Dataset or None
        Sent to a worker that has said that it lacks them.
    folder : Path or None
        For what is temporary, and for data that were sent.
    seconds : float or None
        After which a cluster's worker stops it.
    attempt : str
        Another one for each try. Executors that remember calls, as Dask's does, would else answer a second try with
        the failure of the first.
    """

    key: str
    runs: Path
    unfinished: Path | None = None
    landing: Path | None = None
    is_audit: bool = False
    data: "Dataset | None" = None
    folder: Path | None = None
    seconds: float | None = None
    attempt: str = ""

    @property
    def temporary_prefix(self) -> str:
        """Of the names of folders that this try makes, and that whoever kills its process removes."""
        return f"lenetpp-{self.attempt}-"


# What comes of a training is a value, not an exception: executors change exceptions, or cannot send them.


@dataclass(frozen=True)
class Digest:
    """Of the weights that an audit came to."""

    value: str


@dataclass(frozen=True)
class LacksData:
    """They must be sent; nothing was trained."""

    reason: str


@dataclass(frozen=True)
class Refusal:
    """A worker cannot do it, however often it is asked; another one may."""

    reason: str


@dataclass(frozen=True)
class Failed:
    """A try that another one may repair."""

    reason: str


@dataclass(frozen=True)
class Delivery:
    """What a worker hands over.

    Attributes
    ----------
    worker : str
        Its name.
    outcome : Path or SentRun or Digest or LacksData or Refusal or Failed
        The run's folder, or the run itself if the folder of runs is out of sight; its record says how it ended.
    seconds : float
        That it took.
    """

    worker: str
    outcome: Path | SentRun | Digest | LacksData | Refusal | Failed
    seconds: float = 0.0


def train_one(training: Training, assignment: Assignment) -> Delivery:
    """Train on one thread, or go on with an unfinished run. What is in the way is found out before.

    Raises
    ------
    OSError
        If the run cannot be recorded.
    KeyboardInterrupt
        On Ctrl-C, after a checkpoint was written.
    """
    start = time.monotonic()
    nobody = surroundings.STARTED_BY.set("study")
    try:
        outcome = _outcome(training, assignment)
    finally:
        surroundings.STARTED_BY.reset(nobody)
    return Delivery(f"{socket.gethostname()}, process {os.getpid()}", outcome, time.monotonic() - start)


def _outcome(training: Training, assignment: Assignment) -> Path | SentRun | Digest | LacksData | Refusal:
    if training.key != assignment.key:
        # The key is of the settings, too: a lenetpp that lacks one has another key for the same bits.
        return Refusal(
            f"something else would be trained there: its lenetpp {surroundings.software()['lenetpp']} has the numerics "
            "version {version}, class {class}, or other settings; install the same lenetpp "
            "everywhere".format(**surroundings.numerics())
        )
    try:
        data = worker_data(training.data, training.data_digest, assignment.folder, assignment.data)
    except DataMissing as missing:
        return LacksData(f"the data {training.data.source!r} cannot be had where it is trained: {missing}")
    except StudyError as error:
        return Refusal(str(error))
    if assignment.is_audit:
        return Digest(_trained(training, data, None).digest)
    if assignment.landing is None or assignment.landing.is_dir():
        return _folder(_trained(training, data, assignment.runs, assignment.unfinished))
    # Without the guard Ctrl-C could come while the folder is made or removed, and it would stay for ever.
    with InterruptGuard(), TemporaryDirectory(prefix=assignment.temporary_prefix, dir=assignment.folder) as folder:
        return SentRun.of(_folder(_trained(training, data, Path(folder))))


def _trained(training: Training, data: "Dataset", runs: Path | None, unfinished: Path | None = None) -> Run:
    try:
        return (unfinished and _continued(unfinished, data)) or train(
            training.untrained(), data, settings=training.settings, threads=1, runs=runs, progress=False
        )
    except TrainingDiverged as early:
        return early.run
    # These two hold a run, which cannot be sent to another process.
    except TrainingInterrupted as early:
        raise KeyboardInterrupt(str(early)) from None
    except RecordingFailed as error:
        raise OSError(str(error)) from None


def _folder(run: Run) -> Path:
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
