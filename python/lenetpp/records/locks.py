"""A lock on an open file: held by the process that trains, released by the system however that process ends."""

import os
import sys
from pathlib import Path

from lenetpp.basics.file_reading import open_regular

if sys.platform == "win32":
    import msvcrt

    # Windows keeps others from reading locked bytes: lock one far behind the content.
    _PLACE = 1 << 30

    def try_lock(file: int, *, shared: bool = False) -> bool:  # noqa: ARG001  (the byte has one owner)
        """Lock an open file, if nobody else has; return whether it is locked."""
        position = os.lseek(file, 0, os.SEEK_CUR)
        os.lseek(file, _PLACE, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(file, position, os.SEEK_SET)
        return True

else:
    import errno
    import fcntl

    def try_lock(file: int, *, shared: bool = False) -> bool:
        """Lock an open file, if nobody else has; return whether it is locked.

        Where the file system knows no locks, everybody gets one.
        """
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP):
                raise
        return True


def is_locked(path: Path) -> bool:
    """Whether another open file holds the lock on `path`; False where there is no such regular file."""
    try:
        with open_regular(path) as file:
            return not try_lock(file.fileno(), shared=True)
    except (FileNotFoundError, ValueError):
        return False
