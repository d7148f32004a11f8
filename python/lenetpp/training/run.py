"""Run: one training, as it is returned and as it is recorded."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from lenetpp.basics.html_tables import html_facts
from lenetpp.basics.kinds import check_kind
from lenetpp.basics.percent import percent
from lenetpp.networks.measurement import Evaluation
from lenetpp.networks.network import Network
from lenetpp.pictures.run_pictures import RunPictures
from lenetpp.records.epochs import OF_UNSEEN, EpochRecord, Outcome
from lenetpp.records.history import History
from lenetpp.records.labels import Label, read_label
from lenetpp.records.models import recorded_model
from lenetpp.records.references import RunReference, folder_of
from lenetpp.records.results import recorded_evaluation
from lenetpp.records.run_files import RecordError, read_metrics, read_record
from lenetpp.settings.training_settings import TrainingSettings

OF_LAST_EPOCH = ("loss", "training_accuracy", *OF_UNSEEN)
"""Of an epoch's figures, those that are results too."""


@dataclass(eq=False, kw_only=True)
class Run(RunPictures):
    """One training.

    Attributes
    ----------
    network : Network
        The trained network.
    settings : TrainingSettings
        How it was trained.
    history : History
        A list of :class:`lenetpp.EpochRecord`, one for each complete epoch; a table in a notebook, ``to_pandas()`` and
        ``to_polars()`` make data frames of it.
    outcome : {"running", "finished", "stopped", "interrupted", "diverged", "failed"}
        How it ended: ``"stopped"`` by a function of the caller, `on_epoch`.
    message : str
        What there is to say about an early end.
    evaluation : Evaluation or None
        Of the test images after the last complete epoch, or the one kept, where that was evaluated; without test
        images of those for validation.
    seconds : float
        From the start to the end, evaluation included.
    folder : Path or None
        Where it is recorded.
    kept_epoch : int or None
        The epoch, counted from 1, that the network's weights and the results are of, where training has ended and its
        setting `keep` is ``"best"``; None: the last one.
    end_figures : dict of float
        Loss and accuracy of test and validation images at the end, by their names in an epoch's record, where a
        function of the caller ended training after an epoch that was not evaluated.
    label : Label
        Its name, tags and note; :func:`lenetpp.label` changes them.
    """

    network: Network
    settings: TrainingSettings
    history: History = field(default_factory=History)
    outcome: Outcome = "running"
    message: str = ""
    evaluation: Evaluation | None = None
    seconds: float = 0.0
    folder: Path | None = None
    kept_epoch: int | None = None
    end_figures: dict[str, float] = field(default_factory=dict)
    label: Label = field(default_factory=Label)

    def __post_init__(self) -> None:
        check_kind(self.settings, TrainingSettings, "settings", "a lenetpp.TrainingSettings")
        check_kind(self.history, History, "history", "a lenetpp.History")
        self.history.keeps_best = self.keeps_best

    @property
    def kept(self) -> EpochRecord | None:
        """The epoch that the network's weights and the results are of."""
        if not self.history:
            return None
        return self.history[(self.kept_epoch or 0) - 1].evaluated_at_end(self.end_figures)

    @property
    def digest(self) -> str:
        """SHA-256 of the network's parameters; equal digests mean equal bits."""
        return self.network.digest

    @property
    def test_accuracy(self) -> float | None:
        """Share of the test images classified right after the last complete epoch, or the one kept, in [0, 1].

        None before there is one, where it was not evaluated, and where the data have no test part.
        """
        return None if self.kept is None else self.kept.test_accuracy

    @property
    def images_per_second(self) -> float:
        """Mean rate of training alone over the complete epochs."""
        images = sum(epoch.images_per_second * epoch.seconds for epoch in self.history)
        seconds = sum(epoch.seconds for epoch in self.history)
        return images / seconds if seconds else 0.0

    @property
    def can_go_on(self) -> bool:
        """Whether :func:`lenetpp.resume` can continue the run, or extend it where it has finished.

        A diverged training would diverge again.
        """
        return self.outcome != "diverged"

    def results(self) -> dict[str, Any]:
        """Return the figures of the result by name, as they are recorded."""
        results: dict[str, Any] = {
            "epochs": len(self.history),
            "seconds": round(self.seconds, 6),
            "images_per_second": round(self.images_per_second, 1),
        }
        if self.network.initialized:
            results["digest"] = self.digest
            if self.network.dtype != "float32":
                results["model_digest"] = self.network.astype("float32").digest
        if self.kept_epoch is not None:
            results["kept_epoch"] = self.kept_epoch
        if self.kept is not None:
            last = asdict(self.kept)
            results |= {name: last[name] for name in OF_LAST_EPOCH if last[name] is not None}
        if self.evaluation is not None:
            results["confusion"] = self.evaluation.confusion.tolist()
        return results

    def __repr__(self) -> str:
        last = self.kept
        unseen = None if last is None else last.unseen_accuracy
        accuracy = "" if last is None or unseen is None else f", {last.judged_by} accuracy {percent(unseen)}"
        where = "" if self.folder is None else f", {self.folder}"
        return f"<Run {self.outcome}: {len(self.history)} epochs{accuracy}{where}>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        last = self.kept
        judge, unseen = "test", None
        if last is not None and last.judged_by is not None and last.unseen_accuracy is not None:
            judge, unseen = last.judged_by, f"{percent(last.unseen_accuracy)}, loss {last.unseen_loss:.4f}"
        facts = {
            "name": self.label.name or None,
            "tags": ", ".join(self.label.tags) or None,
            "note": self.label.note or None,
            "network": self.network,
            "epochs": f"{len(self.history)} of {self.settings.epochs}"
            + (f", that of epoch {self.kept_epoch} kept" if self.kept_epoch else ""),
            judge: unseen,
            "training": None if last is None else f"{percent(last.training_accuracy)}, loss {last.loss:.4f}",
            "time": f"{self.seconds:.1f} s, training at {self.images_per_second:,.0f} images/s",
            "digest": self.digest if self.network.initialized else None,
            "folder": self.folder,
            "message": self.message or None,
        }
        return html_facts(f"Run {self.outcome}", {name: fact for name, fact in facts.items() if fact is not None})

    @classmethod
    def load(cls, run: RunReference) -> Self:
        """Return a run as it is recorded.

        Parameters
        ----------
        run : path or str
            A run's name, its folder, the beginning of that, ``last`` or ``best``.

        Raises
        ------
        RecordError, ModelFileError
            If there is no such run, a file of it is malformed, the model is not the one that the record tells of, or
            training has not come to an end that left a model.
        OSError
            If a file cannot be read.
        """
        path = folder_of(run, "load")
        content = read_record(path)
        network = recorded_model(path)
        if "results" not in content:
            raise RecordError(f"{path} has no results yet: its outcome is {content['outcome']!r}")
        results: Mapping[str, Any] = content["results"]
        history, kept_epoch = History(read_metrics(path)), results.get("kept_epoch")
        if kept_epoch is not None and kept_epoch > len(history):
            raise RecordError(f"{path}: results.kept_epoch is {kept_epoch}, but there are {len(history)} epochs")
        return cls(
            network=network,
            settings=TrainingSettings(**content["settings"]),
            history=history,
            outcome=content["outcome"],
            message=content.get("message", ""),
            evaluation=recorded_evaluation(content, path),
            seconds=results["seconds"],
            folder=path,
            kept_epoch=kept_epoch,
            end_figures={name: results[name] for name in OF_UNSEEN if name in results},
            label=read_label(path),
        )
