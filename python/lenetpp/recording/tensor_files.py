"""Arrays and words in the safetensors format, whatever their type: what model files are for float32 networks.

The layout: the header's length (8 bytes, little-endian), the header (JSON: type, shape and place of each array, and
texts), the arrays. A sum over all of it is kept among the texts, so that damage is noticed.

Arrays are read when it is their turn, so that no more than one is in memory beside those that training needs anyway.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lenetpp.recording.records import RecordError

TYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8")}
SUM_NAME = "sha256"
Name = TypeVar("Name", str, tuple[str, str])


class TensorsOnDemand(Mapping[Name, NDArray[Any]]):
    """Arrays that are read each time they are asked for, and not kept.

    Parameters
    ----------
    readers : mapping of functions
        Each returns one array.
    """

    def __init__(self, readers: Mapping[Name, Callable[[], NDArray[Any]]]) -> None:
        self._readers = readers

    def __getitem__(self, name: Name) -> NDArray[Any]:
        return self._readers[name]()

    def __iter__(self) -> Iterator[Name]:
        return iter(self._readers)

    def __len__(self) -> int:
        return len(self._readers)


def pack_tensors(tensors: Mapping[str, NDArray[Any]], texts: Mapping[str, str]) -> Iterator[bytes | memoryview]:
    """Yield the content of a file with float32 and float64 arrays and named texts, part by part."""
    header: dict[str, Any] = {}
    offset = 0
    for name in tensors:
        code, shape, size = _described(tensors[name])
        header[name] = {"dtype": code, "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    total = _sum(header, texts)
    for name in tensors:
        total.update(_packed(tensors[name]))
    header["__metadata__"] = {**texts, SUM_NAME: total.hexdigest()}
    encoded = json.dumps(header).encode()
    encoded += b" " * (-len(encoded) % 8)  # arrays begin at a multiple of 8, as the format asks
    yield len(encoded).to_bytes(8, "little") + encoded
    for name in tensors:
        yield _packed(tensors[name])


def read_tensors(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Return the arrays and the texts of a file that :func:`pack_tensors` made.

    Raises
    ------
    RecordError
        If the file is malformed or damaged.
    OSError
        If it cannot be read.
    """
    content = path.read_bytes()
    try:
        start = 8 + int.from_bytes(content[:8], "little")
        header = json.loads(content[8:start])
        texts = dict(header.pop("__metadata__"))
        data = memoryview(content)[start:]
        expected = texts.pop(SUM_NAME)
        total = _sum(header, texts)
        total.update(data)
        if expected != total.hexdigest():
            raise ValueError("its sum is not that of its content")
        tensors = {name: _tensor(data, **entry) for name, entry in header.items()}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RecordError(f"{path} ({len(content)} bytes) is damaged: {error!r}") from error
    return tensors, texts


def _described(values: NDArray[Any]) -> tuple[str, list[int], int]:
    """Return type, shape and number of bytes."""
    (code,) = (code for code, dtype in TYPES.items() if dtype == values.dtype.newbyteorder("<"))
    return code, list(values.shape), values.nbytes


def _packed(values: NDArray[Any]) -> memoryview:
    return np.ascontiguousarray(values, values.dtype.newbyteorder("<")).data


def _tensor(data: memoryview, dtype: str, shape: list[int], data_offsets: list[int]) -> NDArray[Any]:
    begin, end = data_offsets
    values: NDArray[Any] = np.frombuffer(data[begin:end], TYPES[dtype]).reshape(shape)
    return values.astype(values.dtype.newbyteorder("="))


def _sum(header: Mapping[str, Any], texts: Mapping[str, str]) -> "hashlib._Hash":
    """Return the sum as far as it is over what stands before the arrays."""
    return hashlib.sha256(json.dumps([header, texts], sort_keys=True).encode())
