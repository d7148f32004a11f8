"""StudyResult: what a study found."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lenetpp.studies.answers import AnyAnswer
from lenetpp.studies.audit import Audit
from lenetpp.studies.plan import Plan
from lenetpp.studies.runs_of_study import Failure


@dataclass(frozen=True, eq=False, repr=False)
class StudyResult:
    """What a study found.

    Attributes
    ----------
    plan : Plan
        Its file, and what had to be trained.
    answers : tuple
        One for each question, in the order of the file: ``Answer``, ``FilterAnswer`` or ``BenchmarkAnswer``, each with
        its `sentences`.
    runs : Path
        Folder of the runs.
    folders : mapping of Path
        The folder of each finished run, by the key of its training.
    failures : tuple of Failure
        Trainings without a run, and why.
    trained : int
        How many of the runs were not there before.
    audit : Audit or None
        What came of training some of the runs again, if that was asked for.
    report : Path
        Folder of ``report.html``, ``report.md``, ``pictures/`` and the tables.
    command : str
        What makes the same report again, at the shell.
    """

    plan: Plan
    answers: tuple[AnyAnswer, ...]
    runs: Path
    folders: Mapping[str, Path]
    failures: tuple[Failure, ...]
    trained: int
    audit: Audit | None
    report: Path
    command: str

    def __repr__(self) -> str:
        failed = f", {len(self.failures)} failed" if self.failures else ""
        answers = f"{len(self.answers)} answer{'' if len(self.answers) == 1 else 's'}"
        return f"<StudyResult {self.plan.source}: {answers} from {len(self.folders):,} runs{failed}, {self.report}>"
