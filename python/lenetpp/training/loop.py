"""Epochs in the compiled core, with evaluation, record and display around them."""

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from lenetpp import _core
from lenetpp.basics.language import say
from lenetpp.networks.network import Network
from lenetpp.records.checkpoints import NOTHING_DONE, Checkpoint, CheckpointPace
from lenetpp.records.epochs import OF_UNSEEN, EpochRecord, Outcome
from lenetpp.records.run_writer import RunWriter
from lenetpp.records.snapshots import snapshot_of
from lenetpp.records.tensor_files import TensorsOnDemand
from lenetpp.training.display import training_display
from lenetpp.training.divergence import NotFiniteError, divergence, not_finite
from lenetpp.training.epoch_evaluation import EpochEvaluation
from lenetpp.training.errors import RecordingFailed, TrainingDiverged, TrainingInterrupted
from lenetpp.training.interruption import InterruptGuard
from lenetpp.training.preparation import weights_of_images
from lenetpp.training.run import Run
from lenetpp.training.run_end import note_failure, recording_failed, write_end
from lenetpp.training.stopping import BestEpoch, OnEpoch, name_of

if TYPE_CHECKING:
    from lenetpp.data import Dataset


class _PauseDue(Exception):  # noqa: N818  (no failure)
    """A checkpoint is written, and another process may go on."""


class TrainingLoop:
    """A training in progress: the compiled trainer and how far it has come.

    Parameters
    ----------
    run : Run
        With the network, the settings and the history so far.
    data : Dataset
        Checked to fit.
    threads : int
        Processor cores to use.
    start : Checkpoint, optional
        Where training goes on; its network is the run's.
    last_sound : core network, optional
        What a divergence in the first epoch leaves; by default the network as it is.
    evaluated : collection of int
        Epochs to evaluate beside those that the settings ask for: of a run that was extended, the former last one.
    """

    def __init__(
        self,
        run: Run,
        data: "Dataset",
        threads: int,
        start: Checkpoint | None = None,
        *,
        last_sound: _core.Network | None = None,
        evaluated: Collection[int] = (),
    ) -> None:
        self.run = run
        self._data = data
        self._evaluation = EpochEvaluation(run, data, threads, evaluated)
        settings = run.settings
        self._weights = weights_of_images(data, settings)
        # The one that is trained, also when the run has another one: the best one at its end, or an average.
        self._core = run.network.core
        self._trainer = _core.Trainer(run.network.core, threads=threads, **settings.taken_by("trainer"))
        self._trainer.check_batches(len(data.train_images))
        schedule = settings.taken_by("schedule")
        self._learning_rate = _core.LearningRate(schedule.pop("learning_rate"), **schedule)
        start = start or Checkpoint(network=run.network)
        for (name, parameter), values in start.state.items():
            self._trainer.set_state(name, parameter, values)
        if settings.average_decay > 0:
            run.network.core = self._trainer.averaged_network()
        self._best = BestEpoch(settings, run.history, None if start.best is None else start.best.core)
        self._last_sound = last_sound or run.network.core.copy()
        # Of the running epoch.
        self._done = start.done
        self._seconds = start.seconds
        self._trained = start.trained
        self._is_between_steps = True  # an exception leaves nobody knowing at which step: a second Ctrl-C, for instance
        self._started = time.perf_counter() - start.run_seconds

    def run_epochs(
        self,
        record: RunWriter | None,
        pace: CheckpointPace,
        progress: bool | None,
        on_epoch: OnEpoch | None = None,
        *,
        until: int | None = None,
        ends: bool = True,
    ) -> Run:
        """Train until there are `until` epochs (all of the settings) or something else ends it, and record how.

        Where that is not the end of the training, but only as far as it is done now, `ends` is False. Where the pace
        has pauses, the run may come back with the outcome "running", recorded as if its process had been killed then.
        """
        run = self.run
        self._record, self._pace = record, pace
        run.folder = None if record is None else record.folder
        run.outcome, run.message, run.kept_epoch, run.end_figures = "running", "", None, {}
        end: Outcome = "finished" if ends else "interrupted"
        until = until or run.settings.epochs
        with InterruptGuard() as self._guard:
            try:
                epochs_done, images = len(run.history), len(self._data.train_images)
                # Where validation images choose the epoch, nobody is to watch the test images meanwhile.
                hidden = "test" if run.keeps_best else None
                parts = [part.name for part in self._data.parts() if part.name != hidden]
                with training_display(progress, until, images, epochs_done, parts=parts) as self._display:
                    while len(run.history) < until and not self._best.is_long_ago:
                        self._run_epoch()
                        if on_epoch is not None and self._is_stopped_by(on_epoch, until):
                            end = "stopped"
                            break
                    if ends:
                        self._keep_best()
                        if run.evaluation is None:
                            run.evaluation, figures = self._evaluation.of_epoch(run.network.core, self._before_slice)
                            run.end_figures = {name: figures[name] for name in OF_UNSEEN if name in figures}
            except KeyboardInterrupt:
                epoch = len(run.history) + 1
                words = say("stopped by Ctrl-C in epoch {epoch} of {epochs}", epoch=epoch, epochs=run.settings.epochs)
                self._end("interrupted", words)
                raise TrainingInterrupted(run.message, run) from None
            except _PauseDue:
                assert record is not None
                record.close()
            except NotFiniteError as error:
                run.network.core = self._last_sound
                self._end("diverged", str(error))
                raise TrainingDiverged(run.message, run) from None
            except RecordingFailed as error:
                assert record is not None
                note_failure(record, run, error)
                raise
            except BaseException as error:
                with suppress(OSError):  # what went wrong first is what matters
                    self._end("failed", f"{type(error).__name__}: {error}")
                raise
            else:
                self._end(end, run.message or self._early_end())
        return run

    def _is_stopped_by(self, on_epoch: OnEpoch, until: int) -> bool:
        """Ask the caller whether training ends here, before its last epoch."""
        run = self.run
        try:
            is_enough = on_epoch(run)
        finally:
            is_changed = run.network.core is not self._shown or run.network.digest != run.history[-1].digest
            if is_changed:  # what is recorded at the end must not be
                self._core = self._last_sound if self._shown is self._core else self._core
                run.network.core = self._last_sound
        if is_changed:
            raise ValueError(f"on_epoch must not change the network, but {name_of(on_epoch)} did")
        if not is_enough or len(run.history) >= until:
            return False
        run.message = say(
            "{name} ended training after epoch {epoch} of {epochs}",
            name=name_of(on_epoch), epoch=len(run.history), epochs=run.settings.epochs,
        )  # fmt: skip
        return True

    def _early_end(self) -> str:
        """Say why training ended before its last epoch, if patience is why."""
        epochs, best = len(self.run.history), self._best.epoch
        if best is None or not self._best.is_long_ago or epochs == self.run.settings.epochs:
            return ""
        return say(
            "ended after epoch {epoch} of {epochs}: epoch {best} was the best one",
            epoch=epochs, epochs=self.run.settings.epochs, best=best.epoch,
        )  # fmt: skip

    def _keep_best(self) -> None:
        """Let the run have the weights of its best epoch, where the settings say so."""
        run, best = self.run, self._best
        if best.core is None or best.epoch is None:
            return
        evaluation = self._evaluation.of_unseen(best.core, self._before_slice)
        run.network.core, run.kept_epoch, run.evaluation = best.core, best.epoch.epoch, evaluation

    # One epoch

    def _run_epoch(self) -> None:
        if self._trained is None:
            self._trained = self._train()
        if self.run.settings.average_decay > 0:
            self.run.network.core = self._trainer.averaged_network()
        self._shown = self.run.network.core
        number, judged = len(self.run.history) + 1, None
        figures: dict[str, Any] = {}
        if self._evaluation.is_due(number):
            judged, figures = self._evaluation.of_epoch(self._shown, self._before_slice)
        epoch = EpochRecord(
            epoch=number,
            **self._trained,
            **figures,
            digest=self.run.network.digest,
            parameter_digests=self.run.network.parameter_digests(),
        )
        self._is_between_steps = False
        self.run.history.append(epoch)
        self.run.evaluation = judged
        self._done, self._seconds, self._trained = NOTHING_DONE, 0.0, None
        del self._last_sound  # first: there is memory planned for one
        self._last_sound = self._shown.copy()
        if epoch.is_evaluated:
            self._best.compare(epoch, self._last_sound)
        self._is_between_steps = True
        self._display.show_epoch(epoch)
        if self._record is not None:
            with self._writing():
                self._record.add_epoch(asdict(epoch), snapshot_of(self.run.network))
            if self._pace.is_due(epoch_is_complete=True):
                self._save_checkpoint()

    def _train(self) -> dict[str, Any]:
        """Do the steps of the running epoch that are left; return what its record will say about them."""
        epoch = len(self.run.history)

        def progress(images_done: int) -> bool:
            self._display.show_training(images_done)
            return not (self._guard.requested or self._checkpoint_is_due())

        interrupted = True
        while interrupted:
            start = time.perf_counter()
            self._is_between_steps = False
            result = self._trainer.train_epoch(
                self._data.train_images,
                self._data.train_labels,
                epoch=epoch,
                learning_rate=self._learning_rate,
                weights=self._weights,
                done=self._done,
                progress=progress,
            )
            self._seconds += time.perf_counter() - start
            if result.divergence is not None:
                step, layer, what = result.divergence
                text = self.run.network.core.layer_texts[layer]
                raise divergence(not_finite(what, layer, text, epoch + 1, step + 1), self.run.settings)
            self._done = result.done
            self._is_between_steps = True
            interrupted = result.interrupted
            if interrupted:
                self._guard.check()
                self._save_checkpoint()
        return {
            "loss": result.loss,
            "training_accuracy": result.correct / result.samples,
            "learning_rate": result.learning_rate,
            "seconds": self._seconds,
            "images_per_second": result.samples / self._seconds,
            "gradient_norms": result.gradient_norms,
            "update_ratio": result.update_ratio,
            "lost_updates": result.lost_updates,
        }

    def _before_slice(self) -> None:
        self._guard.check()
        self._display.show_evaluation()

    # The record

    def _checkpoint_is_due(self) -> bool:
        return self._record is not None and self._pace.is_due(epoch_is_complete=False)

    def checkpoint(self) -> Checkpoint:
        """Return where training is, between two steps; it moves on with it: see :meth:`Checkpoint.snapshot`."""
        names, trainer, best = self.run.network.class_names, self._trainer, self._best.core
        arrays = {
            (name, parameter): partial(trainer.state, name, parameter)
            for name in trainer.state_names
            for parameter in self._core.parameter_names
        }
        return Checkpoint(
            network=Network.from_core(self._core, names),
            state=TensorsOnDemand(arrays),
            best=None if best is None else Network.from_core(best, names),
            epoch=len(self.run.history),
            done=self._done,
            seconds=self._seconds,
            trained=self._trained,
            run_seconds=time.perf_counter() - self._started,
        )

    def _save_checkpoint(self) -> None:
        assert self._record is not None
        start = time.perf_counter()
        with self._writing():
            self._record.save_checkpoint(self.checkpoint().content())
        self._pace.note_written(time.perf_counter() - start)
        if self._pace.is_pause_due:
            raise _PauseDue

    def _end(self, outcome: Outcome, message: str = "") -> None:
        run = self.run
        run.outcome, run.message = outcome, message
        self._last_sound = run.network.core  # nothing can diverge any more
        run.seconds = time.perf_counter() - self._started
        if self._record is not None:
            with self._record, self._writing():
                write_end(self._record, run, self._checkpoint_to_keep())

    def _checkpoint_to_keep(self) -> Checkpoint | None:
        """Return where the run can go on; None where it cannot, or only from an earlier checkpoint."""
        return self.checkpoint() if self.run.can_go_on and self._is_between_steps else None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Turn an error of the file system into one that keeps the state and can save it elsewhere."""
        assert self._record is not None
        try:
            yield
        except OSError as error:
            raise recording_failed(self._record, self.run, self._checkpoint_to_keep(), error) from error
