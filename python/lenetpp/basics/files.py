"""Files that appear whole or not at all."""

import errno
import os
import secrets
import stat
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatch
from pathlib import Path

from lenetpp.basics.file_reading import kind_of_file

TEMPORARIES = ".lenetpp-*.tmp"
"""Names of files that are being written, by Python and by the core; a killed process leaves them behind."""
SECONDS_TO_ABANDON = 3600.0
"""After the last write, the next writer in the folder removes a temporary; the core's does the same."""


_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def write_file(path: Path, content: bytes) -> None:
    """Write `content` as the whole file `path`; see :func:`write_file_in_parts`."""
    write_file_in_parts(path, (content,))


def write_file_in_parts(path: Path, parts: Iterable[bytes | memoryview]) -> None:
    """Write `parts`, one after the other, under a temporary name beside `path`, sync it to the disk and rename it.

    A reader sees the old file or the new one, never a half of either, even after a loss of power. Who may read and
    write the old file may do so with the new one. A link is replaced; what it leads to is not touched.

    Raises
    ------
    OSError
        If the file cannot be written, or what is there is no file; it is then untouched.
    """
    mode = check_replaceable(path)
    remove_temporaries(path.parent, older_than=SECONDS_TO_ABANDON)
    temporary = path.with_name(TEMPORARIES.replace("*", secrets.token_hex(8)))
    try:
        with naming(path), open(os.open(temporary, _NEW, 0o666 if mode is None else 0o600), "wb") as file:  # noqa: PTH123
            if mode is not None:
                temporary.chmod(mode)
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def check_replaceable(path: Path) -> int | None:
    """Return the mode of the file that a new one may take the place of, None where there is none.

    Raises
    ------
    OSError
        If something else is there, or a link leads to it: a folder, a pipe, a device, which would be lost.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    if (kind := kind_of_file(status)) is not None:
        code = errno.EISDIR if kind == "a folder" else errno.EEXIST
        raise OSError(code, f"{kind} is there, which no file takes the place of", str(path))
    return stat.S_IMODE(status.st_mode)


def remove_files(folder: Path, names: Collection[str]) -> bool:
    """Remove a folder that holds nothing but regular files of these names; return whether it has gone.

    Links, and whatever else is there, stay with the folder, and so does everything in it.
    """
    with suppress(OSError):
        entries = list(os.scandir(folder))
        if all(_is_one_of(entry, names) for entry in entries):
            for entry in entries:
                os.unlink(entry)  # noqa: PTH108
            folder.rmdir()
            return True
    return False


def _is_one_of(entry: "os.DirEntry[str]", names: Collection[str]) -> bool:
    return entry.is_file(follow_symlinks=False) and (entry.name in names or fnmatch(entry.name, TEMPORARIES))


def remove_temporaries(folder: Path, *, older_than: float = 0.0) -> None:
    """Remove what killed processes have left half written in `folder`, last written to so many seconds ago."""
    for path in folder.glob(TEMPORARIES):
        with suppress(OSError):  # somebody else may remove it meanwhile
            status = path.lstat()
            if stat.S_ISREG(status.st_mode) and (not older_than or time.time() - status.st_mtime > older_than):
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
