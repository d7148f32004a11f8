"""RunWriter: the folder of a run while it is being trained; one process at a time."""

import json
import os
import shutil
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self, TypeAlias

from lenetpp.basics.file_reading import open_appending, open_regular, read_content
from lenetpp.basics.files import naming, remove_temporaries, sync_folder, write_file, write_file_in_parts
from lenetpp.records.labels import Label, write_label
from lenetpp.records.locks import try_lock
from lenetpp.records.run_files import (
    CHECKPOINT_NAME,
    INITIAL_NAME,
    METRICS_NAME,
    MOST_METRICS_BYTES,
    RECORD_FORMAT,
    RECORD_NAME,
    SNAPSHOTS_NAME,
    RecordError,
    read_metrics,
    read_record,
)
from lenetpp.records.snapshots import row_bytes

if TYPE_CHECKING:
    from lenetpp.records.epochs import EpochRecord

Content: TypeAlias = Iterable[bytes | memoryview]
"""Of a file, part by part."""
NO_LABEL = Label()


class RunWriter:
    """The folder of a run that is being trained; a context, at whose end others may go on with the run.

    Its ``run.toml`` says ``outcome = "running"`` until :meth:`end`, so an unfinished folder can be recognised.

    Attributes
    ----------
    folder : Path
        Where it is.
    content : dict
        What ``run.toml`` says: a :class:`~lenetpp.records.record_schema.RunRecord`, as soon as it is complete.
    epochs : int
        How many this object knows to be in ``metrics.jsonl``.
    """

    def __init__(self, folder: Path, content: dict[str, Any]) -> None:
        """Open the record in an existing folder and lock it."""
        self.folder = folder
        self.content = content
        self.epochs = 0
        metrics, initial, snapshots = folder / METRICS_NAME, folder / INITIAL_NAME, folder / SNAPSHOTS_NAME
        self._initial: BinaryIO | None = None
        self._metrics = self._snapshots = -1
        try:
            self._metrics = open_appending(metrics, RecordError, create=True)
            if os.path.lexists(snapshots):
                self._snapshots = open_appending(snapshots, RecordError)
            if os.path.lexists(initial):
                # Kept open, since what it holds would cost the memory of the parameters.
                self._initial = open_regular(initial, RecordError)
        except BaseException:
            self.close()
            raise
        if not try_lock(self._metrics):
            self.close()
            process = content.get("machine", {}).get("process", "(unknown)")
            raise RecordError(f"{folder} is being trained by process {process}: wait for its end, or stop it")

    @classmethod
    def create(
        cls,
        runs: Path,
        content: Mapping[str, Any],
        initial: Content | None = None,
        snapshots: bytes = b"",
        label: Label = NO_LABEL,
    ) -> Self:
        """Make a new folder in `runs` and write what is known before training.

        `initial` is a checkpoint's content, `snapshots` that of their file as far as there is one.

        Raises
        ------
        OSError
            If the folder or its files cannot be written; nothing is then left of it.
        """
        return cls._create(_new_folder(runs), content, initial, snapshots, label)

    @classmethod
    def create_at(
        cls,
        folder: Path,
        content: Mapping[str, Any],
        initial: Content | None = None,
        snapshots: bytes = b"",
        label: Label = NO_LABEL,
    ) -> Self:
        """Make the folder `folder` and write what is known before training; for errors see :meth:`create`."""
        folder.mkdir(parents=True)
        return cls._create(folder, content, initial, snapshots, label)

    @classmethod
    def _create(
        cls, folder: Path, content: Mapping[str, Any], initial: Content | None, snapshots: bytes, label: Label
    ) -> Self:
        try:
            write_label(folder, label)
            if snapshots:
                write_file(folder / SNAPSHOTS_NAME, snapshots)
            if initial is not None:
                write_file_in_parts(folder / INITIAL_NAME, initial)
            record = cls(folder, {"format": RECORD_FORMAT, "outcome": "running", "started": now(), **content})
            record.write()
            sync_folder(folder.parent)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return record

    @classmethod
    def reopen(cls, folder: Path) -> Self:
        """Return the record of a run that is to be continued, without what a killed process left half written.

        Raises
        ------
        RecordError
            If the folder holds no record, or another process trains it.
        """
        record = cls(folder, dict(read_record(folder)))
        record.content = dict(read_record(folder))  # only now is it certain that nobody writes it
        remove_temporaries(folder)
        return record

    def write(self) -> None:
        """Write `content` to ``run.toml``."""
        import tomli_w

        tables = {name: value for name, value in self.content.items() if isinstance(value, dict)}
        values = {name: value for name, value in self.content.items() if name not in tables}
        write_file(self.folder / RECORD_NAME, tomli_w.dumps(values | tables).encode())

    def add_epoch(self, metrics: Mapping[str, Any], snapshot: bytes = b"") -> None:
        """Append a line to ``metrics.jsonl``, and a row to the snapshots where there are some: whole or not at all."""
        self._append(METRICS_NAME, self._metrics, json.dumps(metrics).encode() + b"\n")
        self.epochs += 1
        if self._snapshots >= 0:
            self._append(SNAPSHOTS_NAME, self._snapshots, snapshot)

    def complete_snapshots(self, last: bytes) -> None:
        """Append the row of the last epoch, where an error came between its line and its row."""
        if self._snapshots >= 0 and last and os.fstat(self._snapshots).st_size == self.epochs * len(last):
            self._append(SNAPSHOTS_NAME, self._snapshots, last)

    def _append(self, name: str, file: int, content: bytes) -> None:
        size = os.fstat(file).st_size
        try:
            with naming(self.folder / name):
                while content:
                    content = content[os.write(file, content) :]
        except BaseException:
            with suppress(OSError):
                os.ftruncate(file, size)
            raise

    def keep_epochs(self, count: int) -> "list[EpochRecord]":
        """Return the first `count` epochs and forget those after them.

        Raises
        ------
        RecordError
            If there are fewer, or a line is malformed.
        """
        path = self.folder / METRICS_NAME
        lines = read_content(path, MOST_METRICS_BYTES, RecordError).splitlines(keepends=True)[:count]
        if len(lines) < count or any(not line.endswith(b"\n") for line in lines):
            raise RecordError(f"{path} has {len(lines)} epochs, but {CHECKPOINT_NAME} was written after {count}")
        with naming(path):
            os.ftruncate(self._metrics, sum(map(len, lines)))
        self.epochs = count
        self._keep_snapshots(count + 1)
        return read_metrics(self.folder)

    def _keep_snapshots(self, rows: int) -> None:
        """Forget the snapshots after the first `rows`; where some are missing, there will be none at all."""
        if self._snapshots < 0:
            return
        path, size = self.folder / SNAPSHOTS_NAME, rows * row_bytes(self.content["network"]["text"])
        with naming(path):
            if os.fstat(self._snapshots).st_size >= size:
                os.ftruncate(self._snapshots, size)
                return
        os.close(self._snapshots)
        self._snapshots = -1
        path.unlink()

    def read_snapshots(self) -> bytes:
        """Return what ``snapshots.f32`` holds, even if the folder has vanished; nothing where there is none."""
        if self._snapshots < 0:
            return b""
        with naming(self.folder / SNAPSHOTS_NAME), os.fdopen(os.dup(self._snapshots), "rb") as file:
            file.seek(0)
            return file.read()

    def read_initial(self) -> bytes | None:
        """Return what ``initial.safetensors`` holds, even if the folder has vanished since it was opened."""
        if self._initial is None:
            return None
        with naming(self.folder / INITIAL_NAME):
            self._initial.seek(0)
            return self._initial.read()

    def save_checkpoint(self, checkpoint: Content) -> None:
        """Replace the checkpoint by one that knows all epochs so far."""
        self._sync()
        write_file_in_parts(self.folder / CHECKPOINT_NAME, checkpoint)

    def end(self, outcome: str, results: Mapping[str, Any], message: str = "") -> None:
        """Write how the run ended."""
        self.content.pop("message", None)
        self.content["outcome"] = outcome
        if message:
            self.content["message"] = message
        self.content["ended"] = now()
        self.content["results"] = dict(results)
        self._sync()
        self.write()

    def _sync(self) -> None:
        with naming(self.folder / METRICS_NAME):
            os.fsync(self._metrics)
        if self._snapshots >= 0:
            with naming(self.folder / SNAPSHOTS_NAME):
                os.fsync(self._snapshots)

    def forget_checkpoint(self) -> None:
        """Remove the checkpoint of a run that cannot go on."""
        (self.folder / CHECKPOINT_NAME).unlink(missing_ok=True)

    def close(self) -> None:
        """Let others go on with the run."""
        for file in (self._metrics, self._snapshots):
            if file >= 0:
                os.close(file)
        if self._initial is not None:
            self._initial.close()
        self._metrics, self._snapshots, self._initial = -1, -1, None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _new_folder(runs: Path) -> Path:
    """Make a folder named by the time in UTC; mkdir is what keeps two processes apart."""
    runs.mkdir(parents=True, exist_ok=True)
    while True:
        folder = runs / name_of_now()
        try:
            folder.mkdir()
        except FileExistsError:
            time.sleep(0.001)
        else:
            return folder


def name_of_now() -> str:
    """Return a name for the folder of a run: the time in UTC, to the millisecond."""
    return datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")[:-3]


def now() -> datetime:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
