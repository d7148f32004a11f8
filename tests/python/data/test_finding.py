"""Where data sets with a name are looked for."""

import os
from pathlib import Path

import pytest

from lenetpp.data import DataError, available_data, load_data
from lenetpp.data import places as finding
from lenetpp.data.published import PUBLISHED

from .cifar_files import binary_files, python_files, write_archive, write_folder
from .test_idx import write_idx_folder


def use(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    monkeypatch.setenv("LENETPP_DATA", os.pathsep.join(map(str, folders)))


@pytest.mark.parametrize("place", ["mnist", "MNIST/raw"])
def test_idx_files_are_found_where_people_keep_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    write_idx_folder(tmp_path / "data" / place)
    (tmp_path / "empty").mkdir()
    use(monkeypatch, tmp_path / "empty", tmp_path / "data")
    data = load_data("mnist")
    assert data.name == "mnist"
    assert data.classes == tuple("0123456789")
    assert data.digest == load_data("mnist").digest


@pytest.mark.parametrize(("folder", "inside"), [("mnist", "."), ("MNIST", "raw"), ("MNIST", ".")])
def test_the_variable_may_name_the_data_sets_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, inside: str
) -> None:
    write_idx_folder(tmp_path / folder / inside)
    use(monkeypatch, tmp_path / folder)
    assert len(load_data("mnist").train_images) == 4


def test_one_data_set_is_never_taken_for_another_with_the_same_file_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_idx_folder(tmp_path / "mnist")
    use(monkeypatch, tmp_path / "mnist", tmp_path)
    assert finding.find_published(PUBLISHED["mnist"]) == tmp_path / "mnist"
    assert finding.find_published(PUBLISHED["fashion-mnist"]) is None
    assert finding.find_published(PUBLISHED["kmnist"]) is None


def test_cifar10_is_found_as_folder_and_as_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = [
        write_folder(tmp_path / "1", python_files()),
        write_folder(tmp_path / "2" / "cifar10", binary_files()).parent,
        write_folder(tmp_path / "3" / "cifar-10-batches-py", python_files()).parent,
        write_folder(tmp_path / "4" / "cifar10" / "cifar-10-batches-bin", binary_files()).parent.parent,
        write_archive(tmp_path / "5" / "cifar-10-python.tar.gz", python_files()).parent,
        write_archive(tmp_path / "6" / "cifar-10-batches-py.tar.xz", python_files()).parent,
        write_archive(tmp_path / "7" / "cifar10" / "cifar-10-binary.tar.gz", binary_files()).parent.parent,
    ]
    digests = set()
    for place in places:
        use(monkeypatch, place)
        digests.add(load_data("cifar10").digest)
    assert len(digests) == 1


def test_the_first_folder_wins_and_all_come_before_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    cached = write_idx_folder(cache / "mnist", packed=True)
    assert finding.find_published(PUBLISHED["mnist"]) == cached
    first, second = (write_idx_folder(tmp_path / name / "mnist").parent for name in ("first", "second"))
    use(monkeypatch, first, second)
    assert finding.find_published(PUBLISHED["mnist"]) == first / "mnist"


def test_half_a_download_is_not_found(cache: Path) -> None:
    (write_idx_folder(cache / "mnist", packed=True) / "t10k-labels-idx1-ubyte.gz").unlink()
    assert finding.find_published(PUBLISHED["mnist"]) is None


def test_a_file_missing_from_ones_own_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (write_idx_folder(tmp_path / "mnist") / "train-images-idx3-ubyte").unlink()
    use(monkeypatch, tmp_path)
    with pytest.raises(DataError, match="the train images are missing"):
        load_data("mnist")


def test_a_wrong_variable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, tmp_path / "typo")
    for call in (available_data, lambda: load_data("mnist")):
        with pytest.raises(DataError, match=r"LENETPP_DATA names .*typo, which is not a folder: correct it or unset"):
            call()


def test_all_names_are_listed_with_their_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    write_idx_folder(tmp_path / "kmnist")
    write_idx_folder(cache / "mnist", packed=True)
    use(monkeypatch, tmp_path)
    found = {data.name: (data.found, data.location) for data in available_data()}
    assert found == {
        "fashion-mnist-5000": ("embedded", finding.embedded_file()),
        "mnist": ("cache", cache / "mnist"),
        "fashion-mnist": ("not found", None),
        "kmnist": ("LENETPP_DATA", tmp_path / "kmnist"),
        "cifar10": ("not found", None),
    }


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "no-such",
            "no-such: there is no such file or folder, and the names of data sets are fashion-mnist-5000, mnist",
        ),
        ("./mnist", "mnist: there is no such file or folder"),
    ],
)
def test_an_unknown_source_lists_the_names(name: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_data(name)


def test_a_file_of_no_known_kind_is_named(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_text("1,2")
    with pytest.raises(DataError, match=f"{file}: this file is not of a known kind: expected .npz, .tar.gz"):
        load_data(file)
