"""delete(): a run is removed, whole or not at all."""

import errno
import os
import secrets
import sys
from pathlib import Path

from lenetpp.basics.file_reading import kind_of_file, open_regular
from lenetpp.basics.file_schemas import shown
from lenetpp.basics.files import TEMPORARIES, remove_files, sync_folder
from lenetpp.records.locks import try_lock
from lenetpp.records.references import RunReference, folder_of
from lenetpp.records.run_files import MEASURED_NAME, METRICS_NAME, RUN_FILES, RecordError

DELETED = ".lenetpp-deleted-"
"""Before the name of a folder that is no run any more; a killed process leaves it to the next deletion."""
OWN_FILES = (*RUN_FILES, MEASURED_NAME)
"""What is removed with a run, and nothing else ever is."""


def delete(run: RunReference) -> None:
    """Remove a run and all its files permanently.

    The folder first gets a name under which nobody looks for runs, at one stroke: whatever stops the deletion, there is
    the whole run or none. What is left of an earlier deletion that was stopped is removed too.

    Parameters
    ----------
    run : Run, path or str
        The run, its name, its folder, the beginning of that, ``last`` or ``best``.

    Raises
    ------
    RecordError
        If there is no such run, it is being trained, or its folder also holds what is not of a run.
    OSError
        If it cannot be removed.
    """
    folder = folder_of(run, "delete")
    check_deletable(folder)
    folder = folder.resolve()
    for left in folder.parent.glob(f"{DELETED}*"):
        if not left.is_symlink():
            remove_files(left, OWN_FILES)
    gone, metrics = folder.with_name(DELETED + secrets.token_hex(8)), folder / METRICS_NAME
    if os.path.lexists(metrics):
        with open_regular(metrics, RecordError) as file:
            _check_idle(folder, try_lock(file.fileno()))
            if sys.platform == "win32":  # which does not rename a folder with an open file, this one or a trainer's
                file.close()
            folder.rename(gone)
    else:
        folder.rename(gone)
    sync_folder(gone.parent)
    if not remove_files(gone, OWN_FILES):
        raise OSError(
            errno.ENOTEMPTY, "the run is deleted, but what is left of its folder cannot be removed", str(gone)
        )


def check_deletable(folder: Path) -> None:
    """Raise RecordError if a run must not be deleted.

    Raises
    ------
    RecordError
        If it is being trained, or the folder is a link or holds something else than the files of the run.
    """
    if folder.is_symlink():
        raise RecordError(f"{folder} is a link to {folder.resolve()}: delete the run there, and the link yourself")
    others = [
        path.name
        for path in folder.iterdir()
        if (path.name not in OWN_FILES and not path.match(TEMPORARIES)) or kind_of_file(path.lstat()) is not None
    ]
    if others:
        raise RecordError(
            f"{folder} also holds what is not of a run, such as {shown(min(others))}: move that away before the run is "
            "deleted"
        )
    metrics = folder / METRICS_NAME
    if os.path.lexists(metrics):
        with open_regular(metrics, RecordError) as file:
            _check_idle(folder, try_lock(file.fileno()))


def _check_idle(folder: Path, idle: bool) -> None:
    if not idle:
        raise RecordError(f"{folder} is being trained: wait for its end, or stop it, before it is deleted")
