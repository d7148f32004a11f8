"""Which pictures of a folder are which part: nothing is left out, or moved to another part, without a word."""

from pathlib import Path

import numpy as np
import pytest

from lenetpp.data import DataError, load_data

from ..command import Command
from .test_image_files import picture, write

HELD_OUT = "no test folder: the last fifth of each class is the test part"
FEW = "few pictures to train on: a, b; some dozens of each class are a beginning"


def write_parts(folder: Path, **seeds: range) -> None:
    """Pictures of the two classes a and b in each part; the first pixel is the seed, 100 more for b."""
    for part, numbers in seeds.items():
        for number in numbers:
            write(folder / part / "a" / f"{number:03}.png", picture(number))
            write(folder / part / "b" / f"{number:03}.png", picture(100 + number))


def seeds(images: np.ndarray | None) -> list[int]:
    assert images is not None
    return [int(image[0, 0, 0]) for image in images]


@pytest.mark.parametrize("name", ["val", "valid", "validation"])
def test_a_folder_for_validation_is_the_validation_part(tmp_path: Path, name: str) -> None:
    write_parts(tmp_path, train=range(2), test=range(10, 12), **{name: range(20, 23)})
    data = load_data(tmp_path)
    assert seeds(data.train_images) == [0, 1, 100, 101]
    assert seeds(data.test_images) == [10, 11, 110, 111]
    assert seeds(data.validation_images) == [20, 21, 22, 120, 121, 122]
    assert data.validation_labels is not None
    assert data.validation_labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert data.note == FEW


def test_without_a_test_folder_the_note_says_where_the_test_part_comes_from(tmp_path: Path) -> None:
    write_parts(tmp_path, train=range(15))
    data = load_data(tmp_path)
    assert seeds(data.train_images) == [*range(12), *range(100, 112)]
    assert seeds(data.test_images) == [12, 13, 14, 112, 113, 114]
    assert data.note == HELD_OUT
    assert repr(data).endswith("24 train, 6 test images of 1x4x6, 2 classes>")


def test_photos_for_validation_suffice(tmp_path: Path) -> None:
    write_parts(tmp_path, train=range(10), val=range(20, 22))
    data = load_data(tmp_path)
    assert seeds(data.train_images) == [*range(10), *range(100, 110)]
    assert seeds(data.validation_images) == [20, 21, 120, 121]
    assert data.test_images.shape == (0, 1, 4, 6)
    assert data.unseen.name == "validation"
    assert data.note == ""
    assert seeds(load_data(tmp_path, classes=["b"], validation_per_class=1).unseen.images) == [120]
    with pytest.raises(DataError, match=r"test_per_class must be left out, because .* has no test part"):
        load_data(tmp_path, test_per_class=1)


def test_the_shell_says_what_is_which_part(tmp_path: Path, lenetpp: Command) -> None:
    write_parts(tmp_path, train=range(15))
    words = " ".join(lenetpp("data", "info", tmp_path).split())
    assert "train images test images" in words
    assert "0 a 12 3" in words
    assert HELD_OUT in words
    assert lenetpp.json("data", "info", tmp_path)["note"] == HELD_OUT
    assert HELD_OUT in " ".join(
        lenetpp("train", tmp_path, "--network", "blog-mlp", "--epochs", "1", "--runs", tmp_path / "runs").split()
    )


def test_the_note_is_kept_in_a_selection(tmp_path: Path) -> None:
    write_parts(tmp_path / "pictures", train=range(15))
    for path in (tmp_path / "pictures", tmp_path / "pictures" / "train"):
        assert load_data(path, classes=["b"]).note == HELD_OUT


def test_validation_per_class_takes_the_first_of_a_validation_folder(tmp_path: Path) -> None:
    write_parts(tmp_path, train=range(3), test=range(10, 12), val=range(20, 23))
    data = load_data(tmp_path, validation_per_class=2, classes=["b", "a"])
    assert seeds(data.train_images) == [0, 1, 2, 100, 101, 102]
    assert seeds(data.validation_images) == [20, 21, 120, 121]
    assert data.validation_labels is not None
    assert data.validation_labels.tolist() == [1, 1, 0, 0]
    with pytest.raises(DataError, match="validation_per_class=4 asks for more than the 3 validation images of class"):
        load_data(tmp_path, validation_per_class=4)


def test_a_selection_without_validation_per_class_keeps_the_validation_folder(tmp_path: Path) -> None:
    write_parts(tmp_path, train=range(3), test=range(10, 12), val=range(20, 23))
    data = load_data(tmp_path, train_per_class=1, classes=["b"])
    assert seeds(data.train_images) == [100]
    assert seeds(data.validation_images) == [120, 121, 122]


def test_two_folders_for_validation_are_refused(tmp_path: Path) -> None:
    write_parts(tmp_path, train=range(2), val=range(2), valid=range(2))
    with pytest.raises(DataError, match=f"{tmp_path}: has the validation part twice, as valid and val: keep one"):
        load_data(tmp_path)


def test_a_folder_of_classes_that_is_no_part_is_refused(tmp_path: Path) -> None:
    write_parts(tmp_path, train=range(2), tset=range(2))
    with pytest.raises(DataError, match=r"tset: holds pictures of classes, but is no part of the data: expected"):
        load_data(tmp_path)


def test_folders_of_other_things_are_passed_over(tmp_path: Path) -> None:
    write_parts(tmp_path, train=range(2), test=range(2))
    write(tmp_path / "overview" / "all.png", picture(1))
    (tmp_path / "labels" / "a").mkdir(parents=True)
    data = load_data(tmp_path)
    assert len(data.train_images) == 4
    assert list(data.left_out.values()) == [("overview/all.png",)]


@pytest.mark.parametrize("part", ["test", "val"])
def test_classes_that_differ_between_parts_are_named(tmp_path: Path, part: str) -> None:
    write_parts(tmp_path, train=range(2), **{part: range(2)})
    write(tmp_path / part / "c" / "1.png", picture(1))
    write(tmp_path / "train" / "d" / "1.png", picture(1))
    name = "validation" if part == "val" else part
    with pytest.raises(DataError, match=f"the {name} part must have .*, but lacks 'd', and also has 'c'"):
        load_data(tmp_path)


def test_the_note_says_what_is_passed_over(tmp_path: Path) -> None:
    write_parts(tmp_path, train=range(15), test=range(2))
    write(tmp_path / "train" / "loose.png", picture(1))
    write(tmp_path / "train" / "a" / "deeper" / "1.png", picture(1))
    (tmp_path / "train" / "empty").mkdir()
    for litter in ("Thumbs.db", "desktop.ini", ".DS_Store"):
        (tmp_path / "train" / "empty" / litter).touch()
        (tmp_path / "train" / "a" / litter).touch()
    data = load_data(tmp_path)
    assert data.classes == ("a", "b")
    assert len(data) == 30
    assert data.note.split("; ") == [
        "empty folders are passed over: empty",
        "left out: 6 hidden (train/a/.DS_Store, train/a/Thumbs.db, train/a/desktop.ini and 3 more), "
        "2 pictures outside the folders of the classes (train/a/deeper/1.png, train/loose.png)",
    ]


def test_a_class_with_two_pictures_gets_advice(tmp_path: Path) -> None:
    write_parts(tmp_path, train=range(2))
    data = load_data(tmp_path / "train")
    assert (len(data), len(data.test_images)) == (2, 2)
    assert data.note == f"{HELD_OUT}; {FEW}"


def test_a_folder_one_level_too_high_is_told_where_the_photos_are(tmp_path: Path) -> None:
    write_parts(tmp_path / "unpacked", train=range(2))
    with pytest.raises(DataError, match=r"no data that can be read: .*; .*unpacked has some"):
        load_data(tmp_path, size=(4, 4))


def test_all_pictures_that_cannot_be_read_are_named_at_once(tmp_path: Path) -> None:
    write_parts(tmp_path, train=range(3))
    for name in ("7.png", "8.png"):
        (tmp_path / "train" / "b" / name).write_bytes(b"%PDF-1.7")
    with pytest.raises(DataError, match=r"2 pictures cannot be read; mend .*7\.png: not a .*; .*8\.png: not a"):
        load_data(tmp_path)
