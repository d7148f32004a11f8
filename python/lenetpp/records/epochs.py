"""EpochRecord: what was measured in one epoch, and how a run can end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal, TypeAlias

from lenetpp.basics.percent import percent

Outcome = Literal["running", "finished", "interrupted", "diverged", "failed", "stopped"]
ENDED: tuple[Outcome, ...] = ("finished", "stopped")
"""Those of runs that have results."""
UnseenPart: TypeAlias = Literal["test", "validation"]
"""A part of the data that is not trained on."""

OF_UNSEEN = ("test_loss", "test_accuracy", "validation_loss", "validation_accuracy")
"""An epoch's figures of these parts."""


@dataclass(frozen=True, kw_only=True, repr=False)
class EpochRecord:
    """What was measured in one epoch.

    Attributes
    ----------
    epoch : int
        Counted from 1.
    loss, training_accuracy : float
        Means over the training images, each measured before the step it took part in.
    test_loss, test_accuracy : float or None
        Of the test images after the epoch; None where there are none, or it was not evaluated (setting
        `evaluate_every`).
    validation_loss, validation_accuracy : float or None
        Of the validation images after the epoch, where there are any and it was evaluated.
    learning_rate : float
        Of the last step.
    seconds, images_per_second : float
        Time and rate of training alone, without evaluation.
    gradient_norms : dict of float
        Euclidean norm of each parameter's gradient, by the parameter's name; as the next two, the mean over some steps
        of the epoch: the last and up to 15 before it, at least 32 steps and 500 images apart.
    update_ratio : dict of float
        Norm of a step's change of each parameter, divided by the parameter's norm.
    lost_updates : dict of float
        Share of each parameter's weights that a step should have changed, but whose change was too small for
        the network's number type.
    dead_units : dict of float
        Share of each layer's units (of a convolution: output planes) that had one value for all images of the part
        that judges, by the layer's index as text; empty where the epoch was not evaluated, as the next ones.
    saturated_units : dict of float
        Share of each layer's activations within 1 % of the ends of their range over these images; only layers whose
        activation has a range (sigmoid and both tanh).
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
    test_loss: float | None = None
    test_accuracy: float | None = None
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

    @property
    def is_evaluated(self) -> bool:
        """Whether test images, validation images or both were looked at after the epoch."""
        return self.judged_by is not None

    @property
    def judged_by(self) -> UnseenPart | None:
        """The part of the data that judges the network: without test images those for validation.

        None where the epoch was not evaluated.
        """
        if self.test_accuracy is not None:
            return "test"
        return None if self.validation_accuracy is None else "validation"

    @property
    def unseen_accuracy(self) -> float | None:
        """The accuracy on that part."""
        return self.validation_accuracy if self.test_accuracy is None else self.test_accuracy

    @property
    def unseen_loss(self) -> float | None:
        """The loss on that part."""
        return self.validation_loss if self.test_accuracy is None else self.test_loss

    @property
    def words(self) -> str:
        """The main figures in a line."""
        seen = None if self.unseen_accuracy is None else f"{self.judged_by} accuracy {percent(self.unseen_accuracy)}"
        return ", ".join(filter(None, (f"loss {self.loss:.4f}, training {percent(self.training_accuracy)}", seen)))

    def __repr__(self) -> str:
        return f"<EpochRecord {self.epoch}: {self.words}>"

    def evaluated_at_end(self, figures: Mapping[str, Any]) -> "EpochRecord":
        """Return the epoch with figures of an evaluation at the end of training, where it was not evaluated itself."""
        if self.is_evaluated:
            return self
        return replace(self, **{name: figures[name] for name in OF_UNSEEN if name in figures})


def evaluated(history: Sequence[EpochRecord]) -> list[EpochRecord]:
    """Return the epochs after which test images, validation images or both were looked at."""
    return [epoch for epoch in history if epoch.is_evaluated]


def best_epoch(history: Sequence[EpochRecord]) -> EpochRecord | None:
    """Return the epoch that did best on the validation images, which must have been there; None before any.

    It has the highest accuracy, of several the lowest loss, and of several of these it was the first.
    """
    return max(evaluated(history), key=goodness, default=None)


def shown_history(history: Sequence[EpochRecord], kept: EpochRecord | None, *, keeps_best: bool) -> list[EpochRecord]:
    """Return epochs as people see them: where validation images choose the one to keep, only that one's test figures.

    Others beside them would be an invitation to choose by the test images.

    Parameters
    ----------
    history : sequence of EpochRecord
        All epochs.
    kept : EpochRecord or None
        The one that the results are of.
    keeps_best : bool
        Whether the setting `keep` is ``"best"``.
    """
    if not keeps_best:
        return list(history)
    number = None if kept is None else kept.epoch
    return [epoch if epoch.epoch == number else replace(epoch, test_loss=None, test_accuracy=None) for epoch in history]


def patience_has_ended(history: Sequence[EpochRecord], patience: int) -> bool:
    """Whether the epochs from the best one to the last one evaluated are `patience` or more, if that is not 0."""
    best = best_epoch(history) if patience > 0 else None
    return best is not None and evaluated(history)[-1].epoch - best.epoch >= patience


def goodness(epoch: EpochRecord) -> tuple[float, float]:
    """Return what is larger for an epoch that did better on the validation images."""
    assert epoch.validation_accuracy is not None
    assert epoch.validation_loss is not None
    return epoch.validation_accuracy, -epoch.validation_loss
