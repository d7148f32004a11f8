"""The health of a run in words: what went wrong, the figures that show it, why it matters and what to try."""

from collections.abc import Callable, Sequence

from lenetpp.health.class_checks import check_classes
from lenetpp.health.finding import Finding
from lenetpp.health.layer_checks import (
    check_dead_units,
    check_lost_updates,
    check_saturation,
    check_step_size,
    check_vanishing_gradients,
)
from lenetpp.health.layer_figures import LayerFigures, layer_figures
from lenetpp.health.plateau import check_plateau
from lenetpp.health.training_checks import check_divergence, check_learning, check_normalization, check_overfitting
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.references import RunReference, folder_of

__all__ = ["Finding", "LayerFigures", "diagnose", "findings", "layer_figures"]

# Causes before their consequences.
CHECKS: tuple[Callable[[RecordedRun, Sequence[LayerFigures]], Finding | None], ...] = (
    check_normalization,
    check_divergence,
    check_dead_units,
    check_saturation,
    check_vanishing_gradients,
    check_lost_updates,
    check_step_size,
    check_plateau,
    check_classes,
    check_learning,
    check_overfitting,
)


def diagnose(run: RunReference) -> list[Finding]:
    """Return what went wrong in a recorded run; nothing for a healthy one.

    Parameters
    ----------
    run : Run, path or str
        The run, its name, its folder, the beginning of that, ``last`` or ``best``.

    Raises
    ------
    RecordError
        If there is no such run, or its record is malformed.
    """
    return findings(RecordedRun.read(folder_of(run, "diagnose")))


def findings(run: RecordedRun) -> list[Finding]:
    """Return what went wrong in a run."""
    layers = layer_figures(run)
    found = (check(run, layers) for check in CHECKS)
    return [finding for finding in found if finding is not None]
