"""What is changed while a training is there: nothing is lost, changes apply when Train is pressed."""

import shlex
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ..command import Command
from .opened_page import SHORT, OpenedPage

LONG = "#per_class=100&epochs=400&lang=en"


def started(page: OpenedPage) -> float:
    """Train until an epoch is done."""
    page.page.click("#train")
    page.page.locator("#digest + span", has_text="after epoch").wait_for()
    return page.done


def test_three_ticks_at_once_are_all_kept(tab: OpenedPage) -> None:
    tab.go(SHORT)
    tab.page.evaluate("for (const i of [1, 4, 8]) document.getElementById(`class-${i}`).click()")
    tab.page.locator("#command", has_text="--classes 0,Pullover,Dress,Sandal,Shirt,Sneaker,9").wait_for()
    assert tab.page.locator("#data input[type=checkbox]:checked").count() == 7
    tab.train_to_the_end()


def test_a_blank_in_the_networks_text_throws_nothing_away(tab: OpenedPage) -> None:
    tab.go(LONG)
    done = started(tab)
    tab.page.focus("#network-text")
    tab.page.keyboard.press("End")
    tab.page.keyboard.type(" ")
    tab.page.wait_for_timeout(200)
    assert tab.page.locator("#pending").is_hidden()
    assert tab.done >= done
    assert tab.text("#train") == "Pause"


def test_changes_wait_until_train_is_pressed_and_can_be_undone(tab: OpenedPage, lenetpp: Command) -> None:
    tab.go(LONG)
    done = started(tab)
    command, address = tab.text("#command"), tab.page.evaluate("location.hash")
    tab.fill("batch_size", 50)
    tab.fill("epochs", 2)
    tab.page.locator("#pending", has_text="begins anew").wait_for()
    assert tab.done >= done
    assert (tab.text("#command"), tab.page.evaluate("location.hash")) == (command, address)
    tab.page.click("#undo")
    tab.page.locator("#pending").wait_for(state="hidden")
    assert tab.page.input_value("#setting-epochs") == "400"
    assert tab.done >= done
    tab.fill("seed", 3)
    tab.fill("epochs", 2)
    tab.page.locator("#pending", has_text="begins anew").wait_for()
    tab.page.click("#train")
    tab.wait_for_state("Finished.")
    assert tab.text("#digest") == tab.trained_by_its_command(lenetpp)


@pytest.mark.parametrize("field", ["setting-epochs", "per-class"])
def test_what_is_being_typed_is_not_overwritten_by_a_change_before(tab: OpenedPage, field: str) -> None:
    tab.go(LONG)
    started(tab)
    change_and_type = """(id) => {
      const [seed, field] = ["setting-seed", id].map((one) => document.getElementById(one));
      seed.value = "3";
      seed.dispatchEvent(new Event("change"));
      field.focus();
      field.value = "5";
      field.dispatchEvent(new Event("input"));
    }"""
    tab.page.evaluate(change_and_type, field)
    tab.page.locator("#pending", has_text="begins anew").wait_for()
    assert tab.page.input_value(f"#{field}") == "5"


def test_a_wrong_change_leaves_the_training_alone(tab: OpenedPage) -> None:
    tab.go(LONG)
    done = started(tab)
    for text in ("1x28x28 | conv 2x5x5 rolu | dense 10", "1x28x28 | dense 7"):
        tab.page.fill("#network-text", text)
        tab.page.locator("#pending", has_text="cannot be used").wait_for()
    assert tab.text("#train") == "Pause"
    tab.page.click("#train")
    tab.wait_for_state("Paused.")
    assert tab.done >= done
    assert tab.page.locator("#train").is_disabled()
    tab.page.click("#undo")
    tab.page.locator("#train", has_text="Resume").wait_for()


def test_a_choice_that_the_core_refuses_leaves_the_finished_training(tab: OpenedPage) -> None:
    tab.go(SHORT)
    tab.train_to_the_end()
    digest = tab.text("#digest")
    tab.page.evaluate("document.querySelector('#settings details').open = true")
    tab.page.select_option("#setting-loss", "binary_cross_entropy")
    tab.page.locator("#pending", has_text="begins anew").wait_for()
    tab.page.click("#train")
    tab.page.locator("#settings [role=alert]", has_text="binary_cross_entropy").wait_for()
    assert tab.text("#digest") == digest


@pytest.mark.parametrize("settings", ["schedule=cosine", "schedule=constant&warmup_epochs=0&average_decay=0.9"])
@pytest.mark.parametrize("is_finished", [True, False])
def test_more_epochs_extend_with_the_bits_of_resume(
    tab: OpenedPage, lenetpp: Command, tmp_path: Path, settings: str, is_finished: bool
) -> None:
    tab.go(f"#per_class=20&epochs=2&{settings}&lang=en")
    words = tab.text("#command").split(" ", 1)[1]
    if is_finished:
        tab.train_to_the_end()
    else:
        tab.page.click("#step")
        tab.wait_for_state("Paused.")
    tab.fill("epochs", 4)
    tab.page.locator("#pending", has_text="goes on for more epochs").wait_for()
    tab.page.click("#train")
    expect(tab.page.locator("#progress")).to_have_js_property("value", 4, timeout=120_000)
    tab.wait_for_state("Finished.")  # and no longer that of the training before
    run = lenetpp.json(*shlex.split(words), "--runs", tmp_path)
    extended = lenetpp.json("resume", run["run"], "--epochs", 4)
    assert tab.text("#digest") == extended["digest"] == tab.trained_by_its_command(lenetpp)


def test_a_network_of_ones_own_keeps_its_layers_when_classes_change(tab: OpenedPage) -> None:
    tab.go(SHORT)
    tab.page.fill("#network-text", "1x28x28 | conv 3x5x5 tanh | avgpool 2 | dense 10")
    tab.page.locator("#command", has_text="conv 3x5x5 tanh").wait_for()
    tab.page.uncheck("#class-0")
    tab.page.locator("#command", has_text="dense 9").wait_for()
    assert tab.page.input_value("#network-text") == "1x28x28 | conv 3x5x5 tanh | avgpool 2 | dense 9"
