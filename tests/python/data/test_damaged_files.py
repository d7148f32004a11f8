"""Files changed at random: data or a DataError, never anything else; where there are checksums, the very same data."""

import contextlib
import gzip
import io
import lzma
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lenetpp.data import DataError, Dataset, cifar, load_data, read_images
from lenetpp.data.idx import read_idx
from lenetpp.data.limits import Allowance
from lenetpp.data.npz import read_npz
from lenetpp.data.pickled_values import read_pickled_values

from ..mutations import COUNT, mutations
from .cifar_files import PythonTwoPickle, binary_files, tar_bytes, write_folder
from .test_idx import idx_bytes

Read = Callable[[Path], object]


def npz_bytes() -> bytes:
    content = io.BytesIO()
    images = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
    np.savez_compressed(
        content,
        x_train=images,
        y_train=[0, 1, 1, 0],
        x_test=images,
        y_test=[0, 1, 0, 1],
        x_val=images[::-1],
        y_val=[1, 1, 0, 0],
        classes=["no", "yes"],
    )
    return content.getvalue()


def archive_bytes(compress: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    return lambda: compress(tar_bytes({name: content[:3073] for name, content in binary_files().items()}))


def picture_bytes(kind: str, **options: object) -> Callable[[], bytes]:
    def write() -> bytes:
        stream = io.BytesIO()
        pixels = np.arange(6 * 8 * 3, dtype=np.uint8).reshape(6, 8, 3)
        Image.fromarray(pixels).convert("L" if kind == "ppm" else "RGB").save(stream, kind, **options)
        return stream.getvalue()

    return write


def read_idx_file(file: Path) -> object:
    return read_idx(file, Allowance())


def read_picture(file: Path) -> object:
    return read_images([file], (1, 6, 8))


def read_batch(file: Path) -> object:
    """A file in a folder of CIFAR-10, in whose place `file` is."""
    folder = file.parent / "folder"
    if not folder.exists():
        write_folder(folder, binary_files())
    (folder / "data_batch_2.bin").write_bytes(file.read_bytes())
    return load_data(folder)


CHECKED: list[tuple[str, Callable[[], bytes], Read]] = [
    ("images.gz", lambda: gzip.compress(idx_bytes((4, 2, 3), bytes(range(24)))), read_idx_file),
    ("data.npz", npz_bytes, read_npz),
    ("archive.tar.gz", archive_bytes(gzip.compress), cifar.read_cifar),
    ("archive.tar.xz", archive_bytes(lzma.compress), cifar.read_cifar),
]
"""Formats with checksums."""
UNCHECKED: list[tuple[str, Callable[[], bytes], Read]] = [
    ("images", lambda: idx_bytes((4, 2, 3), bytes(24)), read_idx_file),
    ("archive.tar", archive_bytes(bytes), cifar.read_cifar),
    ("batch.bin", lambda: binary_files()["data_batch_2.bin"][:3073], read_batch),
    (
        "pickle",
        lambda: PythonTwoPickle().dumps({b"labels": [1, 2], b"data": np.zeros((2, 5), np.uint8)}),
        lambda file: read_pickled_values(file.read_bytes(), str(file)),
    ),
    *((f"picture.{kind}", picture_bytes(kind), read_picture) for kind in ("png", "jpeg", "gif", "bmp", "ppm", "tiff")),
    ("picture.webp", picture_bytes("webp", lossless=True), read_picture),
    ("packed.tiff", picture_bytes("tiff", compression="tiff_lzw"), read_picture),
]


def named(cases: list[tuple[str, Callable[[], bytes], Read]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("name", "content", "read"), cases, ids=[name for name, _, _ in cases])


@named(CHECKED + UNCHECKED)
@given(changes=st.data())
def test_changed_bytes_give_data_or_a_data_error(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    content: Callable[[], bytes],
    read: Read,
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


@named(UNCHECKED)
def test_mutated_files_give_data_or_a_data_error(
    tmp_path: Path, name: str, content: Callable[[], bytes], read: Read
) -> None:
    file = tmp_path / name
    for damaged in mutations(content(), seed=1):
        file.write_bytes(damaged)
        with contextlib.suppress(DataError):
            read(file)


@named(CHECKED)
def test_mutated_files_with_checksums_give_the_same_data_or_a_data_error(
    tmp_path: Path, name: str, content: Callable[[], bytes], read: Read
) -> None:
    file = tmp_path / name
    file.write_bytes(content())
    expected = values(read(file))
    for damaged in mutations(content(), seed=2):
        file.write_bytes(damaged)
        with contextlib.suppress(DataError):
            assert values(read(file)) == expected


def test_flipped_bits_of_an_npz_give_the_same_data_or_a_data_error(tmp_path: Path) -> None:
    file = tmp_path / "data.npz"
    content = npz_bytes()
    file.write_bytes(content)
    expected = read_npz(file).digest
    bits = range(8 * len(content))
    for bit in random.Random(3).sample(bits, min(COUNT, len(bits))):
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        file.write_bytes(damaged)
        with contextlib.suppress(DataError):
            assert read_npz(file).digest == expected


def test_a_mutated_file_of_the_decoded_cache_never_gives_other_data(tmp_path: Path, cache: Path) -> None:
    archive = tmp_path / "archive.tar"
    archive.write_bytes(archive_bytes(bytes)())
    expected = load_data(archive).digest
    (cached,) = (cache / "decoded").iterdir()
    for damaged in mutations(cached.read_bytes(), seed=4):
        cached.write_bytes(damaged)
        assert load_data(archive).digest == expected


def test_a_mutated_picture_in_a_folder_gives_data_or_a_data_error(tmp_path: Path) -> None:
    content = picture_bytes("png")()
    for name in ("a/1.png", "a/2.png", "b/1.png", "b/2.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    for damaged in mutations(content, seed=5):
        (tmp_path / "b" / "1.png").write_bytes(damaged)
        with contextlib.suppress(DataError):
            load_data(tmp_path)


def values(data: object) -> str | bytes:
    return data.digest if isinstance(data, Dataset) else np.asarray(data).tobytes()
