"""Arrays and words in the safetensors format, whatever their type: what model files are for float32 networks.

The layout: the header's length (8 bytes, little-endian), the header (JSON: type, shape and place of each array, and
texts), the arrays. A sum over all of it is kept among the texts, so that damage is noticed.

Arrays are read when it is their turn, so that no more than one is in memory beside those that training needs anyway.
"""

import hashlib
import json
import math
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.file_reading import open_regular
from lenetpp.basics.file_schemas import checked, parse_json, shown
from lenetpp.records.run_files import RecordError

if TYPE_CHECKING:
    from lenetpp.records.record_schema import TensorEntry

TYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8")}
SUM_NAME = "sha256"
MOST_HEADER_BYTES = 2**24
"""Many times what a network of as many layers as there may be needs."""
Name = TypeVar("Name")


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
    from lenetpp.records.record_schema import TENSOR_TEXTS, TENSORS

    with open_regular(path, RecordError) as file:
        size = os.fstat(file.fileno()).st_size
        try:
            header_size = int.from_bytes(file.read(8), "little")
            if header_size > min(size - 8, MOST_HEADER_BYTES):
                raise ValueError(f"its header cannot have {header_size:,} bytes")
            header = parse_json(file.read(header_size))
            if not isinstance(header, dict):
                raise ValueError("its header is not an object")
            texts = checked(TENSOR_TEXTS, header.pop("__metadata__", {}))
            entries = checked(TENSORS, header)
            place = 0
            for name, entry in entries.items():
                place = _end_of(name, entry, place)
            if place != size - 8 - header_size:
                raise ValueError(f"its arrays should have {place:,} bytes, but have {size - 8 - header_size:,}")
            data = memoryview(file.read())
            expected = texts.pop(SUM_NAME, None)
            total = _sum(header, texts)
            total.update(data)
            if expected != total.hexdigest():
                raise ValueError("its sum is not that of its content")
            tensors = {name: _tensor(data, **entry) for name, entry in entries.items()}
        except ValueError as error:
            raise RecordError(f"{path} ({size} bytes) is damaged: {error}") from error
    return tensors, texts


def _end_of(name: str, entry: "TensorEntry", begin: int) -> int:
    """Return where an array ends that must begin at `begin`, as the format asks: no gaps, nothing twice."""
    end = begin + TYPES[entry["dtype"]].itemsize * math.prod(entry["shape"])
    if entry["data_offsets"] != [begin, end]:
        raise ValueError(f"{shown(name)}.data_offsets: must be {[begin, end]}, but is {shown(entry['data_offsets'])}")
    return end


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
