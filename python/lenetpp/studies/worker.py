"""What is done for one run of a study, in whatever process or thread, on any machine: it is trained, or goes on."""

import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lenetpp.basics import surroundings
from lenetpp.records.checkpoints import CheckpointPace
from lenetpp.records.run_files import RecordError
from lenetpp.records.run_writer import RunWriter
from lenetpp.studies.errors import StudyError
from lenetpp.studies.runs_by_key import look_at
from lenetpp.studies.sent_runs import SentRun
from lenetpp.studies.trainings import Training
from lenetpp.studies.worker_data import DataMissing, worker_data
from lenetpp.training.errors import RecordingFailed, TrainingDiverged, TrainingInterrupted
from lenetpp.training.interruption import InterruptGuard
from lenetpp.training.resuming import go_on
from lenetpp.training.run import Run
from lenetpp.training.train import train_recorded

if TYPE_CHECKING:
    from lenetpp.data import Dataset

CHECKPOINT_SECONDS = 30.0
"""Longest time between two checkpoints."""
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Assignment:
    """How a training is to be done.

    Attributes
    ----------
    key : str
        Of the run that is expected.
    run : Path or None
        The folder of its run, which goes on where it was begun. Where that cannot be done, it is trained from the
        beginning, in a folder beside it. None where only the digest of the weights is wanted.
    landing : Path or None
        A worker that does not see this folder does not see the folder of runs either, and sends what it has trained;
        None where everybody sees it.
    begun : SentRun or None
        The run as far as it has come, for a worker that does not see it.
    pause_after : float or None
        Seconds after which such a worker sends it back, to go on then.
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
    run: Path | None
    landing: Path | None = None
    begun: SentRun | None = None
    pause_after: float | None = None
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
        The run's folder, or the run itself if the folder of runs is out of sight; its record says how it ended, or
        that it is to go on.
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
    if assignment.run is None:
        return Digest(_trained(training, data, None, CheckpointPace(CHECKPOINT_SECONDS)).digest)
    if assignment.landing is None or assignment.landing.is_dir():
        return _brought_on(assignment.run, training, data)
    # Without the guard Ctrl-C could come while the folder is made or removed, and it would stay for ever.
    with InterruptGuard(), TemporaryDirectory(prefix=assignment.temporary_prefix, dir=assignment.folder) as name:
        runs = Path(name)
        if assignment.begun is not None:
            assignment.begun.unpack(runs, runs / ".arriving")
        return SentRun.of(_brought_on(runs / assignment.run.name, training, data, assignment.pause_after))


def _brought_on(folder: Path, training: Training, data: "Dataset", pause_after: float | None = None) -> Path:
    """Train in a folder, or go on with what was begun there; return the folder, a new one where that cannot be done."""
    # The process of a worker that was killed may still write its last checkpoint.
    while (found := look_at(folder, training.key)) is not None and found.state == "being trained":
        time.sleep(LOOK_SECONDS)
    if found is not None and found.state != "unfinished":
        return folder  # somebody else was faster
    is_free = found is None and not os.path.lexists(folder)
    create = partial(RunWriter.create_at, folder) if is_free else partial(RunWriter.create, folder.parent)
    pace = CheckpointPace(CHECKPOINT_SECONDS, pause_after)
    run = _trained(training, data, create, pace, None if found is None else folder)
    assert run.folder is not None
    return run.folder


def _trained(
    training: Training,
    data: "Dataset",
    create: Callable[..., RunWriter] | None,
    pace: CheckpointPace,
    begun: Path | None = None,
) -> Run:
    try:
        return (begun and _continued(begun, data, pace)) or train_recorded(
            training.untrained(), data, training.settings, 1, create, pace, progress=False
        )
    except TrainingDiverged as early:
        return early.run
    # These two hold a run, which cannot be sent to another process.
    except TrainingInterrupted as early:
        raise KeyboardInterrupt(str(early)) from None
    except RecordingFailed as error:
        raise OSError(str(error)) from None


def _continued(folder: Path, data: "Dataset", pace: CheckpointPace) -> Run | None:
    """Go on with a run; None where its files do not allow it, or another process was faster."""
    try:
        return go_on(folder, data, 1, pace, progress=False)
    except RecordingFailed:
        raise
    except (RecordError, OSError):
        return None
