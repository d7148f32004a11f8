"""Jobs: trainings that somebody wants done, and what comes back of those that cannot be."""

from dataclasses import dataclass, field
from pathlib import Path

from lenetpp.records.run_files import CHECKPOINT_NAME, RECORD_NAME, RecordError
from lenetpp.studies.sent_runs import SentRun
from lenetpp.studies.trainings import Training


@dataclass(eq=False)
class Job:
    """A training that somebody wants done.

    Attributes
    ----------
    training : Training
        What.
    key : str
        Of its runs.
    folder : Path or None
        Of its run, whoever trains it and however often that is begun; None where only the digest is wanted.
    avoided : set of str
        Workers that are not to do it, where there are others.
    failures : list of (str, str)
        The worker of each try since it last came further, empty where it is unknown, and the reason.
    checkpointed : int
        When its last checkpoint had been written as it was last handed over, in nanoseconds.
    seconds : float
        That its pieces took which have come back.
    """

    training: Training
    key: str
    folder: Path | None = None
    avoided: set[str] = field(default_factory=set)
    failures: list[tuple[str, str]] = field(default_factory=list)
    checkpointed: int = 0
    seconds: float = 0.0

    def begun(self) -> SentRun | None:
        """Return what is here of its run, for a worker that does not see it."""
        if self.folder is None or not (self.folder / RECORD_NAME).exists():
            return None
        try:
            return SentRun.of(self.folder)
        except (RecordError, OSError):
            return None

    def last_checkpoint(self) -> int:
        """Return when its last checkpoint was written, in nanoseconds; 0 where none is here."""
        try:
            return 0 if self.folder is None else (self.folder / CHECKPOINT_NAME).lstat().st_mtime_ns
        except OSError:
            return 0


@dataclass(frozen=True)
class GivenUp:
    """What comes back of a training that cannot be done, and why."""

    reason: str
