"""RecordedRun: what the files of a run say, whether it finished or not; no model and no data are needed to read it."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from lenetpp.networks.measurement import Evaluation
from lenetpp.records.epochs import ENDED, EpochRecord
from lenetpp.records.guessing import has_learned_nothing
from lenetpp.records.labels import Label, read_label
from lenetpp.records.results import recorded_evaluation
from lenetpp.records.run_files import is_being_trained, read_metrics, read_record


@dataclass(frozen=True)
class RecordedRun:
    """A run as it is on the disk.

    Attributes
    ----------
    folder : Path
        Where it is recorded.
    record : dict
        Content of ``run.toml``.
    history : list of EpochRecord
        One for each complete epoch.
    """

    folder: Path
    record: dict[str, Any]
    history: list[EpochRecord]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the run that a folder holds.

        Raises
        ------
        RecordError
            If a file is malformed; the message names it.
        OSError
            If a file cannot be read.
        """
        return cls(folder, dict(read_record(folder)), read_metrics(folder))

    @cached_property
    def label(self) -> Label:
        """Name, tags and note."""
        return read_label(self.folder)

    @property
    def name(self) -> str:
        """What the run is called: its own name, or its folder's."""
        return self.label.name or self.folder.resolve().name

    @property
    def outcome(self) -> str:
        """As recorded; "unfinished" if the record says "running", but no process trains the run any more."""
        outcome = str(self.record.get("outcome"))
        return "unfinished" if outcome == "running" and not is_being_trained(self.folder) else outcome

    @property
    def network_text(self) -> str:
        """The network's canonical text."""
        return str(self.table("network").get("text", ""))

    @property
    def settings(self) -> dict[str, Any]:
        """Training settings by name."""
        return self.table("settings")

    @property
    def keeps_best(self) -> bool:
        """Whether validation images choose the epoch that is kept."""
        return bool(self.settings.get("keep") == "best")

    @property
    def kept(self) -> EpochRecord | None:
        """The epoch that results and model are of: the last one, or the best one where that was to be kept."""
        results = self.table("results")
        number = results.get("kept_epoch") or 0
        if not self.history or number > len(self.history):
            return None
        epoch = self.history[number - 1]
        return epoch.evaluated_at_end(results) if results.get("epochs") == len(self.history) else epoch

    @property
    def test_accuracy(self) -> float | None:
        """Share of the test images that the network of this epoch classified right, where it was evaluated."""
        return None if self.kept is None else self.kept.test_accuracy

    @property
    def evaluation(self) -> Evaluation | None:
        """Of the images that judge the network, after that epoch, where the run has come to an end."""
        return recorded_evaluation(self.record, self.folder)

    @property
    def is_stuck(self) -> bool:
        """Whether the run has ended and learned nothing: it does no better than guessing."""
        has_ended = self.record.get("outcome") in ENDED and bool(self.history)
        return has_ended and has_learned_nothing(self.record, self.history[-1].training_accuracy)

    def table(self, name: str) -> dict[str, Any]:
        """Return a table of the record; empty where there is none."""
        table: dict[str, Any] = self.record.get(name, {})
        return table
