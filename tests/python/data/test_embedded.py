"""The data set inside the package, against its source and its script."""

import gzip
import lzma
import runpy
import zipfile
from pathlib import Path

import numpy as np

from lenetpp.data import load_data
from lenetpp.data.places import embedded_file, embedded_npz

DIGEST = "1012fb585332dc555d70ab419430ddd50e0f597c193bad09e5e67b427847204f"


def first_of_each_class(folder: Path, part: str, count: int) -> tuple[np.ndarray, list[int]]:
    """Read IDX files by their known layout: 16 and 8 bytes of header, one byte a value."""
    labels = gzip.decompress((folder / f"{part}-labels-idx1-ubyte.gz").read_bytes())[8:]
    pixels = gzip.decompress((folder / f"{part}-images-idx3-ubyte.gz").read_bytes())[16:]
    taken, seen = [], [0] * 10
    for sample, label in enumerate(labels):
        seen[label] += 1
        if seen[label] <= count:
            taken.append(sample)
    images = np.frombuffer(pixels, np.uint8).reshape(-1, 28, 28)[taken]
    return images, [labels[sample] for sample in taken]


def test_the_default_is_the_embedded_data() -> None:
    data = load_data()
    assert data.name == "fashion-mnist-5000"
    assert data.train_images.shape == (5000, 1, 28, 28)
    assert data.test_images.shape == (1000, 1, 28, 28)
    assert np.bincount(data.train_labels).tolist() == [500] * 10
    assert np.bincount(data.test_labels).tolist() == [100] * 10
    assert data.classes[0] == "T-shirt/top"
    assert data.classes[9] == "Ankle boot"
    assert data.digest == load_data("fashion-mnist-5000").digest == DIGEST


def test_the_embedded_data_are_those_of_the_source(shared_data: Path) -> None:
    data = load_data()
    images, labels = first_of_each_class(shared_data / "fashion-mnist", "train", 500)
    np.testing.assert_array_equal(data.train_images[:, 0], images)
    assert data.train_labels.tolist() == labels
    images, labels = first_of_each_class(shared_data / "fashion-mnist", "t10k", 100)
    np.testing.assert_array_equal(data.test_images[:, 0], images)
    assert data.test_labels.tolist() == labels


def test_the_script_gives_the_same_data_without_the_time_of_writing(
    project_root: Path, shared_data: Path, tmp_path: Path
) -> None:
    script = runpy.run_path(str(project_root / "tools" / "make_embedded_data.py"))
    script["make_embedded_data"](shared_data / "fashion-mnist", tmp_path / "made.npz.xz")
    assert lzma.decompress((tmp_path / "made.npz.xz").read_bytes()) == embedded_npz()
    (tmp_path / "embedded.npz").write_bytes(embedded_npz())
    assert load_data(tmp_path / "embedded.npz").digest == DIGEST
    with zipfile.ZipFile(tmp_path / "embedded.npz") as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_file_is_small_and_its_licence_is_beside_it() -> None:
    assert embedded_file().stat().st_size < 2_300_000
    notice = embedded_file().with_name("LICENSE.fashion-mnist").read_text(encoding="utf-8")
    assert "Copyright (c) 2017 Zalando SE" in notice
    assert "The above copyright notice and this permission notice shall be included in all copies" in notice
