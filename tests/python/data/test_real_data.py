"""The loaders against the published facts of the real data sets, where these are present."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from lenetpp.data import Dataset, cifar, load_data, per_plane_statistics
from lenetpp.data.published import PUBLISHED
from lenetpp.data.selection import select


@pytest.fixture(scope="module")
def cifar10(shared_data: Path) -> Dataset:
    """Read once: unpacking takes some seconds."""
    return cifar.read_cifar(shared_data / "cifar-10-batches-py.tar.xz")


def test_cifar10_has_its_published_counts_names_statistics_and_digest(cifar10: Dataset) -> None:
    assert cifar10.train_images.shape == (50_000, 3, 32, 32)
    assert cifar10.test_images.shape == (10_000, 3, 32, 32)
    assert np.bincount(cifar10.train_labels).tolist() == [5000] * 10
    assert np.bincount(cifar10.test_labels).tolist() == [1000] * 10
    assert (cifar10.classes[0], cifar10.classes[8]) == ("airplane", "ship")
    mean, deviation = per_plane_statistics(cifar10.train_images)
    np.testing.assert_allclose(mean / 255, [0.491400, 0.482158, 0.446531], atol=5e-7)
    np.testing.assert_allclose(deviation / 255, [0.247032, 0.243485, 0.261588], atol=5e-7)
    assert cifar10.digest == PUBLISHED["cifar10"].digest


def test_cifar10_keeps_the_order_of_its_source(cifar10: Dataset) -> None:
    assert cifar10.train_labels[:10].tolist() == [6, 9, 9, 4, 1, 1, 2, 7, 8, 3]
    assert cifar10.test_labels[:10].tolist() == [3, 8, 8, 0, 6, 6, 1, 6, 3, 1]
    assert cifar10.train_images[0, :, 0, 0].tolist() == [59, 62, 63]


def test_airplanes_and_ships_are_selected_as_the_blog_trained_on_them(cifar10: Dataset) -> None:
    data = select(cifar10, classes=["airplane", "ship"], train_per_class=4000)
    assert len(data.train_images) == 8000
    assert len(data.test_images) == 2000
    first_ship = int(np.flatnonzero(data.train_labels == 1)[0])
    original = int(np.flatnonzero(cifar10.train_labels == 8)[0])
    np.testing.assert_array_equal(data.train_images[first_ship], cifar10.train_images[original])


@pytest.mark.parametrize(
    ("name", "mean", "deviation", "counts"),
    [
        ("mnist", 0.130660, 0.308108, [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]),
        ("fashion-mnist", 0.286041, 0.353024, [6000] * 10),
    ],
)
def test_mnist_and_its_kin_have_their_published_counts_statistics_and_digest(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch, name: str, mean: float, deviation: float, counts: list[int]
) -> None:
    monkeypatch.setenv("LENETPP_DATA", str(shared_data))
    data = load_data(name)
    assert data.train_images.shape == (60_000, 1, 28, 28)
    assert data.test_images.shape == (10_000, 1, 28, 28)
    assert np.bincount(data.train_labels).tolist() == counts
    measured_mean, measured_deviation = per_plane_statistics(data.train_images)
    np.testing.assert_allclose(measured_mean / 255, [mean], atol=1e-6)
    np.testing.assert_allclose(measured_deviation / 255, [deviation], atol=1e-6)
    assert data.digest == PUBLISHED[name].digest


@pytest.mark.parametrize(
    ("name", "md5"),
    [("train", "6bbc9ace898e44ae57da46a324031adb"), ("test", "2646ac647ad5339dbf082846283269ea")],
)
def test_mnists_pixels_have_the_published_checksum(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch, name: str, md5: str
) -> None:
    """Of the uncompressed IDX files, whose header is put before the pixels again."""
    monkeypatch.setenv("LENETPP_DATA", str(shared_data))
    images = getattr(load_data("mnist"), f"{name}_images")
    header = b"\0\0\x08\x03" + b"".join(size.to_bytes(4, "big") for size in (len(images), 28, 28))
    assert hashlib.md5(header + images.tobytes()).hexdigest() == md5
