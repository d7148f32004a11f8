"""Reading files that anybody may have put there: regular ones only, and no more of them than they may hold."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def open_regular(path: Path, refuse: type[ValueError] = ValueError) -> BinaryIO:
    """Open a file for reading, wherever links lead to, unless it is something else: a pipe would never answer.

    Parameters
    ----------
    path : Path
        Of the file.
    refuse : type
        Raised with a message that names the file, if it is a folder, a pipe, a device or a socket.

    Raises
    ------
    OSError
        If it cannot be opened.
    """
    _check_regular(path, path.stat(), refuse)  # first: opening is what some devices act upon
    file = os.open(path, _FLAGS)
    try:
        _check_regular(path, os.fstat(file), refuse)  # it may have been replaced in between
        return os.fdopen(file, "rb")
    except BaseException:
        os.close(file)
        raise


def read_content(path: Path, most: int, refuse: type[ValueError] = ValueError) -> bytes:
    """Return what a regular file holds, unless that is more than `most` bytes; see :func:`open_regular`."""
    with open_regular(path, refuse) as file:
        size = os.fstat(file.fileno()).st_size
        # A file may grow while it is read, and those of /proc have no size.
        content = file.read(most + 1) if size <= most else b""
    if max(size, len(content)) > most:
        raise refuse(f"{path} is too large: at most {most:,} bytes are read, but it has {max(size, len(content)):,}")
    return content


def read_text(path: Path, most: int, refuse: type[ValueError] = ValueError) -> str:
    """Return the text of a regular file in UTF-8, of at most `most` bytes; see :func:`open_regular`."""
    try:
        return read_content(path, most, refuse).decode()
    except UnicodeDecodeError as error:
        raise refuse(f"{path}: this is no text in UTF-8: {error}") from error


def _check_regular(path: Path, status: os.stat_result, refuse: type[ValueError]) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = _KINDS.get(stat.S_IFMT(status.st_mode), "something else")
        raise refuse(f"{path} must be a regular file, but is {kind}")
