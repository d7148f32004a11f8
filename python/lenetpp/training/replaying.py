"""replay(): a run is trained again from its record alone, and everything that is computed again is compared."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lenetpp.basics import surroundings
from lenetpp.data.class_order import in_order_of
from lenetpp.networks.class_matching import are_its_classes
from lenetpp.networks.evaluation import check_fit
from lenetpp.networks.network import Network
from lenetpp.records.checkpoints import CheckpointPace
from lenetpp.records.epochs import EpochRecord, evaluated
from lenetpp.records.history import History
from lenetpp.records.needed_arguments import ArgumentNeeded
from lenetpp.records.recorded_data import find_again
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.references import RunReference, folder_of
from lenetpp.records.run_files import RecordError, read_metrics, read_record, reading
from lenetpp.settings.training_settings import TrainingSettings
from lenetpp.training.errors import TrainingDiverged
from lenetpp.training.loop import TrainingLoop
from lenetpp.training.replay_differences import (
    OF_NUMERICS,
    Difference,
    differences_after_training,
    differences_before_training,
    differences_of_epochs,
)
from lenetpp.training.resuming import starting_point
from lenetpp.training.run import Run

if TYPE_CHECKING:
    from lenetpp.data import Dataset


@dataclass(frozen=True, kw_only=True, repr=False)
class Replay:
    """What came out of training a run again.

    Attributes
    ----------
    recorded : History
        The history in the record.
    recorded_kept : EpochRecord
        The epoch that the recorded results and model are of; its figures are those of the end.
    run : Run
        The run trained again, which is not recorded itself.
    differences : list of Difference
        Everything in which the record and the replay differ: data and numerics, initial weights, each figure of each
        epoch, the results, the model's file. Not times.
    different_surroundings : dict of (str, str)
        What is not as it was, recorded and now, and may not change a bit: versions, the machine, the instruction set.
    """

    recorded: History
    recorded_kept: EpochRecord
    run: Run
    differences: list[Difference]
    different_surroundings: dict[str, tuple[str, str]]

    @property
    def same_bits(self) -> bool:
        """Whether there is no difference at all."""
        return not self.differences

    @property
    def same_weights(self) -> bool:
        """Whether the parameters had the recorded digest after every epoch, whatever else differs."""
        return self.first_different_epoch is None

    @property
    def first_different_epoch(self) -> int | None:
        """The first epoch, counted from 1, after which the parameters had another digest; None where there is none."""
        for number, (recorded, again) in enumerate(zip(self.recorded, self.run.history, strict=False), start=1):
            if recorded.digest != again.digest:
                return number
        counts = len(self.recorded), len(self.run.history)
        return None if counts[0] == counts[1] else min(counts) + 1

    @property
    def different_parameters(self) -> list[str]:
        """Names of the parameters whose bits differed after that epoch, as far as the record tells; lowest first."""
        epoch = self.first_different_epoch
        if epoch is None or epoch > min(len(self.recorded), len(self.run.history)):
            return []
        recorded, again = (history[epoch - 1].parameter_digests for history in (self.recorded, self.run.history))
        return [name for name, digest in again.items() if name in recorded and recorded[name] != digest]

    @property
    def was_to_be_expected(self) -> bool:
        """Whether other data or other numerics explain other bits."""
        return any(difference.where in ("data", "numerics") for difference in self.differences)

    def __repr__(self) -> str:
        count = len(self.recorded)
        if self.same_bits:
            return f"<Replay: the same bits in {count} epoch{'' if count == 1 else 's'}>"
        epoch, first, others = self.first_different_epoch, self.differences[0], len(self.differences) - 1
        weights = "the same weights" if epoch is None else f"other weights from epoch {epoch} on"
        more = f" and {others:,} more" if others else ""
        return f"<Replay: {weights}; {first.figure} of {first.where}{more} differ{'' if others else 's'}>"


def replay(
    run: RunReference,
    *,
    data: "Dataset | None" = None,
    threads: int | None = None,
    progress: bool | None = None,
) -> Replay:
    """Train a run again from its record and compare everything that is computed again.

    A finished run is trained for the epochs of its settings, another one for as many as its record has. A record of
    another numerics version, or data that have changed, are trained all the same, to compare accuracies.

    Parameters
    ----------
    run : Run, path or str
        The run, its name, its folder, the beginning of that, ``last`` or ``best``.
    data : Dataset, optional
        The data; needed where they were arrays of one's own, or have moved.
    threads : int, optional
        Processor cores to use; by default as many as the run had. They do not change the bits.
    progress : bool, optional
        As in :func:`lenetpp.train`.

    Raises
    ------
    RecordError
        If there is no complete epoch to compare, the data cannot be found or have other classes, or a file of the
        folder is malformed.
    ValueError
        If `data` do not fit the network.
    TrainingInterrupted
        On Ctrl-C.
    """
    folder = folder_of(run, "compare with")
    content = read_record(folder)
    recorded = History(read_metrics(folder))
    settings = TrainingSettings(**content["settings"])
    threads = threads or content["machine"]["threads"]
    if not recorded:
        raise RecordError(f"{folder} has no complete epoch to compare with: its outcome is {content['outcome']}")
    found = in_order_of(content["data"]["classes"], find_again(content["data"]) if data is None else data)
    surroundings_then = _different_surroundings(content)
    if found.digest != content["data"]["digest"]:
        with reading(folder):
            _check_classes(Network.parse(content["network"]["text"]), content["data"]["classes"], found)
    start = starting_point(folder, content, settings, found, again=True)
    check_fit(start.network, found)
    again = Run(network=start.network, settings=settings)
    loop = TrainingLoop(again, found, threads, start, evaluated={epoch.epoch for epoch in evaluated(recorded)})
    differences = list(differences_before_training(content, start.network.digest, found))
    until = settings.epochs if content["outcome"] == "finished" else len(recorded)
    ends = content["outcome"] in ("finished", "stopped")
    with suppress(TrainingDiverged):  # an epoch that is missing differs
        loop.run_epochs(None, CheckpointPace(30.0), progress, until=until, ends=ends)
    differences += differences_of_epochs(recorded, again)
    differences += differences_after_training(folder, content, again)
    kept = RecordedRun(folder, dict(content), recorded).kept or recorded[-1]
    return Replay(
        recorded=recorded,
        recorded_kept=kept,
        run=again,
        differences=differences,
        different_surroundings=surroundings_then,
    )


def _check_classes(network: Network, recorded: Sequence[str], data: "Dataset") -> None:
    """Raise ArgumentNeeded if the data have other classes than the run was trained with."""
    network.class_names = tuple(recorded)
    if not are_its_classes(network, data):
        raise ArgumentNeeded(
            f"the data {data.name!r} have other classes than those of the run, by name: they are "
            f"{', '.join(data.classes)}, and the run's {', '.join(recorded)}",
            "call them as the run does (folders of photos by renaming them), or give data with the run's as {}",
            "data=",
        )


def _different_surroundings(content: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Compare what is recorded of the surroundings with what they are now, but for what decides the bits."""
    pairs = {}
    now = {"numerics": surroundings.numerics(), "software": surroundings.software(), "machine": surroundings.machine()}
    for table, values in now.items():
        for name, value in values.items():
            if table != "numerics" or name not in OF_NUMERICS:
                pairs[name] = (content[table].get(name, "unknown"), value)
    return {label: (str(was), str(is_)) for label, (was, is_) in pairs.items() if was != is_}
