"""RunsOfStudy: what became of the trainings of a study."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lenetpp.studies.audit import Audit
from lenetpp.studies.trainings import Training


@dataclass(frozen=True)
class Failure:
    """A training for which there is no run: it failed three times, or it always would, as where it diverged."""

    training: Training
    reason: str

    def __str__(self) -> str:
        return f"no run of {self.training.network} with the seed {self.training.settings.seed}: {self.reason}"


@dataclass(frozen=True)
class RunsOfStudy:
    """The runs that a study has.

    Attributes
    ----------
    folders : mapping of Path
        The folder of a finished run by the key of its training.
    failures : mapping of Failure
        By the key.
    trained : frozenset of str
        Keys of the runs that were not there before.
    audit : Audit or None
        What came of training some of them again, if that was asked for.
    """

    folders: Mapping[str, Path]
    failures: Mapping[str, Failure]
    trained: frozenset[str] = frozenset()
    audit: Audit | None = None
