"""A run's folder: how it is named, written and read. Plain files, readable without lenetpp.

``run.toml``                everything needed to do it again, and the results
``metrics.jsonl``           one line for each epoch; the process that trains holds a lock on it
``model.safetensors``       parameters, normalization, network text, class names; once training has ended
``predictions.txt``         number of the class predicted for each test image, one a line; once training has ended
``checkpoint.safetensors``  what training goes on from: after an accident, or to extend a finished run; where somebody
                            has deleted it, from the beginning
``initial.safetensors``     the network before the first step, where the seed alone does not give it
``snapshots.f32``           small filters before the first step and after each epoch; ``snapshots.py`` says how they lie
``label.toml``              what a person says about the run: name, tags, note
``measured.json``           figures that a study measured afterwards; written anew where it is missing
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lenetpp.basics.file_reading import read_content, read_text
from lenetpp.basics.file_schemas import checked, checked_json, parse_toml, shown
from lenetpp.basics.kinds import as_path
from lenetpp.records.locks import is_locked

if TYPE_CHECKING:
    from lenetpp.records.epochs import EpochRecord
    from lenetpp.records.record_schema import RunRecord

RECORD_FORMAT = 1
RECORD_NAME = "run.toml"
METRICS_NAME = "metrics.jsonl"
MODEL_NAME = "model.safetensors"
PREDICTIONS_NAME = "predictions.txt"
CHECKPOINT_NAME = "checkpoint.safetensors"
INITIAL_NAME = "initial.safetensors"
SNAPSHOTS_NAME = "snapshots.f32"
LABEL_NAME = "label.toml"
MEASURED_NAME = "measured.json"
RUN_FILES = (
    *(INITIAL_NAME, CHECKPOINT_NAME, MODEL_NAME, PREDICTIONS_NAME, SNAPSHOTS_NAME, METRICS_NAME, LABEL_NAME),
    RECORD_NAME,
)
"""What a run consists of; a folder without the last one is none."""
MOST_RECORD_BYTES = 2**24
"""Of ``run.toml``. What grows is the confusion matrix: there is room for that of 2,800 classes."""
MOST_METRICS_BYTES = 2**28
"""Of ``metrics.jsonl``: a hundred thousand epochs of an ordinary network."""
MOST_PREDICTIONS_BYTES = 2**27
"""Of ``predictions.txt``: tens of millions of test images."""
MOST_LINE_BYTES = 2**20
"""Of one of its lines: three times that of a network of as many layers as there may be."""


class RecordError(ValueError):
    """A run's folder is not what it should be; the message names the file."""


def default_runs_folder() -> Path:
    """Return the folder that runs are recorded in: ``LENETPP_RUNS``, or ``runs`` in the working folder."""
    return as_path(os.environ.get("LENETPP_RUNS") or "runs", "LENETPP_RUNS")


def run_folders(runs: Path) -> list[Path]:
    """Return the folders of the runs in a folder, oldest first. What begins with a dot is being made or deleted."""
    return sorted(path.parent for path in runs.glob(f"[!.]*/{RECORD_NAME}"))


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Let what a record says and this version does not understand, such as a network's text, be a RecordError."""
    try:
        yield
    except RecordError:
        raise
    except ValueError as error:
        raise RecordError(f"{folder} holds a record that this version cannot read: {error}") from error


def is_being_trained(folder: Path) -> bool:
    """Whether a process trains the run now; a run that is not, and says ``outcome = "running"``, was killed."""
    return is_locked(folder / METRICS_NAME)


def read_record(folder: Path) -> "RunRecord":
    """Return the content of a folder's ``run.toml``, every key and type of which was checked.

    Raises
    ------
    RecordError
        If it is missing or malformed, or was written by a later version of lenetpp.
    OSError
        If it cannot be read.
    """
    from lenetpp.records.record_schema import RECORD

    path = folder / RECORD_NAME
    try:
        text = read_text(path, MOST_RECORD_BYTES, RecordError)
    except (FileNotFoundError, NotADirectoryError):
        raise RecordError(f"{folder} is not the folder of a run: it has no {RECORD_NAME}") from None
    try:
        content = parse_toml(text)
        if content.get("format") != RECORD_FORMAT:
            raise ValueError(f"format must be {RECORD_FORMAT}, but is {shown(content.get('format'))}")
        checked(RECORD, content)
    except ValueError as error:
        raise RecordError(f"{path}: {error}") from error
    return content  # type: ignore[return-value]  # as it was written: in its order, integers where it has integers


def read_metrics(folder: Path) -> "list[EpochRecord]":
    """Return the lines of a folder's ``metrics.jsonl``; a last line that a crash cut short is left out.

    Raises
    ------
    RecordError
        If another line is malformed or of another epoch; the message names it.
    OSError
        If the file cannot be read.
    """
    from lenetpp.records.record_schema import EPOCH

    path = folder / METRICS_NAME
    try:
        lines = read_content(path, MOST_METRICS_BYTES, RecordError).split(b"\n")[:-1]
    except FileNotFoundError:
        return []
    epochs: list[EpochRecord] = []
    for number, line in enumerate(lines, start=1):
        try:
            if len(line) > MOST_LINE_BYTES:
                raise ValueError(f"at most {MOST_LINE_BYTES:,} bytes are read, but it has {len(line):,}")
            epoch = checked_json(EPOCH, line)
            if epoch.epoch != number:
                raise ValueError(f"epoch: it must be {number}, but is {epoch.epoch}")
            _check_evaluation(epoch, epochs)
        except ValueError as error:
            raise RecordError(f"{path}, line {number}: {error}") from error
        epochs.append(epoch)
    return epochs


def _check_evaluation(epoch: "EpochRecord", earlier: "list[EpochRecord]") -> None:
    """Raise ValueError unless there are both figures of the parts of the data that were looked at, always the same."""
    first = next((one for one in earlier if one.is_evaluated), epoch)
    for part in ("test", "validation"):
        missing = {getattr(epoch, f"{part}_{figure}") is None for figure in ("loss", "accuracy")}
        expected = getattr(first, f"{part}_loss") is None if epoch.is_evaluated else True
        if missing != {expected}:
            raise ValueError(f"{part}_loss, {part}_accuracy: all evaluated epochs must have both, or none")
