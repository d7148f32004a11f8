"""NumPy's .npz files, with Keras' or our own names for the arrays.

Such a file is a zip of .npy files. Its checksums cover the arrays' bytes and not their names, therefore nothing in it
may be left over: a damaged name is an unknown one.
"""

import math
import os
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from lenetpp.data.dataset import Dataset
from lenetpp.data.errors import DataError
from lenetpp.data.limits import Allowance
from lenetpp.data.parts import ALL_SPELLINGS, SPELLINGS, spelling_of
from lenetpp.data.streams import DEFLATE_RATIO, packing_errors, read_exactly

STYLES = (("{}_images", "{}_labels"), ("x_{}", "y_{}"))  # the second as in Keras' mnist.npz
CLASSES = "classes"
CHUNK_SIZE = 1 << 20
GREATEST_ZIP_END = 22 + 0xFFFF
"""The end of a zip file has 22 bytes and a comment."""

Members = dict[str, zipfile.ZipInfo]


def read_npz(file: Path) -> Dataset:
    """Read a file with the arrays of one of `STYLES`, and optionally "classes", an array of names.

    Raises
    ------
    DataError
        If the file is malformed, lacks an array, has one too many, or holds arrays that do not fit. Python objects
        are never loaded.
    """
    with file.open("rb") as stream:
        return read_npz_stream(stream, str(file))


def read_npz_stream(stream: IO[bytes], source: str) -> Dataset:
    """Read the same from an open file; errors name it as `source`."""
    with packing_errors(source), zipfile.ZipFile(stream) as archive:
        members = _members(archive, stream, source)
        pairs = _pairs(members, source)
        used = {key for keys in pairs.values() for key in keys} | {CLASSES}
        unknown = [name for name in members if name not in used]
        if unknown:
            raise DataError(
                f"{source}: has {_listed(unknown)}, which nothing is known of, besides {_listed(used & set(members))}: "
                f"expected are {_expected()}; remove the others, or get the file again"
            )
        allowance = Allowance()
        arrays = {
            key: _read_member(archive, info, f"{source}: array {key}", allowance) for key, info in members.items()
        }
    parts = {part: (arrays[images], arrays[labels]) for part, (images, labels) in pairs.items()}
    classes = _names(arrays[CLASSES], source) if CLASSES in arrays else None
    return Dataset.from_arrays(parts["train"], parts.get("test"), validation=parts.get("validation"), classes=classes)


def _members(archive: zipfile.ZipFile, stream: IO[bytes], source: str) -> Members:
    members: Members = {}
    for info in archive.infolist():
        name = info.filename.removesuffix(".npy")
        if name in members:
            raise DataError(f"{source}: has the array {name!r} twice; get the file again")
        if info.header_offset < 0:
            raise zipfile.BadZipFile(f"array {name!r} would begin before the file")
        members[name] = info
    announced = _announced_members(stream)
    if announced != len(members):  # a damaged length hides the members behind it, which zipfile does not notice
        raise zipfile.BadZipFile(f"has {len(members)} arrays, but announces {announced}")
    return members


def _announced_members(stream: IO[bytes]) -> int:
    """Return how many members the end of the zip file, which `zipfile` has found to be there, says that there are."""
    stream.seek(max(0, stream.seek(0, os.SEEK_END) - GREATEST_ZIP_END))
    end = stream.read()
    start = end.rfind(b"PK\5\6")
    return int.from_bytes(end[start + 10 : start + 12], "little")


def _pairs(members: Members, source: str) -> dict[str, tuple[str, str]]:
    """Return what the images and the labels of each part are called here."""
    for images, labels in STYLES:
        words = {word for word in ALL_SPELLINGS if {images.format(word), labels.format(word)} <= members.keys()}
        spellings = {part: spelling_of(part, words, source) for part in SPELLINGS}
        pairs = {part: (images.format(word), labels.format(word)) for part, word in spellings.items() if word}
        if "train" in pairs and len(pairs) > 1:
            return pairs
    raise DataError(f"{source}: expected the arrays {_expected()}, but it has {_listed(members) or 'none'}")


def _expected() -> str:
    needed = (", ".join(name.format(part) for part in ("train", "test") for name in style) for style in STYLES)
    return f"{' or '.join(needed)}, the same of validation (or val) too or instead of test, and optionally {CLASSES}"


def _listed(names: Iterable[str]) -> str:
    """Names for an error; damaged ones can have control characters."""
    return ", ".join(repr(name)[1:-1] for name in sorted(names))


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, source: str, allowance: Allowance) -> NDArray[Any]:
    """Read an array, after its header agrees with the size that the zip file can really hold."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or member.flag_bits & 1:
        raise DataError(f"{source}: expected stored or deflated, unencrypted, as numpy.savez writes it")
    if member.file_size > DEFLATE_RATIO * max(member.compress_size, 1):
        raise DataError(f"{source}: announces {member.file_size:,} bytes, more than it can hold")
    allowance.take(member.file_size, source)
    with archive.open(member) as stream:
        shape, fortran_order, dtype = _read_header(stream, source)
        held = member.file_size - stream.tell()
        if math.prod(shape) * dtype.itemsize != held:
            raise DataError(f"{source}: the header announces {shape} of {dtype}, but {held:,} bytes follow")
        values = np.empty(held, dtype=np.uint8)
        for start in range(0, held, CHUNK_SIZE):
            some = read_exactly(stream, min(CHUNK_SIZE, held - start), source, "values")
            values[start : start + len(some)] = np.frombuffer(some, dtype=np.uint8)
        stream.read(1)  # the checksum is compared at the end
    return values.view(dtype).reshape(shape, order="F" if fortran_order else "C")


def _read_header(stream: IO[bytes], source: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return shape, order and type of an array of numbers or text that is not empty."""
    try:
        version = np.lib.format.read_magic(stream)
        if version not in ((1, 0), (2, 0)):
            raise DataError(f"{source}: is in version {version} of NumPy's format, but 1.0 or 2.0 was expected")
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        with warnings.catch_warnings(action="ignore"):  # of odd literals, and of files that Python 2 wrote
            shape, fortran_order, dtype = read_header(stream)
    except DataError:
        raise
    except Exception as error:  # a header is a Python literal, which can be malformed in many ways
        raise DataError(f"{source}: malformed header: {error}") from error
    if dtype.hasobject:
        raise DataError(f"{source}: holds Python objects ({dtype}), which are not loaded: save it as numbers")
    if dtype.kind not in "biufU" or dtype.itemsize == 0:
        raise DataError(f"{source}: holds {dtype}, but numbers were expected, and text for names of classes")
    if min(shape, default=1) < 1:
        raise DataError(f"{source}: the header announces {shape} of {dtype}: every length must be at least 1")
    return tuple(map(int, shape)), fortran_order, dtype


def _names(classes: NDArray[Any], source: str) -> list[str]:
    if classes.ndim != 1 or classes.dtype.kind != "U":
        raise DataError(
            f"{source}: classes must be names, a text array of shape (classes,), not {classes.dtype} {classes.shape}"
        )
    if classes.view(f"{classes.dtype.str[0]}u4").max() > 0x10FFFF:
        raise DataError(f"{source}: classes must be names, but have characters that do not exist; get the file again")
    return [str(name) for name in classes.tolist()]
