"""What is known of every run in a folder, fast: an index beside the runs that can be deleted at any time.

Reading ten thousand records takes many seconds, looking whether they changed a tenth of one. The index therefore keeps
a row for each run with the signatures of the files that it was read from, and a run is read again when they differ.
"""

import contextlib
import gc
import json
import math
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import date, time
from functools import lru_cache
from itertools import chain, starmap
from pathlib import Path
from typing import Any, TypeAlias

from lenetpp._core import Architecture, ParseError
from lenetpp.basics.file_reading import read_content
from lenetpp.basics.file_schemas import parse_json
from lenetpp.basics.files import write_file
from lenetpp.networks.layers import Conv2D, layer_of
from lenetpp.networks.named_networks import named_text
from lenetpp.networks.network_history import NAMED_NETWORKS
from lenetpp.records.epochs import ENDED
from lenetpp.records.guessing import has_learned_nothing
from lenetpp.records.labels import read_label
from lenetpp.records.run_files import (
    LABEL_NAME,
    METRICS_NAME,
    RECORD_NAME,
    RecordError,
    is_being_trained,
    read_metrics,
    read_record,
)

INDEX_NAME = ".index.json"
INDEX_FORMAT = 4
"""Raised whenever rows are made in another way: an index of another format is made anew."""

WORTH_WRITING = 0.01
"""Share of the runs that had to be read, or have gone. Reading fewer again takes less than writing all rows now."""

MOST_INDEX_BYTES = 2**30
"""Of the index; larger ones are made anew each time."""
CELL_TYPES = {str, int, float, bool, type(None)}
"""Besides lists of texts."""

RESULTS_IN_METRICS = (
    *("loss", "training_accuracy", "test_loss", "test_accuracy", "validation_loss", "validation_accuracy", "digest"),
)

Signature: TypeAlias = list[int]
Row: TypeAlias = dict[str, Any]


def indexed_rows(runs: Path, note_unread: Callable[[int], None] = lambda _: None) -> list[Row]:
    """Return a row for each run in a folder, oldest first, by the columns' full names.

    Every row has every column, None where the run has no such figure. A record that cannot be read has a row too: its
    outcome is "unreadable" and its message says why.

    Parameters
    ----------
    runs : Path
        Folder of runs; where it does not exist, there are none.
    note_unread : callable
        Told how many records have to be read, before that is done.
    """
    with _without_garbage_collection():
        signatures = dict(sorted(_signatures(runs)))
        columns, known = _read_index(runs) if signatures else ([], {})
        unread = [name for name, signature in signatures.items() if name not in known or known[name][0] != signature]
        if unread:
            note_unread(len(unread))
        read = {name: read_row(runs / name) for name in unread}
        rows = {name: read[name] if name in read else known[name][1] for name in signatures}
        columns = list(dict.fromkeys(("run", "folder", *columns, *chain.from_iterable(read.values()))))
        rows = {
            name: row if len(row) == len(columns) else {column: row.get(column) for column in columns}
            for name, row in rows.items()
        }
        changed = len(unread) + len(known.keys() - signatures.keys())
        if changed and changed >= WORTH_WRITING * len(signatures):
            _write_index(runs, columns, {name: (signatures[name], row) for name, row in rows.items()})
        for name, row in rows.items():
            row["run"], row["folder"] = name, f"{runs}{os.sep}{name}"
            # No file changes when a process is killed: its lock tells.
            if row["outcome"] == "running" and not _is_being_trained(runs / name):
                row["outcome"] = "unfinished"
    return list(rows.values())


def read_row(folder: Path) -> Row:
    """Return what a run's files say, flat: numbers, texts and lists of them by names such as ``data.classes``."""
    label = read_label(folder)
    said = {"name": label.name or None, "tags": list(label.tags) or None, "note": label.note or None}
    if label.problem:
        said["label_problem"] = " ".join(label.problem.split())
    try:
        record = dict(read_record(folder))
        if "results" not in record and (metrics := read_metrics(folder)):
            # Training goes on or was killed: what it had reached.
            last = metrics[-1]
            record["results"] = {"epochs": len(metrics), **{name: getattr(last, name) for name in RESULTS_IN_METRICS}}
    except (RecordError, OSError) as error:
        return _unreadable(error) | said
    columns = dict(_flat(record))
    return said | columns | _about_network(columns["network.text"]) | _stuck(record)


def _stuck(record: Mapping[str, Any]) -> dict[str, bool]:
    """Return whether a run that has ended learned nothing; nothing of one that goes on or has no epoch."""
    accuracy = record.get("results", {}).get("training_accuracy")
    if record["outcome"] not in ENDED or accuracy is None:
        return {}
    return {"stuck": has_learned_nothing(record, accuracy)}


def _unreadable(error: Exception) -> Row:
    return {"outcome": "unreadable", "message": " ".join(str(error).split())}


def _is_being_trained(folder: Path) -> bool:
    """Whether a process trains the run; taken for granted where its files do not tell."""
    try:
        return is_being_trained(folder)
    except OSError:
        return True


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            if prefix + name != "results.confusion":
                yield f"{prefix}{name}", [item if type(item) is int else str(item) for item in value]
        elif isinstance(value, date | time):
            yield f"{prefix}{name}", value.isoformat()
        elif value is not None and prefix + name != "format":
            yield f"{prefix}{name}", value


@lru_cache
def _about_network(text: str) -> dict[str, Any]:
    """Return what one asks about a network without reading its text: its name and its size."""
    try:
        parsed = Architecture(text)
    except ParseError:
        return {}
    found: dict[str, Any] = {"network.parameters": sum(map(math.prod, parsed.parameter_shapes))}
    for name in NAMED_NETWORKS:
        with contextlib.suppress(ParseError):
            if Architecture(named_text(name, parsed.input_shape, parsed.outputs)).text == text:
                found["network.name"] = name
    filters = [layer.filters for layer in starmap(layer_of, parsed.layers) if isinstance(layer, Conv2D)]
    return found | ({"network.filters": filters[0]} if filters else {})


def _signatures(runs: Path) -> Iterator[tuple[str, list[int]]]:
    """Yield each run's name and what changes with its files: their inodes, sizes and times."""
    try:
        names = [entry.name for entry in os.scandir(runs)]
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in names:
        if name.startswith("."):
            continue
        signature = []
        for file in (RECORD_NAME, METRICS_NAME, LABEL_NAME):
            try:
                # Strings, because ten thousand paths take longer to put together than their files to be looked at.
                status = os.stat(f"{runs}/{name}/{file}")  # noqa: PTH116
                signature += [status.st_ino, status.st_size, status.st_mtime_ns]
            except (FileNotFoundError, NotADirectoryError):
                if file == RECORD_NAME:
                    break
            except OSError:
                signature += [0]  # reading the record will say why
        if signature:
            yield name, signature


def _read_index(runs: Path) -> tuple[list[str], dict[str, tuple[Signature, Row]]]:
    """Return the columns, and each run's signature and row; nothing where there is no index of this format.

    Checked by hand: to load pydantic takes longer than to read the index.
    """
    try:
        content = parse_json(read_content(runs / INDEX_NAME, MOST_INDEX_BYTES))
        columns, index = content["columns"], {}
        if content["format"] != INDEX_FORMAT or not _are_texts(columns):
            return [], {}
        for name, (signature, values) in content["runs"].items():
            index[name] = signature, dict(zip(columns, values, strict=True))
            if type(index[name][1]["outcome"]) is not str or not all(map(_is_cell, values)):
                return [], {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [], {}
    return columns, index


def _is_cell(value: Any) -> bool:
    return type(value) in CELL_TYPES or _are_texts(value)


def _are_texts(values: Any) -> bool:
    return type(values) is list and all(type(value) is str for value in values)


def _write_index(runs: Path, columns: list[str], index: dict[str, tuple[Signature, Row]]) -> None:
    """Keep the index; without room or permission there is just none."""
    values = {name: (signature, list(row.values())) for name, (signature, row) in index.items()}
    content = {"format": INDEX_FORMAT, "columns": columns, "runs": values}
    with contextlib.suppress(OSError):
        write_file(runs / INDEX_NAME, json.dumps(content, separators=(",", ":")).encode())


@contextlib.contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Spare the search for garbage while hundreds of thousands of objects come into being, none of which is garbage."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
