"""A value that is not finite ends a training, with advice."""

from lenetpp.basics.language import say
from lenetpp.settings import advice
from lenetpp.settings.training_settings import TrainingSettings


class NotFiniteError(Exception):
    """Leaves the loop over the epochs when a value is not finite."""


def divergence(what: str, settings: TrainingSettings) -> NotFiniteError:
    """Return the error that says what is not finite, and what to try."""
    return NotFiniteError(advice.divergence(what, settings.as_dict()))


def not_finite(what: str, layer: int, text: str, epoch: int, step: int) -> str:
    """Return which value of a layer was the first that is not finite: its output, or the update of its weights."""
    known = {"layer": layer, "text": text, "epoch": epoch, "step": step}
    if what == "output":
        return say(
            "in epoch {epoch}, step {step}, the first such value is the output of layer {layer} ({text})", **known
        )
    return say("in epoch {epoch}, step {step}, the first such value is the update of layer {layer} ({text})", **known)


def loss_not_finite(part: str, epoch: int) -> str:
    """Return of which part of the data the loss is not finite."""
    if part == "validation":
        return say("after epoch {epoch}, the loss of the validation images is NaN or infinite", epoch=epoch)
    return say("after epoch {epoch}, the loss of the test images is NaN or infinite", epoch=epoch)
