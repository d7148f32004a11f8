"""Opening files that anybody may have put there: regular ones, no links, and no more of them than they may hold."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

_FLAGS = (
    getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)
)
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
_KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def open_regular(path: Path, refuse: type[ValueError] = ValueError, *, follow_links: bool = False) -> BinaryIO:
    """Open a file for reading, unless it is something else: a pipe would never answer.

    Parameters
    ----------
    path : Path
        Of the file.
    refuse : type
        Raised with a message that names the file, if it is a link, a folder, a pipe, a device or a socket.
    follow_links : bool
        Whether it may be a link: where a person has named the file. The files of a run, which may be a stranger's, are
        what they are called. Links among the folders above are always followed.

    Raises
    ------
    OSError
        If it cannot be opened.
    """
    return os.fdopen(_open(path, os.O_RDONLY, refuse, follow_links), "rb")


def open_appending(path: Path, refuse: type[ValueError] = ValueError, *, create: bool = False) -> int:
    """Open a file for reading and appending, as :func:`open_regular`, and return its descriptor.

    `refuse` is raised, too, if the file has a second name: what is appended or cut off would be in that one as well.
    """
    flags = os.O_RDWR | os.O_APPEND | (os.O_CREAT if create and not os.path.lexists(path) else 0)
    file = _open(path, flags, refuse, follow_links=False)
    if (names := os.fstat(file).st_nlink) > 1:
        os.close(file)
        raise refuse(f"{path} is one file with {names} names (hard links), all of which would change: copy it first")
    return file


def read_content(path: Path, most: int, refuse: type[ValueError] = ValueError, *, follow_links: bool = False) -> bytes:
    """Return what a regular file holds, unless that is more than `most` bytes; see :func:`open_regular`."""
    with open_regular(path, refuse, follow_links=follow_links) as file:
        size = os.fstat(file.fileno()).st_size
        # A file may grow while it is read, and those of /proc have no size.
        content = file.read(most + 1) if size <= most else b""
    if max(size, len(content)) > most:
        raise refuse(f"{path} is too large: at most {most:,} bytes are read, but it has {max(size, len(content)):,}")
    return content


def read_text(path: Path, most: int, refuse: type[ValueError] = ValueError, *, follow_links: bool = False) -> str:
    """Return the text of a regular file in UTF-8, of at most `most` bytes; see :func:`open_regular`."""
    try:
        return read_content(path, most, refuse, follow_links=follow_links).decode()
    except UnicodeDecodeError as error:
        raise refuse(f"{path}: this is no text in UTF-8: {error}") from error


def check_regular(path: Path, refuse: type[ValueError] = ValueError) -> None:
    """Raise `refuse` if what is there is no regular file, but a link or the like; for what others open.

    Raises
    ------
    FileNotFoundError
        If there is nothing.
    """
    _check_regular(path, path.lstat(), refuse)


def kind_of_file(status: os.stat_result) -> str | None:
    """Return in words what it is, None for a regular file."""
    return None if stat.S_ISREG(status.st_mode) else _KINDS.get(stat.S_IFMT(status.st_mode), "something else")


def _open(path: Path, flags: int, refuse: type[ValueError], follow_links: bool) -> int:
    if not flags & os.O_CREAT:
        # First: opening is what some devices act upon.
        _check_regular(path, path.stat() if follow_links else path.lstat(), refuse)
    file = os.open(path, flags | _FLAGS | (0 if follow_links else _NO_LINKS), 0o666)
    try:
        _check_regular(path, os.fstat(file), refuse)  # it may have been replaced in between
    except BaseException:
        os.close(file)
        raise
    return file


def _check_regular(path: Path, status: os.stat_result, refuse: type[ValueError]) -> None:
    if (kind := kind_of_file(status)) is not None:
        where = f" to {os.path.realpath(path)}: put the file itself there" if kind == "a link" else ""
        raise refuse(f"{path} must be a regular file, but is {kind}{where}")
