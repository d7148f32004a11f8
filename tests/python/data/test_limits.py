"""Limits on memory: files that announce or unpack to much more than they are."""

import gzip
import lzma
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lenetpp.data import DataError, Dataset, load_data

from .cifar_files import python_files, tar_bytes, write_folder
from .test_idx import idx_bytes
from .test_npz import KERAS, member, write_npz

MEGABYTE = 1 << 20


def load_frugally(path: Path) -> Dataset:
    """Load data in less than 64 MB and 20 seconds."""
    start = time.monotonic()
    tracemalloc.start()
    try:
        return load_data(path)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 64 * MEGABYTE
        assert time.monotonic() - start < 20


def zeros_packed(megabytes: int) -> bytes:
    """A gzip stream of zeros, a thousandth in size."""
    once = gzip.compress(bytes(MEGABYTE))
    return once * megabytes


def test_an_npz_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bomb.npz"
    size = 3 << 30
    write_npz(file, member(f"({size // 4}, 2, 2)", values=bytes(4 * MEGABYTE)))
    content = bytearray(file.read_bytes())
    entry = content.index(b"PK\x01\x02")  # sizes are at bytes 20, packed, and 24
    content[entry + 20 : entry + 28] = (size // 1000).to_bytes(4, "little") + size.to_bytes(4, "little")
    file.write_bytes(content)
    message = f"{file}: array x_train: needs 3,221,225,472 bytes, more than the limit of 2,147,483,648 .*"
    with pytest.raises(DataError, match=message + "LENETPP_DATA_LIMIT to more bytes"):
        load_frugally(file)


def test_idx_files_that_unpack_to_gigabytes_are_refused(tmp_path: Path) -> None:
    for name in ("train-images-idx3-ubyte", "t10k-images-idx3-ubyte"):
        content = gzip.compress(idx_bytes((3 << 20, 32, 32), b"")) + zeros_packed(3200)
        (tmp_path / f"{name}.gz").write_bytes(content)
    for name in ("train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte"):
        (tmp_path / name).write_bytes(idx_bytes((1,), b"0"))
    with pytest.raises(DataError, match=r"images-idx3-ubyte.gz: needs 3,221,225,472 bytes, more than the limit"):
        load_frugally(tmp_path)


def test_a_tar_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    header = tar_bytes({"zeros": b""})[:512]
    size = b"%011o" % (3 << 30)
    header = header[:124] + size + header[135:]
    header = header[:148] + b"%06o\0 " % (sum(header[:148]) + 256 + sum(header[156:])) + header[156:]
    (tmp_path / "bomb.tar.gz").write_bytes(gzip.compress(header) + zeros_packed(3072))
    with pytest.raises(DataError, match=r"gz: needs 3,221,225,472 bytes after 512 before, more than the limit"):
        load_frugally(tmp_path / "bomb.tar.gz")


def test_the_limit_is_for_all_arrays_together_and_can_be_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "data.npz"
    np.savez(file, **KERAS)
    with zipfile.ZipFile(file) as archive:
        size = sum(info.file_size for info in archive.infolist())
    monkeypatch.setenv("LENETPP_DATA_LIMIT", str(size - 1))
    with pytest.raises(DataError, match=rf"array y_test: needs \d+ bytes after \d+ before, more than .* {size - 1}"):
        load_frugally(file)
    monkeypatch.setenv("LENETPP_DATA_LIMIT", str(size))
    assert len(load_frugally(file).train_images) == 4


def test_the_limit_counts_folders_of_cifar_and_of_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_folder(tmp_path / "cifar", python_files())
    for name in ("a", "b"):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for number in range(2):
            Image.new("L", (20, 20)).save(tmp_path / "pictures" / name / f"{number}.png")
    monkeypatch.setenv("LENETPP_DATA_LIMIT", "5000")
    for folder in ("cifar", "pictures"):
        with pytest.raises(DataError, match=f"{tmp_path / folder}.* more than the limit of 5,000 for a data set"):
            load_frugally(tmp_path / folder)


@pytest.mark.parametrize("text", ["2 GB", "-1", "0", "1e9", "9" * 400, "\x1b[2J", "²"])
def test_a_limit_that_is_no_number_of_bytes_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    np.savez(tmp_path / "data.npz", **KERAS)
    monkeypatch.setenv("LENETPP_DATA_LIMIT", text)
    with pytest.raises(DataError, match="LENETPP_DATA_LIMIT must be a number of bytes, such as 2147483648, but is"):
        load_frugally(tmp_path / "data.npz")


@pytest.mark.parametrize("kind", [b"x", b"L", b"g", b"K"])
def test_extended_tar_headers_of_a_gigabyte_take_no_memory(tmp_path: Path, kind: bytes) -> None:
    header = tar_bytes({"name": b""})[:512]
    header = header[:124] + b"%011o" % (1000 * MEGABYTE) + header[135:156] + kind + header[157:]
    header = header[:148] + b"%06o\0 " % (sum(header[:148]) + 256 + sum(header[156:])) + header[156:]
    (tmp_path / "bomb.tar.xz").write_bytes(lzma.compress(header + bytes(32 * MEGABYTE), preset=0))
    with pytest.raises(DataError, match=r"bomb\.tar\.xz: (has an extended header of 1,048,576,000|cut short)"):
        load_frugally(tmp_path / "bomb.tar.xz")


def test_a_million_tar_headers_are_refused(tmp_path: Path) -> None:
    header = tar_bytes({"name": b""})[:512]
    (tmp_path / "bomb.tar.xz").write_bytes(lzma.compress(header * 100_000, preset=0))
    with pytest.raises(DataError, match="has more than 1,000 headers"):
        load_frugally(tmp_path / "bomb.tar.xz")


def test_an_xz_stream_that_asks_for_a_huge_dictionary_is_a_data_error(tmp_path: Path) -> None:
    content = bytearray(lzma.compress(b"no tar archive"))
    start, size = 12, 4 * (content[12] + 1)  # of the first block's header; the dictionary's size is its fifth byte
    content[start + 4] = 40  # 4 GiB
    content[start + size - 4 : start + size] = zlib.crc32(content[start : start + size - 4]).to_bytes(4, "little")
    (tmp_path / "bomb.tar.xz").write_bytes(content)
    with pytest.raises(DataError, match=r"bomb\.tar\.xz: damaged"):
        load_data(tmp_path / "bomb.tar.xz")
