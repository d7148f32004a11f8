"""Intervals are SciPy's; pairing finds what unpaired means miss, and does not claim what they claim wrongly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lenetpp.studies.estimates import NOT_NEGATIVE, SHARE, Estimate, paired

COUNTS = st.integers(2, 15)
COMPARISONS = st.integers(1, 50)


def drawn(seed: int, count: int) -> tuple[dict[int, float], dict[int, float]]:
    """Values of two cells by seed."""
    values = np.random.default_rng(seed).normal(0.8, 0.05, (2, count))
    return dict(enumerate(values[0].tolist(), 1)), dict(enumerate(values[1].tolist(), 1))


@given(st.integers(0, 2**32), COUNTS, COMPARISONS)
def test_interval_is_students(seed: int, count: int, comparisons: int) -> None:
    values = [*drawn(seed, count)[0].values()]
    estimate = Estimate(tuple(values), comparisons)
    expected = stats.t.interval(1 - 0.05 / comparisons, count - 1, np.mean(values), stats.sem(values))
    if expected[1] - expected[0] > 2 * 4 * np.std(values, ddof=1):
        assert (estimate.low, estimate.high, estimate.without) == (None, None, "too few seeds")
    else:
        assert (estimate.low, estimate.high) == pytest.approx(expected, rel=1e-9)
        assert estimate.without == ""
    assert estimate.mean == pytest.approx(np.mean(values))
    assert estimate.deviation == pytest.approx(np.std(values, ddof=1))


@given(st.integers(0, 2**32), COUNTS, COMPARISONS)
def test_paired_interval_is_that_of_the_paired_test(seed: int, count: int, comparisons: int) -> None:
    values, against = drawn(seed, count)
    difference = paired(values, against, comparisons)
    assert difference is not None
    test = stats.ttest_rel([*values.values()], [*against.values()])
    expected = test.confidence_interval(1 - 0.05 / comparisons)
    if difference.without:
        assert expected.high - expected.low > 2 * 4 * np.std(difference.values, ddof=1)
        return
    assert (difference.low, difference.high) == pytest.approx((expected.low, expected.high), rel=1e-6)


@given(st.integers(0, 2**32), st.integers(3, 15))
def test_prediction_interval_is_that_of_one_more_draw(seed: int, count: int) -> None:
    values = [*drawn(seed, count)[0].values()]
    # One more value less their mean has the variance (1 + 1/n) times that of one value.
    scale = np.std(values, ddof=1) * np.sqrt(1 + 1 / count)
    assert Estimate(tuple(values)).prediction == pytest.approx(
        stats.t.interval(0.95, count - 1, np.mean(values), scale)
    )


def test_one_more_draw_lies_in_the_prediction_interval_in_95_of_100_cases() -> None:
    values = np.random.default_rng(2).normal(0.87, 0.02, (4000, 6))
    inside = 0
    for *seen, one_more in values.tolist():
        prediction = Estimate(tuple(seen)).prediction
        assert prediction is not None
        inside += prediction[0] <= one_more <= prediction[1]
    assert inside / len(values) == pytest.approx(0.95, abs=0.01)


@pytest.mark.parametrize(
    ("count", "comparisons", "without"),
    [(1, 1, "one seed"), (2, 1, "too few seeds"), (2, 17, "too few seeds"), (3, 1, ""), (3, 2, ""),
     (3, 3, "too few seeds"), (4, 17, "too few seeds"), (5, 17, ""), (10, 50, "")],
)  # fmt: skip
def test_seeds_too_few_for_an_interval_that_says_anything(count: int, comparisons: int, without: str) -> None:
    assert Estimate((0.8, 0.9, 0.85, 0.7, 0.75, 0.8, 0.8, 0.7, 0.9, 0.8)[:count], comparisons).without == without


def test_only_seeds_that_both_have_are_paired() -> None:
    difference = paired({1: 0.9, 2: 0.8, 4: 0.7}, {4: 0.5, 3: 0.1, 1: 0.85})
    assert difference is not None
    assert difference.values == pytest.approx((0.05, 0.2))
    assert paired({1: 0.9}, {2: 0.8}) is None


def test_a_single_value_has_no_interval() -> None:
    estimate = Estimate((0.9,))
    assert (estimate.mean, estimate.deviation, estimate.low, estimate.high) == (0.9, None, None, None)


def test_values_that_are_all_the_same_have_an_interval_without_width() -> None:
    estimate = Estimate((0.1,) * 10)
    assert (estimate.mean, estimate.deviation, estimate.low, estimate.high) == (0.1, 0, 0.1, 0.1)
    assert estimate.is_constant
    assert Estimate((0.87 - 0.86, 0.83 - 0.82)).is_constant  # but for rounding
    assert not Estimate((0.87, 0.8701)).is_constant


def test_intervals_end_where_no_mean_can_be() -> None:
    assert Estimate((0.99, 1.0, 1.0), within=SHARE).high == 1
    assert Estimate((0.0, 0.01, 0.0), within=SHARE).low == 0
    prediction = Estimate((0.0, 0.01, 0.0), within=SHARE).prediction
    assert prediction is not None
    assert prediction[0] == 0
    assert prediction[1] > 0.01
    assert Estimate((1.0, 30.0, 1.0), within=NOT_NEGATIVE).low == 0
    low = Estimate((1.0, 30.0, 1.0)).low
    assert low is not None
    assert low < 0


def test_no_values_are_refused() -> None:
    with pytest.raises(ValueError, match="values must have at least one value"):
        Estimate(())


# Where the naive comparison is wrong


def test_a_difference_of_means_that_is_due_to_the_seeds_is_not_claimed() -> None:
    # Where one is better than usual, the other is worse: differences spread more than either of them.
    values = {1: 0.860, 2: 0.850, 3: 0.840, 4: 0.830, 5: 0.820, 6: 0.810}
    against = {1: 0.785, 2: 0.795, 3: 0.805, 4: 0.815, 5: 0.825, 6: 0.835}
    naive = stats.ttest_ind([*values.values()], [*against.values()], equal_var=False).confidence_interval(0.95)
    assert naive.low > 0
    assert values[1] - against[1] > 0.07  # and so would one seed alone
    difference = paired(values, against)
    assert difference is not None
    assert difference.low is not None
    assert difference.high is not None
    assert difference.low < 0 < difference.high


def test_a_small_difference_of_all_seeds_is_found_in_their_spread() -> None:
    against = {1: 0.70, 2: 0.74, 3: 0.78, 4: 0.82, 5: 0.86}
    values = {1: 0.711, 2: 0.749, 3: 0.790, 4: 0.831, 5: 0.869}
    naive = stats.ttest_ind([*values.values()], [*against.values()], equal_var=False).confidence_interval(0.95)
    assert naive.low < 0 < naive.high
    difference = paired(values, against)
    assert difference is not None
    assert difference.low is not None
    assert difference.low > 0.008


def test_one_of_many_comparisons_is_not_shown_by_what_would_show_it_alone() -> None:
    values, against = {1: 0.84, 2: 0.83, 3: 0.85, 4: 0.81, 5: 0.85}, {1: 0.80, 2: 0.81, 3: 0.81, 4: 0.80, 5: 0.80}
    alone, of_many = paired(values, against), paired(values, against, comparisons=20)
    assert alone is not None
    assert of_many is not None
    assert alone.low is not None
    assert of_many.low is not None
    assert of_many.low < 0 < alone.low
