"""Intervals over seeds and images cover what they should, as a bootstrap over both says, and never less than seeds."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from lenetpp.studies.estimates import SHARE, Estimate
from lenetpp.studies.two_way import interval_over_images

Table = NDArray[np.bool_]


def drawn(generator: np.random.Generator, seeds: int, images: int, of_seeds: float, of_images: float) -> Table:
    """Which images each run has right: some images are harder, and some runs better."""
    ease = generator.normal(1.2, of_images, images) + generator.normal(0, of_seeds, (seeds, 1))
    right: Table = ease + generator.normal(0, 1, (seeds, images)) > 0
    return right


def interval(table: Table, comparisons: int = 1) -> tuple[float, float]:
    estimate = Estimate(tuple(table.mean(axis=1).tolist()), comparisons, SHARE)
    found = interval_over_images(estimate, [(1.0, table)])
    assert found is not None
    return found


def margin(table: Table) -> float:
    low, high = interval(table)
    return (high - low) / 2


def test_margin_is_that_of_the_mean_squares() -> None:
    table = drawn(np.random.default_rng(3), 6, 80, 0.5, 1.0)
    seeds, images = table.shape
    total = stats.tvar(table.ravel()) * (table.size - 1)
    of_seeds = images * stats.tvar(table.mean(axis=1))
    of_images = seeds * stats.tvar(table.mean(axis=0))
    rest = (total - of_seeds * (seeds - 1) - of_images * (images - 1)) / ((seeds - 1) * (images - 1))
    assert of_seeds > rest < of_images
    variance = of_seeds + of_images - rest
    freedom = variance**2 / (
        of_seeds**2 / (seeds - 1) + of_images**2 / (images - 1) + rest**2 / ((seeds - 1) * (images - 1))
    )
    expected = stats.t.ppf(0.975, freedom) * np.sqrt(variance / table.size)
    assert margin(table) == pytest.approx(max(expected, stats.t.ppf(0.975, 5) * stats.sem(table.mean(axis=1))))


def test_it_agrees_with_a_bootstrap_over_seeds_and_images() -> None:
    table = drawn(np.random.default_rng(1), 40, 400, 0.2, 1.0)
    generator = np.random.default_rng(2)
    means = [
        table[np.ix_(generator.integers(40, size=40), generator.integers(400, size=400))].mean() for _ in range(3000)
    ]
    low, high = np.quantile(means, [0.025, 0.975])
    assert margin(table) == pytest.approx((high - low) / 2, rel=0.08)


@pytest.mark.parametrize(("of_seeds", "of_images"), [(0.15, 1.0), (0.0, 1.0), (0.4, 0.3), (0.0, 0.0)])
def test_it_covers_the_accuracy_on_all_images_by_all_seeds(of_seeds: float, of_images: float) -> None:
    generator = np.random.default_rng(5)
    truth = stats.norm.cdf(1.2 / np.sqrt(1 + of_seeds**2 + of_images**2))
    covered = 0
    for _ in range(400):
        low, high = interval(drawn(generator, 5, 200, of_seeds, of_images))
        covered += low <= truth <= high
    assert covered >= 0.92 * 400


def test_a_difference_has_the_images_error_too() -> None:
    """What the report once denied: runs that have different images right differ by chance of the images."""
    generator = np.random.default_rng(7)
    one, other = (drawn(generator, 10, 2000, 0.02, 1.0) for _ in range(2))
    values = tuple((one.mean(axis=1) - other.mean(axis=1)).tolist())
    over_seeds = Estimate(values)
    found = interval_over_images(over_seeds, [(1.0, one), (-1.0, other)])
    assert found is not None
    assert over_seeds.low is not None
    assert over_seeds.high is not None
    assert found[1] - found[0] > 1.5 * (over_seeds.high - over_seeds.low)


def test_it_is_never_narrower_than_over_seeds_and_widened_for_comparisons() -> None:
    table = drawn(np.random.default_rng(3), 4, 2000, 0.5, 0.0)
    alone = Estimate(tuple(table.mean(axis=1).tolist()), within=SHARE)
    low, high = interval(table)
    assert alone.low is not None
    assert alone.high is not None
    assert low <= alone.low
    assert alone.high <= high
    assert interval(table, comparisons=2)[0] < low


def test_too_few_seeds_have_none_and_no_spread_has_no_width() -> None:
    table = np.ones((2, 5), dtype=bool)
    assert interval_over_images(Estimate((0.5, 0.6)), [(1.0, table)]) is None
    assert interval(table) == (1.0, 1.0)
