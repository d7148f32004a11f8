"""Files that appear whole or not at all."""

import errno
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TEMPORARIES = ".lenetpp-*.tmp"
"""Names of files that are being written, by Python and by the core; a killed process leaves them behind."""
SECONDS_TO_ABANDON = 3600.0
"""After the last write, the next writer in the folder removes a temporary; the core's does the same."""


def write_file(path: Path, content: bytes) -> None:
    """Write `content` as the whole file `path`; see :func:`write_file_in_parts`."""
    write_file_in_parts(path, (content,))


def write_file_in_parts(path: Path, parts: Iterable[bytes | memoryview]) -> None:
    """Write `parts`, one after the other, under a temporary name beside `path`, sync it to the disk and rename it.

    A reader sees the old file or the new one, never a half of either, even after a loss of power.

    Raises
    ------
    OSError
        If the file cannot be written; the old one is then untouched.
    """
    remove_temporaries(path.parent, older_than=SECONDS_TO_ABANDON)
    temporary = path.with_name(TEMPORARIES.replace("*", secrets.token_hex(8)))
    try:
        with naming(path), temporary.open("xb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def remove_temporaries(folder: Path, *, older_than: float = 0.0) -> None:
    """Remove what killed processes have left half written in `folder`, last written to so many seconds ago."""
    for path in folder.glob(TEMPORARIES):
        with suppress(OSError):  # somebody else may remove it meanwhile
            if not older_than or time.time() - path.stat().st_mtime > older_than:
                path.unlink()


def sync_folder(folder: Path) -> None:
    """Make renames and new files in `folder` survive a loss of power, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with naming(folder):
            os.fsync(handle)
    except OSError as error:
        # Some file systems, of networks for instance, sync files but know no such thing for folders.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let errors of open files, which know no name, name `path`."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
