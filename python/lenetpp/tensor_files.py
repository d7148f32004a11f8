"""Arrays and words in the safetensors format, whatever their type: what model files are for float32 networks.

The layout: the header's length (8 bytes, little-endian), the header (JSON: type, shape and place of each array, and
texts), the arrays. A sum over all of it is kept among the texts, so that damage is noticed.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lenetpp.records import RecordError

TYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8")}
SUM_NAME = "sha256"


def pack_tensors(tensors: Mapping[str, NDArray[Any]], texts: Mapping[str, str]) -> bytes:
    """Return the content of a file with float32 and float64 arrays and named texts."""
    header: dict[str, Any] = {}
    parts: list[bytes] = []
    offset = 0
    for name, values in tensors.items():
        (code,) = (code for code, dtype in TYPES.items() if dtype == values.dtype.newbyteorder("<"))
        parts.append(np.ascontiguousarray(values, TYPES[code]).tobytes())
        end = offset + len(parts[-1])
        header[name] = {"dtype": code, "shape": list(values.shape), "data_offsets": [offset, end]}
        offset = end
    data = b"".join(parts)
    header["__metadata__"] = {**texts, SUM_NAME: _sum(header, texts, data)}
    encoded = json.dumps(header).encode()
    encoded += b" " * (-len(encoded) % 8)  # arrays begin at a multiple of 8, as the format asks
    return len(encoded).to_bytes(8, "little") + encoded + data


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
        data = content[start:]
        if texts.pop(SUM_NAME) != _sum(header, texts, data):
            raise ValueError("its sum is not that of its content")
        tensors = {name: _tensor(data, **entry) for name, entry in header.items()}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RecordError(f"{path} ({len(content)} bytes) is damaged: {error!r}") from error
    return tensors, texts


def _tensor(data: bytes, dtype: str, shape: list[int], data_offsets: list[int]) -> NDArray[Any]:
    begin, end = data_offsets
    values: NDArray[Any] = np.frombuffer(data[begin:end], TYPES[dtype]).reshape(shape)
    return values.astype(values.dtype.newbyteorder("="))


def _sum(header: Mapping[str, Any], texts: Mapping[str, str], data: bytes) -> str:
    total = hashlib.sha256(json.dumps([header, texts], sort_keys=True).encode())
    total.update(data)
    return total.hexdigest()
