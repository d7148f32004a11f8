"""IDX files made byte by byte, whole and broken."""

import gzip
import math
import struct
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetpp.data import DataError, load_data
from lenetpp.data.idx import read_idx
from lenetpp.data.limits import Allowance

IMAGES = bytes(range(24))


def idx_bytes(shape: tuple[int, ...], values: bytes, kind: int = 0x08) -> bytes:
    return bytes([0, 0, kind, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + values


def write_idx_folder(folder: Path, packed: bool = False) -> Path:
    """Four training and two test images of 2x3."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {
        "train-images-idx3-ubyte": idx_bytes((4, 2, 3), IMAGES),
        "train-labels-idx1-ubyte": idx_bytes((4,), bytes([0, 1, 2, 0])),
        "t10k-images-idx3-ubyte": idx_bytes((2, 2, 3), IMAGES[12:]),
        "t10k-labels-idx1-ubyte": idx_bytes((2,), bytes([2, 1])),
    }.items():
        if packed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content))
        else:
            (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_of_idx_files_is_read(tmp_path: Path, packed: bool) -> None:
    data = load_data(write_idx_folder(tmp_path, packed))
    assert data.train_images.shape == (4, 1, 2, 3)
    assert data.train_images.tobytes() == IMAGES
    assert data.train_labels.tolist() == [0, 1, 2, 0]
    assert data.test_images.tobytes() == IMAGES[12:]
    assert data.test_labels.tolist() == [2, 1]
    assert data.classes == ("0", "1", "2")
    assert data.name == str(tmp_path)


def test_one_of_the_files_stands_for_its_folder(tmp_path: Path) -> None:
    write_idx_folder(tmp_path)
    assert load_data(tmp_path / "t10k-labels-idx1-ubyte").digest == load_data(tmp_path).digest


def test_the_other_spelling_of_the_names_is_read(tmp_path: Path) -> None:
    expected = load_data(write_idx_folder(tmp_path)).digest
    for file in tmp_path.iterdir():
        file.rename(file.with_name(file.name.replace("-idx", ".idx")))
    assert load_data(tmp_path).digest == expected


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (write_idx_folder(tmp_path) / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match=r"the test labels are missing: there is neither t10k-labels-idx1-ubyte nor"):
        load_data(tmp_path)


def test_files_that_do_not_fit_together_name_the_folder(tmp_path: Path) -> None:
    (write_idx_folder(tmp_path) / "train-labels-idx1-ubyte").write_bytes(idx_bytes((3,), bytes(3)))
    with pytest.raises(DataError, match=f"{tmp_path}: train_labels must be one for each of the 4 images"):
        load_data(tmp_path)


GOOD = idx_bytes((2, 2, 3), IMAGES[:12])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cut short at byte 0, inside the magic number"),
        (GOOD[:3], "cut short at byte 3, inside the magic number"),
        (GOOD[:9], "cut short at byte 9, inside the dimensions"),
        (GOOD + b"x", "more bytes follow at byte 28"),
        (b"\x89PNG" + GOOD, "not an IDX file: it starts with the bytes 89 50 4e 47, but 00 00"),
        (idx_bytes((2,), bytes(8), kind=0x0D), "byte 2 is 0x0d, but only values of type 0x08"),
        (idx_bytes((1,) * 5, b"x"), "the number of dimensions, 01 to 04"),
        (idx_bytes((), b"x"), "the number of dimensions, 01 to 04"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_broken_files_are_named_with_the_offset(tmp_path: Path, content: bytes, message: str, packed: bool) -> None:
    file = tmp_path / ("file.gz" if packed else "file")
    file.write_bytes(gzip.compress(content) if packed else content)
    with pytest.raises(DataError, match=f"{file}: .*{message}"):
        read_idx(file, Allowance())


def test_values_cut_short_are_named(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(GOOD[:-1])
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress(GOOD[:-1]))
    with pytest.raises(DataError, match="cut short at byte 27, inside the values: it needs 12 bytes from byte 16 on"):
        read_idx(plain, Allowance())
    with pytest.raises(DataError, match="cut short at byte 27"):
        read_idx(packed, Allowance())


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("shape", [(2**32 - 1,) * 4, (2**31, 28, 28), (10**6, 1, 1)])
def test_absurd_sizes_are_refused_before_memory_is_taken(tmp_path: Path, shape: tuple[int, ...], packed: bool) -> None:
    file = tmp_path / ("file.gz" if packed else "file")
    content = idx_bytes(shape, bytes(100))
    file.write_bytes(gzip.compress(content) if packed else content)
    tracemalloc.start()
    with pytest.raises(DataError, match=r"the header announces .* but the file can hold at most"):
        read_idx(file, Allowance())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


@pytest.mark.parametrize("damage", ["cut", "garbage after", "changed"])
def test_damaged_gzip_files_are_named(tmp_path: Path, damage: str) -> None:
    packed = bytearray(gzip.compress(GOOD))
    if damage == "cut":
        del packed[-6:]
    elif damage == "garbage after":
        packed += b"garbage"
    else:
        packed[-8] ^= 1  # the checksum
    file = tmp_path / "file.gz"
    file.write_bytes(packed)
    with pytest.raises(DataError, match=f"{file}: damaged or cut short"):
        read_idx(file, Allowance())


@given(shape=st.lists(st.integers(0, 5), min_size=1, max_size=4), data=st.data())
def test_any_shape_is_read_in_c_order(
    tmp_path_factory: pytest.TempPathFactory, shape: list[int], data: st.DataObject
) -> None:
    size = math.prod(shape)
    values = data.draw(st.binary(min_size=size, max_size=size))
    file = tmp_path_factory.mktemp("idx") / "file"
    file.write_bytes(idx_bytes(tuple(shape), values))
    array = read_idx(file, Allowance())
    assert array.shape == tuple(shape)
    assert array.tobytes() == values
