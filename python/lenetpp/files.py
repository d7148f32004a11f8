"""Files that appear whole or not at all."""

import os
import secrets
from pathlib import Path


def write_file(path: Path, content: bytes) -> None:
    """Write `content` under a temporary name beside `path`, sync it to the disk and rename it.

    A reader sees the old file or the new one, never a half of either, even after a loss of power.

    Raises
    ------
    OSError
        If the file cannot be written; the old one is then untouched.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
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
        os.fsync(handle)
    finally:
        os.close(handle)
