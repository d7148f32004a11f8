"""Rounds, spreads and ratios, against numbers worked out by hand."""

import time
from functools import partial

import pytest
import typer

from measuring.markdown import rate, ratio_range, table
from measuring.options import names
from measuring.rounds import Spread, interleaved, ratios, repetitions_for


def test_every_round_measures_everything_and_starts_with_another_one() -> None:
    order: list[str] = []

    def measurement(name: str) -> float:
        order.append(name)
        return float(len(order))

    taken = interleaved({name: partial(measurement, name) for name in "abc"}, rounds=3)
    assert "".join(order) == "abc" + "bca" + "cab"
    assert taken == {"a": [1, 6, 8], "b": [2, 4, 9], "c": [3, 5, 7]}


def test_ratios_are_taken_within_a_round_before_their_median() -> None:
    # The ratio of the medians would be 3 / 2.
    assert ratios([1, 3, 40], [2, 1, 10]) == Spread(median=3, smallest=0.5, largest=4)


def test_repetitions_do_not_take_longer_than_asked_for() -> None:
    # A sleep is never shorter than asked for, so at most 20 of them fit.
    assert 1 <= repetitions_for(lambda repetitions: time.sleep(0.001 * repetitions), seconds=0.02) <= 20


def test_what_takes_longer_than_a_measurement_is_done_once() -> None:
    done: list[int] = []

    def slow(repetitions: int) -> None:
        done.append(repetitions)
        time.sleep(0.01 * repetitions)

    assert repetitions_for(slow, seconds=0.001) == 1
    assert done == [1, 1]


def test_a_group_stands_for_its_members_and_nothing_is_measured_twice() -> None:
    groups = {"small": ["a", "b"], "wide": ["c"]}
    assert names("--nets", "b, small,c", ["a", "b", "c"], groups) == ["b", "a", "c"]
    with pytest.raises(typer.BadParameter, match="--nets: there is no 'd'; choose from small, wide, a, b, c"):
        names("--nets", "small,d", ["a", "b", "c"], groups)


def test_tables_line_up_and_numbers_are_on_the_right() -> None:
    assert table(["net", "images/s"], [["lenet5", "1"], ["a", "1,000"]]).splitlines() == [
        "| net    | images/s |",
        "|--------|---------:|",
        "| lenet5 |        1 |",
        "| a      |    1,000 |",
    ]


def test_figures_have_no_more_digits_than_they_are_worth() -> None:
    assert rate(42_678.9) == "42,700"
    assert rate(7.123) == "7"
    assert ratio_range(Spread(median=22.84, smallest=0.123, largest=9.87)) == "23x, 0.12 to 9.9"
