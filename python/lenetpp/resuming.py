"""resume(): a run goes on where it ended, whatever ended it, and a finished one is extended."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lenetpp import surroundings
from lenetpp.evaluation import check_fit
from lenetpp.networks import Network
from lenetpp.preparation import prepared_core
from lenetpp.recording.checkpoints import Checkpoint, CheckpointPace
from lenetpp.recording.recorded_data import same_data
from lenetpp.recording.records import CHECKPOINT_NAME, INITIAL_NAME, RecordError, RunRecord, now, reading
from lenetpp.run import Run, folder_of
from lenetpp.settings import TrainingSettings
from lenetpp.training_loop import TrainingLoop

if TYPE_CHECKING:
    from lenetpp.data import Dataset


def resume(
    run: Run | str | os.PathLike[str],
    *,
    epochs: int | None = None,
    data: "Dataset | None" = None,
    threads: int | None = None,
    checkpoint_seconds: float = 30.0,
    progress: bool | None = None,
) -> Run:
    """Continue a run from its last checkpoint; it ends with the bits of one that was never interrupted.

    Whatever ended it: Ctrl-C, a killed process, a loss of power, a full disk. The run keeps its folder.

    Parameters
    ----------
    run : Run or path
        The run, or its folder.
    epochs : int, optional
        Train to so many epochs in all, instead of the number in the settings: that extends a finished run. Not where
        the schedule is a cosine, whose rates depend on the number.
    data : Dataset, optional
        The data that the run was trained with; needed where they were arrays of one's own.
    threads : int, optional
        Processor cores to use; by default as many as before.
    checkpoint_seconds, progress
        As in :func:`lenetpp.train`.

    Returns
    -------
    Run
        With a network of its own and the whole history.

    Raises
    ------
    RecordError
        If the run cannot be continued: another process trains it, it diverged, it has finished and `epochs` is not
        given, its data are others, or this version's numerics are; or if a file of the folder is malformed.
    TrainingInterrupted, TrainingDiverged, RecordingFailed, OSError
        As in :func:`lenetpp.train`.
    """
    pace = CheckpointPace(checkpoint_seconds)
    with RunRecord.reopen(folder_of(run, "go on from")) as record:
        settings = _settings(record, epochs)
        threads = threads or record.content["machine"]["threads"]
        found = same_data(record.content["data"], data)
        start = starting_point(record.folder, record.content, settings, found)
        check_fit(start.network, found)
        history = record.keep_epochs(start.epoch)
        if settings.epochs < len(history):
            raise RecordError(f"epochs must be at least the {len(history)} that are trained, but is {settings.epochs}")
        continued = Run(network=start.network, settings=settings, history=history)
        loop = TrainingLoop(continued, found, threads, start)
        del start  # its velocities are the trainer's now
        record.content["outcome"] = "running"
        record.content["settings"] = settings.as_dict()
        record.content["resumed"] = [*record.content.get("resumed", []), now()]
        record.content["machine"] = {**surroundings.machine(), "threads": threads, "process": os.getpid()}
        record.write()
        return loop.run_epochs(record, pace, progress)


def starting_point(
    folder: Path, content: Mapping[str, Any], settings: TrainingSettings, data: "Dataset", *, again: bool = False
) -> Checkpoint:
    """Return where a run goes on, or where it began, if it has no checkpoint or is trained `again`.

    Raises
    ------
    RecordError
        If a file is missing, malformed or damaged.
    """
    checkpoint, initial = folder / CHECKPOINT_NAME, folder / INITIAL_NAME
    if checkpoint.exists() and not again:
        start = Checkpoint.read(checkpoint)
    elif initial.exists():
        start = Checkpoint.read(initial)
        start.network.core = prepared_core(start.network, data, settings)
    else:
        described = content["network"]
        if described["start"] != "seed":
            raise RecordError(f"{initial} is missing: the run started from {described['start']}")
        with reading(folder):
            network = Network.parse(described["text"], dtype=described["dtype"])
        network.core = prepared_core(network, data, settings)
        start = Checkpoint(network=network)
    start.network.class_names = data.classes
    return start


def _settings(record: RunRecord, epochs: int | None) -> TrainingSettings:
    """Return the settings to go on with, unless the run cannot."""
    content, folder = record.content, record.folder
    settings = TrainingSettings(**content["settings"])
    outcome = content["outcome"]
    if outcome == "diverged":
        raise RecordError(f"{folder} diverged, and would again: {content.get('message', '')}")
    for name in ("version", "class"):
        recorded, present = content["numerics"][name], surroundings.numerics()[name]
        if recorded != present:
            raise RecordError(
                f"{folder} was trained with numerics {name} {recorded}, but this is {present}: the bits would be "
                "neither's; train it again with lenetpp.replay"
            )
    if outcome != "finished" and epochs in (None, settings.epochs):
        return settings
    if settings.schedule == "cosine":
        raise RecordError(
            f"{folder} has the schedule cosine, whose rates depend on the number of epochs, {settings.epochs}: "
            "it cannot be extended or shortened; train again with another number in the settings"
        )
    if epochs in (None, settings.epochs):
        raise RecordError(f"{folder} has finished its {settings.epochs} epochs; give a larger number to extend it")
    return replace(settings, epochs=epochs)
