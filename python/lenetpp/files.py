"""Files that appear whole or not at all."""

import errno
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


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
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
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
