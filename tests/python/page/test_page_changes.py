"""What is changed while a training is there: nothing is lost, changes apply when Train is pressed."""

import shlex
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ..command import Command
from .opened_page import OpenedPage, Opener

LONG = "#per_class=100&epochs=400&lang=en"


def started(page: OpenedPage) -> float:
    """Train until an epoch is done."""
    page.page.click("#train")
    page.page.locator("#digest + span", has_text="after epoch").wait_for()
    return page.done


def test_three_ticks_at_once_are_all_kept(opened: Opener) -> None:
    page = opened()
    page.page.evaluate("for (const i of [1, 4, 8]) document.getElementById(`class-${i}`).click()")
    page.page.locator("#command", has_text="--classes 0,Pullover,Dress,Sandal,Shirt,Sneaker,9").wait_for()
    assert page.page.locator("#data input[type=checkbox]:checked").count() == 7
    page.train_to_the_end()


def test_a_blank_in_the_networks_text_throws_nothing_away(opened: Opener) -> None:
    page = opened(LONG)
    done = started(page)
    page.page.focus("#network-text")
    page.page.keyboard.press("End")
    page.page.keyboard.type(" ")
    page.page.wait_for_timeout(200)
    assert page.page.locator("#pending").is_hidden()
    assert page.done >= done
    assert page.text("#train") == "Pause"


def test_changes_wait_until_train_is_pressed_and_can_be_undone(opened: Opener, lenetpp: Command) -> None:
    page = opened(LONG)
    done = started(page)
    command, address = page.text("#command"), page.page.evaluate("location.hash")
    page.fill("batch_size", 50)
    page.fill("epochs", 2)
    page.page.locator("#pending", has_text="begins anew").wait_for()
    assert page.done >= done
    assert (page.text("#command"), page.page.evaluate("location.hash")) == (command, address)
    page.page.click("#undo")
    page.page.locator("#pending").wait_for(state="hidden")
    assert page.page.input_value("#setting-epochs") == "400"
    assert page.done >= done
    page.fill("seed", 3)
    page.fill("epochs", 2)
    page.page.locator("#pending", has_text="begins anew").wait_for()
    page.page.click("#train")
    page.wait_for_state("Finished.")
    assert page.text("#digest") == page.trained_by_its_command(lenetpp)


def test_a_wrong_change_leaves_the_training_alone(opened: Opener) -> None:
    page = opened(LONG)
    done = started(page)
    for text in ("1x28x28 | conv 2x5x5 rolu | dense 10", "1x28x28 | dense 7"):
        page.page.fill("#network-text", text)
        page.page.locator("#pending", has_text="cannot be used").wait_for()
    assert page.text("#train") == "Pause"
    page.page.click("#train")
    page.wait_for_state("Paused.")
    assert page.done >= done
    assert page.page.locator("#train").is_disabled()
    page.page.click("#undo")
    page.page.locator("#train", has_text="Resume").wait_for()


def test_a_choice_that_the_core_refuses_leaves_the_finished_training(opened: Opener) -> None:
    page = opened()
    page.train_to_the_end()
    digest = page.text("#digest")
    page.page.evaluate("document.querySelector('#settings details').open = true")
    page.page.select_option("#setting-loss", "binary_cross_entropy")
    page.page.locator("#pending", has_text="begins anew").wait_for()
    page.page.click("#train")
    page.page.locator("#settings [role=alert]", has_text="binary_cross_entropy").wait_for()
    assert page.text("#digest") == digest


@pytest.mark.parametrize("settings", ["schedule=cosine", "schedule=constant&warmup_epochs=0&average_decay=0.9"])
@pytest.mark.parametrize("is_finished", [True, False])
def test_more_epochs_extend_with_the_bits_of_resume(
    opened: Opener, lenetpp: Command, tmp_path: Path, settings: str, is_finished: bool
) -> None:
    page = opened(f"#per_class=20&epochs=2&{settings}&lang=en")
    words = page.text("#command").split(" ", 1)[1]
    if is_finished:
        page.train_to_the_end()
    else:
        page.page.click("#step")
        page.wait_for_state("Paused.")
    page.fill("epochs", 4)
    page.page.locator("#pending", has_text="goes on for more epochs").wait_for()
    page.page.click("#train")
    expect(page.page.locator("#progress")).to_have_js_property("value", 4, timeout=120_000)
    page.wait_for_state("Finished.")  # and no longer that of the training before
    run = lenetpp.json(*shlex.split(words), "--runs", tmp_path)
    extended = lenetpp.json("resume", run["run"], "--epochs", 4)
    assert page.text("#digest") == extended["digest"] == page.trained_by_its_command(lenetpp)


def test_a_network_of_ones_own_keeps_its_layers_when_classes_change(opened: Opener) -> None:
    page = opened()
    page.page.fill("#network-text", "1x28x28 | conv 3x5x5 tanh | avgpool 2 | dense 10")
    page.page.locator("#command", has_text="conv 3x5x5 tanh").wait_for()
    page.page.uncheck("#class-0")
    page.page.locator("#command", has_text="dense 9").wait_for()
    assert page.page.input_value("#network-text") == "1x28x28 | conv 3x5x5 tanh | avgpool 2 | dense 9"
