"""CIFAR-10's two versions, unpacked and as archives, whole and broken."""

import gzip
import io
import lzma
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lenetpp.data import DataError, Dataset, cifar, load_data

from .cifar_files import (
    BATCHES,
    NAMES,
    PythonTwoPickle,
    batch,
    binary_files,
    python_files,
    tar_bytes,
    write_archive,
    write_folder,
)


def assert_is_expected(data: Dataset) -> None:
    train = [batch(index) for index in range(5)]
    pixels, labels = batch(5)
    np.testing.assert_array_equal(data.train_images.reshape(-1, 3072), np.concatenate([images for images, _ in train]))
    assert data.train_labels.tolist() == [label for _, labels in train for label in labels]
    np.testing.assert_array_equal(data.test_images.reshape(-1, 3072), pixels)
    assert data.test_labels.tolist() == labels
    assert data.input_shape == (3, 32, 32)
    assert data.classes == tuple(NAMES)


@pytest.mark.parametrize("files", [python_files, binary_files])
def test_a_folder_is_read(tmp_path: Path, files: Callable[[], dict[str, bytes]]) -> None:
    assert_is_expected(load_data(write_folder(tmp_path, files())))


@pytest.mark.parametrize("files", [python_files, binary_files])
@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz"])
def test_an_archive_is_read_and_nothing_is_unpacked(
    tmp_path: Path, files: Callable[[], dict[str, bytes]], suffix: str
) -> None:
    kind = ".gz" if suffix.endswith("gz") else ".xz" if suffix.endswith("xz") else ".tar"
    file = write_archive(tmp_path / f"written{kind}", files()).rename(tmp_path / f"archive{suffix}")
    assert_is_expected(cifar.read_cifar(file))
    assert list(tmp_path.iterdir()) == [file]


def test_the_order_inside_an_archive_does_not_matter(tmp_path: Path) -> None:
    files = dict(reversed(python_files().items()))
    assert_is_expected(cifar.read_cifar(write_archive(tmp_path / "archive.tar", files)))


@pytest.mark.parametrize(
    ("missing", "message"),
    [(["data_batch_3"], "data_batch_3 missing"), (["test_batch", "batches.meta"], "test_batch, batches.meta missing")],
)
def test_missing_files_are_named(tmp_path: Path, missing: list[str], message: str) -> None:
    files = {name: content for name, content in python_files().items() if name not in missing}
    with pytest.raises(DataError, match=f"{tmp_path}: not all files of CIFAR-10 are there: {message}"):
        load_data(write_folder(tmp_path, files))


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not all files of CIFAR-10 are there: data_batch_1, data_batch_2"):
        load_data(write_archive(tmp_path / "archive.tar.gz", {"train": b"?", "test": b"?"}))


def test_a_file_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    content = tar_bytes(python_files())
    with tarfile.open(fileobj=(doubled := io.BytesIO(content)), mode="a") as archive:
        archive.addfile(tarfile.TarInfo("elsewhere/batches.meta"))
    (tmp_path / "archive.tar").write_bytes(doubled.getvalue())
    with pytest.raises(DataError, match=r"batches\.meta: "):
        load_data(tmp_path / "archive.tar")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({b"labels": [1, 2, 3]}, r"expected 'data' to be an array of shape \(images, 3072\)"),
        ({b"data": batch(0)[0][:, :-1], b"labels": [1, 2, 3]}, "expected 'data' to be an array"),
        ({b"data": batch(0)[0], b"labels": [1, 2]}, "expected 'labels' to be 3 whole numbers"),
        ({b"data": batch(0)[0], b"labels": [1, 2, b"x"]}, "expected 'labels' to be 3 whole numbers"),
        ({b"data": batch(0)[0], b"fine_labels": [1, 2, 3]}, "expected 'labels' to be 3 whole numbers"),
        ([1, 2], "expected 'data' to be an array"),
    ],
)
def test_pickles_with_other_values_are_refused(tmp_path: Path, values: object, message: str) -> None:
    files = {**python_files(), "data_batch_2": PythonTwoPickle().dumps(values)}
    with pytest.raises(DataError, match=f"{tmp_path}: data_batch_2: {message}"):
        load_data(write_folder(tmp_path, files))


def test_labels_outside_the_classes_are_refused(tmp_path: Path) -> None:
    pixels, _ = batch(0)
    files = {**python_files(), "data_batch_1": PythonTwoPickle().dumps({b"data": pixels, b"labels": [0, 1, 10]})}
    with pytest.raises(DataError, match=f"{tmp_path}: train_labels must be in 0..9, the 10 classes, but label 2 is 10"):
        load_data(write_folder(tmp_path, files))


@pytest.mark.parametrize("change", [-1, 1])
def test_records_cut_short_or_followed_by_garbage_are_refused(tmp_path: Path, change: int) -> None:
    files = binary_files()
    content = files["test_batch.bin"]
    files["test_batch.bin"] = content[:change] if change < 0 else content + b"x"
    whole = 3073 * (2 if change < 0 else 3)
    with pytest.raises(
        DataError, match=f"test_batch.bin: has {9219 + change:,} bytes, .* after byte {whole:,}: a whole"
    ):
        load_data(write_folder(tmp_path, files))


def test_files_of_an_absurd_size_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cifar, "MAXIMUM_FILE_BYTES", 1000)
    folder = write_folder(tmp_path / "folder", python_files())
    for path in (folder, write_archive(tmp_path / "archive.tar.xz", python_files())):
        with pytest.raises(DataError, match=r"data_batch_1: has .* bytes, but a file of CIFAR-10 has at most 1,000"):
            load_data(path)


def test_a_small_archive_that_unpacks_to_something_huge_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LENETPP_DATA_LIMIT", str(1 << 20))
    bomb = tmp_path / "bomb.tar.xz"
    bomb.write_bytes(lzma.compress(tar_bytes({"zeros": bytes(64 << 20)})))
    tracemalloc.start()
    with pytest.raises(DataError, match=f"{bomb}: needs .* more than the limit of 1,048,576 .* LENETPP_DATA_LIMIT"):
        load_data(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20


@pytest.mark.parametrize("compress", [gzip.compress, lzma.compress])
@pytest.mark.parametrize("damage", ["cut", "changed", "not compressed", "garbage inside"])
def test_damaged_archives_are_named(tmp_path: Path, compress: Callable[[bytes], bytes], damage: str) -> None:
    tar = tar_bytes(python_files())
    packed = bytearray(compress(tar if damage != "garbage inside" else bytes(range(256)) * 100))
    if damage == "cut":
        del packed[-7:]
    elif damage == "changed":
        packed[len(packed) // 2] ^= 0x55
    elif damage == "not compressed":
        packed = bytearray(tar)
    file = tmp_path / ("archive.tar.gz" if compress is gzip.compress else "archive.tar.xz")
    file.write_bytes(packed)
    with pytest.raises(DataError, match=str(file)):
        load_data(file)


def test_both_versions_give_the_same_data(tmp_path: Path) -> None:
    python = load_data(write_folder(tmp_path / "python", python_files()))
    binary = load_data(write_folder(tmp_path / "binary", binary_files()))
    assert python.digest == binary.digest
    assert len(python.train_images) == 3 * (len(BATCHES) - 1)
