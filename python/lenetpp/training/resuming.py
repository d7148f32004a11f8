"""resume(): a run goes on where it ended, whatever ended it; a finished one is extended, or trained anew."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lenetpp.basics import surroundings
from lenetpp.networks.evaluation import check_fit
from lenetpp.networks.network import Network
from lenetpp.records.checkpoints import Checkpoint, CheckpointPace
from lenetpp.records.epochs import patience_has_ended
from lenetpp.records.history import History
from lenetpp.records.labels import read_label
from lenetpp.records.needed_arguments import ArgumentNeeded
from lenetpp.records.recorded_data import same_data
from lenetpp.records.references import RunReference, folder_of
from lenetpp.records.run_files import CHECKPOINT_NAME, INITIAL_NAME, RecordError, read_metrics, read_record, reading
from lenetpp.records.run_writer import RunWriter, now
from lenetpp.settings.training_settings import TrainingSettings
from lenetpp.training.loop import TrainingLoop
from lenetpp.training.preparation import prepared_core
from lenetpp.training.run import Run
from lenetpp.training.stopping import OnEpoch, name_of
from lenetpp.training.train import train

if TYPE_CHECKING:
    from lenetpp.data import Dataset


def resume(
    run: RunReference,
    *,
    epochs: int | None = None,
    anew: bool = False,
    data: "Dataset | None" = None,
    threads: int | None = None,
    checkpoint_seconds: float = 30.0,
    progress: bool | None = None,
    on_epoch: OnEpoch | None = None,
) -> Run:
    """Continue a run from its last checkpoint; it ends with the bits of one that was never interrupted.

    Whatever ended it: Ctrl-C, a killed process, a loss of power, a full disk. The run keeps its folder.

    A finished run is extended by a larger number of epochs. With the schedules ``"constant"`` and ``"step"`` it becomes
    the run that had this number from the beginning, bit for bit. A cosine has brought the rate down to zero; there a
    new descent begins at `learning_rate` and ends after all epochs. It is recorded as one of the ``restarts`` in the
    settings, and :func:`lenetpp.train` with these settings gives the same bits. The one long cosine instead, with other
    rates from the first epoch on, is another run: `anew` trains it.

    Parameters
    ----------
    run : Run, path or str
        The run, its name, its folder, the beginning of that, ``last`` or ``best``.
    epochs : int, optional
        Train to so many epochs in all, instead of the number in the settings: that extends a finished run. An
        interrupted one whose schedule is a cosine has to come to its end first.
    anew : bool
        Train a new run from the first epoch, with `epochs` and everything else as recorded, in a folder of its own
        beside the run's, which stays as it is.
    data : Dataset, optional
        The data that the run was trained with; needed where they were arrays of one's own, or have moved.
    threads : int, optional
        Processor cores to use; by default as many as before.
    checkpoint_seconds, progress, on_epoch
        As in :func:`lenetpp.train`; a function given there is not called here unless it is given again.

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

    Examples
    --------
    >>> run = lp.train(net, data, epochs=10, schedule="cosine")  # doctest: +SKIP
    >>> lp.resume(run, epochs=30).settings.restarts  # doctest: +SKIP
    (10,)
    """
    folder, pace = folder_of(run, "go on from"), CheckpointPace(checkpoint_seconds)
    if anew:
        return _train_anew(folder, epochs, data, threads, checkpoint_seconds, progress, on_epoch)
    return go_on(folder, data, threads, pace, epochs=epochs, progress=progress, on_epoch=on_epoch)


def go_on(
    folder: Path,
    data: "Dataset | None",
    threads: int | None,
    pace: CheckpointPace,
    *,
    epochs: int | None = None,
    progress: bool | None = None,
    on_epoch: OnEpoch | None = None,
) -> Run:
    """Continue the run of a folder; see :func:`resume`."""
    with RunWriter.reopen(folder) as record:
        settings = TrainingSettings(**record.content["settings"])
        _check_resumable(record, settings)
        threads = threads or record.content["machine"]["threads"]
        found = same_data(record.content["data"], data)
        settings = _settings_to_go_on(record, settings, epochs)
        start = starting_point(record.folder, record.content, settings, found)
        check_fit(start.network, found)
        history = record.keep_epochs(start.epoch)
        if settings.epochs < len(history):
            raise RecordError(f"epochs must be at least the {len(history)} that are trained, but is {settings.epochs}")
        continued = Run(network=start.network, settings=settings, history=History(history), label=read_label(folder))
        loop = TrainingLoop(continued, found, threads, start)
        del start  # its state is the trainer's now
        record.content["outcome"] = "running"
        if on_epoch is not None:
            record.content["on_epoch"] = name_of(on_epoch)
        record.content["settings"] = settings.as_dict()
        if not pace.is_in_pieces:
            record.content["resumed"] = [*record.content.get("resumed", []), now()]
        record.content["machine"] = {**surroundings.machine(), "threads": threads, "process": os.getpid()}
        record.write()
        return loop.run_epochs(record, pace, progress, on_epoch)


def starting_point(
    folder: Path, content: Mapping[str, Any], settings: TrainingSettings, data: "Dataset", *, again: bool = False
) -> Checkpoint:
    """Return where a run goes on, or where it began, if it has no checkpoint or is trained `again`.

    Raises
    ------
    RecordError
        If a file is missing, malformed or damaged.
    """
    checkpoint = folder / CHECKPOINT_NAME
    if checkpoint.exists() and not again:
        start = Checkpoint.read(checkpoint)
    else:
        start = Checkpoint(network=_first_network(folder, content))
        start.network.core = prepared_core(start.network, data, settings)
    start.network.class_names = data.classes
    return start


def _first_network(folder: Path, content: Mapping[str, Any]) -> Network:
    """Return the network as training found it: with weights only where seed and images do not give them."""
    described = content["network"]
    if described["start"] == "seed":
        with reading(folder):
            return Network.parse(described["text"], dtype=described["dtype"])
    initial = folder / INITIAL_NAME
    if not initial.exists():
        raise RecordError(f"{initial} is missing: the run started from {described['start']}")
    return Checkpoint.read(initial).network


def _train_anew(
    folder: Path,
    epochs: int | None,
    data: "Dataset | None",
    threads: int | None,
    checkpoint_seconds: float,
    progress: bool | None,
    on_epoch: OnEpoch | None,
) -> Run:
    """Train a new run beside the recorded one, which differs in the number of epochs only."""
    content = read_record(folder)
    settings = TrainingSettings(**content["settings"])
    threads = threads or content["machine"]["threads"]
    found = same_data(content["data"], data)
    return train(
        _first_network(folder, content),
        found,
        settings=settings if epochs is None else replace(settings, epochs=epochs, restarts=()),
        threads=threads,
        runs=folder.resolve().parent,
        checkpoint_seconds=checkpoint_seconds,
        progress=progress,
        on_epoch=on_epoch,
        origin=content["network"].get("origin", ""),
    )


def _check_resumable(record: RunWriter, settings: TrainingSettings) -> None:
    """Raise RecordError if there is nothing to go on with, or other bits would come out."""
    content, folder = record.content, record.folder
    if content["outcome"] == "diverged":
        raise RecordError(f"{folder} diverged, and would again: {content.get('message', '')}")
    if content["outcome"] == "finished" and patience_has_ended(read_metrics(folder), settings.patience):
        raise RecordError(
            f"{folder} has {content.get('message', 'ended by its patience')}; with its patience of {settings.patience} "
            "it would not go on: train a new run with a larger one"
        )
    for name in ("version", "class"):
        recorded, present = content["numerics"][name], surroundings.numerics()[name]
        if recorded != present:
            raise ArgumentNeeded(
                f"{folder} was trained with numerics {name} {recorded}, but this is {present}: the bits would be "
                "neither's",
                "train a new run from the first epoch by {}",
                "anew=True",
            )


def _settings_to_go_on(record: RunWriter, settings: TrainingSettings, epochs: int | None) -> TrainingSettings:
    """Return the settings for `epochs` in all, under which what was trained so far had the same bits."""
    folder, finished = record.folder, record.content["outcome"] == "finished"
    if epochs in (None, settings.epochs):
        if finished:
            raise ArgumentNeeded(
                f"{folder} has finished its {settings.epochs} epochs",
                "give a larger number as {} to extend it",
                "epochs=",
            )
        return settings
    if settings.schedule not in ("cosine", "one_cycle"):
        return replace(settings, epochs=epochs)
    if not finished or settings.schedule == "one_cycle":
        extended = "" if settings.schedule == "one_cycle" else ", where it can be extended"
        raise ArgumentNeeded(
            f"{folder} has the schedule {settings.schedule}, whose rates depend on the number of epochs, "
            f"{settings.epochs}: without another number it goes on to its end{extended}",
            f"or train a new run of {epochs} epochs from the first one by {{}}",
            "anew=True",
        )
    if epochs < settings.epochs:
        raise RecordError(f"epochs must be at least the {settings.epochs} that are trained, but is {epochs}")
    return replace(settings, epochs=epochs, restarts=(*settings.restarts, settings.epochs))
