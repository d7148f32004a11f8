"""IDX files: the format of MNIST, Fashion-MNIST and KMNIST, plain or gzip-compressed.

A file is: two zero bytes, a byte for the type of the values, a byte for the number of dimensions, the dimensions as
big-endian 32-bit integers, and the values in C order.
"""

import math
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import shape_text
from lenetpp.data.dataset import Dataset
from lenetpp.data.errors import DataError
from lenetpp.data.limits import Allowance
from lenetpp.data.naming import numbered_classes
from lenetpp.data.streams import DEFLATE_RATIO, expect_end, packing_errors, read_exactly, unpacked

UNSIGNED_BYTE = 0x08
FILE_NAMES = {
    "train images": "train-images-idx3-ubyte",
    "train labels": "train-labels-idx1-ubyte",
    "test images": "t10k-images-idx3-ubyte",
    "test labels": "t10k-labels-idx1-ubyte",
}


def find_idx_files(folder: Path) -> dict[str, Path]:
    """Return those of the four files (keys as in `FILE_NAMES`) that `folder` has, a plain file before its .gz."""
    found: dict[str, Path] = {}
    for what, name in FILE_NAMES.items():
        # Some copies of MNIST are named "train-images.idx3-ubyte".
        for spelling in (name, name.replace("-idx", ".idx")):
            for file in (folder / spelling, folder / f"{spelling}.gz"):
                if file.is_file():
                    found.setdefault(what, file)
    return found


def read_idx_folder(folder: Path, classes: tuple[str, ...] | None = None) -> Dataset:
    """Read the four files of a data set; without `classes` these are named by their numbers.

    Raises
    ------
    DataError
        If a file is missing or malformed, or they do not fit together.
    """
    files, allowance = find_idx_files(folder), Allowance()
    for what, name in FILE_NAMES.items():
        if what not in files:
            raise DataError(f"{folder}: the {what} are missing: there is neither {name} nor {name}.gz")
    train_images, train_labels, test_images, test_labels = (read_idx(files[what], allowance) for what in FILE_NAMES)
    if classes is None:
        classes = numbered_classes(np.concatenate([train_labels.reshape(-1), test_labels.reshape(-1)]))
    return Dataset.from_arrays((train_images, train_labels), (test_images, test_labels), classes=classes)


def read_idx(file: Path, allowance: Allowance) -> NDArray[np.uint8]:
    """Read one IDX file of unsigned bytes, with one (labels) to four dimensions; its values count in `allowance`.

    Raises
    ------
    DataError
        If the file is not such a file, is cut short, or goes on after its end.
    """
    source = str(file)
    largest = file.stat().st_size * (DEFLATE_RATIO if file.suffix == ".gz" else 1)
    with packing_errors(source), file.open("rb") as packed:
        stream = unpacked(packed, file.name)
        shape = _read_header(stream, source)
        size = math.prod(shape)
        if size > largest:
            raise DataError(
                f"{source}: the header announces {shape_text(shape)} = {size:,} bytes of values, "
                f"but the file can hold at most {largest:,}; get the file again"
            )
        allowance.take(size, source)
        content = read_exactly(stream, size, source, "values")
        expect_end(stream, source)
    return np.frombuffer(content, dtype=np.uint8).reshape(shape)


def _read_header(stream: IO[bytes], source: str) -> tuple[int, ...]:
    magic = read_exactly(stream, 4, source, "magic number")
    if magic[:2] != b"\0\0" or not 1 <= magic[3] <= 4:
        raise DataError(
            f"{source}: not an IDX file: it starts with the bytes {magic.hex(' ')}, "
            "but 00 00, the type 08 and the number of dimensions, 01 to 04, were expected"
        )
    if magic[2] != UNSIGNED_BYTE:
        raise DataError(
            f"{source}: byte 2 is {magic[2]:#04x}, but only values of type 0x08, unsigned bytes, can be read"
        )
    dimensions = np.frombuffer(read_exactly(stream, 4 * magic[3], source, "dimensions"), dtype=">u4")
    return tuple(dimensions.tolist())
