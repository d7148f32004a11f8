"""An address is done or it is said why not: random and hostile ones, other images, changes in the same tab."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import lenetpp as lp
from lenetpp.settings.training_settings import TrainingSettings

from ..command import Command
from .addresses import EVERY_SETTING, HOSTILE, OWN, Outcome, digest_of, random_address, random_entries, written
from .conftest import InNode
from .data_files import mnist_like
from .opened_page import OpenedPage, Opener

if TYPE_CHECKING:
    pass


def check_digest(outcome: Outcome, lenetpp: Command) -> None:
    assert outcome.digest == digest_of(outcome.command, lambda *words: lenetpp.json("train", *words))


@pytest.mark.parametrize("seed", range(3))
def test_an_address_gives_the_digest_of_its_command_or_a_sentence(tab: OpenedPage, lenetpp: Command, seed: int) -> None:
    outcome = Outcome(tab, random_address(random.Random(seed)))
    if not outcome.sentence:
        check_digest(outcome, lenetpp)


@pytest.mark.parametrize("optimizer", EVERY_SETTING)
def test_every_setting_gives_the_digest_of_the_command(tab: OpenedPage, lenetpp: Command, optimizer: str) -> None:
    outcome = Outcome(tab, written(EVERY_SETTING[optimizer].items()))
    assert outcome.sentence == ""
    check_digest(outcome, lenetpp)


def test_some_address_tries_every_setting_of_the_page_at_another_value_than_the_usual_one() -> None:
    usual = lp.TrainingSettings().as_dict()
    tried = {
        name
        for each in EVERY_SETTING.values()
        for name, value in each.items()
        if name in usual and value != usual[name]
    }
    assert tried | {"restarts"} == set(OWN["settings"])  # which as_dict() leaves out where there are none


@pytest.mark.parametrize("kind", range(len(HOSTILE)))
def test_no_hostile_address_leaves_a_dead_page(tab: OpenedPage, kind: int) -> None:
    generator = random.Random(kind)
    outcome = Outcome(tab, HOSTILE[kind](random_entries(generator), generator))
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


def test_an_address_names_its_images_and_asks_for_them(opened: Opener, tmp_path: Path) -> None:
    files, others = mnist_like(tmp_path / "right", 0), mnist_like(tmp_path / "others", 1)
    page = opened("#epochs=1&lang=en")
    page.page.check("#source-files")
    page.page.set_input_files("#data-files", files)
    page.page.locator("#command", has_text="lenetpp train images.npz").wait_for()
    page.page.fill("#per-class", "10")
    page.page.press("#per-class", "Tab")
    page.page.locator("#command", has_text="--per-class 10").wait_for()
    page.train_to_the_end()
    address, digest, command = page.page.evaluate("location.hash"), page.text("#digest"), page.text("#command")
    data = lp.load_data(tmp_path / "right", train_per_class=10)
    assert f"images.npz%40{data.digest[:16]}" in address

    fresh = opened(address)
    fresh.page.click("#problem button")
    fresh.page.locator("#problem").wait_for(state="hidden")
    assert "images.npz" not in fresh.text("#command")
    assert fresh.page.evaluate("location.hash").startswith("#data=fashion-mnist-5000")

    fresh.go(address)
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
