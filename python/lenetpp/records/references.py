"""Which run is meant: its name, its folder, the beginning of that, ``last`` or ``best``."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeAlias

from lenetpp.basics.kinds import as_path, check_has
from lenetpp.basics.language import say
from lenetpp.basics.suggestions import did_you_mean
from lenetpp.networks.network import Network
from lenetpp.records.labels import read_label
from lenetpp.records.run_files import (
    LABEL_NAME,
    RECORD_NAME,
    RecordError,
    default_runs_folder,
    read_record,
    run_folders,
)
from lenetpp.records.run_table import RunTable, runs

MOST_NAMED = 5
"""Runs that a message names."""


class RunInMemory(Protocol):
    """What is needed of a :class:`lenetpp.Run` where a run is meant."""

    network: Network
    folder: Path | None


RunReference: TypeAlias = RunInMemory | str | os.PathLike[str]
"""What every function that takes a run takes: the run, its name, its folder, the beginning of that, or a word."""


def find_run(reference: str | os.PathLike[str], note: Callable[[str], None] = lambda _: None) -> Path:
    """Return the folder of a run.

    Parameters
    ----------
    reference : str or path
        A run's folder, or the name or the beginning of the folder's name of exactly one recorded run; ``last``: the
        latest one that no study started, where there is one; ``best``: of the finished ones on the data of the latest
        finished one, that of the highest test accuracy, the oldest of equal ones; see
        :meth:`lenetpp.RunTable.best_first`.
    note : callable
        Told in a sentence what was not compared, where ``best`` had runs on several data sets to choose from, and how
        many later runs of studies ``last`` passed over.

    Raises
    ------
    RecordError
        If there is no such run, or several.
    """
    path, name = as_path(reference, "run"), os.fspath(reference)
    if (path / RECORD_NAME).exists():  # whatever it is: reading it will say so
        return path
    parent = default_runs_folder()
    folders = run_folders(parent)
    if name == "last" and folders:
        return _latest(folders, note)
    if name == "best" and folders:
        groups = runs(parent).best_by_data()
        if not groups:
            raise RecordError(f"there is no best run: no run in {parent} has finished on two classes or more")
        if len(groups) > 1:
            note(_what_was_compared(groups))
        return Path(groups[0][0]["folder"])
    found = [folder for folder in folders if folder.name.startswith(name) or _is_called(folder, name)]
    if len(found) == 1:
        return found[0]
    if path.is_dir():
        raise RecordError(f"{path} is not the folder of a run: it has no {RECORD_NAME}")
    if not folders:
        raise RecordError(f"{name!r} is neither a model file nor a run's folder, and {parent} has no runs yet")
    if not found:
        called = filter(None, (read_label(folder).name for folder in folders))
        hint = did_you_mean(path.name, (*called, *(folder.name for folder in folders), "last", "best"))
        raise RecordError(
            f"{name!r} is neither a model file nor a run's folder, and no run in {parent} has this name or a name that "
            f"begins so{hint}"
        )
    meant = ", ".join(folder.name for folder in found[:MOST_NAMED]) + (", ..." if len(found) > MOST_NAMED else "")
    raise RecordError(
        f"{name!r} may be any of {len(found)} runs in {parent}, which are called so or begin with it: {meant}"
    )


def _latest(folders: list[Path], note: Callable[[str], None]) -> Path:
    """Return the latest run that somebody started himself: those of a study come at any time, also meanwhile."""
    if not _is_of_a_study(folders[-1]):
        return folders[-1]
    own = [row for row in runs(folders[-1].parent) if row["outcome"] != "unreadable" and not row.get("started_by")]
    if not own:
        return folders[-1]
    latest = Path(own[-1]["folder"])
    later = sum(folder.name > latest.name for folder in folders)
    note(
        say("last: {run}; 1 run after it was started by studies", run=latest.name)
        if later == 1
        else say("last: {run}; {count} runs after it were started by studies", run=latest.name, count=f"{later:,}")
    )
    return latest


def _is_of_a_study(folder: Path) -> bool:
    try:
        return "started_by" in read_record(folder)
    except (RecordError, OSError):  # whoever reads it will say why
        return False


def _is_called(folder: Path, name: str) -> bool:
    return (folder / LABEL_NAME).exists() and read_label(folder).name == name


def folder_of(run: RunReference, use: str) -> Path:
    """Return the folder of a run.

    Raises
    ------
    RecordError
        If there is no such run, or it was not recorded; the message then ends with what it was to be used for, `use`.
    """
    if isinstance(run, str | os.PathLike):
        return find_run(run)
    check_has(run, "folder", "run", "a run, its name or its folder")
    if run.folder is None:
        raise RecordError(f"the run was not recorded (runs=None), so that there is nothing to {use}")
    return run.folder


def _what_was_compared(groups: list[RunTable]) -> str:
    compared, others = len(groups[0]), sum(map(len, groups[1:]))
    best = groups[0][0]
    return say(
        "best: {run}, of {compared} on the data of the latest one, {data}; {others} on other data cannot be compared "
        "with it (`lenetpp runs --best` lists them)",
        run=best["run"],
        compared=_runs(compared),
        data=best.get("data.name"),
        others=_runs(others),
    )


def _runs(count: int) -> str:
    return say("1 run") if count == 1 else say("{count} runs", count=f"{count:,}")
