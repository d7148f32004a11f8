"""train(): checks, initial weights, the record's beginning; the rest is the training loop's."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Unpack

from lenetpp.basics import surroundings
from lenetpp.basics.kinds import as_path, check_text
from lenetpp.data.pixel_scale import warn_of_another_scale
from lenetpp.networks.class_matching import order_outputs
from lenetpp.networks.evaluation import check_fit
from lenetpp.networks.network import Network
from lenetpp.records.checkpoints import Checkpoint, CheckpointPace
from lenetpp.records.labels import Label
from lenetpp.records.recorded_data import description_of
from lenetpp.records.run_files import default_runs_folder
from lenetpp.records.run_writer import NO_LABEL, Content, RunWriter
from lenetpp.records.snapshots import snapshot_of
from lenetpp.settings.names import check_names
from lenetpp.settings.training_settings import SettingChanges, TrainingSettings
from lenetpp.training.loop import TrainingLoop
from lenetpp.training.preparation import check_data, prepared_core
from lenetpp.training.run import Run
from lenetpp.training.stopping import OnEpoch, name_of

if TYPE_CHECKING:
    from lenetpp.data import Dataset


class _DefaultFolder(Enum):
    DEFAULT = "LENETPP_RUNS, or the folder runs"


DEFAULT_FOLDER: Final = _DefaultFolder.DEFAULT
KEYWORDS = (
    "settings",
    "threads",
    "runs",
    "checkpoint_seconds",
    "progress",
    "on_epoch",
    "origin",
    "name",
    "tags",
    "note",
)
"""Of :func:`train`, beside the settings' own names: what a mistyped name may mean too."""


def train(
    network: Network,
    data: "Dataset",
    *,
    settings: TrainingSettings | None = None,
    threads: int = 1,
    runs: str | os.PathLike[str] | _DefaultFolder | None = DEFAULT_FOLDER,
    checkpoint_seconds: float = 30.0,
    progress: bool | None = None,
    on_epoch: OnEpoch | None = None,
    origin: str = "",
    name: str = "",
    tags: Sequence[str] = (),
    note: str = "",
    **changes: Unpack[SettingChanges],
) -> Run:
    """Train a network in place on the training part of the data and measure it on the test part after each epoch.

    A network without weights gets its initial ones from the seed; one with weights is fine-tuned. Likewise, the
    network's normalization is kept where it has one and set from the training images where it has none.

    Parameters
    ----------
    network : Network
        Takes the data's images and has an output for each class. One with weights that knows its classes' names is
        trained on data with the same classes; where these have another order, so have its outputs from then on.
    data : Dataset
        From :func:`lenetpp.load_data` or :meth:`lenetpp.Dataset.from_arrays`, which takes weights of single images
        too: ``train=(images, labels, weights)``.
    settings : TrainingSettings, optional
        Where the settings start from, for instance ``lenetpp.recipe("lenet5")``; else the general defaults.
    threads : int
        Number of threads; the result does not depend on it.
    runs : path or None
        Folder in which the run's own folder is made: by default that of the variable ``LENETPP_RUNS``, else ``runs``;
        None records nothing.
    checkpoint_seconds : float
        Longest time between two checkpoints, from which :func:`lenetpp.resume` continues after a crash. There is
        also one after each epoch, as long as they cost less than 1 % of the time.
    progress : bool, optional
        Whether to show progress: a bar on a terminal, a table below a notebook's cell, elsewhere a line for each epoch
        on the error stream. By default on a terminal and in a notebook.
    on_epoch : callable, optional
        A callback, called with the run after every epoch: it may read ``run.history`` and ``run.network``, must not
        change the network, and ends training by returning True. The record has its name, and a run that it ended has
        the outcome ``"stopped"``; :func:`lenetpp.resume` continues it.
    origin : str
        Where the weights of a network that has some come from, for the record: the run or the file, in your words.
        The record holds the weights themselves, so that the run can be replayed without it.
    name : str
        Name of the run, by which it is found. With `tags` and `note` it is recorded beside what decides the bits;
        :func:`lenetpp.label` changes all three later.
    tags : sequence of str
        Words by which runs belong together.
    note : str
        Any text.
    **changes
        Any field of :class:`TrainingSettings`, by its name: ``epochs=20, learning_rate=0.05``.

    Returns
    -------
    Run
        With the network, the history of epochs and the run's folder.

    Raises
    ------
    ValueError
        If a setting is out of range, network, data and settings do not fit each other, a network with weights knows
        other classes than the data have (``network.with_classes(n)`` makes its last layer anew), or all training
        images are of one class.
    TypeError
        If there is no such setting; the message says which one may be meant.
    TrainingInterrupted
        On Ctrl-C, answered within a fifth of a second; the network keeps its weights, and the run is recorded.
    TrainingDiverged
        If a number became infinite or not a number; the network is as it was before that epoch.
    RecordingFailed
        If the record can no longer be written; the training stops, and its state can be saved elsewhere.
    OSError
        If the record cannot be made at all; the network is as before.
    """
    if on_epoch is not None and not callable(on_epoch):
        raise TypeError(f"on_epoch must be a function that takes a run, but is {type(on_epoch).__name__}")
    check_text(origin, "origin")
    check_names("train", changes, (*SettingChanges.__annotations__, *KEYWORDS))
    settings = replace(settings or TrainingSettings(), **changes)  # type: ignore[arg-type]  # takes a dict of weights
    label = Label().changed(name=name, tags=tags, note=note)
    create = None
    if runs is not None:
        folder = default_runs_folder() if isinstance(runs, _DefaultFolder) else as_path(runs, "runs")
        create = partial(RunWriter.create, folder, label=label)
    pace = CheckpointPace(checkpoint_seconds)
    return train_recorded(
        network, data, settings, threads, create, pace, label=label, progress=progress, on_epoch=on_epoch, origin=origin
    )


def train_recorded(
    network: Network,
    data: "Dataset",
    settings: TrainingSettings,
    threads: int,
    create: Callable[[Mapping[str, Any], Content | None, bytes], RunWriter] | None,
    pace: CheckpointPace,
    *,
    label: Label = NO_LABEL,
    progress: bool | None = None,
    on_epoch: OnEpoch | None = None,
    origin: str = "",
) -> Run:
    """Train a network as :func:`train` does.

    `create` makes the record, of what is known before training, a checkpoint where the seed alone does not give the
    network, and the first snapshots; see :meth:`RunWriter.create`.
    """
    check_fit(network, data)
    check_data(data, settings)
    warn_of_another_scale(network.normalization, data.train_images)
    if origin and not network.initialized:
        raise ValueError(f"origin is where given weights come from, but the network has none: {origin!r}")
    if network.initialized:
        order_outputs(network, data)
    untrained, given = network.core, _given(network)
    network.core = prepared_core(network, data, settings)
    try:
        run = Run(network=network, settings=settings, label=label)
        loop = TrainingLoop(run, data, threads, last_sound=untrained)
        record = None
        if create is not None:
            by_seed_alone = not given and not settings.whitening
            initial = None if by_seed_alone else Checkpoint(network=network).content()
            record = create(_description(run, data, threads, given, origin, on_epoch), initial, snapshot_of(network))
    except BaseException:
        network.core = untrained
        raise
    network.class_names = data.classes
    del untrained  # the loop has it for as long as it is needed
    return loop.run_epochs(record, pace, progress, on_epoch)


def _given(network: Network) -> str | None:
    """Return what the network had before training, which no seed gives again."""
    if network.initialized:
        return "given weights"
    return None if network.normalization is None else "given normalization"


def _description(
    run: Run, data: "Dataset", threads: int, given: str | None, origin: str, on_epoch: OnEpoch | None
) -> dict[str, Any]:
    """Return what is recorded before the first step: all that is needed to train again."""
    network = run.network
    description: dict[str, Any] = {
        "network": {
            "text": str(network),
            "dtype": network.dtype,
            "start": given or "seed",
            "initial_digest": network.digest,
        },
        "data": description_of(data),
        "settings": run.settings.as_dict(),
        "numerics": surroundings.numerics(),
        "software": surroundings.software(),
        "machine": {**surroundings.machine(), "threads": threads, "process": os.getpid()},
    }
    if origin:
        description["network"]["origin"] = origin
    if on_epoch is not None:
        description["on_epoch"] = name_of(on_epoch)
    if started_by := surroundings.STARTED_BY.get():
        description["started_by"] = started_by
    if revision := surroundings.git_revision():
        description["git"] = revision
    return description
