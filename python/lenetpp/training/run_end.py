"""How the folder of a run ends: with its results, or with a disk that takes no more."""

from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from lenetpp.basics.files import write_file
from lenetpp.records.checkpoints import Checkpoint
from lenetpp.records.results import predictions_as_recorded, results_as_recorded
from lenetpp.records.run_files import MODEL_NAME, PREDICTIONS_NAME
from lenetpp.records.run_writer import RunWriter
from lenetpp.records.snapshots import snapshot_of
from lenetpp.training.errors import RecordingFailed
from lenetpp.training.run import Run


def write_end(record: RunWriter, run: Run, checkpoint: Checkpoint | None) -> None:
    """Write how a run ended: missing epochs, the model (float32, whatever it was computed in), predictions, results.

    Without a new checkpoint the last one stays, where the run can go on.
    """
    for epoch in run.history[record.epochs :]:
        record.add_epoch(asdict(epoch))
    if run.network.initialized:
        record.complete_snapshots(snapshot_of(run.network))
        network = run.network  # a copy in float32 is let go at once: there is memory planned for one
        (network if network.dtype == "float32" else network.astype("float32")).save(record.folder / MODEL_NAME)
    if run.evaluation is not None and run.evaluation.predictions is not None:
        write_file(record.folder / PREDICTIONS_NAME, predictions_as_recorded(run.evaluation.predictions))
    if checkpoint is not None:
        record.save_checkpoint(checkpoint.content())
    record.end(run.outcome, results_as_recorded(run.results()), run.message)
    if not run.can_go_on:
        record.forget_checkpoint()


def recording_failed(record: RunWriter, run: Run, checkpoint: Checkpoint | None, error: OSError) -> RecordingFailed:
    """Return what an error of the file system becomes: one that keeps the state and can save it elsewhere."""
    content, initial = dict(record.content), None
    kept, snapshots = None if checkpoint is None else checkpoint.snapshot(), b""
    with suppress(OSError):  # the run can go on without them
        initial = record.read_initial()
        snapshots = record.read_snapshots()
    return RecordingFailed(error, run, partial(_save_elsewhere, run, content, kept, initial, snapshots))


def _save_elsewhere(  # no function within the other: an error is pickled with it
    run: Run,
    content: dict[str, Any],
    checkpoint: Checkpoint | None,
    initial: bytes | None,
    snapshots: bytes,
    new_folder: Path,
) -> None:
    before = None if initial is None else (initial,)
    with RunWriter.create_at(new_folder, content, before, snapshots, run.label) as elsewhere:
        write_end(elsewhere, run, checkpoint)


def note_failure(record: RunWriter, run: Run, error: RecordingFailed) -> None:
    """Say in the folder that it could not be written, if that can.

    Its other files stay as they were at the last checkpoint, with which they agree.
    """
    run.outcome, run.message = "failed", str(error)
    with suppress(OSError), record:
        record.end(run.outcome, results_as_recorded(run.results()), run.message)
