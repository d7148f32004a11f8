"""EpochEvaluation: what test and validation images tell after an epoch, and after which one they are asked."""

import math
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lenetpp import _core
from lenetpp.basics.arrays import ImageArray
from lenetpp.networks.measurement import Evaluation, evaluate_in_slices
from lenetpp.training.divergence import divergence
from lenetpp.training.run import Run

if TYPE_CHECKING:
    from lenetpp.data import Dataset


class EpochEvaluation:
    """Looks at test and validation images.

    Parameters
    ----------
    run : Run
        With the settings, and the history so far.
    data : Dataset
        With the images.
    threads : int
        Processor cores to use.
    further : collection of int
        Epochs to evaluate beside those that the settings ask for: of a run that was extended, the former last one.
    """

    def __init__(self, run: Run, data: "Dataset", threads: int, further: Collection[int] = ()) -> None:
        self._run = run
        self._data = data
        self._threads = threads
        self._further = further

    def is_due(self, epoch: int) -> bool:
        """Whether an epoch, counted from 1, is evaluated."""
        settings = self._run.settings
        return epoch % settings.evaluate_every == 0 or epoch == settings.epochs or epoch in self._further

    def of_epoch(self, core: _core.Network, before_slice: Callable[[], None]) -> tuple[Evaluation, dict[str, Any]]:
        """Evaluate the network as it is after an epoch.

        Returns
        -------
        test : Evaluation
            Of the test images.
        figures : dict
            What the epoch's record says about test and validation images, by its names.
        """
        data = self._data
        figures: dict[str, Any] = {}
        if data.validation_images is not None and data.validation_labels is not None:
            weights = data.validation_weights
            validation = self._evaluate(
                "validation", data.validation_images, data.validation_labels, core, before_slice, weights=weights
            )
            figures = {"validation_loss": validation.loss, "validation_accuracy": _accuracy(validation, weights)}
        activity = _core.UnitActivity(core.text)
        test = self.of_test_images(core, before_slice, activity)
        return test, figures | {
            "test_loss": test.loss,
            "test_accuracy": test.accuracy,
            "dead_units": _by_text(activity.dead_units),
            "saturated_units": _by_text(activity.saturated_units),
        }

    def of_test_images(
        self, core: _core.Network, before_slice: Callable[[], None], activity: _core.UnitActivity | None = None
    ) -> Evaluation:
        """Evaluate a network on the test images; `before_slice` may raise to stop.

        Raises
        ------
        NotFiniteError
            If the loss is not finite.
        """
        data = self._data
        return self._evaluate("test", data.test_images, data.test_labels, core, before_slice, activity)

    def _evaluate(
        self,
        part: str,
        images: ImageArray,
        labels: NDArray[np.int32],
        core: _core.Network,
        before_slice: Callable[[], None],
        activity: _core.UnitActivity | None = None,
        weights: NDArray[np.float64] | None = None,
    ) -> Evaluation:
        run = self._run
        names, loss = run.network.class_names, run.settings.loss
        evaluation = evaluate_in_slices(
            core, names, images, labels, loss, self._threads, before_slice, activity, weights
        )
        if not math.isfinite(evaluation.loss):
            what = f"after epoch {len(run.history) + 1}, the loss of the {part} images is not finite"
            raise divergence(what, run.settings)
        return evaluation


def _accuracy(evaluation: Evaluation, weights: NDArray[np.float64] | None) -> float:
    """Return the share of the images that is right, by their weights where they have some."""
    if weights is None:
        return evaluation.accuracy
    return float(weights[evaluation.predictions == evaluation.labels].sum() / weights.sum())


def _by_text(shares: Mapping[int, float]) -> dict[str, float]:
    return {str(layer): share for layer, share in shares.items()}
