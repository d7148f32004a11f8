"""A run's folder: how it is named, written and read. Plain files, readable without lenetpp.

``run.toml``            everything needed to do it again, and the results
``metrics.jsonl``       one line for each epoch
``model.safetensors``   parameters, normalization, network text, class names
"""

import json
import os
import time
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from lenetpp.files import sync_folder, write_file

RECORD_FORMAT = 1
RECORD_NAME = "run.toml"
METRICS_NAME = "metrics.jsonl"
MODEL_NAME = "model.safetensors"


class RecordError(ValueError):
    """A run's folder is not what it should be; the message names the file."""


def default_runs_folder() -> Path:
    """Return the folder that runs are recorded in: ``LENETPP_RUNS``, or ``runs`` in the working folder."""
    return Path(os.environ.get("LENETPP_RUNS") or "runs")


class RunRecord:
    """The folder of a run that is being trained.

    Its ``run.toml`` says ``outcome = "running"`` until :meth:`finish`, so an unfinished folder can be recognised.
    """

    def __init__(self, folder: Path, content: dict[str, Any]) -> None:
        self.folder = folder
        self._content = content

    @classmethod
    def create(cls, runs: Path, content: Mapping[str, Any]) -> Self:
        """Make a new folder in `runs` and write what is known before training.

        Raises
        ------
        OSError
            If the folder or its files cannot be written.
        """
        folder = _new_folder(runs)
        record = cls(folder, {"format": RECORD_FORMAT, "outcome": "running", "started": _now(), **content})
        record._write()
        return record

    def add_epoch(self, metrics: Mapping[str, Any]) -> None:
        """Append a line to ``metrics.jsonl``."""
        with (self.folder / METRICS_NAME).open("a", encoding="utf-8") as file:
            file.write(json.dumps(metrics) + "\n")

    def finish(self, outcome: str, results: Mapping[str, Any], message: str = "") -> None:
        """Write how the run ended."""
        self._content["outcome"] = outcome
        if message:
            self._content["message"] = message
        self._content["ended"] = _now()
        self._content["results"] = dict(results)
        self._write()

    def _write(self) -> None:
        import tomli_w

        tables = {name: value for name, value in self._content.items() if isinstance(value, dict)}
        values = {name: value for name, value in self._content.items() if name not in tables}
        write_file(self.folder / RECORD_NAME, tomli_w.dumps(values | tables).encode())


def model_file(folder: Path) -> Path:
    """Return the path of a run's model.

    Raises
    ------
    RecordError
        If there is none: the run goes on, or it ended before there were weights to keep.
    """
    path = folder / MODEL_NAME
    if not path.is_file():
        raise RecordError(f"{folder} has no {MODEL_NAME}: its outcome is {read_record(folder).get('outcome')!r}")
    return path


def read_record(folder: Path) -> dict[str, Any]:
    """Return the content of a folder's ``run.toml``.

    Raises
    ------
    RecordError
        If it is missing or malformed, or was written by a later version of lenetpp.
    """
    path = folder / RECORD_NAME
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RecordError(f"{folder} is not the folder of a run: it has no {RECORD_NAME}") from None
    except ValueError as error:
        raise RecordError(f"{path}: {error}") from error
    if content.get("format") != RECORD_FORMAT:
        raise RecordError(f"{path}: format must be {RECORD_FORMAT}, but is {content.get('format')!r}")
    return content


def read_metrics(folder: Path) -> list[dict[str, Any]]:
    """Return the lines of a folder's ``metrics.jsonl``; a last line that a crash cut short is left out.

    Raises
    ------
    RecordError
        If another line is malformed; the message names it.
    """
    path = folder / METRICS_NAME
    if not path.exists():
        return []
    metrics = []
    lines = path.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines[:-1], start=1):
        try:
            metrics.append(json.loads(line))
        except ValueError as error:
            raise RecordError(f"{path}, line {number}: {error}") from error
    return metrics


def _new_folder(runs: Path) -> Path:
    """Make a folder named by the time in UTC; mkdir is what keeps two processes apart."""
    runs.mkdir(parents=True, exist_ok=True)
    while True:
        folder = runs / datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")[:-3]
        try:
            folder.mkdir()
        except FileExistsError:
            time.sleep(0.001)
            continue
        sync_folder(runs)
        return folder


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
