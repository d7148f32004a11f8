"""Landing: how workers of somebody else's executor and the folder of runs find each other.

While a study runs, its folder of runs has a hidden folder of a name that nobody else has. A worker that sees it writes
its runs beside it; one that does not, on a machine with disks of its own, sends them, and they arrive in it.
"""

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from lenetpp.basics.files import remove_files
from lenetpp.records.locks import is_locked, try_lock
from lenetpp.records.run_files import RUN_FILES
from lenetpp.studies.sent_runs import SentRun

PREFIX = ".study-"
LOCK_NAME = "lock"
LOCKED_WITHIN_SECONDS = 60.0
"""Of its making; a lock that is older and that nobody holds was left by a process that was killed."""


class Landing:
    """Where sent runs arrive.

    Attributes
    ----------
    folder : Path
        What a worker sees, if it sees the folder of runs; absolute.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def receive(self, sent: SentRun, *, replaced: bool = False) -> Path:
        """Return the folder of a run, among the others; for both see :meth:`SentRun.unpack`."""
        scratch = self.folder / secrets.token_hex(4)
        try:
            return sent.unpack(self.folder.parent, scratch, replaced=replaced)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def open_landing(runs: Path) -> Iterator[Landing]:
    """Have a landing in a folder of runs; what killed processes left of theirs is removed."""
    for lock in runs.glob(f"{PREFIX}*/{LOCK_NAME}"):
        if not is_locked(lock) and time.time() - lock.lstat().st_mtime > LOCKED_WITHIN_SECONDS:
            _remove_landing(lock.parent)
    folder = Path(mkdtemp(prefix=PREFIX, dir=runs))
    lock_file = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT)
    try:
        try_lock(lock_file)
        yield Landing(folder)
    finally:
        os.close(lock_file)
        shutil.rmtree(folder, ignore_errors=True)


def _remove_landing(folder: Path) -> None:
    """Remove a landing and what arrived in it, unless there is something else, whose owner then finds all of it."""
    for scratch in folder.iterdir():
        if scratch.is_dir() and not scratch.is_symlink():
            for run in scratch.iterdir():
                remove_files(run, RUN_FILES)
            remove_files(scratch, ())
    remove_files(folder, (LOCK_NAME,))
