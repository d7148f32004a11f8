"""Trends, main effects and interactions are those of SciPy's regressions and tests, seed by seed."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from scipy import stats

from lenetpp.studies.cells import Cell
from lenetpp.studies.effects import Effect, effects_of
from lenetpp.studies.measures import MEASURES
from lenetpp.studies.question_kinds import Comparison

from .handmade_cells import answer, cell

ACCURACY = MEASURES["test_accuracy"]
SEEDS = 5


def effects(cells: Sequence[Cell], reference: str, **question: object) -> tuple[Effect, ...]:
    asked = Comparison.model_validate({"title": "?", **question})
    return effects_of(ACCURACY, asked, reference, cells)


def one_factor(values: Mapping[str, Sequence[float]], factor: str = "filters") -> list[Cell]:
    return [cell({factor: level}, [*figures]) for level, figures in values.items()]


def two_factors(values: Mapping[tuple[str, str], Sequence[float]], by: str, compare: str) -> list[Cell]:
    return [cell({by: outer, compare: inner}, [*figures]) for (outer, inner), figures in values.items()]


def drawn(seed: int, *shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.random.default_rng(seed).normal(0.8, 0.03, shape)


def interval(values: Sequence[float], comparisons: int = 1) -> tuple[float, float]:
    low, high = stats.t.interval(1 - 0.05 / comparisons, len(values) - 1, np.mean(values), stats.sem(values))
    return float(low), float(high)


# Trends


@pytest.mark.parametrize(
    ("levels", "places", "scale", "words"),
    [
        (["3", "5", "10", "15"], np.log2([3, 5, 10, 15]), None, "For each doubling of filters"),
        (["2,000", "3,000", "5,000"], np.array([2, 3, 5]), None, "For each 1,000 more of filters"),
        (["0.5", "1", "1.5"], np.log2([0.5, 1, 1.5]), "doubling", "For each doubling of filters"),
        (["1", "4", "16"], np.array([1, 4, 16]) / 3, "linear", "For each 3 more of filters"),
        (["0", "1", "8"], np.array([0, 1, 8]), None, "For each 1 more of filters"),
    ],
)
def test_a_trend_is_the_mean_of_the_seeds_regressions(
    levels: list[str], places: Sequence[float], scale: str | None, words: str
) -> None:
    values = drawn(1, len(levels), SEEDS)
    slopes = [stats.linregress(places, values[:, seed]).slope for seed in range(SEEDS)]
    cells = one_factor(dict(zip(levels, values.tolist(), strict=True)))
    (trend,) = effects(cells, levels[0], compare="filters", scale=scale)
    assert (trend.kind, trend.factors) == ("trend", ("filters",))
    assert trend.estimate.values == pytest.approx(slopes)
    assert (trend.estimate.low, trend.estimate.high) == pytest.approx(interval(slopes))
    assert trend.sentence.startswith(words)


def test_a_trend_is_found_that_pairs_of_levels_do_not_show() -> None:
    noise = np.random.default_rng(16).normal(0, 0.012, (4, SEEDS))
    values = 0.8 + 0.0135 * np.log2([3, 5, 10, 15])[:, np.newaxis] + noise
    found = answer(dict(zip(["3", "5", "10", "15"], map(tuple, values.tolist()), strict=True)))
    assert all("no difference" in each.sentence for each in found.differences)
    (trend,) = found.effects
    assert trend.estimate.low is not None
    assert trend.estimate.low > 0
    assert found.sentences[0] == trend.sentence
    assert "for each doubling of network, test accuracy is higher by" in trend.sentence.lower()


def test_levels_that_are_names_or_only_two_have_no_trend() -> None:
    assert (
        effects(one_factor({"sigmoid": [0.8, 0.9], "ReLU": [0.9, 0.8], "tanh": [0.7, 0.7]}), "ReLU", compare="filters")
        == ()
    )


# Two factors


def two_by_two() -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], list[Cell]]:
    values = drawn(2, 2, 2, SEEDS)
    names = [("2,000", "perceptron"), ("2,000", "LeNet"), ("4,000", "perceptron"), ("4,000", "LeNet")]
    cells = two_factors(dict(zip(names, values.reshape(4, SEEDS).tolist(), strict=True)), "images", "network")
    return values, cells


def test_main_effects_and_interaction_of_two_factors_by_hand() -> None:
    values, cells = two_by_two()
    network, images, together = effects(cells, "perceptron", compare="network", by=["images"])
    gain = values[:, 1] - values[:, 0]
    assert network.estimate.values == pytest.approx(gain.mean(axis=0))
    assert images.estimate.values == pytest.approx((values[1] - values[0]).mean(axis=0))
    assert together.estimate.values == pytest.approx(gain[1] - gain[0])
    assert [each.kind for each in (network, images, together)] == ["main effect", "main effect", "interaction"]
    for effect in (network, images, together):
        assert (effect.estimate.low, effect.estimate.high) == pytest.approx(interval(effect.estimate.values, 3))
    test = stats.ttest_rel(values[1, 1] - values[1, 0], values[0, 1] - values[0, 0])
    expected = test.confidence_interval(1 - 0.05 / 3)
    assert (together.estimate.low, together.estimate.high) == pytest.approx((expected.low, expected.high))


def test_their_sentences() -> None:
    _, cells = two_by_two()
    sentences = [each.sentence for each in effects(cells, "perceptron", compare="network", by=["images"])]
    assert sentences[0].startswith('On average, "LeNet" against "perceptron": ')
    assert sentences[1].startswith("On average, images 4,000 against 2,000: ")
    assert sentences[2].startswith('No evidence that the effect of "LeNet" depends on images: ')
    assert "points with images 4,000 (" in sentences[2]


def test_an_advantage_that_grows_with_a_number_is_an_interaction() -> None:
    sizes = ["250", "1000", "4000"]
    noise = np.random.default_rng(6).normal(0, 0.002, (3, 2, SEEDS))
    values = 0.7 + noise
    values[:, 1] += 0.02 * np.log2([250, 1000, 4000])[:, np.newaxis] - 0.1
    cells = two_factors(
        {(size, name): values[row, column].tolist() for row, size in enumerate(sizes)
         for column, name in enumerate(["perceptron", "LeNet"])}, "images", "network",
    )  # fmt: skip
    *_, together = effects(cells, "perceptron", compare="network", by=["images"])
    slopes = [
        stats.linregress(np.log2([250, 1000, 4000]), values[:, 1, seed] - values[:, 0, seed]).slope
        for seed in range(SEEDS)
    ]
    assert together.estimate.values == pytest.approx(slopes)
    assert together.sentence.startswith('The effect of "LeNet" depends on images: +')
    assert "for each doubling of images" in together.sentence


def test_levels_at_which_half_of_the_trainings_are_stuck_have_no_part() -> None:
    values = drawn(8, 4, 2, SEEDS)
    sizes, layers = ["1", "4", "16", "256"], ["sigmoid", "ReLU"]
    cells = two_factors(
        {(name, size): values[row, column].tolist() for column, name in enumerate(layers)
         for row, size in enumerate(sizes)}, "layers", "size",
    )  # fmt: skip
    object.__setattr__(cells[-1], "stuck", frozenset({1, 2, 3}))
    trend = effects(cells, "1", compare="size", by=["layers"])[0]
    slopes = [stats.linregress([0, 2, 4], values[:3, :, seed].mean(axis=1)).slope for seed in range(SEEDS)]
    assert trend.estimate.values == pytest.approx(slopes)
    object.__setattr__(cells[-1], "stuck", frozenset({1}))
    assert effects(cells, "1", compare="size", by=["layers"])[0].estimate.count == SEEDS - 1


def test_a_trend_over_images_of_the_test_has_both_intervals() -> None:
    generator = np.random.default_rng(9)
    cells = []
    for level, ease in (("1", 0.5), ("2", 0.8), ("4", 1.1)):
        right = {seed: generator.normal(ease, 1, 500) > 0 for seed in range(1, SEEDS + 1)}
        made = cell({"filters": level}, [float(each.mean()) for each in right.values()])
        object.__setattr__(made, "right", right)
        cells.append(made)
    (trend,) = effects(cells, "1", compare="filters")
    assert trend.over_images is not None
    assert trend.estimate.low is not None
    assert trend.estimate.high is not None
    assert trend.over_images[0] <= trend.estimate.low < trend.estimate.high <= trend.over_images[1]
