"""NumPy's .npz files, with Keras' or our own names for the arrays."""

import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lenetpp.data.dataset import Dataset
from lenetpp.data.errors import DataError
from lenetpp.data.streams import DEFLATE_RATIO, MAXIMUM_BYTES, packing_errors

KEYS = (
    ("train_images", "train_labels", "test_images", "test_labels"),
    ("x_train", "y_train", "x_test", "y_test"),  # as in Keras' mnist.npz
)


def read_npz(file: Path) -> Dataset:
    """Read a file with the arrays of one line of `KEYS`, and optionally "classes", an array of names.

    Raises
    ------
    DataError
        If the file is malformed, lacks an array, or holds arrays that do not fit. Python objects are never loaded.
    """
    source = str(file)
    with packing_errors(source), zipfile.ZipFile(file) as archive:
        members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        keys = next((keys for keys in KEYS if all(key in members for key in keys)), None)
        if keys is None:
            raise DataError(
                f"{source}: expected the arrays {' or '.join(', '.join(keys) for keys in KEYS)}, "
                f"but it has {', '.join(members) or 'none'}"
            )
        train_images, train_labels, test_images, test_labels = (
            _read_member(archive, members[key], f"{source}: array {key}") for key in keys
        )
        classes = None
        if "classes" in members:
            classes = _names(_read_member(archive, members["classes"], f"{source}: array classes"), source)
    return Dataset.from_arrays((train_images, train_labels), (test_images, test_labels), classes=classes)


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, source: str) -> NDArray[Any]:
    """Read an array, after its header agrees with the size that the zip file can really hold."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or member.flag_bits & 1:
        raise DataError(f"{source}: expected stored or deflated, unencrypted, as numpy.savez writes it")
    if member.file_size > min(MAXIMUM_BYTES, DEFLATE_RATIO * max(member.compress_size, 1)):
        raise DataError(f"{source}: announces {member.file_size:,} bytes, more than it can or may hold")
    with archive.open(member) as stream:
        try:
            version = np.lib.format.read_magic(stream)
            if version not in ((1, 0), (2, 0)):
                raise DataError(f"{source}: is in version {version} of NumPy's format, but 1.0 or 2.0 was expected")
            read_header = {
                (1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0,
            }[version]
            shape, _, dtype = read_header(stream)
        except DataError:
            raise
        except Exception as error:  # a header is a Python literal, which can be malformed in many ways
            raise DataError(f"{source}: malformed header: {error}") from error
        if dtype.hasobject:
            raise DataError(f"{source}: holds Python objects ({dtype}), which are not loaded: save it as numbers")
        held = member.file_size - stream.tell()
        if min(shape, default=1) < 0 or math.prod(shape) * dtype.itemsize != held:
            raise DataError(f"{source}: the header announces {shape} of {dtype}, but {held:,} bytes follow")
    with archive.open(member) as stream:
        return np.asarray(np.lib.format.read_array(stream, allow_pickle=False))


def _names(classes: NDArray[Any], source: str) -> list[str]:
    if classes.ndim != 1 or classes.dtype.kind != "U":
        raise DataError(
            f"{source}: classes must be names, a text array of shape (classes,), not {classes.dtype} {classes.shape}"
        )
    return [str(name) for name in classes]
