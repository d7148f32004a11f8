"""EpochEvaluation: what test and validation images tell after an epoch, and after which one they are asked."""

import math
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lenetpp import _core
from lenetpp.networks.measurement import Evaluation, evaluate_in_slices
from lenetpp.training.divergence import divergence, loss_not_finite
from lenetpp.training.run import Run

if TYPE_CHECKING:
    from lenetpp.data import Dataset
    from lenetpp.data.dataset import Part, PartName


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
        judged : Evaluation
            Of the part that judges.
        figures : dict
            What the epoch's record says about test and validation images, as far as there are any, by its names.

        Raises
        ------
        NotFiniteError
            If a loss is not finite.
        """
        judge, activity = self._data.unseen.name, _core.UnitActivity(core.text)
        measured: dict[PartName, Evaluation] = {
            part.name: self._of_part(part, core, before_slice, activity if part.name == judge else None)
            for part in self._data.parts()
            if part.name != "train"
        }
        figures: dict[str, Any] = {
            "dead_units": _by_text(activity.dead_units),
            "saturated_units": _by_text(activity.saturated_units),
        }
        for name, evaluation in measured.items():
            figures |= {f"{name}_loss": evaluation.loss, f"{name}_accuracy": self._accuracy(name, evaluation)}
        return measured[judge], figures

    def of_unseen(self, core: _core.Network, before_slice: Callable[[], None]) -> Evaluation:
        """Evaluate a network on the part that judges; `before_slice` may raise to stop.

        Raises
        ------
        NotFiniteError
            If the loss is not finite.
        """
        return self._of_part(self._data.unseen, core, before_slice)

    def _of_part(
        self,
        part: "Part",
        core: _core.Network,
        before_slice: Callable[[], None],
        activity: _core.UnitActivity | None = None,
    ) -> Evaluation:
        run, (name, images, labels) = self._run, part
        names, loss, weights = run.network.class_names, run.settings.loss, self._weights(name)
        evaluation = evaluate_in_slices(
            core, names, images, labels, loss, self._threads, before_slice, activity, weights
        )
        if not math.isfinite(evaluation.loss):
            raise divergence(loss_not_finite(name, len(run.history) + 1), run.settings)
        return evaluation

    def _weights(self, part: "PartName") -> NDArray[np.float64] | None:
        return self._data.validation_weights if part == "validation" else None

    def _accuracy(self, part: "PartName", evaluation: Evaluation) -> float:
        """Return the share of the images that is right, by their weights where they have some."""
        weights = self._weights(part)
        if weights is None:
            return evaluation.accuracy
        return float(weights[evaluation.predictions == evaluation.labels].sum() / weights.sum())


def _by_text(shares: Mapping[int, float]) -> dict[str, float]:
    return {str(layer): share for layer, share in shares.items()}
