"""RunsByKey: the runs of a folder by their keys, whoever trained them."""

import os
import time
from collections.abc import Container, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from lenetpp.records.epochs import patience_has_ended
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_files import CHECKPOINT_NAME, METRICS_NAME, MODEL_NAME, RECORD_NAME, RecordError, read_record
from lenetpp.records.run_index import indexed_rows
from lenetpp.records.run_keys import recorded_key

QUIET_SECONDS = 120.0
"""A run that is being trained changes its files twice a minute, by its checkpoints. After this time nobody waits."""

LOOKS_SHARE = 20.0
"""Times as long as looking for new runs took, nobody looks again."""

State: TypeAlias = Literal["finished", "diverged", "being trained", "unfinished"]
STATES: tuple[State, ...] = ("finished", "diverged", "being trained", "unfinished")
"""The most useful one first."""


@dataclass(frozen=True)
class FoundRun:
    """A run as it was when it was found."""

    folder: Path
    state: State
    message: str
    epochs: int


class RunsByKey:
    """The runs in a folder by their keys.

    The index of the runs says at once which keys there are; the runs themselves, asked for one key, how they are now.

    Parameters
    ----------
    runs : Path
        Folder of runs; where it does not exist, there are none.
    digests : container of str
        Of data: runs with others are of no interest.
    """

    def __init__(self, runs: Path, digests: Container[str]) -> None:
        self._runs = runs
        self._next_look = 0.0
        self._names: set[str] = set()
        self._folders: dict[str, list[Path]] = {}
        for row in indexed_rows(runs):
            if row["outcome"] == "unreadable":  # perhaps it is being written
                continue
            self._names.add(row["run"])
            if row.get("data.digest") in digests:
                self._note(row["run"], _record(row))

    def __contains__(self, key: str) -> bool:
        return key in self._folders

    def look_again(self) -> None:
        """Take note of runs that have appeared since, unless so many are there that looking would take all the time."""
        start = time.monotonic()
        if start < self._next_look:
            return
        self._note_new()
        self._next_look = time.monotonic() + LOOKS_SHARE * (time.monotonic() - start)

    def note(self, folder: Path, key: str) -> None:
        """Take note of a run that should have a key; :meth:`find` will look whether it has."""
        if folder not in self._folders.setdefault(key, []):
            self._folders[key].append(folder)
            self._names.add(folder.name)

    def _note_new(self) -> None:
        try:
            names = sorted(set(os.listdir(self._runs)) - self._names)  # noqa: PTH208  (ten thousand names)
        except (FileNotFoundError, NotADirectoryError):
            return
        for name in names:
            with suppress(RecordError, OSError):
                self._note(name, read_record(self._runs / name))
                self._names.add(name)

    def find(self, key: str) -> FoundRun | None:
        """Return the most useful run with this key: of several finished ones the oldest, else the furthest."""
        found = [run for folder in self._folders.get(key, []) if (run := look_at(folder, key)) is not None]
        return min(
            found,
            key=lambda run: (STATES.index(run.state), -run.epochs if run.state == "unfinished" else 0),
            default=None,
        )

    def _note(self, name: str, record: Mapping[str, Any]) -> None:
        key = recorded_key(record)
        if key is not None:
            self._folders.setdefault(key, []).append(self._runs / name)


def _record(row: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the tables of the record that a row of the index was made from."""
    tables: dict[str, dict[str, Any]] = {}
    for name, value in row.items():
        table, _, key = name.partition(".")
        if key and value is not None:
            tables.setdefault(table, {})[key] = value
    return tables


def look_at(folder: Path, key: str) -> FoundRun | None:
    """Return how the run of a folder is now; None where it cannot be used, or has another key."""
    try:
        run = RecordedRun.read(folder)
        if run.outcome == "unfinished":
            run = RecordedRun.read(folder)  # it may have come to its end after it was read and before its lock was
        if recorded_key(run.record) != key:
            return None  # it was extended meanwhile
        state = _state(run)
    except (RecordError, OSError):
        return None
    return None if state is None else FoundRun(folder, state, str(run.record.get("message", "")), len(run.history))


def _state(run: RecordedRun) -> State | None:
    match run.outcome:
        case "finished":
            has_ended = len(run.history) == run.settings.get("epochs") or patience_has_ended(
                run.history, run.settings.get("patience", 0)
            )
            is_whole = has_ended and (run.folder / MODEL_NAME).is_file()
            return "finished" if is_whole else None
        case "diverged":
            return "diverged"
        case "running":
            return "being trained" if _changed_lately(run.folder) else None
        case _:
            return "unfinished"


def _changed_lately(folder: Path) -> bool:
    files = (folder / name for name in (RECORD_NAME, METRICS_NAME, CHECKPOINT_NAME))
    latest = max((file.stat().st_mtime for file in files if file.exists()), default=0.0)
    return time.time() - latest < QUIET_SECONDS
