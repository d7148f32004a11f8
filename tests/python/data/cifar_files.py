"""Small CIFAR-10 files of both versions, written from the formats' descriptions."""

import gzip
import io
import lzma
import struct
import tarfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
BATCHES = [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]


def batch(index: int) -> tuple[np.ndarray, list[int]]:
    """Three images (3, 3072) and their labels for the file of this index; every file's are different."""
    pixels = (np.arange(3 * 3072) * (index + 3) % 256).astype(np.uint8).reshape(3, 3072)
    return pixels, [index, 9 - index, 8]


class PythonTwoPickle:
    """Writes pickles as Python 2 and its NumPy wrote these files: text and array bytes as 8-bit strings."""

    def __init__(self) -> None:
        self.memoized = 0

    def dumps(self, value: object) -> bytes:
        return b"\x80\x02" + self.write(value) + b"."

    def put(self) -> bytes:
        self.memoized += 1
        index = self.memoized
        return b"q" + bytes([index]) if index < 256 else b"r" + struct.pack("<I", index)

    def write(self, value: object) -> bytes:
        match value:
            case bytes() if len(value) < 256:
                return b"U" + bytes([len(value)]) + value + self.put()
            case bytes():
                return b"T" + struct.pack("<i", len(value)) + value + self.put()
            case int() if 0 <= value < 256:
                return b"K" + bytes([value])
            case int() if 0 <= value < 65536:
                return b"M" + struct.pack("<H", value)
            case int():
                return b"J" + struct.pack("<i", value)
            case list():
                return b"]" + self.put() + b"(" + b"".join(map(self.write, value)) + b"e"
            case dict():
                items = (self.write(key) + self.write(item) for key, item in value.items())
                return b"}" + self.put() + b"(" + b"".join(items) + b"u"
            case np.ndarray():
                return self.write_array(value)
        raise TypeError(value)

    def write_array(self, array: np.ndarray) -> bytes:
        rows, columns = map(self.write, array.shape)
        empty = b"cnumpy.core.multiarray\n_reconstruct\n" + self.put() + b"cnumpy\nndarray\n" + self.put()
        empty += b"K\x00\x85U\x01b\x87R" + self.put()
        dtype = b"cnumpy\ndtype\n" + self.put() + b"U\x02u1K\x00K\x01\x87R" + self.put()
        dtype += b"(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
        content = b"T" + struct.pack("<i", array.size) + array.tobytes()
        return empty + b"(K\x01" + rows + columns + b"\x86" + dtype + b"\x89" + content + b"tb"


def python_files() -> dict[str, bytes]:
    files = {}
    for index, name in enumerate(BATCHES):
        pixels, labels = batch(index)
        values = {
            b"batch_label": name.encode(),
            b"labels": labels,
            b"data": pixels,
            b"filenames": [b"a.png", b"b", b"c"],
        }
        files[name] = PythonTwoPickle().dumps(values)
    names = [name.encode() for name in NAMES]
    files["batches.meta"] = PythonTwoPickle().dumps(
        {b"num_cases_per_batch": 3, b"label_names": names, b"num_vis": 3072}
    )
    return files


def binary_files() -> dict[str, bytes]:
    files = {}
    for index, name in enumerate(BATCHES):
        pixels, labels = batch(index)
        records = (bytes([label]) + image.tobytes() for label, image in zip(labels, pixels, strict=True))
        files[f"{name}.bin"] = b"".join(records)
    files["batches.meta.txt"] = ("\n".join(NAMES) + "\n\n").encode()
    return files


def write_folder(folder: Path, files: Mapping[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def tar_bytes(files: Mapping[str, bytes]) -> bytes:
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"cifar-10/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return tar.getvalue()


def write_archive(file: Path, files: Mapping[str, bytes]) -> Path:
    """A tar archive, compressed as the file's name says."""
    file.parent.mkdir(parents=True, exist_ok=True)
    content = tar_bytes(files)
    if file.suffix == ".gz":
        content = gzip.compress(content)
    elif file.suffix == ".xz":
        content = lzma.compress(content)
    file.write_bytes(content)
    return file
