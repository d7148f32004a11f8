"""train(): epochs in the compiled core, evaluation, record and display around them."""

import math
import os
import time
from dataclasses import asdict, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final, Unpack

import numpy as np
from numpy.typing import NDArray

from lenetpp import _core, surroundings
from lenetpp.arrays import ImageArray
from lenetpp.errors import TrainingDiverged, TrainingInterrupted
from lenetpp.evaluation import check_fit
from lenetpp.interruption import InterruptGuard
from lenetpp.measurement import Evaluation, evaluate_in_slices
from lenetpp.networks import Network
from lenetpp.preparation import check_shift, prepared_core
from lenetpp.progress import TrainingDisplay, training_display
from lenetpp.records import MODEL_NAME, RunRecord, default_runs_folder
from lenetpp.runs import EpochRecord, Run
from lenetpp.settings import SettingChanges, TrainingSettings

if TYPE_CHECKING:
    from lenetpp.data import Dataset


TRAINER_OPTIONS = (
    "batch_size",
    "loss",
    "reduction",
    "momentum",
    "nesterov",
    "weight_decay",
    "gradient_clip_norm",
    "flip_horizontally",
    "shift_pixels",
    "seed",
)
SCHEDULE_OPTIONS = ("schedule", "epochs", "step_epochs", "step_factor", "warmup_epochs")


class _DefaultFolder(Enum):
    DEFAULT = "LENETPP_RUNS, or the folder runs"


DEFAULT_FOLDER: Final = _DefaultFolder.DEFAULT


def train(
    network: Network,
    data: "Dataset",
    *,
    settings: TrainingSettings | None = None,
    threads: int = 1,
    runs: str | os.PathLike[str] | _DefaultFolder | None = DEFAULT_FOLDER,
    progress: bool | None = None,
    **changes: Unpack[SettingChanges],
) -> Run:
    """Train a network in place on the training part of the data and measure it on the test part after each epoch.

    A network without weights gets its initial ones from the seed; one with weights is trained further. Likewise, the
    network's normalization is kept where it has one and set from the training images where it has none.

    Parameters
    ----------
    network : Network
        Takes the data's images and has an output for each class.
    data : Dataset
        From :func:`lenetpp.load_data` or :meth:`lenetpp.Dataset.from_arrays`.
    settings : TrainingSettings, optional
        Where the settings start from, for instance ``lenetpp.recipe("lenet5")``; else the general defaults.
    threads : int
        Processor cores to use; the result does not depend on it.
    runs : path or None
        Folder in which the run's own folder is made: by default that of the variable ``LENETPP_RUNS``, else ``runs``;
        None records nothing.
    progress : bool, optional
        Whether to show progress on the error stream; by default if it is a terminal.
    **changes
        Any field of :class:`TrainingSettings`: epochs, batch_size, learning_rate, schedule, step_epochs, step_factor,
        warmup_epochs, momentum, nesterov, weight_decay, gradient_clip_norm, loss, reduction, initialization,
        normalization, flip_horizontally, shift_pixels, seed.

    Returns
    -------
    Run
        With the network, the history of epochs and the run's folder.

    Raises
    ------
    ValueError
        If a setting is out of range, or network, data and settings do not fit each other.
    TrainingInterrupted
        On Ctrl-C, answered within a fifth of a second; the network keeps its weights, and the run is recorded.
    TrainingDiverged
        If a number became infinite or not a number; the network is as it was before that epoch.
    OSError
        If the record cannot be written.
    """
    settings = replace(settings or TrainingSettings(), **changes)
    check_fit(network, data)
    check_shift(data, settings)
    untrained = network.core
    network.core = prepared_core(network, data, settings)
    try:
        training = _Training(network, data, settings, threads)
        start = "given weights" if untrained.initialized else "seed"
        record = None if runs is None else _create_record(runs, training, start)
    except BaseException:
        network.core = untrained
        raise
    network.class_names = data.classes
    return training.run_epochs(untrained, record, progress)


class _Training:
    """A training in progress: the compiled trainer and what has been measured so far."""

    def __init__(self, network: Network, data: "Dataset", settings: TrainingSettings, threads: int) -> None:
        options = settings.as_dict()
        self.network = network
        self.data = data
        self.threads = threads
        self.run = Run(network=network, settings=settings)
        self.trainer = _core.Trainer(network.core, threads=threads, **{name: options[name] for name in TRAINER_OPTIONS})
        self.learning_rate = _core.LearningRate(
            settings.learning_rate, **{name: options[name] for name in SCHEDULE_OPTIONS}
        )

    def run_epochs(self, untrained: _core.Network, record: RunRecord | None, progress: bool | None) -> Run:
        """Train for all epochs and record how it ended; `untrained` is what a divergence in the first one leaves."""
        run = self.run
        run.folder = None if record is None else record.folder
        start = time.perf_counter()
        last_sound = untrained
        with InterruptGuard() as guard:
            try:
                with training_display(progress, run.settings.epochs, len(self.data.train_images)) as display:
                    for epoch in range(run.settings.epochs):
                        measured = self._run_epoch(epoch, guard, display)
                        if record is not None:
                            record.add_epoch(asdict(measured))
                        last_sound = self.network.core.copy()
                run.outcome = "finished"
            except KeyboardInterrupt:
                run.outcome = "interrupted"
                run.message = f"stopped by Ctrl-C in epoch {len(run.history) + 1} of {run.settings.epochs}"
                raise TrainingInterrupted(run.message, run) from None
            except _NotFiniteError as error:
                self.network.core = last_sound
                run.outcome, run.message = "diverged", str(error)
                raise TrainingDiverged(run.message, run) from None
            except BaseException as error:
                run.outcome, run.message = "failed", f"{type(error).__name__}: {error}"
                raise
            finally:
                run.seconds = time.perf_counter() - start
                if record is not None:
                    _finish_record(record, run)
        return run

    def _run_epoch(self, epoch: int, guard: InterruptGuard, display: TrainingDisplay) -> EpochRecord:
        start = time.perf_counter()
        result = self._train_epoch(epoch, guard, display)
        seconds = time.perf_counter() - start

        def before_slice() -> None:
            guard.check()
            display.show_evaluation()

        activity = _core.UnitActivity(str(self.network))

        def measure(part: str, images: ImageArray, labels: NDArray[np.int32]) -> Evaluation:
            network, loss = self.network, self.run.settings.loss
            watched = activity if part == "test" else None
            return evaluate_in_slices(
                network.core, network.class_names, images, labels, loss, self.threads, before_slice, watched
            )

        data = self.data
        measured = {part: measure(part, images, labels) for part, images, labels in data.parts() if part != "train"}
        for part, evaluation in measured.items():
            if not math.isfinite(evaluation.loss):
                raise self._divergence(f"after epoch {epoch + 1}, the loss of the {part} images is not finite")
        test, validation = measured["test"], measured.get("validation")
        record = EpochRecord(
            epoch=epoch + 1,
            loss=result.loss,
            training_accuracy=result.correct / result.samples,
            test_loss=test.loss,
            test_accuracy=test.accuracy,
            validation_loss=None if validation is None else validation.loss,
            validation_accuracy=None if validation is None else validation.accuracy,
            learning_rate=result.learning_rate,
            seconds=seconds,
            images_per_second=result.samples / seconds,
            gradient_norms=result.gradient_norms,
            update_ratio=result.update_ratio,
            lost_updates=result.lost_updates,
            dead_units={str(layer): share for layer, share in activity.dead_units.items()},
            saturated_units={str(layer): share for layer, share in activity.saturated_units.items()},
            digest=self.network.digest,
        )
        self.run.history.append(record)
        self.run.evaluation = test
        display.show_epoch(record)
        return record

    def _train_epoch(self, epoch: int, guard: InterruptGuard, display: TrainingDisplay) -> _core.EpochResult:
        def progress(images_done: int) -> bool:
            display.show_training(images_done)
            return not guard.requested

        result = self.trainer.train_epoch(
            self.data.train_images,
            self.data.train_labels,
            epoch=epoch,
            learning_rate=self.learning_rate,
            progress=progress,
        )
        guard.check()
        if result.divergence is not None:
            step, layer, what = result.divergence
            raise self._divergence(
                f"in epoch {epoch + 1}, step {step + 1}, the first value that is not finite is "
                f"the {what} of layer {layer} ({self.network.core.layer_texts[layer]})"
            )
        return result

    def _divergence(self, what: str) -> "_NotFiniteError":
        rate = self.run.settings.learning_rate
        return _NotFiniteError(
            f"training diverged: {what}; try a learning_rate below {rate:g}, warmup_epochs=1 or gradient_clip_norm=1"
        )


class _NotFiniteError(Exception):
    """Leaves the loop over the epochs when a value is not finite."""


def _create_record(runs: str | os.PathLike[str] | _DefaultFolder, training: _Training, start: str) -> RunRecord:
    network, data, settings = training.network, training.data, training.run.settings
    content = {
        "network": {"text": str(network), "dtype": network.dtype, "start": start, "initial_digest": network.digest},
        "data": {
            "name": data.name,
            "digest": data.digest,
            "classes": list(data.classes),
            "images": {part: len(labels) for part, _, labels in data.parts()},
            "selection": dict(data.selection),
        },
        "settings": settings.as_dict(),
        "numerics": surroundings.numerics(),
        "software": surroundings.software(),
        "machine": {**surroundings.machine(), "threads": training.threads},
    }
    if revision := surroundings.git_revision():
        content["git"] = revision
    folder = default_runs_folder() if isinstance(runs, _DefaultFolder) else Path(runs)
    return RunRecord.create(folder, content)


def _finish_record(record: RunRecord, run: Run) -> None:
    """Save the model, which holds float32 whatever the network computed in, then the results."""
    if run.network.initialized:
        run.network.astype("float32").save(record.folder / MODEL_NAME)
    results = run.results()
    if "confusion" in results:
        # A row of the matrix in a line, instead of every number.
        results["confusion"] = [" ".join(map(str, row)) for row in results["confusion"]]
    record.finish(run.outcome, results, run.message)
