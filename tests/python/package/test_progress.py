"""The display of a training: readable at 80 columns, in a notebook and in a file; silent unless somebody watches."""

import io
import re

import pytest
from rich.console import Console

from lenetpp import EpochRecord
from lenetpp.training.display import training_display
from lenetpp.training.progress import TerminalDisplay, TrainingDisplay


def record(epoch: int, validation: float | None = None) -> EpochRecord:
    return EpochRecord(
        epoch=epoch,
        loss=0.12345,
        training_accuracy=0.98765,
        test_loss=0.2,
        test_accuracy=0.87654,
        validation_loss=None if validation is None else 0.3,
        validation_accuracy=validation,
        learning_rate=0.0125,
        seconds=1.5,
        images_per_second=41234.5,
        gradient_norms={},
        digest="",
    )


def parts(validation: float | None) -> tuple[str, ...]:
    return ("train", "test") if validation is None else ("train", "validation", "test")


def shown(validation: float | None) -> str:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=80, color_system=None, highlight=False)
    with TerminalDisplay(epochs=2, image_count=1000, parts=parts(validation), console=console) as display:
        display.show_training(500)
        display.show_evaluation()
        display.show_epoch(record(1, validation))
        display.show_training(250)
        display.show_epoch(record(2, validation))
    return stream.getvalue()


def without_control_codes(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


@pytest.mark.parametrize("validation", [None, 0.7654])
def test_each_epoch_has_a_line_of_at_most_80_columns(validation: float | None) -> None:
    text = without_control_codes(shown(validation))
    lines = [line for line in text.splitlines() if "98.77 %" in line]
    assert [line.split()[0] for line in lines] == ["1", "2"]
    assert all("87.65 %" in line and "0.01250" in line and "41,234" in line for line in lines)
    assert all(("76.54 %" in line) == (validation is not None) for line in lines)
    assert max(len(line.split("\r")[-1]) for line in lines) <= 80
    assert text.count("images/s") >= 1


def test_a_run_that_is_continued_counts_on() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=80, color_system=None, highlight=False)
    with TerminalDisplay(epochs=5, image_count=1000, epochs_done=3, console=console) as display:
        display.show_epoch(record(4))
    text = without_control_codes(stream.getvalue())
    assert "epoch 4/5" in text
    assert "epoch 1/5" not in text
    header, line = (line.split("\r")[-1].split() for line in text.splitlines() if "loss" in line or "98.77 %" in line)
    assert (header[0], line[0]) == ("epoch", "4")


def test_the_bar_says_which_epoch_and_how_long() -> None:
    text = shown(None)
    assert "epoch 1/2" in text
    assert "epoch 2/2" in text
    assert "left" in text


def test_short_epochs_are_drawn_together(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=80, color_system=None, highlight=False)
    with TerminalDisplay(epochs=100, image_count=1000, console=console) as display:
        for epoch in range(1, 101):
            clock[0] += 0.01
            display.show_evaluation()
            display.show_epoch(record(epoch))
    text = without_control_codes(stream.getvalue())
    assert [line.split()[0] for line in text.splitlines() if "98.77 %" in line] == [str(n) for n in range(1, 101)]
    assert text.count("left") <= 15


def test_a_stream_that_is_no_terminal_gets_lines_if_that_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    assert type(training_display(None, 1, 1)) is TrainingDisplay
    assert type(training_display(False, 1, 1)) is TrainingDisplay
    with training_display(True, 2, 1000) as display:
        display.show_training(500)
        display.show_epoch(record(1))
        assert " ".join(stream.getvalue().splitlines()[-1].split()) == "1 0.1235 98.77 % 87.65 % 0.01250 41,234"
        display.show_epoch(record(2))
    assert [line.split()[0] for line in stream.getvalue().splitlines()] == ["epoch", "1", "2"]
    assert stream.getvalue().isascii()


@pytest.mark.parametrize("stream", [None, io.StringIO()], ids=["none", "closed"])
def test_a_program_without_an_error_stream_can_train(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO | None
) -> None:
    monkeypatch.setattr("sys.stderr", stream)
    with training_display(True, 1, 1000) as display:
        if stream is not None:
            stream.close()
        display.show_epoch(record(1))


@pytest.mark.parametrize("validation", [None, 0.7654])
def test_lines_and_header_stand_below_each_other(monkeypatch: pytest.MonkeyPatch, validation: float | None) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    with training_display(True, 1, 1000, parts=parts(validation)) as display:
        display.show_epoch(record(1, validation))
    header, line = stream.getvalue().splitlines()
    assert [found.end() for found in re.finditer(r"\S+", header)] == [
        found.end() for found in re.finditer(r"\S+( %)?", line)
    ]
