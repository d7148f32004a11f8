"""Archives as they were read before, so that CIFAR-10 is decompressed once and not before every training.

A file of this cache is named by the sha256 of the archive's bytes: it cannot belong to another archive or an older
one. Its comment is the digest of the data set in it, and one whose content has another digest, or that is no such file,
is as good as none: the archive is read again. It takes as much room as the images, 184 MB for CIFAR-10, in the folder
where downloads are kept; it can be deleted at any time. The two sums cost a fraction of a second, unpacking several.
"""

import contextlib
import hashlib
import secrets
import zipfile
from pathlib import Path

import numpy as np

from lenetpp.data.cifar import read_cifar
from lenetpp.data.dataset import Dataset
from lenetpp.data.errors import DataError
from lenetpp.data.npz import read_npz
from lenetpp.data.places import cache_folder


def read_archive(archive: Path) -> Dataset:
    """Read CIFAR-10 from an archive, or from the cache if it was read before.

    Raises
    ------
    DataError
        If the archive is malformed.
    """
    with archive.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    decoded = cache_folder() / "decoded" / f"{digest}.npz"
    data = _read(decoded)
    if data is None:
        data = read_cifar(archive)
        _write(decoded, data)
    return data


def _read(decoded: Path) -> Dataset | None:
    """Return the data of a file of the cache, None unless they are what was written."""
    if not decoded.is_file():
        return None
    try:
        data = read_npz(decoded)
        with zipfile.ZipFile(decoded) as archive:
            return data if archive.comment.decode("ascii", "replace") == data.digest else None
    except (DataError, OSError):
        return None


def _write(decoded: Path, data: Dataset) -> None:
    """Write `data`; without room or permission there is just no cache."""
    temporary = decoded.with_name(f".{decoded.stem}.{secrets.token_hex(4)}.npz")
    with contextlib.suppress(OSError):
        decoded.parent.mkdir(parents=True, exist_ok=True)
        try:
            np.savez(
                temporary,
                train_images=data.train_images,
                train_labels=data.train_labels,
                test_images=data.test_images,
                test_labels=data.test_labels,
                classes=np.array(data.classes),
            )
            with zipfile.ZipFile(temporary, "a") as archive:
                archive.comment = data.digest.encode("ascii")
            temporary.replace(decoded)
        finally:
            temporary.unlink(missing_ok=True)
