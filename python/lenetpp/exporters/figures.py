"""What every exporter takes from a record: figures of each epoch with its time, and the settings as flat values."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, NamedTuple

from lenetpp.records.epochs import shown_history
from lenetpp.records.recorded_runs import RecordedRun


class EpochFigures(NamedTuple):
    """Figures of one epoch.

    Attributes
    ----------
    epoch : int
        Counted from 1.
    time : float
        Seconds since 1970: the start of the run and the seconds trained since.
    values : dict of float
        By the names in ``metrics.jsonl``; those of layers and parameters as in ``gradient_norms/0.weight``.
    """

    epoch: int
    time: float
    values: dict[str, float]


def epoch_figures(run: RecordedRun) -> Iterator[EpochFigures]:
    """Yield the figures of each complete epoch; test figures as :func:`shown_history` says."""
    time = start_time(run)
    for epoch in shown_history(run.history, run.kept, keeps_best=run.keeps_best):
        time += epoch.seconds
        values: dict[str, float] = {}
        for name, value in asdict(epoch).items():
            named = (
                {f"{name}/{key}": item for key, item in value.items()} if isinstance(value, Mapping) else {name: value}
            )
            values |= {key: item for key, item in named.items() if isinstance(item, int | float)}
        del values["epoch"]
        yield EpochFigures(epoch.epoch, time, values)


def settings_of(run: RecordedRun) -> dict[str, str | int | float | bool]:
    """Return what was chosen: the training settings, the network and the data."""
    data = run.table("data")
    return {
        **{name: _flat(value) for name, value in run.settings.items()},
        "network": run.network_text,
        "data": str(data.get("name")),
        "data_digest": str(data.get("digest")),
    }


def _flat(value: Any) -> Any:
    return ",".join(map(str, value)) if isinstance(value, list) else value


def start_time(run: RecordedRun) -> float:
    """Return the start in seconds since 1970."""
    return _seconds(run.record.get("started"))


def end_time(run: RecordedRun) -> float | None:
    """Return the end in seconds since 1970, or None if the run has not come to an end."""
    return _seconds(run.record["ended"]) if "ended" in run.record else None


def _seconds(time: object) -> float:
    return (time if isinstance(time, datetime) else datetime.fromtimestamp(0, UTC)).timestamp()
