"""What a cluster's worker does: each training in a process of its own, which may hang, crash or be no longer wanted."""

import os
import signal
import tempfile
import time
from concurrent.futures import CancelledError
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import pytest

from lenetpp.studies.clusters import apart
from lenetpp.studies.clusters.apart import train_apart
from lenetpp.studies.clusters.place import Place
from lenetpp.studies.sent_runs import SentRun
from lenetpp.studies.worker import Assignment, Delivery, Failed, train_one

from .trainings import trained_alone, training
from .waiting import is_alive, training_children, wait_for

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends signals")


class Wanted(Place):
    """A place whose training is wanted until a file is there."""

    def is_wanted(self) -> bool:
        return not (self.folder / "unwanted").exists()


def assignment(folder: Path, seconds: float | None = None, *, epochs: int = 2) -> Assignment:
    return Assignment(training(epochs=epochs).key, folder / "runs" / "run", landing=folder / "unseen", seconds=seconds)


def begun(folder: Path, seconds: float | None = None) -> tuple[Thread, list[Delivery | BaseException], int]:
    """Begin a long training and return what it will come to, and its process, once it trains."""
    came: list[Delivery | BaseException] = []

    def train() -> None:
        place = partial(Wanted, "w", folder)
        train_apart(training(), assignment(folder), place)
        loaded.set()  # its process is there, with all that it needs
        try:
            needed = training(epochs=100_000)
            came.append(train_apart(needed, assignment(folder, seconds, epochs=100_000), place))
        except BaseException as error:
            came.append(error)

    before, loaded = training_children(), Event()
    thread = Thread(target=train)
    thread.start()
    wait_for(lambda: loaded.is_set() and any(folder.glob("lenetpp-*/*/metrics.jsonl")), "begun")
    (process,) = training_children() - before
    return thread, came, process


def test_a_run_is_sent_and_its_process_leaves_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "IDLE_SECONDS", 0.5)
    before = training_children()
    deliveries = [train_apart(training(), assignment(tmp_path), partial(Place, "w", tmp_path)) for _ in range(2)]
    for delivery in deliveries:
        assert delivery.worker == "w"
        assert isinstance(delivery.outcome, SentRun)
        assert trained_alone(training()).digest.encode() in delivery.outcome.files["run.toml"]
    assert list(tmp_path.iterdir()) == []
    wait_for(lambda: training_children() <= before, "gone")


def test_a_training_that_hangs_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lenetpp.studies.worker_processes.STOP_SECONDS", 0.3)
    thread, came, process = begun(tmp_path, seconds=3)
    os.kill(process, signal.SIGSTOP)
    thread.join(120)
    (delivery,) = came
    assert isinstance(delivery, Delivery)
    assert delivery.outcome == Failed("it was stopped after 3 s, as if it hung")
    assert not is_alive(process)
    assert list(tmp_path.iterdir()) == []


def test_a_crash_costs_a_try_and_a_pause_that_doubles(tmp_path: Path) -> None:
    thread, came, process = begun(tmp_path)
    killed = time.monotonic()
    os.kill(process, signal.SIGKILL)
    thread.join(120)
    (delivery,) = came
    assert isinstance(delivery, Delivery)
    assert isinstance(delivery.outcome, Failed)
    assert delivery.outcome.reason.endswith("died of the signal SIGKILL")
    assert time.monotonic() - killed > 1
    assert list(tmp_path.iterdir()) == []


def test_what_nobody_wants_any_more_is_stopped_and_leaves_nothing(tmp_path: Path) -> None:
    thread, came, process = begun(tmp_path)
    (tmp_path / "unwanted").touch()
    thread.join(120)
    assert [type(each) for each in came] == [CancelledError]
    assert not is_alive(process)
    assert [path.name for path in tmp_path.iterdir()] == ["unwanted"]


@pytest.mark.parametrize("when", ["made", "removed"])
def test_an_interruption_while_the_folder_is_made_or_removed_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    make, remove = tempfile.mkdtemp, TemporaryDirectory.cleanup
    pressed = []

    def press(at: str) -> None:
        if at == when:
            pressed.append(at)
            signal.raise_signal(signal.SIGINT)

    def made(*args: Any) -> str:
        folder: str = make(*args)
        press("made")
        return folder

    def removed(folder: TemporaryDirectory[str]) -> None:
        press("removed")
        remove(folder)

    monkeypatch.setattr(tempfile, "mkdtemp", made)
    monkeypatch.setattr(TemporaryDirectory, "cleanup", removed)
    with pytest.raises(KeyboardInterrupt):
        train_one(training(), replace(assignment(tmp_path), folder=tmp_path))
    assert pressed == [when]
    assert list(tmp_path.iterdir()) == []
