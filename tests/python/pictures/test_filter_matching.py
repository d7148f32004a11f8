"""Matching recovers known orders and signs, and says how alike filters are beside random ones."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lenetpp as lp
from lenetpp.filters.layer_filters import LayerFilters
from lenetpp.filters.matching import RandomLikeness, match_sets
from lenetpp.filters.smooth_noise import SmoothNoise
from lenetpp.pictures.matched_filters import FilterMatch

from .networks import Filters, network_with, noise


@given(st.permutations(range(6)), st.lists(st.sampled_from([1.0, -1.0]), min_size=6, max_size=6))
def test_order_and_signs_are_recovered(order: list[int], signs: list[float]) -> None:
    filters = noise(6, 2, 5, 5)
    other = np.empty_like(filters)
    for number, (place, sign) in enumerate(zip(order, signs, strict=True)):
        other[place] = 3 * sign * filters[number]
    matching = match_sets(filters, other)
    assert matching.order.tolist() == order
    np.testing.assert_allclose(matching.correlations, signs)
    assert matching.likeness == pytest.approx(1)


def test_the_best_assignment_is_found_where_greed_fails() -> None:
    # Filter 0 is most like 0, but then 1 is left with what it is not like at all.
    first = np.array([[1.0, 0.0, 0.0], [1.0, 0.2, 0.0]])
    second = np.array([[1.0, 0.1, 0.0], [0.8, 0.0, 0.6]])
    matching = match_sets(first, second)
    assert matching.order.tolist() == [1, 0]
    cosines = [0.8, (1 + 0.02) / np.sqrt(1.04 * 1.01)]
    np.testing.assert_allclose(matching.correlations, cosines)
    assert matching.likeness == pytest.approx(np.mean(cosines))


def test_a_filter_of_zeros_is_like_nothing() -> None:
    filters = np.concatenate([np.zeros((1, 9)), noise(2, 9)])
    assert sorted(np.abs(match_sets(filters, filters).correlations).round(6).tolist()) == [0, 1, 1]


def layer_filters(weights: Filters, *, sees_rgb: bool = False) -> LayerFilters:
    return LayerFilters(0, "conv", weights, tuple(f"plane {number}" for number in range(weights.shape[1])), sees_rgb)


def test_white_filters_are_held_against_white_noise() -> None:
    # So many filters that their spectrum is as good as flat.
    sets = [layer_filters(noise(400, 1, 5, 5, seed=seed)) for seed in (1, 2)]
    few = [replace(filters, weights=filters.weights[:5]) for filters in sets]
    spectrum = SmoothNoise.of(sets)
    draws = []
    for number in range(300):
        generator = np.random.default_rng(number)
        draws.append(match_sets(*(spectrum.draw(filters.weights, generator) for filters in few)).likeness)
    white = [match_sets(noise(5, 25, seed=2 * n + 10), noise(5, 25, seed=2 * n + 11)).likeness for n in range(300)]
    assert np.mean(draws) == pytest.approx(np.mean(white), abs=0.01)


def test_chance_is_as_smooth_as_the_filters_are() -> None:
    """The mean power at each frequency is that of the filters, by SciPy's transform."""
    from scipy import fft

    rows, columns = np.mgrid[:5, :5]
    smooth = noise(30, 1, 1, 1) * np.cos(2 * np.pi * rows / 5) + 0.2 * noise(30, 1, 5, 5, seed=3) + 0.5 * columns / 5
    drawn = SmoothNoise.of([layer_filters(smooth)]).draw(np.zeros((20_000, 1, 5, 5)), np.random.default_rng(0))
    expected, found = (np.mean(np.abs(fft.fft2(filters)) ** 2, axis=(0, 1)) for filters in (smooth, drawn))
    np.testing.assert_allclose(found, expected, rtol=0.06)
    # Few smooth patterns fit into few cells: chance is more alike than white noise.
    sets = [layer_filters(smooth[:5]), layer_filters(smooth[5:10])]
    white = [layer_filters(noise(5, 1, 5, 5, seed=seed)) for seed in (8, 9)]
    assert RandomLikeness.of(sets).low > RandomLikeness.of(white).high


def test_colours_keep_what_they_have_in_common_and_other_planes_do_not() -> None:
    grey = np.repeat(noise(50, 1, 5, 5), 3, axis=1)
    for sees_rgb in (True, False):
        noisy = SmoothNoise.of([layer_filters(grey, sees_rgb=sees_rgb)])
        drawn = noisy.draw(np.zeros((2000, 3, 5, 5)), np.random.default_rng(0))
        correlation = np.corrcoef(drawn[:, 0].ravel(), drawn[:, 1].ravel())[0, 1]
        assert correlation == pytest.approx(1 if sees_rgb else 0, abs=0.02)


def test_chance_spreads_less_over_more_runs() -> None:
    sets = [layer_filters(noise(5, 1, 5, 5, seed=seed)) for seed in range(5)]
    many, two = RandomLikeness.of(sets), RandomLikeness.of(sets[:2])
    assert many.high - many.low < two.high - two.low


def test_noise_sees_the_planes_that_the_filters_see() -> None:
    weights = np.full((3, 3, 5, 5), np.nan)
    for number in range(3):
        weights[number, number] = noise(5, 5, seed=number)  # what sees different planes has nothing in common
    drawn = SmoothNoise.of([layer_filters(weights)]).draw(weights, np.random.default_rng(0))
    np.testing.assert_array_equal(np.isnan(drawn), np.isnan(weights))
    alone = RandomLikeness.of([layer_filters(weights[:, :, :1, :1])] * 2)
    assert alone.mean == pytest.approx(1), "one weight each: alike up to the sign"
    assert RandomLikeness.of([layer_filters(weights)] * 2).mean < 0.5


def shuffled_twin(network: lp.Network, rng: np.random.Generator) -> lp.Network:
    """The same function of images by other weights: planes in another order, and with tanh some of them negative."""
    parameters = {name: values.copy() for name, values in network.parameters().items()}
    first, second = parameters["0.weight"], parameters["1.weight"]
    order, signs = rng.permutation(len(first)), rng.choice([-1.0, 1.0], len(first))
    outer_order, outer_signs = rng.permutation(len(second)), rng.choice([-1.0, 1.0], len(second))
    turned = signs[:, np.newaxis, np.newaxis]
    outer = outer_signs[:, np.newaxis, np.newaxis, np.newaxis]
    dense = parameters["2.weight"].reshape(2, len(second), -1)
    twin = network.copy()
    twin.set_parameters(
        {
            "0.weight": (signs.reshape(-1, *[1] * (first.ndim - 1)) * first)[order],
            "1.weight": (outer * second * turned)[outer_order][:, order],
            "2.weight": (outer_signs[:, np.newaxis] * dense)[:, outer_order].reshape(2, -1),
        }
    )
    return twin


@settings(max_examples=10)
@given(st.integers(0, 1000))
def test_deeper_layers_are_matched_after_the_planes_they_see(seed: int) -> None:
    network = network_with("2x10x10 | conv 4x3x3 nobias tanh | conv 5x3x3 nobias tanh | dense 2 nobias", {}, seed=seed)
    twin = shuffled_twin(network, np.random.default_rng(seed))
    images = noise(3, 2, 10, 10).astype(np.float32)
    np.testing.assert_allclose(network.outputs(images), twin.outputs(images), atol=1e-5)
    for layer in (0, 1):
        match = lp.match_filters([network, twin], layer)
        assert match.likeness == pytest.approx(1, abs=1e-6)
        own, other = match.grid().rows
        for tile, twin_tile in zip(own.tiles, other.tiles, strict=True):
            assert tile is not None
            assert twin_tile is not None
            np.testing.assert_allclose(tile.values, twin_tile.values, rtol=1e-6)


def test_planes_behind_separate_filters_are_matched_too() -> None:
    network = network_with("2x10x10 | conv 3x3x3 separate nobias | conv 4x3x3 nobias | dense 2 nobias", {})
    order, signs = [2, 0, 1], np.array([-1.0, 1.0, -1.0])
    parameters = {name: values.copy() for name, values in network.parameters().items()}
    inner, outer = parameters["0.weight"], parameters["1.weight"]
    # Six planes: those of plane 0 under each of three filters, then those of plane 1.
    by_filter = outer.reshape(4, 2, 3, 3, 3) * signs[:, np.newaxis, np.newaxis]
    twin = network.copy()
    twin.set_parameters(
        {
            **parameters,
            "0.weight": (signs[:, np.newaxis, np.newaxis] * inner)[order],
            "1.weight": by_filter[:, :, order].reshape(outer.shape),
        }
    )
    images = noise(3, 2, 10, 10).astype(np.float32)
    np.testing.assert_allclose(network.outputs(images), twin.outputs(images), atol=1e-5)
    match = lp.match_filters([network, twin], 1)
    assert match.matchings[1].order.tolist() == [0, 1, 2, 3]
    assert match.likeness == pytest.approx(1, abs=1e-6)


def test_likeness_is_the_mean_over_all_pairs() -> None:
    sets: list[Filters] = [noise(4, 3, 3, seed=seed) for seed in (1, 2, 3)]
    networks = [network_with("1x9x9 | conv 4x3x3 separate | dense 2", {0: filters}) for filters in sets]
    match = FilterMatch(networks, "abc")
    pairs = [match_sets(sets[a], sets[b]).likeness for a, b in ((0, 1), (0, 2), (1, 2))]
    assert match.likeness == pytest.approx(np.mean(pairs), abs=1e-6)


def test_the_grid_shows_what_belongs_together_with_its_sign() -> None:
    filters = noise(3, 3, 3)
    other = np.array([-filters[2], filters[0], filters[1]])
    networks = [network_with("1x9x9 | conv 3x3x3 separate | dense 2", {0: values}) for values in (filters, other)]
    match = lp.match_filters(networks)
    assert match.matchings[1].order.tolist() == [1, 2, 0]
    first, second = match.grid().rows
    for tile, twin in zip(first.tiles, second.tiles, strict=True):
        assert tile is not None
        assert twin is not None
        np.testing.assert_array_equal(tile.values, twin.values)
    assert [tile.label for tile in second.tiles if tile] == ["1 +1.00", "2 +1.00", "0 -1.00"]
    assert f"equally smooth noise has {match.random_likeness.mean:.2f}" in match.summary()


def test_networks_that_cannot_be_matched_are_refused() -> None:
    network = network_with("1x9x9 | conv 3x3x3 | dense 2", {})
    other = network_with("1x9x9 | conv 4x3x3 | dense 2", {})
    with pytest.raises(ValueError, match="at least two networks, but there is 1"):
        lp.match_filters([network])
    with pytest.raises(
        ValueError, match=r"up to layer 0 the network of network 0 is 1x9x9 .* and that of network 1 is"
    ):
        lp.match_filters([network, other])
    deeper = network_with("1x9x9 | conv 3x3x3 | dense 5 | dense 2", {})
    assert 0 <= lp.match_filters([network, deeper]).likeness <= 1, "what comes after the layer may differ"
