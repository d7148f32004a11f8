"""The cache of archives as they were read: never stale, never half, never in the way."""

import os
from pathlib import Path

import numpy as np
import pytest

from lenetpp.data import DataError, cifar, decoded_cache, load_data

from .cifar_files import PythonTwoPickle, batch, python_files, write_archive


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "archive.tar.xz", python_files())


def refuse(path: Path) -> None:
    raise AssertionError(f"{path} was read again")


def test_the_second_reading_does_not_unpack(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_data(archive)
    monkeypatch.setattr(decoded_cache, "read_cifar", refuse)
    second = load_data(archive)
    assert second.digest == first.digest == cifar.read_cifar(archive).digest
    assert second.name == str(archive)


def test_another_archive_of_the_same_name_size_and_time_is_read(archive: Path) -> None:
    before = load_data(archive)
    time = archive.stat().st_mtime_ns
    pixels, _ = batch(0)
    write_archive(
        archive, {**python_files(), "data_batch_1": PythonTwoPickle().dumps({b"data": pixels, b"labels": [5, 5, 5]})}
    )
    os.utime(archive, ns=(time, time))
    assert load_data(archive).digest != before.digest


@pytest.mark.parametrize("damage", [b"", b"no zip file", None])
def test_a_damaged_cache_is_replaced(archive: Path, cache: Path, damage: bytes | None) -> None:
    expected = load_data(archive).digest
    (cached,) = (cache / "decoded").iterdir()
    good = cached.read_bytes()
    if damage is None:
        middle = len(good) // 2
        damage = good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :]
    cached.write_bytes(damage)
    assert load_data(archive).digest == expected
    assert load_data(archive).digest == expected
    assert [path.name for path in (cache / "decoded").iterdir()] == [cached.name]
    assert cached.read_bytes() != damage


def test_another_data_set_in_the_cache_is_replaced(archive: Path, cache: Path) -> None:
    expected = load_data(archive)
    (cached,) = (cache / "decoded").iterdir()
    good = cached.read_bytes()
    images, labels = expected.train_images, expected.train_labels
    np.savez(cached, train_images=images, train_labels=labels[::-1], test_images=images, test_labels=labels)
    assert load_data(archive).digest == expected.digest
    assert cached.read_bytes() == good


def test_without_a_place_for_the_cache_the_archive_is_read_all_the_same(archive: Path, cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_text("a file where the folder should be")
    assert load_data(archive).digest == cifar.read_cifar(archive).digest


def test_a_broken_archive_leaves_nothing(tmp_path: Path, cache: Path) -> None:
    file = tmp_path / "broken.tar.gz"
    file.write_bytes(b"nothing")
    with pytest.raises(DataError, match=r"broken\.tar\.gz"):
        load_data(file)
    assert not cache.exists()
