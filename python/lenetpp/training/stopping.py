"""When training ends before its last epoch, and which epoch's weights stay."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from lenetpp import _core
from lenetpp.records.epochs import EpochRecord, best_epoch, evaluated, goodness
from lenetpp.records.run_files import RecordError
from lenetpp.settings.training_settings import TrainingSettings

if TYPE_CHECKING:
    from lenetpp.training.run import Run

OnEpoch: TypeAlias = Callable[["Run"], bool | None]
"""What is called with the run after each epoch: True ends training."""


class BestEpoch:
    """The epoch that did best on the validation images so far, where the settings ask for it.

    Parameters
    ----------
    settings : TrainingSettings
        Of the run.
    history : sequence of EpochRecord
        What is trained already.
    core : core network, optional
        The network as it was after the best of these epochs; it does not change.

    Attributes
    ----------
    epoch : EpochRecord or None
        The best one; None before the first, and where nobody asks.
    core : core network or None
        With its weights, where they are to be kept.
    """

    def __init__(self, settings: TrainingSettings, history: Sequence[EpochRecord], core: _core.Network | None) -> None:
        self._patience = settings.patience
        self._keeps = settings.keep == "best"
        known = evaluated(history)
        self._latest = known[-1].epoch if known else 0
        self.epoch = best_epoch(known) if self._patience or self._keeps else None
        self.core = core if self._keeps and known else None
        if self._keeps and known and core is None:
            raise RecordError("the checkpoint has no weights of the best epoch, which the setting keep asks for")

    def compare(self, epoch: EpochRecord, core: _core.Network) -> None:
        """Take note of an epoch that was evaluated and of the network after it, a copy that does not change."""
        self._latest = epoch.epoch
        if not (self._patience or self._keeps):
            return
        if self.epoch is None or goodness(epoch) > goodness(self.epoch):
            self.epoch, self.core = epoch, core if self._keeps else None

    @property
    def is_long_ago(self) -> bool:
        """Whether patience had come to its end after the last epoch that was evaluated."""
        return self._patience > 0 and self.epoch is not None and self._latest - self.epoch.epoch >= self._patience


def name_of(on_epoch: OnEpoch) -> str:
    """Return what a record calls a callback: its module and its name, or those of its type."""
    named = on_epoch if hasattr(on_epoch, "__qualname__") else type(on_epoch)
    return f"{named.__module__}.{named.__qualname__}"
