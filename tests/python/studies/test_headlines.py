"""An answer begins with a plain sentence that is true of its figures, and with how sure that is."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lenetpp.studies.comparison_answers import Answer
from lenetpp.studies.measures import MEASURES
from lenetpp.studies.openings import plain_figures
from lenetpp.studies.sentences import ends_in_words, reach_in_words
from lenetpp.studies.summaries import held_out_in_words

from .handmade_cells import answer

LOW = (0.80, 0.81, 0.82, 0.83)
HIGH = (0.85, 0.866, 0.87, 0.88)
"""By 5, 5.6, 5 and 5 points."""
ALIKE = (0.81, 0.80, 0.84, 0.814)
A, B = {"network": "A"}, {"network": "B"}


def asked(of_b: Any, of_a: Any, measure: str = "test_accuracy", **headline: Any) -> Answer:
    content = {"where": B, "against": A, **headline}
    return answer({"A": of_a, "B": of_b}, measure, headline={key: value for key, value in content.items() if value})


@pytest.mark.parametrize(
    ("one", "other", "asks", "headline", "certainty"),
    [
        (HIGH, LOW, "better", 'Yes. "B" gets 87 % of the test images right, "A" 82 %. The first is 5.15 points '
         'higher (4.67 to 5.63). In all 4 repeats "B" was ahead.',
         "Sure: over many seeds the mean difference would be 4.67 to 5.63 points, with 95 % confidence."),
        (LOW, HIGH, "better", 'No. "B" gets 82 % of the test images right, "A" 87 %. The first is 5.15 points '
         'lower (4.67 to 5.63). In all 4 repeats "B" was behind.',
         "Sure: over many seeds the mean difference would be 4.67 to 5.63 points, with 95 % confidence."),
        (ALIKE, LOW, "better", 'No difference was found. "B" gets 81.6 % of the test images right, "A" 81.5 %. '
         'Undecided: the first is 0.10 points higher (2.58 lower to 2.78 higher). In 2 of 4 repeats "B" was ahead.',
         "Undecided: over many seeds the mean difference would be 2.58 points lower to 2.78 points higher, with "),
        (LOW, ALIKE, "better", 'No difference was found. "B" gets 81.5 % of the test images right, "A" 81.6 %. '
         'Undecided: the first is 0.10 points lower (2.78 lower to 2.58 higher). In 2 of 4 repeats "B" was ahead.',
         "Undecided: over many seeds the mean difference would be 2.78 points lower to 2.58 points higher, with "),
        (HIGH, LOW, "different", 'Yes. "B" gets 87 % of the test images right, "A" 82 %. The first is', ""),
        (ALIKE, LOW, "different", 'No difference was found. "B" gets', ""),
        (HIGH, LOW, None, '"B" gets 87 % of the test images right, "A" 82 %. The first is 5.15 points higher', ""),
        (HIGH[:2], LOW[:2], "better", 'Not decided. "B" gets', "Not sure at all: 2 of each is too few to say"),
        (HIGH[:1], LOW[:1], None, '"B" gets 85 % of the test images right, "A" 80 %. Undecided with 1 of each: the '
         'first is 5.00 points higher. In the only training of each "B" was ahead.', ""),
    ],
)  # fmt: skip
def test_two_cells(one: Any, other: Any, asks: str | None, headline: str, certainty: str) -> None:
    found = asked(one, other, asks=asks)
    assert found.headline.startswith(headline)
    assert found.certainty.startswith(certainty)


def test_two_cells_that_the_file_names_are_one_comparison_whatever_else_is_compared() -> None:
    cells = {"A": LOW, "B": HIGH, "C": ALIKE, "D": LOW}
    planned = answer(cells, headline={"where": B, "against": A})
    low, high = stats.t.interval(0.95, 3, np.mean([5, 5.6, 5, 5]), stats.sem([5, 5.6, 5, 5]))
    assert f"would be {low:.2f} to {high:.2f} points" in planned.certainty
    low, high = stats.t.interval(1 - 0.05 / 3, 3, np.mean([5, 5.6, 5, 5]), stats.sem([5, 5.6, 5, 5]))
    assert answer(cells).certainty.endswith(
        f"would be {low:.2f} to {high:.2f} points, with 95 % confidence in all 3 intervals together."
    )


def test_names_and_measures_have_their_own_words() -> None:
    found = asked((5.0, 5.4, 5.3), (10.0, 11.0, 10.5), "training_seconds", one="float", other="double", asks="better")
    assert found.headline == (
        "Yes. A training takes 5.23 s with float, 10.5 s with double. The first is 5.27 s shorter (4.51 to 6.03). In "
        "all 3 repeats float was faster."
    )
    found = asked((0.02, 0.03, 0.02), (0.05, 0.06, 0.05), "test_error", one="the wider net")
    assert found.headline == (
        'The wider net gets 2 % of the test images wrong, "A" 5 %. Undecided with 3 of each: the first is 3.00 points '
        "lower. In all 3 repeats the first was ahead."
    )


def test_the_furthest_from_the_reference_is_told_of_where_nothing_is_said() -> None:
    found = answer({"A": LOW, "B": ALIKE, "C": HIGH})
    assert found.headline.startswith('"C" gets 87 % of the test images right, "A" 82 %')
    assert found.headline.endswith("This is the largest of 2 differences.")


@pytest.mark.parametrize(
    ("measure", "ends", "towards", "written"),
    [
        ("test_accuracy", (-0.035, 0.019), -1, "3.50 lower to 1.90 higher"),
        ("test_accuracy", (-0.035, 0.019), 1, "3.50 lower to 1.90 higher"),
        ("test_accuracy", (-0.035, -0.019), -1, "1.90 to 3.50"),
        ("test_accuracy", (-0.035, 0.0), -1, "0.00 to 3.50"),
        ("test_accuracy", (0.019, 0.035), 1, "1.90 to 3.50"),
        ("training_seconds", (-0.5, 1.25), 1, "0.500 shorter to 1.25 longer"),
    ],
)
def test_an_interval_goes_the_way_of_the_size_before_it_or_says_both_ways(
    measure: str, ends: tuple[float, float], towards: int, written: str
) -> None:
    assert reach_in_words(MEASURES[measure], ends, towards) == written


def test_test_accuracy_below_held_out_accuracy_says_both_ways_of_its_interval() -> None:
    found = answer({"A": LOW, "B": LOW}).cells[1]
    beside = {seed: value + gap for (seed, value), gap in zip(
        found.values["test_accuracy"].items(), (0.01, -0.008, 0.012, 0.002), strict=True)}  # fmt: skip
    object.__setattr__(found, "values", {**found.values, "held_out_accuracy": beside})
    (said,) = held_out_in_words([found])
    low, high = stats.t.interval(0.95, 3, -0.4, stats.sem([1, -0.8, 1.2, 0.2]))
    assert said == (
        f"B: test accuracy lies 0.40 points below held-out accuracy ({-low:.2f} lower to {high:.2f} higher; 4 seeds)."
    )


@pytest.mark.parametrize("to_zero", [2e-5, -2e-5])
def test_an_interval_that_ends_near_zero_shows_on_which_side(to_zero: float) -> None:
    points = ends_in_words(MEASURES["test_accuracy"], (to_zero, 0.02))
    assert points == f"{100 * to_zero:.3f} to 2.00"
    assert ends_in_words(MEASURES["test_accuracy"], (0.0, 0.02)) == "0.00 to 2.00"
    assert ends_in_words(MEASURES["parameters"], (to_zero, 3)) == f"{to_zero:.0e} to 3"


@pytest.mark.parametrize(
    ("at_least", "asks", "headline"),
    [
        (0.87, "reached", 'Yes. With "B", 2 of 4 trainings reached 87 % or more; the mean is 86.7 %.'),
        (0.9, "reached", 'Not here. With "B", none of 4 trainings reached 90 % or more; the mean is 87 %.'),
        (0.95, "reached", 'No. With "B", none of 4 trainings reached 95 % or more; the mean is 87 %.'),
        (0.85, None, 'With "B", all 4 trainings reached 85 % or more; the mean is 86.7 %.'),
    ],
)
def test_how_many_trainings_reach_a_figure(at_least: float, asks: str | None, headline: str) -> None:
    found = asked(HIGH, LOW, against=None, at_least=at_least, asks=asks)
    assert found.headline == headline
    spread = stats.t.ppf(0.975, 3) * np.std(HIGH, ddof=1) * np.sqrt(1 + 1 / 4)
    low, high = 100 * (np.mean(HIGH) - spread), 100 * (np.mean(HIGH) + spread)
    assert found.certainty == f"One more training would lie between {low:.2f} and {high:.2f} %, with 95 % confidence."


def test_without_figures_it_says_so() -> None:
    assert answer({"A": (None,), "B": (None,)}).headline == "This has no answer yet: there is no test accuracy."
    assert asked((None,), LOW).headline == '"B" has no run yet; "A": test accuracy is 82 %.'


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ((0.8641, 0.7667), ["86.4 %", "76.7 %"]),
        ((0.864, 0.764), ["86 %", "76 %"]),
        ((0.9948, 0.9901), ["99.5 %", "99.0 %"]),
        ((0.9948, 0.9941), ["99.48 %", "99.41 %"]),
        ((0.8890, 0.8875), ["88.90 %", "88.75 %"]),
        ((0.9, 0.8953), ["90.0 %", "89.5 %"]),
        ((0.87,), ["87 %"]),
        ((0.996, 0.996), ["99.6 %", "99.6 %"]),
        ((0.998, 0.004), ["99.8 %", "0.4 %"]),
        ((1.0, 0.5), ["100 %", "50 %"]),
    ],
)
def test_figures_have_the_decimals_that_their_difference_takes(values: tuple[float, ...], written: list[str]) -> None:
    assert plain_figures(MEASURES["test_accuracy"], *values) == written


@given(one=st.integers(0, 10_000), other=st.integers(0, 10_000))
def test_the_difference_that_a_reader_computes_is_the_measured_one(one: int, other: int) -> None:
    shown = [figure.removesuffix(" %") for figure in plain_figures(MEASURES["test_accuracy"], one / 1e4, other / 1e4)]
    decimals = len(shown[0].partition(".")[2])
    seen = abs(float(shown[0]) - float(shown[1]))
    assert seen == pytest.approx(abs(one - other) / 100, abs=0.51 * 10**-decimals)
    assert seen == pytest.approx(abs(one - other) / 100, rel=0.21)


def test_certainty_is_about_the_test_images_too_where_they_are_known() -> None:
    generator = np.random.default_rng(1)
    found = answer({"A": LOW, "B": HIGH})
    for cell, ease in zip(found.cells, (1.0, 1.3), strict=True):
        object.__setattr__(cell, "right", {seed: generator.normal(ease, 1, 500) > 0 for seed in cell.runs})
    from lenetpp.studies.headlines import opening

    certainty = opening(MEASURES["test_accuracy"], found.question, found.cells, found.differences).certainty
    assert "over many seeds and many test images the mean difference would be" in certainty
