"""An address is done or it is said why not: random and hostile ones, other images, changes in the same tab."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import lenetpp as lp
from lenetpp.settings.training_settings import TrainingSettings

from ..command import Command
from .addresses import HOSTILE, Outcome, digest_of, random_address, random_entries, written
from .conftest import InNode
from .opened_page import OpenedPage, Opener
from .test_page_in_a_browser import write_idx

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def tab(browser: "Browser", page_file: Path) -> Iterator[OpenedPage]:
    page = OpenedPage(browser, page_file)
    yield page
    page.page.context.close()
    assert page.complaints == []


@pytest.mark.parametrize("seed", range(6))
def test_an_address_gives_the_digest_of_its_command_or_a_sentence(tab: OpenedPage, lenetpp: Command, seed: int) -> None:
    outcome = Outcome(tab.page, random_address(random.Random(seed)))
    if not outcome.sentence:
        assert outcome.digest == digest_of(outcome.command, lambda *words: lenetpp.json("train", *words))


@pytest.mark.parametrize("kind", range(len(HOSTILE)))
def test_no_hostile_address_leaves_a_dead_page(tab: OpenedPage, kind: int) -> None:
    generator = random.Random(kind)
    outcome = Outcome(tab.page, HOSTILE[kind](random_entries(generator), generator))
    assert outcome.sentence or outcome.digest
    if "needs the images" in outcome.sentence:
        tab.page.click("#problem button")
    tab.page.locator("#train:not([disabled]), #reset:not([disabled])").first.wait_for()


def test_what_an_address_says_of_settings_is_what_the_package_takes(in_node: Callable[[str], InNode]) -> None:
    addresses = [written(random_entries(random.Random(seed))) for seed in range(300)]
    read = in_node("address")("readAddress", [[address] for address in addresses])
    together = in_node("settings")("checkTogether", [[one["settings"], [1, 28, 28]] for one in read])
    for one, verdict in zip(read, together, strict=True):
        try:
            TrainingSettings(**one["settings"])
        except ValueError:
            assert verdict is not None
        else:
            assert verdict is None


def test_another_address_in_the_same_tab_and_the_way_back(opened: Opener) -> None:
    page = opened("#per_class=20&epochs=2&lang=en")
    first = page.text("#digest"), page.text("#command")
    page.page.evaluate("location.hash = 'seed=7&per_class=20&epochs=2&lang=en'")
    page.page.locator("#command", has_text="--seed 7").wait_for()
    assert page.text("#digest") != first[0]
    page.page.go_back()
    page.page.locator("#digest", has_text=first[0]).wait_for()
    assert (page.text("#digest"), page.text("#command")) == first
    page.page.evaluate("location.hash = 'preset=constructor&lang=en'")
    page.page.locator("#problem", has_text='but is "constructor"').wait_for()
    page.page.evaluate("location.hash = 'per_class=20&epochs=2&lang=ja'")
    page.page.locator("#problem").wait_for(state="hidden")
    assert page.page.evaluate("document.documentElement.lang") == "ja"


def mnist_files(folder: Path, seed: int) -> list[Path]:
    folder.mkdir()
    generator = np.random.default_rng(seed)
    for part, count in (("train", 200), ("t10k", 50)):
        write_idx(folder / f"{part}-images-idx3-ubyte.gz", generator.integers(0, 256, (count, 28, 28), np.uint8))
        write_idx(folder / f"{part}-labels-idx1-ubyte.gz", (np.arange(count) % 10).astype(np.uint8))
    return sorted(folder.glob("*.gz"))


def test_an_address_names_its_images_and_asks_for_them(opened: Opener, tmp_path: Path) -> None:
    files, others = mnist_files(tmp_path / "right", 0), mnist_files(tmp_path / "others", 1)
    page = opened("#epochs=1&lang=en")
    page.page.check("#source-files")
    page.page.set_input_files("#data-files", files)
    page.page.locator("#command", has_text="lenetpp train mnist").wait_for()
    page.page.fill("#per-class", "10")
    page.page.press("#per-class", "Tab")
    page.page.locator("#command", has_text="--per-class 10").wait_for()
    page.train_to_the_end()
    address, digest, command = page.page.evaluate("location.hash"), page.text("#digest"), page.text("#command")
    data = lp.load_data(tmp_path / "right", train_per_class=10)
    assert f"mnist%40{data.digest[:16]}" in address

    fresh = opened(address)
    assert "needs the images" in fresh.text("#problem")
    assert fresh.page.locator("#train").is_disabled()
    fresh.page.set_input_files("#data-files", others)
    fresh.page.locator("#problem", has_text="they are others").wait_for()
    assert fresh.page.locator("#train").is_disabled()
    fresh.page.set_input_files("#data-files", files)
    fresh.page.locator("#problem").wait_for(state="hidden")
    assert fresh.text("#command") == command
    fresh.train_to_the_end()
    assert fresh.text("#digest") == digest

    without = opened(address)
    without.page.click("#problem button")
    without.page.locator("#problem").wait_for(state="hidden")
    assert "mnist" not in without.text("#command")
    assert without.page.evaluate("location.hash").startswith("#data=fashion-mnist-5000")


def test_saved_pictures_give_their_address_again(opened: Opener, tmp_path: Path) -> None:
    generator = np.random.default_rng(3)
    arrays: dict[str, Any] = {
        "train_images": generator.integers(0, 256, (12, 3, 32, 32), np.uint8),
        "train_labels": (np.arange(12) % 2).astype(np.int32),
        "test_images": generator.integers(0, 256, (4, 3, 32, 32), np.uint8),
        "test_labels": (np.arange(4) % 2).astype(np.int32),
        "classes": np.array(["cup", "pen"]),
    }
    np.savez(tmp_path / "own-pictures.npz", **arrays)
    digest = lp.load_data(tmp_path / "own-pictures.npz").digest[:16]
    page = opened(f"#data=own-pictures.npz%40{digest}&epochs=2&batch_size=4&lang=en")
    assert "own-pictures.npz" in page.text("#problem")
    page.page.set_input_files("#data-files", tmp_path / "own-pictures.npz")
    page.page.locator("#command", has_text="lenetpp train own-pictures.npz").wait_for()
    assert page.page.locator("#problem").is_hidden()
