"""A run is stopped at every step and resumed: it must end with the bits of one that was not."""

from collections.abc import Iterable
from pathlib import Path

import pytest

import lenetpp as lp

from .scenario import SETTINGS, STEPS_OF_EPOCH, assert_same, train
from .stepping import ctrl_c_after_step

STEPS = SETTINGS["epochs"] * STEPS_OF_EPOCH


def prove(folder: Path, stops: Iterable[int] = range(1, STEPS + 1)) -> str:
    """Stop and resume a run of its own after each of the steps `stops`, then one run after each tenth of them."""
    expected = train(folder)
    count = 0
    for stop in stops:
        with ctrl_c_after_step(stop), pytest.raises(lp.TrainingInterrupted) as caught:
            train(folder)
        stopped = caught.value.run.folder
        assert stopped is not None
        assert_same(stopped, lp.resume(stopped, progress=False), expected)
        count += 1
    sessions = _stop_again_and_again(folder, expected)
    return f"{count} of {count} runs stopped and resumed, and one stopped {sessions} times: equal digests and momentum"


def _stop_again_and_again(folder: Path, expected: lp.Run, steps: int = 11) -> int:
    with ctrl_c_after_step(steps), pytest.raises(lp.TrainingInterrupted) as caught:
        train(folder)
    stopped = caught.value.run.folder
    assert stopped is not None
    sessions = 1
    while True:
        with ctrl_c_after_step(steps):
            try:
                run = lp.resume(stopped, progress=False)
            except lp.TrainingInterrupted:
                sessions += 1
            else:
                break
    assert sessions == STEPS // steps
    assert_same(stopped, run, expected)
    return sessions
