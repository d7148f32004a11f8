"""A value that is not finite ends a training, with advice."""

from lenetpp.settings.advice import clipping, one_of, warmup
from lenetpp.settings.training_settings import TrainingSettings


class NotFiniteError(Exception):
    """Leaves the loop over the epochs when a value is not finite."""


def divergence(what: str, settings: TrainingSettings) -> NotFiniteError:
    """Return the error that says what is not finite, and what to try."""
    values = settings.as_dict()
    smaller = f"a learning_rate below {settings.learning_rate:g}"
    return NotFiniteError(
        f"training diverged (NaN or infinite values): {what}; try {one_of(smaller, warmup(values), clipping(values))}"
    )
