"""What of a record a replay computed to something else: every figure is compared that is computed again.

Not compared are times and rates, the machine and versions, and what a record does not hold: older ones lack figures.
The steps of an epoch in which a run was interrupted are not done again; a run that was killed or failed has no results.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lenetpp._core import ModelFileError
from lenetpp.basics import surroundings
from lenetpp.basics.file_reading import check_regular, read_content
from lenetpp.basics.language import say
from lenetpp.networks.network import Network
from lenetpp.records.epochs import EpochRecord
from lenetpp.records.recorded_data import description_of
from lenetpp.records.results import predictions_as_recorded, results_as_recorded
from lenetpp.records.run_files import MODEL_NAME, MOST_PREDICTIONS_BYTES, PREDICTIONS_NAME, RecordError
from lenetpp.training.run import Run

if TYPE_CHECKING:
    from lenetpp.data import Dataset

TIMES = frozenset(("seconds", "images_per_second"))
OF_EPOCHS = tuple(field.name for field in fields(EpochRecord) if field.name not in TIMES)
OF_DATA = ("classes", "images", "pixels")
OF_NUMERICS = ("version", "class")
ENDS = {"finished": True, "stopped": True, "diverged": True, "interrupted": False}
"""Outcomes with results, and whether the weights are those after the last complete epoch."""


@dataclass(frozen=True)
class Difference:
    """A figure that is recorded as something else than what it is when the run is trained again.

    Attributes
    ----------
    where : str
        "epoch 3", "results", "network" (before training), "data", "numerics", or the name of a file.
    figure : str
        Its name in the record, such as ``test_accuracy`` or ``gradient_norms.0.weight``.
    recorded, now : object
        Both values; None where there is none.
    """

    where: str
    figure: str
    recorded: Any
    now: Any

    def __str__(self) -> str:
        return f"{self.where}, {self.figure}: {self.recorded} recorded, {self.now} now"


def differences_before_training(
    content: Mapping[str, Any], initial_digest: str, data: "Dataset"
) -> Iterator[Difference]:
    """Yield what differs of data, numerics and initial weights."""
    recorded, now = content["data"], description_of(data)
    yield from _leaves("data", "digest", recorded["digest"], now["digest"])
    yield from _differences("data", _chosen(recorded, OF_DATA), now)
    for name in OF_NUMERICS:
        yield from _leaves("numerics", name, content["numerics"][name], surroundings.numerics()[name])
    yield from _leaves("network", "initial_digest", content["network"]["initial_digest"], initial_digest)


def differences_of_epochs(recorded: Sequence[EpochRecord], again: Run) -> Iterator[Difference]:
    """Yield what differs after each epoch; one that only the record or only the replay has is a difference."""
    for number, (before, epoch) in enumerate(zip_longest(recorded, again.history), start=1):
        where = say("epoch {epoch}", epoch=number)
        if before is None or epoch is None:
            yield Difference(where, "digest", before and before.digest, epoch and epoch.digest)
        else:
            yield from _differences(where, _chosen(asdict(before), OF_EPOCHS), asdict(epoch))


def differences_after_training(folder: Path, content: Mapping[str, Any], again: Run) -> Iterator[Difference]:
    """Yield what differs of the results and of the model's file."""
    if content["outcome"] not in ENDS:
        return
    recorded, now = content["results"], results_as_recorded(again.results())
    if not ENDS[content["outcome"]]:
        now |= {name: recorded.get(name) for name in ("digest", "model_digest") if name in now}
    compared = [name for name in dict.fromkeys((*recorded, *now)) if name not in TIMES]
    yield from _differences("results", {name: recorded.get(name) for name in compared}, now)
    yield from _of_predictions(folder, again)
    path = folder / MODEL_NAME
    try:
        check_regular(path, RecordError)
        model = Network.load(path)
    except FileNotFoundError:
        return
    except ModelFileError as error:
        yield Difference(MODEL_NAME, "content", str(error), "a model")
        return
    expected = again.network if again.network.dtype == model.dtype else again.network.astype(model.dtype)
    described = _described(expected)
    if not ENDS[content["outcome"]]:
        # Of a float64 network the file holds rounded weights, which have another digest than the record's.
        described["digest"] = now["digest"] if expected is again.network else model.digest
    yield from _differences(MODEL_NAME, _described(model), described)


def _of_predictions(folder: Path, again: Run) -> Iterator[Difference]:
    """Yield what differs of the predictions, where they were kept: the first image, and how many there are."""
    path = folder / PREDICTIONS_NAME
    if not path.is_file() or again.evaluation is None or again.evaluation.predictions is None:
        return
    recorded = read_content(path, MOST_PREDICTIONS_BYTES, RecordError).split()
    now = predictions_as_recorded(again.evaluation.predictions).split()
    different = [number for number, pair in enumerate(zip_longest(recorded, now)) if pair[0] != pair[1]]
    if different:
        figure = f"image {different[0]}" + (f" and {len(different) - 1} more" if len(different) > 1 else "")
        before, after = (b"".join(lines[different[0] :][:1]).decode(errors="replace") for lines in (recorded, now))
        yield Difference(PREDICTIONS_NAME, figure, before or None, after or None)


def _described(network: Network) -> dict[str, Any]:
    """Return everything that a model's file holds."""
    mean, deviation = network.normalization or (None, None)
    return {
        "network": str(network),
        "classes": network.class_names,
        "mean": None if mean is None else mean.tolist(),
        "deviation": None if deviation is None else deviation.tolist(),
        "digest": network.digest,
    }


def _chosen(recorded: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return the figures `names` as far as they are recorded; an empty table was filled in for an older record."""
    return {name: recorded[name] for name in names if name in recorded and recorded[name] != {}}


def _differences(where: str, recorded: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield where what is recorded differs."""
    for name, value in recorded.items():
        yield from _leaves(where, name, value, now.get(name))


def _leaves(where: str, name: str, recorded: Any, now: Any) -> Iterator[Difference]:
    """Yield the numbers and texts that differ within tables and lists."""
    if isinstance(recorded, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys((*recorded, *now)):
            yield from _leaves(where, f"{name}.{key}", recorded.get(key), now.get(key))
    elif isinstance(recorded, list | tuple) and isinstance(now, list | tuple):
        for number, pair in enumerate(zip_longest(recorded, now)):
            yield from _leaves(where, f"{name}[{number}]", *pair)
    elif recorded != now and not _are_not_numbers(recorded, now):
        yield Difference(where, name, recorded, now)


def _are_not_numbers(recorded: Any, now: Any) -> bool:
    return bool(recorded != recorded and now != now)
