"""Files changed at random: data or a DataError, never anything else."""

import contextlib
import gzip
import io
import lzma
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetpp.data import DataError, cifar
from lenetpp.data.idx import read_idx
from lenetpp.data.npz import read_npz
from lenetpp.data.pickled_values import read_pickled_values

from .cifar_files import PythonTwoPickle, binary_files, tar_bytes
from .test_idx import idx_bytes


def npz_bytes() -> bytes:
    content = io.BytesIO()
    images = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
    np.savez_compressed(content, x_train=images, y_train=[0, 1, 1, 0], x_test=images, y_test=[0, 1, 0, 1])
    return content.getvalue()


def archive_bytes(compress: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    return lambda: compress(tar_bytes({name: content[:3073] for name, content in binary_files().items()}))


READERS: list[tuple[str, Callable[[], bytes], Callable[[Path], object]]] = [
    ("images", lambda: idx_bytes((4, 2, 3), bytes(24)), read_idx),
    ("data.npz", npz_bytes, read_npz),
    ("archive.tar", archive_bytes(bytes), cifar.read_cifar),
    ("archive.tar.gz", archive_bytes(gzip.compress), cifar.read_cifar),
    ("archive.tar.xz", archive_bytes(lzma.compress), cifar.read_cifar),
    (
        "pickle",
        lambda: PythonTwoPickle().dumps({b"labels": [1, 2], b"data": np.zeros((2, 5), np.uint8)}),
        lambda file: read_pickled_values(file.read_bytes(), str(file)),
    ),
]


@pytest.mark.parametrize(("name", "content", "read"), READERS, ids=[name for name, _, _ in READERS])
@given(changes=st.data())
def test_changed_bytes_give_data_or_a_data_error(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    content: Callable[[], bytes],
    read: Callable[[Path], object],
    changes: st.DataObject,
) -> None:
    damaged = bytearray(content())
    positions = st.integers(0, len(damaged) - 1)
    for position, value in changes.draw(st.lists(st.tuples(positions, st.integers(0, 255)), min_size=1, max_size=8)):
        damaged[position] = value
    if changes.draw(st.booleans()):
        del damaged[changes.draw(positions) :]
    file = tmp_path_factory.mktemp("damaged") / name
    file.write_bytes(damaged)
    with contextlib.suppress(DataError):
        read(file)
