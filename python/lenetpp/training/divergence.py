"""A value that is not finite ends a training, with advice."""

from lenetpp.basics.language import say
from lenetpp.settings.advice import clipping, one_of, warmup
from lenetpp.settings.training_settings import TrainingSettings


class NotFiniteError(Exception):
    """Leaves the loop over the epochs when a value is not finite."""


def divergence(what: str, settings: TrainingSettings) -> NotFiniteError:
    """Return the error that says what is not finite, and what to try."""
    values = settings.as_dict()
    smaller = say("a learning_rate below {rate}", rate=f"{settings.learning_rate:g}")
    return NotFiniteError(
        say(
            "training diverged (NaN or infinite values): {what}; try {remedies}",
            what=what,
            remedies=one_of(smaller, warmup(values), clipping(values)),
        )
    )
