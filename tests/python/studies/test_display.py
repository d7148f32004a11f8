"""What a study shows of itself while it goes on: something at once, and times that come true."""

import pytest

from lenetpp.studies import runs_pace
from lenetpp.studies.display import runs_display
from lenetpp.studies.runs_pace import RunsPace


class Clock:
    """A clock that tests wind."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(runs_pace, "time", clock)
    return clock


def seconds_left(pace: RunsPace) -> int:
    hours, minutes, seconds = map(int, pace.time_left().removesuffix(" left").split(":"))
    return 3600 * hours + 60 * minutes + seconds


@pytest.mark.parametrize("at_once", [1, 2, 16])
def test_the_first_run_of_many_at_a_time_gives_the_right_time(clock: Clock, at_once: int) -> None:
    """40 rounds of runs of 10 seconds; processes take 5 seconds to start."""
    rounds = 40
    pace = RunsPace(3.0 * rounds * at_once, rounds * at_once, at_once)
    assert pace.time_left() == ""
    clock.now += 5 + 10
    for _ in range(at_once):
        pace.take(3.0, 10.0)
        assert seconds_left(pace) == pytest.approx(10 * (rounds - 1), rel=0.03)
    for done in range(2, rounds):
        clock.now += 10
        for _ in range(at_once):
            pace.take(3.0, 10.0)
        assert seconds_left(pace) == pytest.approx(10 * (rounds - done), abs=0.04 * 10 * rounds + 10)
    assert pace.share == pytest.approx(1 - 1 / rounds)


def test_where_nobody_knows_how_many_there_are_what_is_done_decides(clock: Clock) -> None:
    pace = RunsPace(100.0, 10, None)
    clock.now += 30
    pace.take(10.0, 30.0)
    assert seconds_left(pace) == 270


def test_runs_of_others_say_no_time_but_count(clock: Clock) -> None:
    pace = RunsPace(100.0, 10, 4)
    clock.now += 10
    pace.take(50.0, None)
    assert seconds_left(pace) <= 10


def test_a_study_says_at_once_that_it_begins(capsys: pytest.CaptureFixture[str]) -> None:
    with runs_display(True, 8, 3, 5.0, 2) as display:
        assert capsys.readouterr().err == "run 3/8: the time left is known after the first run\n"
        for _ in range(5):
            display.show_done(1.0, 0.5)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("run 4/8 done, 0:00:0")
    assert lines[-1] == "run 8/8 done"
