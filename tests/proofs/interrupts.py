"""Ctrl-C during loading, training, evaluation and saving: answered in time, with everything still usable."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import numpy as np

import lenetpp as lp
from lenetpp.records.run_writer import RunWriter

LENET5 = str(lp.network("lenet5"))
LIMIT = 0.2
"""Seconds until an answer, for 99 of 100."""
PATIENCE = 10.0
"""Seconds after which an answer is late whatever else the machine does."""


class Press:
    """Presses Ctrl-C in this process and tells how long the answer took."""

    time = 0.0
    work = 0.0

    def __call__(self) -> None:
        self.time, self.work = time.perf_counter(), time.process_time()
        os.kill(os.getpid(), signal.SIGINT)

    def answered(self) -> "Answer":
        return Answer(time.perf_counter() - self.time, time.process_time() - self.work)

    def later(self, seconds: float) -> None:
        timer = threading.Timer(seconds, self)
        timer.daemon = True
        timer.start()


class Answer(NamedTuple):
    """Seconds from a press to its answer, and what this process worked in them."""

    seconds: float
    work: float

    @property
    def late(self) -> bool:
        """Whether it was, and by this process: a machine that is busy with others answers later."""
        return self.seconds > PATIENCE or min(self) > LIMIT


def prove(folder: Path, count: int = 50, source: str | None = None, seed: int = 1) -> str:
    """Press Ctrl-C `count` times in each phase, at random moments; the data loaded are those of `source`."""
    random = np.random.default_rng(seed)
    expected = lp.load_data(source).digest
    phases: dict[str, Callable[[Path, Press, float], Answer]] = {
        "loading": lambda _, press, moment: _load(source, expected, press, moment),
        "training": _train,
        "evaluation": _evaluate,
        "saving": _save,
    }
    parts = []
    for name, phase in phases.items():
        answers = [phase(folder / name, Press(), random.uniform(0, 1)) for _ in range(count)]
        late = sum(answer.late for answer in answers)
        assert late <= count // 100, f"{name}: {sorted(answers)[-5:]}"
        parts.append(f"{name} {1000 * np.quantile([answer.seconds for answer in answers], 0.99):.0f} ms")
    return f"Ctrl-C {count} times in each phase, 99th percentile of the answers: {', '.join(parts)}; all runs usable"


def _load(source: str | None, expected: str, press: Press, moment: float) -> Answer:
    """Data are read and their digest is computed."""
    try:
        press.later(0.3 * moment)
        while True:
            lp.load_data(source).digest  # noqa: B018
    except KeyboardInterrupt:
        answer = press.answered()
    if moment < 0.1:  # now and then: that takes a while
        assert lp.load_data(source).digest == expected
    return answer


def _train(folder: Path, press: Press, moment: float) -> Answer:
    """A long epoch."""
    data = _embedded()
    return _interrupted(folder, press, data, lambda: press.later(0.3 * moment), epochs=10_000)


def _evaluate(folder: Path, press: Press, moment: float) -> Answer:
    """Ten thousand test images after sixteen training images."""
    data = _embedded()
    few = (data.train_images[:16], data.train_labels[:16])
    many = (np.concatenate([data.train_images] * 2), np.concatenate([data.train_labels] * 2))
    unequal = lp.Dataset.from_arrays(few, many, classes=data.classes)
    return _interrupted(folder, press, unequal, lambda: press.later(0.3 * moment), epochs=10_000)


def _save(folder: Path, press: Press, moment: float) -> Answer:
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


def _interrupted(folder: Path, press: Press, data: lp.Dataset, start: Callable[[], None], epochs: int) -> Answer:
    """Train until Ctrl-C ends it; return the answer, after a look at what is left."""
    network = lp.Network.parse(LENET5)
    try:
        start()
        lp.train(network, data, runs=folder, progress=False, epochs=epochs)
    except KeyboardInterrupt:
        answer = press.answered()
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
    return answer


def _embedded(per_class: int | None = None) -> lp.Dataset:
    return lp.load_data(train_per_class=None if per_class is None else per_class // 10)
