"""Ctrl-C during loading, training, evaluation and saving: answered in time, with everything still usable."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

import lenetpp as lp
from lenetpp.records.run_writer import RunWriter

LENET5 = str(lp.network("lenet5"))
LIMIT = 0.2
"""Seconds until an answer, for 99 of 100."""


class Press:
    """Presses Ctrl-C in this process and remembers when."""

    time = 0.0

    def __call__(self) -> None:
        self.time = time.perf_counter()
        os.kill(os.getpid(), signal.SIGINT)

    def later(self, seconds: float) -> None:
        timer = threading.Timer(seconds, self)
        timer.daemon = True
        timer.start()


def prove(folder: Path, count: int = 50, source: str | None = None, seed: int = 1) -> str:
    """Press Ctrl-C `count` times in each phase, at random moments; the data loaded are those of `source`."""
    random = np.random.default_rng(seed)
    expected = lp.load_data(source).digest
    phases: dict[str, Callable[[Path, Press, float], float]] = {
        "loading": lambda _, press, moment: _load(source, expected, press, moment),
        "training": _train,
        "evaluation": _evaluate,
        "saving": _save,
    }
    parts = []
    for name, phase in phases.items():
        seconds = [phase(folder / name, Press(), random.uniform(0, 1)) for _ in range(count)]
        slow = sum(answer > LIMIT for answer in seconds)
        assert slow <= count // 100, f"{name}: {sorted(seconds)[-5:]}"
        parts.append(f"{name} {1000 * np.quantile(seconds, 0.99):.0f} ms")
    return f"Ctrl-C {count} times in each phase, 99th percentile of the answers: {', '.join(parts)}; all runs usable"


def _load(source: str | None, expected: str, press: Press, moment: float) -> float:
    """Data are read and their digest is computed."""
    try:
        press.later(0.3 * moment)
        while True:
            lp.load_data(source).digest  # noqa: B018
    except KeyboardInterrupt:
        answered = time.perf_counter()
    if moment < 0.1:  # now and then: that takes a while
        assert lp.load_data(source).digest == expected
    return answered - press.time


def _train(folder: Path, press: Press, moment: float) -> float:
    """A long epoch."""
    data = _embedded()
    return _interrupted(folder, press, data, lambda: press.later(0.3 * moment), epochs=10_000)


def _evaluate(folder: Path, press: Press, moment: float) -> float:
    """Ten thousand test images after sixteen training images."""
    data = _embedded()
    few = (data.train_images[:16], data.train_labels[:16])
    many = (np.concatenate([data.train_images] * 2), np.concatenate([data.train_labels] * 2))
    unequal = lp.Dataset.from_arrays(few, many, classes=data.classes)
    return _interrupted(folder, press, unequal, lambda: press.later(0.3 * moment), epochs=10_000)


def _save(folder: Path, press: Press, moment: float) -> float:
    """While a checkpoint is written, or the model and the end of the record."""
    save_checkpoint, end = RunWriter.save_checkpoint, RunWriter.end
    pressed: list[str] = []

    def press_and(write: Callable[..., None], name: str) -> Callable[..., None]:
        def patched(record: RunWriter, *arguments: Any) -> None:
            if not pressed and (name == "end") == (moment < 0.5):
                pressed.append(name)
                press()
            write(record, *arguments)

        return patched

    with (
        mock.patch.object(RunWriter, "save_checkpoint", press_and(save_checkpoint, "checkpoint")),
        mock.patch.object(RunWriter, "end", press_and(end, "end")),
    ):
        return _interrupted(folder, press, _embedded(200), lambda: None, epochs=2)


def _interrupted(folder: Path, press: Press, data: lp.Dataset, start: Callable[[], None], epochs: int) -> float:
    """Train until Ctrl-C ends it; return the seconds from the press to the answer, after a look at what is left."""
    network = lp.Network.parse(LENET5)
    try:
        start()
        lp.train(network, data, runs=folder, progress=False, epochs=epochs)
    except KeyboardInterrupt:
        answered = time.perf_counter()
    runs = sorted(folder.glob("*/run.toml")) if folder.exists() else []
    if runs and network.initialized:
        saved = runs[-1].parent
        run = lp.Run.load(saved)
        assert run.outcome in ("interrupted", "finished")
        assert run.digest == network.digest
        assert network.predict(data.test_images[:1]).shape == (1,)
        if run.outcome == "interrupted":
            resumed = lp.resume(saved, data=data, progress=False, epochs=len(run.history) + 1)
            assert resumed.outcome == "finished"
    return answered - press.time


def _embedded(per_class: int | None = None) -> lp.Dataset:
    return lp.load_data(train_per_class=None if per_class is None else per_class // 10)
