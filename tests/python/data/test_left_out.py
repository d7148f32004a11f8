"""Counted in, counted out: images used and files named as left out are the files found.

In generated folders: tests/proofs/photo_folders.py.
"""

import json
import os
from pathlib import Path

import numpy as np
import pytest

import lenetpp as lp

from ..command import Command
from .test_image_files import picture, write


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for number in range(10):
        write(folder / "a" / f"{number}.png", picture(number))
        write(folder / "b" / f"{number}.png", picture(number))
    for name in ("a/1.txt", "a/2.TXT", "b/3.txt", "b/4.txt", "b/.DS_Store", "b/README"):
        (folder / name).write_text("no picture")
    write(folder / "loose.png", picture(1))
    write(folder / "a" / "deeper" / "1.png", picture(1))
    return folder


LEFT_OUT = {
    ".txt": ("a/1.txt", "a/2.TXT", "b/3.txt", "b/4.txt"),
    "hidden": ("b/.DS_Store",),
    "pictures outside the folders of the classes": ("a/deeper/1.png", "loose.png"),
    "without an ending": ("b/README",),
}
SENTENCE = (
    "left out: 4 .txt (a/1.txt, a/2.TXT, b/3.txt and 1 more), 1 hidden (b/.DS_Store), "
    "2 pictures outside the folders of the classes (a/deeper/1.png, loose.png), 1 without an ending (b/README)"
)


def test_the_note_names_the_first_of_each_kind(photos: Path) -> None:
    data = lp.load_data(photos)
    assert data.left_out == LEFT_OUT
    assert SENTENCE in data.note.split("; ")
    chosen = lp.load_data(photos, classes=["b"], train_per_class=2)
    assert (chosen.left_out, len(chosen)) == (LEFT_OUT, 2)
    (photos / "a" / "1.txt").unlink()
    assert lp.load_data(photos).digest == data.digest


def test_the_shell_says_it_wherever_a_folder_is_read(photos: Path, tmp_path: Path, lenetpp: Command) -> None:
    assert lenetpp.json("data", "info", photos)["left_out"] == {kind: list(names) for kind, names in LEFT_OUT.items()}
    options = ("--network", "1x4x6 | dense 2", "--epochs", "1", "--runs", tmp_path / "runs")
    trained = lenetpp("train", photos, *options)
    (run,) = (tmp_path / "runs").glob("2*")
    said = [trained, lenetpp("data", "info", photos), lenetpp("evaluate", run, photos)]
    for words in said:
        assert SENTENCE in " ".join(words.split())
    assert SENTENCE in lenetpp.json("evaluate", run, photos)["note"]


def test_predicting_a_folder_names_what_is_not_predicted(photos: Path, tmp_path: Path, lenetpp: Command) -> None:
    network = lp.Network.parse("1x4x6 | dense 2")
    network.initialize(1)
    network.save(tmp_path / "model.safetensors")
    (photos / "a" / "broken.jpg").write_text("no picture")
    (photos / "a" / "gone").symlink_to("gone")
    arguments = (tmp_path / "model.safetensors", photos, photos / "a" / "1.txt", "--json")
    result = json.loads(lenetpp("predict", *arguments, code=1))
    assert len(result["predictions"]) == 22
    assert [message.split(":")[0] for message in result["failures"]] == [
        str(photos / "a" / "broken.jpg"),
        str(photos / "a" / "1.txt"),
    ]
    assert result["left_out"] == {
        ".txt": [str(photos / name) for name in ("a/1.txt", "a/2.TXT", "b/3.txt", "b/4.txt")],
        "hidden": [str(photos / "b/.DS_Store")],
        "that are no files": [str(photos / "a/gone")],
        "without an ending": [str(photos / "b/README")],
    }
    errors = lenetpp("predict", tmp_path / "model.safetensors", photos, code=1, stream="errors")
    assert f"note: left out: 4 .txt ({photos / 'a/1.txt'}, {photos / 'a/2.TXT'}, " in errors


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_named(photos: Path, tmp_path: Path, lenetpp: Command) -> None:
    network = lp.Network.parse("1x4x6 | dense 2")
    network.initialize(1)
    network.save(tmp_path / "model.safetensors")
    (photos / "a" / "deeper").chmod(0)
    try:
        with pytest.raises(lp.DataError, match="deeper"):
            lp.load_data(photos)
        assert "deeper" in lenetpp("predict", tmp_path / "model.safetensors", photos, code=1, stream="errors")
    finally:
        (photos / "a" / "deeper").chmod(0o755)


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_links_to_folders_are_classes_but_are_not_followed_further(photos: Path, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "1.png", picture(1))
    write(tmp_path / "elsewhere" / "2.png", picture(2))
    (tmp_path / "elsewhere" / "notes.txt").write_text("no picture")
    (photos / "c").symlink_to(tmp_path / "elsewhere")
    (photos / "a" / "again").symlink_to(photos / "a")
    (photos / "a" / "deeper" / "all").symlink_to(photos)
    data = lp.load_data(photos)
    assert data.classes == ("a", "b", "c")
    assert len(data.train_images) + len(data.test_images) == 22
    expected = set(LEFT_OUT[".txt"]) | {"c/notes.txt"}
    assert {name for name in data.left_out[".txt"] if not name.startswith("a/again/")} == expected
    assert "a/deeper/all" in data.left_out["that are no files"]


def test_what_an_archive_of_macos_brings_is_no_class(photos: Path) -> None:
    write(photos / "__MACOSX" / "a" / "._1.png", picture(1))
    write(photos / "__MACOSX" / "1.png", picture(1))
    data = lp.load_data(photos)
    assert data.classes == ("a", "b")
    assert data.left_out["hidden"] == ("__MACOSX/1.png", "__MACOSX/a/._1.png", "b/.DS_Store")


def test_images_of_arrays_leave_nothing_out() -> None:
    images = np.zeros((2, 4, 4), np.uint8)
    assert lp.Dataset.from_arrays((images, [0, 1]), (images, [0, 1])).left_out == {}
