"""Images from files: known again by their fingerprint, or saved as the file that the page's command reads."""

import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import lenetpp as lp

from ..command import Command
from .data_files import cifar_like, mnist_like
from .opened_page import SHORT, OpenedPage, Opener


def choose(page: OpenedPage, files: list[Path]) -> None:
    """Take the images of files."""
    page.page.check("#source-files")
    page.page.set_input_files("#data-files", files)


def of_each_class(page: OpenedPage, count: int) -> None:
    page.page.fill("#per-class", str(count))
    page.page.press("#per-class", "Tab")
    page.page.locator("#command", has_text=f"--per-class {count}").wait_for()


def trained_by_its_command(page: OpenedPage, lenetpp: Command, folder: Path) -> str:
    """The digest that the command gives with the file that the page offers beside it."""
    saved = page.saved("#keep-images", folder)
    words = shlex.split(page.text("#command"))
    assert words[2] == saved.name
    digest: str = lenetpp.json(*words[1:2], saved, *words[3:])["digest"]
    return digest


@pytest.mark.parametrize("classes", [10, 12])
def test_files_like_mnists_are_not_taken_for_mnist(
    tab: OpenedPage, lenetpp: Command, tmp_path: Path, classes: int
) -> None:
    tab.go("#epochs=1&lang=en")
    choose(tab, mnist_like(tmp_path, 0, training=240, classes=classes))
    tab.page.locator("#command", has_text="lenetpp train images.npz").wait_for()
    of_each_class(tab, 15)
    tab.train_to_the_end()
    assert trained_by_its_command(tab, lenetpp, tmp_path) == tab.text("#digest")
    assert lp.load_data(tmp_path).digest == lp.load_data(tmp_path / "images.npz").digest


def test_published_files_are_known_by_their_fingerprint(
    tab: OpenedPage, lenetpp: Command, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LENETPP_DATA", str(shared_data))
    tab.go("#epochs=1&lang=en")
    choose(tab, sorted((shared_data / "fashion-mnist").glob("*-ubyte.gz")))
    tab.page.locator("#command", has_text="lenetpp train fashion-mnist --per-class 500 ").wait_for()
    assert tab.page.locator("#needed").is_hidden()
    of_each_class(tab, 20)
    tab.train_to_the_end()
    assert tab.text("#digest") == tab.trained_by_its_command(lenetpp)


def test_cifar10_files_begin_with_airplanes_and_ships(tab: OpenedPage, lenetpp: Command, tmp_path: Path) -> None:
    tab.go(SHORT)
    choose(tab, cifar_like(tmp_path, 1))
    tab.page.locator("#command", has_text="lenetpp train images.npz --classes airplane,ship").wait_for()
    assert tab.page.locator("#altered button", has_text="without colours").is_visible()
    tab.train_to_the_end()
    assert trained_by_its_command(tab, lenetpp, tmp_path) == tab.text("#digest")


def test_own_pictures_are_learned_and_saved_for_python(tab: OpenedPage, lenetpp: Command, tmp_path: Path) -> None:
    files: dict[str, list[Path]] = {}
    for name, colour in (("red", (210, 40, 30)), ("blue", (20, 60, 200))):
        for number in range(10):
            path = tmp_path / f"{name}-{number}.png"
            Image.new("RGB", (60 + number, 48), tuple(part + number for part in colour)).save(path)
            files.setdefault(name, []).append(path)
    tab.go("#epochs=4&lang=en")
    tab.page.check("#source-own")
    tab.page.click("#use-pictures")
    tab.page.locator("#data > [role=alert]", has_text='"A" has 0: expected two at least').wait_for()
    for place, (name, pictures) in enumerate(files.items()):
        own = tab.page.locator(".own .class").nth(place)
        own.locator("input[type=text]").fill(name)
        own.locator("input[type=file]").set_input_files(pictures)
        own.locator("canvas").nth(9).wait_for()
    tab.page.click("#use-pictures")
    tab.page.locator("#command", has_text="lenetpp train own-pictures.npz").wait_for()
    tab.train_to_the_end()
    assert tab.text("#figures div:nth-child(3) dd") == "100.0 %"
    saved = tab.saved("#keep-pictures", tmp_path)
    assert lp.load_data(saved).classes == ("red", "blue")
    assert trained_by_its_command(tab, lenetpp, tmp_path) == tab.text("#digest")


def test_saved_pictures_give_their_address_again_under_any_file_name(opened: Opener, tmp_path: Path) -> None:
    generator = np.random.default_rng(3)
    arrays: dict[str, Any] = {
        "train_images": generator.integers(0, 256, (12, 3, 32, 32), np.uint8),
        "train_labels": (np.arange(12) % 2).astype(np.int32),
        "test_images": generator.integers(0, 256, (4, 3, 32, 32), np.uint8),
        "test_labels": (np.arange(4) % 2).astype(np.int32),
        "classes": np.array(["cup", "pen"]),
    }
    np.savez(tmp_path / "-own-pictures (1).npz", **arrays)
    digest = lp.load_data(tmp_path / "-own-pictures (1).npz").digest[:16]
    page = opened(f"#data=own-pictures.npz%40{digest}&epochs=2&batch_size=4&lang=en")
    assert "own-pictures.npz" in page.text("#problem")
    page.page.set_input_files("#data-files", tmp_path / "-own-pictures (1).npz")
    page.page.locator("#command", has_text="lenetpp train './-own-pictures (1).npz'").wait_for()
    assert page.page.locator("#problem").is_hidden()
