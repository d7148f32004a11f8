"""The page in Chromium: it trains to the bits of the command that it names, and nothing done to it breaks it."""

import gzip
import shlex
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import lenetpp as lp
import needs
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
    page = opened(f"{SHORT}&seed=5{core}")
    assert (", wasm128;" in page.text("#core")) == bool(core)  # else the relaxed one, where the processor fuses
    page.train_to_the_end()
    assert page.text("#digest") == page.trained_by_its_command(lenetpp)


def test_other_network_settings_and_classes_have_the_bits_of_their_command(opened: Opener, lenetpp: Command) -> None:
    page = opened(
        "#preset=blog-lenet&classes=Sneaker,Bag&per_class=30&epochs=2&optimizer=adam&learning_rate=0.003&seed=9"
        "&flip_horizontally=true&shift_pixels=2&reduction=mean&lang=en"
    )
    page.train_to_the_end()
    assert page.text("#digest") == page.trained_by_its_command(lenetpp)


def test_pause_step_and_reset(opened: Opener) -> None:
    page = opened("#per_class=200&epochs=50&lang=en")
    start = page.text("#digest")
    page.page.click("#step")
    page.wait_for_state("Paused.")
    assert page.done == pytest.approx(32 / 2000)
    page.page.click("#train")
    page.wait_for_state("Training…")
    page.page.locator("#digest + span", has_text="after epoch 1").wait_for()
    page.page.click("#train")
    page.wait_for_state("Paused.")
    done = page.done
    page.page.wait_for_timeout(300)
    assert page.done == done
    assert page.text("#train") == "Resume"
    page.page.click("#reset")
    page.page.locator("#digest", has_text=start).wait_for()
    page.wait_for_state("Ready.")
    assert page.done == 0


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


def test_a_wrong_text_shows_the_parsers_caret_and_a_right_one_trains(opened: Opener, lenetpp: Command) -> None:
    page = opened()
    page.page.fill("#network-text", "1x28x28 | conv 6x5x5 pad2 rolu | dense 10")
    problem = page.page.locator("#network-problem")
    problem.wait_for()
    first, line, caret = problem.inner_text().rstrip().split("\n")
    assert "found" in first
    assert line[caret.index("^") :].startswith("rolu")
    assert page.page.locator("#train").is_disabled()
    page.page.fill("#network-text", "1x28x28 | conv 3x5x5 tanh | avgpool 2 | dense 10")
    page.page.locator("#network-problem").wait_for(state="hidden")
    page.train_to_the_end()
    assert page.text("#digest") == page.trained_by_its_command(lenetpp)


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


def test_networks_that_cannot_be_say_why_and_the_page_lives_on(opened: Opener) -> None:
    page = opened()
    for text, words in IMPOSSIBLE.items():
        page.page.fill("#network-text", text)
        page.page.locator("#network-problem", has_text=words).wait_for()
        assert page.page.locator("#train").is_disabled()
    page.page.select_option("#preset", "mixing")
    page.page.locator("#train:not([disabled])").wait_for()


def test_settings_out_of_their_range_are_refused_and_divergence_is_said(opened: Opener) -> None:
    page = opened()
    page.fill("learning_rate", "fast")
    page.page.locator(
        "#settings [role=alert]", has_text='learning_rate must be a number above 0, but is "fast"'
    ).wait_for()
    page.fill("learning_rate", "900")
    page.page.locator("#train:not([disabled])").wait_for()
    page.page.click("#train")
    page.wait_for_state("Training diverged")
    page.fill("learning_rate", "0.01")
    page.page.locator("#train:not([disabled])").wait_for()
    page.train_to_the_end()


def test_the_address_of_a_page_gives_the_same_page(opened: Opener) -> None:
    page = opened("#per_class=20&epochs=2&seed=8&network=1x28x28%20%7C%20dense%2010&lang=en")
    page.fill("batch_size", 4)
    page.page.locator("#command", has_text="--batch-size 4").wait_for()
    digest, address = page.text("#digest"), page.page.evaluate("location.hash")
    again = opened(address)
    assert again.text("#digest") == digest
    assert again.text("#command") == page.text("#command")


def test_a_downloaded_model_is_the_same_network_in_python_and_comes_back(opened: Opener, tmp_path: Path) -> None:
    page = opened()
    page.train_to_the_end()
    file = page.saved("#save", tmp_path)
    network, data = lp.Network.load(file), lp.load_data(train_per_class=20)
    assert network.digest == page.text("#digest")
    assert network.class_names == data.classes
    shown = page.text("#figures div:nth-child(3) dd")
    assert shown == f"{100 * lp.evaluate(network, data).accuracy:.1f} %"
    other = opened()
    other.page.set_input_files("#open-model", file)
    other.page.locator("#bits [role=status]", has_text="model.safetensors: opened").wait_for()
    assert other.text("#digest") == network.digest


def test_the_folder_of_a_run_is_shown_with_its_epochs(opened: Opener, lenetpp: Command, tmp_path: Path) -> None:
    run = lenetpp.json("train", "--per-class", 20, "--epochs", 3, "--runs", tmp_path)
    page = opened()
    page.page.set_input_files("#open-run", run["run"])
    page.page.locator("#bits [role=status]", has_text="opened").wait_for()
    assert page.text("#digest") == run["digest"]
    label = page.page.locator("#curves svg").get_attribute("aria-label") or ""
    assert f"test {100 * run['test_accuracy']:.1f}".removesuffix(".0") in label


def test_wrong_files_are_refused_with_a_reason(opened: Opener, tmp_path: Path) -> None:
    page = opened()
    digest = page.text("#digest")
    wrong = tmp_path / "model.safetensors"
    for content in (b"", b"no model", bytes(range(256)) * 40, struct.pack("<Q", 1 << 62) + b"{}"):
        wrong.write_bytes(content)
        page.page.evaluate("document.querySelector('#bits [role=status]').textContent = ''")
        page.page.set_input_files("#open-model", wrong)
        page.page.locator("#bits [role=status]", has_text="model.safetensors").wait_for()
    assert page.text("#digest") == digest
    page.page.check("#source-files")
    text = tmp_path / "notes.txt"
    text.write_text("no images")
    page.page.set_input_files("#data-files", text)
    page.page.locator("#data > [role=alert]", has_text="notes.txt: expected MNIST's four files").wait_for()
    page.train_to_the_end()


def write_idx(file: Path, array: np.ndarray) -> None:
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    file.write_bytes(gzip.compress(header + array.tobytes()))


def test_mnist_files_train_to_the_bits_of_the_command(opened: Opener, lenetpp: Command, tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    for part, count in (("train", 600), ("t10k", 50)):
        write_idx(tmp_path / f"{part}-images-idx3-ubyte.gz", generator.integers(0, 256, (count, 28, 28), np.uint8))
        write_idx(tmp_path / f"{part}-labels-idx1-ubyte.gz", (np.arange(count) % 10).astype(np.uint8))
    page = opened("#epochs=1&lang=en")
    page.page.check("#source-files")
    page.page.set_input_files("#data-files", sorted(tmp_path.glob("*.gz")))
    page.page.locator("#command", has_text="lenetpp train mnist").wait_for()
    page.page.fill("#per-class", "50")
    page.page.press("#per-class", "Tab")
    page.page.locator("#command", has_text="--per-class 50").wait_for()
    page.train_to_the_end()
    words = shlex.split(page.text("#command").replace("train mnist", f"train {tmp_path}"))
    assert lenetpp.json(*words[1:])["digest"] == page.text("#digest")


def test_cifar10_files_begin_with_airplanes_and_ships(opened: Opener, tmp_path: Path) -> None:
    generator = np.random.default_rng(1)
    for name in [*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"]:
        records = generator.integers(0, 256, (20, 3073), np.uint8)
        records[:, 0] = np.arange(20) % 10
        (tmp_path / name).write_bytes(records.tobytes())
    page = opened()
    page.page.check("#source-files")
    page.page.set_input_files("#data-files", sorted(tmp_path.glob("*.bin")))
    page.page.locator("#command", has_text="lenetpp train cifar10 --classes airplane,ship").wait_for()
    assert page.page.locator("#altered button", has_text="without colours").is_visible()
    page.train_to_the_end()


def test_own_pictures_are_learned_and_saved_for_python(opened: Opener, lenetpp: Command, tmp_path: Path) -> None:
    pillow = needs.module("PIL.Image")
    files: dict[str, list[Path]] = {}
    for name, colour in (("red", (210, 40, 30)), ("blue", (20, 60, 200))):
        for number in range(10):
            path = tmp_path / f"{name}-{number}.png"
            pillow.new("RGB", (60 + number, 48), tuple(part + number for part in colour)).save(path)
            files.setdefault(name, []).append(path)
    page = opened("#epochs=4&lang=en")
    page.page.check("#source-own")
    page.page.click("#use-pictures")
    page.page.locator("#data > [role=alert]", has_text='"A" has 0: expected two at least').wait_for()
    for place, (name, pictures) in enumerate(files.items()):
        own = page.page.locator(".own .class").nth(place)
        own.locator("input[type=text]").fill(name)
        own.locator("input[type=file]").set_input_files(pictures)
        own.locator("canvas").nth(9).wait_for()
    page.page.click("#use-pictures")
    page.page.locator("#command", has_text="lenetpp train own-pictures.npz").wait_for()
    page.train_to_the_end()
    assert page.text("#figures div:nth-child(3) dd") == "100.0 %"
    saved = page.saved("#keep-pictures", tmp_path)
    assert lp.load_data(saved).classes == ("red", "blue")
    words = shlex.split(page.text("#command").replace("own-pictures.npz", str(saved)))
    assert lenetpp.json(*words[1:])["digest"] == page.text("#digest")


def test_each_filter_is_taken_away_as_python_takes_it(opened: Opener, tmp_path: Path) -> None:
    page = opened("#per_class=50&epochs=2&lang=en")
    page.train_to_the_end()
    page.page.click("#filters .without >> nth=0")
    page.page.locator("#filters .cost", has_text="points").nth(5).wait_for()
    network = lp.Network.load(page.saved("#save", tmp_path))
    data = lp.load_data(train_per_class=50)
    _, layers = ablated_layers(network, data, planes=False)
    expected = [100 * -part.lost for part in layers[0].filters]
    costs = page.page.locator("#filters .layer >> nth=0").locator(".cost").all_inner_texts()
    shown = [text.split()[0].replace("\N{MINUS SIGN}", "-").replace("±", "") for text in costs]
    assert [float(text) for text in shown] == pytest.approx(expected, abs=0.051)


def test_keys_move_through_the_images_and_draw(opened: Opener) -> None:
    page = opened()
    page.page.focus("#looking .strip button >> nth=0")
    for place in (1, 2):
        page.page.keyboard.press("ArrowRight")
        assert page.page.locator("#looking .strip button").nth(place).get_attribute("aria-pressed") == "true"
    page.page.focus(".pad")
    before = page.page.evaluate("document.querySelector('.pad').toDataURL()")
    page.page.keyboard.press("ArrowDown")
    page.page.keyboard.press("Space")
    assert page.page.evaluate("document.querySelector('.pad').toDataURL()") != before
    page.page.locator('#looking .strip button[aria-pressed="true"]').wait_for(state="detached")
    assert page.page.locator("#looking .answer .best").count() == 1


def test_pointing_at_a_weight_shows_its_number(opened: Opener, tmp_path: Path) -> None:
    page = opened()
    page.page.hover("#filters canvas >> nth=2", position={"x": 34 * 1.5, "y": 34 * 3.5})
    shown = float(page.text("#tip"))
    network = lp.Network.load(page.saved("#save", tmp_path))
    assert shown == pytest.approx(network.parameters()["0.weight"][2, 0, 3, 1], rel=1e-3)


@pytest.mark.parametrize("width", [400, 3840])
def test_no_text_overflows(opened: Opener, width: int) -> None:
    page = opened()
    page.page.set_viewport_size({"width": width, "height": 900})
    page.page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    page.train_to_the_end()
    assert page.page.evaluate("document.documentElement.scrollWidth") == width
    assert page.page.evaluate(OVERFLOWING) == []


@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "ja")])
def test_accessibility_checker_finds_nothing(opened: Opener, theme: str, language: str) -> None:
    page = opened(SHORT.replace("lang=en", f"lang={language}"), bypass=True)
    page.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.page.click("#train")
    page.page.wait_for_function("document.querySelector('#progress').value === 2")
    page.page.check("#source-own")
    assert page.page.evaluate("document.documentElement.lang") == language
    assert violations(page.page) == []


def test_every_sentence_changes_with_the_language(opened: Opener) -> None:
    page = opened()
    english = page.page.locator("h1, h2, .about, .buttons button").all_inner_texts()
    page.page.click("#language")
    japanese = page.page.locator("h1, h2, .about, .buttons button").all_inner_texts()
    assert [text for text in japanese if text and text.isascii()] == []
    assert len(japanese) == len(english)


def test_the_first_epoch_on_clothes_ends_within_seconds(browser: "Browser", page_file: Path) -> None:
    page = OpenedPage(browser, page_file, "#lang=en")
    page.page.click("#train")
    page.page.locator("#digest + span", has_text="after epoch").wait_for()
    milliseconds = page.page.evaluate("performance.now()")
    page.page.context.close()
    assert milliseconds < 20_000  # asked are 5 on a machine with nothing else to do
