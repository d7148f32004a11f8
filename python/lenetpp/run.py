"""Run: one training, as it is returned and as it is recorded."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, Self, TypeAlias

import numpy as np

from lenetpp.finding.references import find_run
from lenetpp.html_tables import html_facts
from lenetpp.measurement import Evaluation
from lenetpp.networks import Network
from lenetpp.recording.models import recorded_model
from lenetpp.recording.records import RecordError, read_metrics, read_record
from lenetpp.run_pictures import RunPictures
from lenetpp.settings import TrainingSettings

Outcome = Literal["running", "finished", "interrupted", "diverged", "failed"]


@dataclass(frozen=True, kw_only=True)
class EpochRecord:
    """What was measured in one epoch.

    Attributes
    ----------
    epoch : int
        Counted from 1.
    loss, training_accuracy : float
        Means over the training images, each measured before the step it took part in.
    test_loss, test_accuracy : float
        Of the test images after the epoch.
    validation_loss, validation_accuracy : float or None
        Of the validation images after the epoch, where there are any.
    learning_rate : float
        Of the last step.
    seconds, images_per_second : float
        Time and rate of training alone, without evaluation.
    gradient_norms : dict of float
        Euclidean norm of each parameter's gradient in the last step, by the parameter's name.
    update_ratio : dict of float
        Norm of the last step's change of each parameter, divided by the parameter's norm.
    lost_updates : dict of float
        Share of each parameter's weights that the last step should have changed, but whose change was too small for
        the network's number type.
    dead_units : dict of float
        Share of each layer's units (of a convolution: output planes) that had one value for all test images, by the
        layer's index as text.
    saturated_units : dict of float
        Share of each layer's activations within 1 % of the ends of their range over the test images; only layers
        whose activation has a range (sigmoid and both tanh).
    digest : str
        Of the parameters after the epoch.
    parameter_digests : dict of str
        The first 16 digits of each parameter's own digest, by the parameter's name.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid", "strict": True, "allow_inf_nan": False}
    """For reading ``metrics.jsonl``, whose lines these are."""

    epoch: int
    loss: float
    training_accuracy: float
    test_loss: float
    test_accuracy: float
    validation_loss: float | None = None
    validation_accuracy: float | None = None
    learning_rate: float
    seconds: float
    images_per_second: float
    gradient_norms: dict[str, float]
    update_ratio: dict[str, float] = field(default_factory=dict)
    lost_updates: dict[str, float] = field(default_factory=dict)
    dead_units: dict[str, float] = field(default_factory=dict)
    saturated_units: dict[str, float] = field(default_factory=dict)
    digest: str
    parameter_digests: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False, kw_only=True)
class Run(RunPictures):
    """One training.

    Attributes
    ----------
    network : Network
        The trained network.
    settings : TrainingSettings
        How it was trained.
    history : list of EpochRecord
        One for each complete epoch.
    outcome : {"running", "finished", "interrupted", "diverged", "failed"}
        How it ended.
    message : str
        What there is to say about an early end.
    evaluation : Evaluation or None
        Of the test images after the last complete epoch.
    seconds : float
        From the start to the end, evaluation included.
    folder : Path or None
        Where it is recorded.
    """

    network: Network
    settings: TrainingSettings
    history: list[EpochRecord] = field(default_factory=list)
    outcome: Outcome = "running"
    message: str = ""
    evaluation: Evaluation | None = None
    seconds: float = 0.0
    folder: Path | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the network's parameters; equal digests mean equal bits."""
        return self.network.digest

    @property
    def test_accuracy(self) -> float | None:
        """Share of the test images classified right after the last complete epoch, in [0, 1]."""
        return self.history[-1].test_accuracy if self.history else None

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
        if self.history:
            last = asdict(self.history[-1])
            for name in ("loss", "training_accuracy", "test_loss", "test_accuracy"):
                results[name] = last[name]
            if last["validation_accuracy"] is not None:
                results["validation_loss"] = last["validation_loss"]
                results["validation_accuracy"] = last["validation_accuracy"]
        if self.evaluation is not None:
            results["confusion"] = self.evaluation.confusion.tolist()
        return results

    def __repr__(self) -> str:
        accuracy = "" if self.test_accuracy is None else f", test accuracy {self.test_accuracy:.2%}"
        where = "" if self.folder is None else f", {self.folder}"
        return f"<Run {self.outcome}: {len(self.history)} epochs{accuracy}{where}>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        last = self.history[-1] if self.history else None
        facts = {
            "network": self.network,
            "epochs": f"{len(self.history)} of {self.settings.epochs}",
            "test": None if last is None else f"{last.test_accuracy:.2%}, loss {last.test_loss:.4f}",
            "training": None if last is None else f"{last.training_accuracy:.2%}, loss {last.loss:.4f}",
            "time": f"{self.seconds:.1f} s, training at {self.images_per_second:,.0f} images/s",
            "digest": self.digest if self.network.initialized else None,
            "folder": self.folder,
            "message": self.message or None,
        }
        return html_facts(f"Run {self.outcome}", {name: fact for name, fact in facts.items() if fact is not None})

    @classmethod
    def load(cls, run: "RunReference") -> Self:
        """Return a run as it is recorded.

        Parameters
        ----------
        run : path or str
            A run's folder, the beginning of its name, ``last`` or ``best``.

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
        return cls(
            network=network,
            settings=TrainingSettings(**content["settings"]),
            history=read_metrics(path),
            outcome=content["outcome"],
            message=content.get("message", ""),
            evaluation=recorded_evaluation(content),
            seconds=content["results"]["seconds"],
            folder=path,
        )


def recorded_evaluation(record: Mapping[str, Any]) -> Evaluation | None:
    """Return the evaluation of the test images after the last epoch, where the run has come to an end."""
    results = record.get("results", {})
    if "confusion" not in results:
        return None
    confusion = np.array([row.split() for row in results["confusion"]], dtype=np.int64)
    return Evaluation(results["test_loss"], confusion, tuple(record["data"]["classes"]))


def results_as_recorded(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return results with a row of the confusion matrix as a line, instead of every number in one."""
    return {
        name: [" ".join(map(str, row)) for row in value] if name == "confusion" else value
        for name, value in results.items()
    }


RunReference: TypeAlias = Run | str | os.PathLike[str]
"""What every function that takes a run takes: the run, its folder, the beginning of its name, ``last`` or ``best``."""


def folder_of(run: RunReference, use: str) -> Path:
    """Return the folder of a run.

    Raises
    ------
    RecordError
        If there is no such run, or it was not recorded; the message then ends with what it was to be used for, `use`.
    """
    if not isinstance(run, Run):
        return find_run(run)
    if run.folder is None:
        raise RecordError(f"the run was not recorded (runs=None), so that there is nothing to {use}")
    return run.folder
