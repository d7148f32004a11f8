"""Jobs: trainings that somebody wants done, and what comes back of those that cannot be."""

from dataclasses import dataclass, field
from pathlib import Path

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
    unfinished : Path or None
        A run to go on with.
    is_audit : bool
        Whether only the digest is wanted.
    avoided : set of str
        Workers that are not to do it, where there are others.
    failures : list of (str, str)
        The worker of each try, empty where it is unknown, and the reason.
    """

    training: Training
    key: str
    unfinished: Path | None = None
    is_audit: bool = False
    avoided: set[str] = field(default_factory=set)
    failures: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class GivenUp:
    """What comes back of a training that cannot be done, and why."""

    reason: str
