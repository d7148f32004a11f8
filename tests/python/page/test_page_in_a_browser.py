"""The page in Chromium: it trains to the bits of the command that it names, and nothing done to it breaks it."""

import struct
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import lenetpp as lp
from lenetpp.networks.ablation import ablated_layers

from ..command import Command
from ..pictures.browsing import OVERFLOWING, violations
from .opened_page import SHORT, OpenedPage, Opener

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.parametrize("core", ["", "&core=emulated"])
def test_training_ends_with_the_digest_of_the_command_that_it_shows(
    opened: Opener, lenetpp: Command, core: str
) -> None:
    page = opened(f"#classes=Coat,Sneaker,Bag&per_class=30&epochs=2&seed=5&lang=en{core}")
    assert (", wasm128;" in page.text("#core")) == bool(core)  # else the relaxed one, where the processor fuses
    page.train_to_the_end()
    assert page.text("#digest") == page.trained_by_its_command(lenetpp)


def test_other_network_settings_and_classes_have_the_bits_of_their_command(tab: OpenedPage, lenetpp: Command) -> None:
    tab.go(
        "#preset=blog-lenet&classes=Sneaker,Bag&per_class=30&epochs=2&optimizer=adam&learning_rate=0.003&seed=9"
        "&flip_horizontally=true&shift_pixels=2&reduction=mean&lang=en"
    )
    tab.train_to_the_end()
    assert tab.text("#digest") == tab.trained_by_its_command(lenetpp)


def test_pause_step_and_reset(tab: OpenedPage) -> None:
    tab.go("#per_class=200&epochs=50&lang=en")
    start = tab.text("#digest")
    tab.page.click("#step")
    tab.wait_for_state("Paused.")
    assert tab.done == pytest.approx(32 / 2000)
    tab.page.click("#train")
    tab.wait_for_state("Training…")
    tab.page.locator("#digest + span", has_text="after epoch 1").wait_for()
    tab.page.click("#train")
    tab.wait_for_state("Paused.")
    done = tab.done
    tab.page.wait_for_timeout(300)
    assert tab.done == done
    assert tab.text("#train") == "Resume"
    tab.page.click("#reset")
    tab.page.locator("#digest", has_text=start).wait_for()
    tab.wait_for_state("Ready.")
    assert tab.done == 0


def test_training_goes_on_while_another_tab_is_in_front(opened: Opener) -> None:
    page = opened("#per_class=100&epochs=200&lang=en")
    page.page.click("#train")
    other = page.page.context.new_page()
    other.bring_to_front()
    before = page.done
    other.wait_for_timeout(700)
    assert page.done > before
    other.close()
    page.page.click("#train")
    page.wait_for_state("Paused.")


def test_a_wrong_text_shows_the_parsers_caret_and_a_right_one_trains(tab: OpenedPage, lenetpp: Command) -> None:
    tab.go(SHORT)
    tab.page.fill("#network-text", "1x28x28 | conv 6x5x5 pad2 rolu | dense 10")
    problem = tab.page.locator("#network-problem")
    problem.wait_for()
    first, line, caret = problem.inner_text().rstrip().split("\n")
    assert "found" in first
    assert line[caret.index("^") :].startswith("rolu")
    assert tab.page.locator("#train").is_disabled()
    tab.page.fill("#network-text", "1x28x28 | conv 3x5x5 tanh | avgpool 2 | dense 10")
    tab.page.locator("#network-problem").wait_for(state="hidden")
    tab.train_to_the_end()
    assert tab.text("#digest") == tab.trained_by_its_command(lenetpp)


IMPOSSIBLE = {
    "1x28x28 | dense 100000 relu | dense 10": "too large for this page",
    "1x28x28 | conv 400x5x5 pad2 | conv 400x5x5 pad2 | dense 10": "too large for this page",
    "1x28x28 | conv 4000x5x5 pad2 | conv 4000x5x5 pad2 | dense 10": "more than 2^28 weights",
    "1x28x28 | dense 1000000000 | dense 10": "more than 2^28 values",
    "1x28x28 | dense 7": 'end it with "dense 10"',
    "3x28x28 | dense 10": "these are 1x28x28",
    "": "expected",
}
"""Networks that are too large or do not fit, and what is said of them."""


def test_networks_that_cannot_be_say_why_and_the_page_lives_on(tab: OpenedPage) -> None:
    tab.go(SHORT)
    for text, words in IMPOSSIBLE.items():
        tab.page.fill("#network-text", text)
        tab.page.locator("#network-problem", has_text=words).wait_for()
        assert tab.page.locator("#train").is_disabled()
    tab.page.select_option("#preset", "mixing")
    tab.page.locator("#train:not([disabled])").wait_for()


def test_settings_out_of_their_range_are_refused_and_divergence_is_said(tab: OpenedPage) -> None:
    tab.go(SHORT)
    tab.fill("learning_rate", "fast")
    tab.page.locator(
        "#settings [role=alert]", has_text='learning_rate must be a number above 0, but is "fast"'
    ).wait_for()
    tab.fill("learning_rate", "900")
    tab.page.locator("#train:not([disabled])").wait_for()
    tab.page.click("#train")
    tab.wait_for_state("Training diverged")
    tab.fill("learning_rate", "0.01")
    tab.page.locator("#train:not([disabled])").wait_for()
    tab.train_to_the_end()


def test_the_address_of_a_page_gives_the_same_page(opened: Opener) -> None:
    page = opened("#per_class=20&epochs=2&seed=8&network=1x28x28%20%7C%20dense%2010&lang=en")
    page.fill("batch_size", 4)
    page.page.locator("#command", has_text="--batch-size 4").wait_for()
    digest, address = page.text("#digest"), page.page.evaluate("location.hash")
    again = opened(address)
    assert again.text("#digest") == digest
    assert again.text("#command") == page.text("#command")


def test_a_downloaded_model_is_the_same_network_in_python_and_comes_back(tab: OpenedPage, tmp_path: Path) -> None:
    tab.go(SHORT)
    tab.train_to_the_end()
    file = tab.saved("#save", tmp_path)
    network, data = lp.Network.load(file), lp.load_data(train_per_class=20)
    assert network.digest == tab.text("#digest")
    assert network.class_names == data.classes
    shown = tab.text("#figures div:nth-child(3) dd")
    assert shown == f"{100 * lp.evaluate(network, data).accuracy:.1f} %"
    tab.go(f"{SHORT}&seed=2")
    assert tab.text("#digest") != network.digest
    tab.page.set_input_files("#open-model", file)
    tab.page.locator("#bits [role=status]", has_text="model.safetensors: opened").wait_for()
    assert tab.text("#digest") == network.digest


def test_the_folder_of_a_run_is_shown_with_its_epochs(tab: OpenedPage, lenetpp: Command, tmp_path: Path) -> None:
    run = lenetpp.json("train", "--per-class", 20, "--epochs", 3, "--runs", tmp_path)
    tab.go(SHORT)
    tab.page.set_input_files("#open-run", run["run"])
    tab.page.locator("#bits [role=status]", has_text="opened").wait_for()
    assert tab.text("#digest") == run["digest"]
    label = tab.page.locator("#curves svg").get_attribute("aria-label") or ""
    assert f"test {100 * run['test_accuracy']:.1f}".removesuffix(".0") in label


def test_wrong_files_are_refused_with_a_reason(tab: OpenedPage, tmp_path: Path) -> None:
    tab.go(SHORT)
    digest = tab.text("#digest")
    wrong = tmp_path / "model.safetensors"
    for content in (b"", b"no model", bytes(range(256)) * 40, struct.pack("<Q", 1 << 62) + b"{}"):
        wrong.write_bytes(content)
        tab.page.evaluate("document.querySelector('#bits [role=status]').textContent = ''")
        tab.page.set_input_files("#open-model", wrong)
        tab.page.locator("#bits [role=status]", has_text="model.safetensors").wait_for()
    assert tab.text("#digest") == digest
    tab.page.check("#source-files")
    text = tmp_path / "notes.txt"
    text.write_text("no images")
    tab.page.set_input_files("#data-files", text)
    tab.page.locator("#data > [role=alert]", has_text="notes.txt: expected MNIST's four files").wait_for()
    tab.train_to_the_end()


def test_each_filter_is_taken_away_as_python_takes_it(tab: OpenedPage, tmp_path: Path) -> None:
    tab.go("#per_class=50&epochs=2&lang=en")
    tab.train_to_the_end()
    tab.page.click("#filters .without >> nth=0")
    tab.page.locator("#filters .cost", has_text="points").nth(5).wait_for()
    network = lp.Network.load(tab.saved("#save", tmp_path))
    data = lp.load_data(train_per_class=50)
    _, layers = ablated_layers(network, data, planes=False)
    expected = [100 * -part.lost for part in layers[0].filters]
    costs = tab.page.locator("#filters .layer >> nth=0").locator(".cost").all_inner_texts()
    shown = [text.split()[0].replace("\N{MINUS SIGN}", "-").replace("±", "") for text in costs]
    assert [float(text) for text in shown] == pytest.approx(expected, abs=0.051)


def test_keys_move_through_the_images_and_draw(tab: OpenedPage) -> None:
    tab.go(SHORT)
    tab.page.focus("#looking .strip button >> nth=0")
    for place in (1, 2):
        tab.page.keyboard.press("ArrowRight")
        assert tab.page.locator("#looking .strip button").nth(place).get_attribute("aria-pressed") == "true"
    tab.page.focus(".pad")
    before = tab.page.evaluate("document.querySelector('.pad').toDataURL()")
    tab.page.keyboard.press("ArrowDown")
    tab.page.keyboard.press("Space")
    assert tab.page.evaluate("document.querySelector('.pad').toDataURL()") != before
    tab.page.locator('#looking .strip button[aria-pressed="true"]').wait_for(state="detached")
    assert tab.page.locator("#looking .answer .best").count() == 1


def test_pointing_at_a_weight_shows_its_number(tab: OpenedPage, tmp_path: Path) -> None:
    tab.go(SHORT)
    tab.page.hover("#filters canvas >> nth=2", position={"x": 34 * 1.5, "y": 34 * 3.5})
    shown = float(tab.text("#tip"))
    network = lp.Network.load(tab.saved("#save", tmp_path))
    assert shown == pytest.approx(network.parameters()["0.weight"][2, 0, 3, 1], rel=1e-3)


def test_no_text_overflows(opened: Opener) -> None:
    page = opened()
    page.page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    page.train_to_the_end()
    for width in (400, 3840):
        page.page.set_viewport_size({"width": width, "height": 900})
        assert page.page.evaluate("document.documentElement.scrollWidth") == width
        assert page.page.evaluate(OVERFLOWING) == []


def test_accessibility_checker_finds_nothing(opened: Opener) -> None:
    page = opened(bypass=True)  # the checker is a script of its own
    page.train_to_the_end()
    page.page.check("#source-own")
    for theme, language in (("light", "en"), ("dark", "ja")):
        page.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        assert page.page.evaluate("document.documentElement.lang") == language
        assert violations(page.page) == []
        page.page.click("#language")


def test_every_sentence_changes_with_the_language(tab: OpenedPage) -> None:
    tab.go(SHORT)
    english = tab.page.locator("h1, h2, .about, .buttons button").all_inner_texts()
    tab.page.click("#language")
    japanese = tab.page.locator("h1, h2, .about, .buttons button").all_inner_texts()
    assert [text for text in japanese if text and text.isascii()] == []
    assert len(japanese) == len(english)


def test_the_first_epoch_on_clothes_ends_within_seconds(browser: "Browser", page_file: Path) -> None:
    page = OpenedPage(browser, page_file, "#lang=en")
    page.page.click("#train")
    page.page.locator("#digest + span", has_text="after epoch").wait_for()
    milliseconds = page.page.evaluate("performance.now()")
    page.page.context.close()
    assert milliseconds < 20_000  # asked are 5 on a machine with nothing else to do
