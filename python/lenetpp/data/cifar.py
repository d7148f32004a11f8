"""CIFAR-10 as its authors publish it: the Python version or the binary version, unpacked or as a tar archive.

Both hold five files of training images and one of test images. The binary version's files are records of one byte
for the label and 3,072 bytes of pixels, planes red, green, blue; the Python version's are pickles of the same.
"""

from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lenetpp.data.dataset import Dataset
from lenetpp.data.errors import DataError
from lenetpp.data.limits import Allowance
from lenetpp.data.pickled_values import read_pickled_values
from lenetpp.data.progress import open_showing_progress
from lenetpp.data.streams import packing_errors, unpacked
from lenetpp.data.tar_members import read_tar_members

TRAIN_FILES = tuple(f"data_batch_{number}" for number in range(1, 6))
TEST_FILE = "test_batch"
SHAPE = (3, 32, 32)
PIXELS = 3 * 32 * 32
MAXIMUM_FILE_BYTES = 64 << 20
"""A file has 31 MB."""


class Batch(NamedTuple):
    """Images uint8 (N, 3, 32, 32) and labels (N,) of one file."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int32]


class Version(NamedTuple):
    """How one of the two versions names its files, and reads images and class names."""

    suffix: str
    classes_file: str
    read_batch: Callable[[bytes, str], Batch]
    read_classes: Callable[[bytes, str], tuple[str, ...]]

    @property
    def file_names(self) -> tuple[str, ...]:
        """All files of the version."""
        return (*(f"{name}{self.suffix}" for name in (*TRAIN_FILES, TEST_FILE)), self.classes_file)


def holds_cifar(folder: Path) -> bool:
    """Whether `folder` has the first file of either version."""
    return any((folder / f"{TRAIN_FILES[0]}{version.suffix}").is_file() for version in VERSIONS)


def is_archive(file: Path) -> bool:
    """Whether `file` is named as a tar archive that `read_cifar` can read."""
    return file.name.endswith((".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz"))


def read_cifar(path: Path) -> Dataset:
    """Read CIFAR-10 from a folder or an archive; an archive is never unpacked to the disk.

    Raises
    ------
    DataError
        If a file is missing, malformed or of an absurd size.
    """
    known_names = {name: version for version in VERSIONS for name in version.file_names}
    batches: dict[str, Batch] = {}
    classes: dict[Version, tuple[str, ...]] = {}
    with closing(_files_of_folder(path) if path.is_dir() else _files_of_archive(path)) as files:
        for name, content in files:
            version = known_names[name]
            source = f"{path}: {name}"
            if name in batches or (name == version.classes_file and version in classes):
                raise DataError(f"{source}: is there twice; get the file again")
            if name == version.classes_file:
                classes[version] = version.read_classes(content, source)
            else:
                batches[name] = version.read_batch(content, source)

    version = max(VERSIONS, key=lambda candidate: sum(name in batches for name in candidate.file_names))
    missing = [name for name in version.file_names if name not in batches and name != version.classes_file]
    if version not in classes:
        missing.append(version.classes_file)
    if missing:
        raise DataError(f"{path}: not all files of CIFAR-10 are there: {', '.join(missing)} missing")
    train = [batches[f"{name}{version.suffix}"] for name in TRAIN_FILES]
    test = batches[f"{TEST_FILE}{version.suffix}"]
    return Dataset.from_arrays(
        (np.concatenate([batch.images for batch in train]), np.concatenate([batch.labels for batch in train])),
        test,
        classes=classes[version],
    )


def _files_of_folder(folder: Path) -> Generator[tuple[str, bytes]]:
    allowance = Allowance()
    for version in VERSIONS:
        for name in version.file_names:
            file = folder / name
            if file.is_file():
                size = file.stat().st_size
                _check_size(size, f"{folder}: {name}")
                allowance.take(size, f"{folder}: {name}")
                yield name, file.read_bytes()


def _files_of_archive(archive: Path) -> Generator[tuple[str, bytes]]:
    source = str(archive)
    known_names = {name for version in VERSIONS for name in version.file_names}

    def is_wanted(name: str, size: int) -> bool:
        if name not in known_names:
            return False
        _check_size(size, f"{source}: {name}")
        return True

    with packing_errors(source), open_showing_progress(archive, "reading CIFAR-10") as packed:
        yield from read_tar_members(unpacked(packed, archive.name), is_wanted, source, Allowance())


def _check_size(size: int, source: str) -> None:
    if size > MAXIMUM_FILE_BYTES:
        raise DataError(f"{source}: has {size:,} bytes, but a file of CIFAR-10 has at most {MAXIMUM_FILE_BYTES:,}")


def _read_pickled_batch(content: bytes, source: str) -> Batch:
    values = read_pickled_values(content, source)
    images = values.get(b"data") if isinstance(values, dict) else None
    labels = values.get(b"labels") if isinstance(values, dict) else None
    if not isinstance(images, np.ndarray) or images.shape[1:] != (PIXELS,):
        raise DataError(f"{source}: expected 'data' to be an array of shape (images, {PIXELS}); get the file again")
    if not isinstance(labels, list) or len(labels) != len(images) or not all(type(label) is int for label in labels):
        raise DataError(f"{source}: expected 'labels' to be {len(images)} whole numbers; get the file again")
    return Batch(images.reshape(-1, *SHAPE), np.array(labels, dtype=np.int32))


def _read_pickled_classes(content: bytes, source: str) -> tuple[str, ...]:
    values = read_pickled_values(content, source)
    names = values.get(b"label_names") if isinstance(values, dict) else None
    if not isinstance(names, list) or not all(isinstance(name, bytes) and name.isascii() for name in names):
        raise DataError(f"{source}: expected 'label_names' to be a list of names; get the file again")
    return tuple(name.decode("ascii") for name in names)


def _read_binary_batch(content: bytes, source: str) -> Batch:
    record = 1 + PIXELS
    if len(content) % record:
        raise DataError(
            f"{source}: has {len(content):,} bytes, cut short or with garbage after byte "
            f"{len(content) // record * record:,}: a whole number of {record}-byte records was expected"
        )
    records = np.frombuffer(content, dtype=np.uint8).reshape(-1, record)
    return Batch(records[:, 1:].reshape(-1, *SHAPE), records[:, 0].astype(np.int32))


def _read_binary_classes(content: bytes, source: str) -> tuple[str, ...]:
    if not content.isascii():
        raise DataError(f"{source}: expected one name a line, in ASCII; get the file again")
    return tuple(line for line in content.decode("ascii").splitlines() if line)


VERSIONS = (
    Version("", "batches.meta", _read_pickled_batch, _read_pickled_classes),
    Version(".bin", "batches.meta.txt", _read_binary_batch, _read_binary_classes),
)
