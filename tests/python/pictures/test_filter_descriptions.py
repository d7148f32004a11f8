"""Planted filters get their names, noise gets none, and the fit of Gabor functions finds what was planted."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenetpp.filters.descriptions import FilterDescription, describe_filters
from lenetpp.filters.layer_filters import LayerFilters

from .networks import Filters, network_with, noise


def describe(*filters: Filters) -> tuple[FilterDescription, ...]:
    """Descriptions of filters (height, width) of one plane."""
    height, width = filters[0].shape
    network = network_with(
        f"1x12x12 | conv {len(filters)}x{height}x{width} | dense 2", {0: np.array(filters)[:, np.newaxis]}
    )
    return describe_filters(LayerFilters.of(network))


def gabor(size: int, degrees: float, frequency: float, phase: float, width: float) -> Filters:
    """The textbook's formula, by the complex numbers: y points upwards, stripes run along the angle."""
    half = (size - 1) / 2
    pattern = np.empty((size, size))
    for line in range(size):
        for column in range(size):
            place = complex(column - half, half - line) * np.exp(-1j * np.radians(degrees))
            wave = np.exp(1j * (2 * np.pi * frequency * place.imag + phase)).real
            pattern[line, column] = np.exp(-(abs(place) ** 2) / (2 * width**2)) * wave
    return pattern


LINES: dict[str, list[list[float]]] = {
    "horizontal": [[-1] * 5, [-1] * 5, [4] * 5, [-1] * 5, [-1] * 5],
    "vertical": [[0, 0, 1, 0, 0]] * 5,
    "45°": np.eye(5)[::-1].tolist(),
    "135°": np.eye(5).tolist(),
}


@pytest.mark.parametrize(("direction", "pattern"), LINES.items())
def test_lines_are_lines(direction: str, pattern: list[list[float]]) -> None:
    bright, dark = describe(np.array(pattern), -0.3 * np.array(pattern))
    assert (bright.kind, bright.words) == ("line", f"bright {direction} line")
    assert (dark.kind, dark.words) == ("line", f"dark {direction} line")
    assert bright.scores["line"] > 0.8


EDGES: dict[str, list[list[float]]] = {
    "horizontal": [[1] * 5, [1] * 5, [0] * 5, [-1] * 5, [-1] * 5],
    "vertical": [
        [-1, -2, 0, 2, 1],
        [-2, -3, 0, 3, 2],
        [-3, -5, 0, 5, 3],
        [-2, -3, 0, 3, 2],
        [-1, -2, 0, 2, 1],
    ],  # Sobel
    "45°": [[np.sign(4 - line - column) for column in range(5)] for line in range(5)],
    "135°": [[np.sign(column - line) for column in range(5)] for line in range(5)],
}


@pytest.mark.parametrize(("direction", "pattern"), EDGES.items())
def test_edges_are_edges(direction: str, pattern: list[list[float]]) -> None:
    (description,) = describe(np.array(pattern))
    assert (description.kind, description.words) == ("edge", f"{direction} edge")


def test_corners_are_corners_and_open_where_they_do() -> None:
    quarter, ell = np.zeros((5, 5)), np.zeros((5, 5))
    quarter[:3, :3] = 1
    ell[2, 2:] = ell[2:, 2] = 1
    descriptions = describe(quarter, -quarter, np.rot90(quarter), ell)
    assert [description.words for description in descriptions] == [
        "bright corner open to the upper left",
        "dark corner open to the upper left",
        "bright corner open to the lower left",
        "bright corner open to the lower right",
    ]


def test_spots_are_spots() -> None:
    laplacian = np.zeros((5, 5))
    laplacian[1:4, 1:4] = -1
    laplacian[2, 2] = 8
    off_centre = np.fromfunction(lambda y, x: np.exp(-((x - 2.6) ** 2 + (y - 1.5) ** 2)), (5, 5))
    descriptions = describe(laplacian, off_centre, -off_centre)
    assert [description.words for description in descriptions] == ["bright spot", "bright spot", "dark spot"]


def test_means_are_blurs() -> None:
    binomial = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1])
    descriptions = describe(np.full((5, 5), 0.2), binomial, -binomial, 1 + 0.1 * noise(5, 5))
    assert [description.words for description in descriptions] == ["bright blur"] * 2 + ["dark blur", "bright blur"]
    assert descriptions[0].gabor is None, "nothing varies"


@settings(max_examples=12)
@given(
    degrees=st.floats(0, 180, exclude_max=True),
    frequency=st.floats(0.25, 0.4),
    size=st.sampled_from([5, 7]),
)
def test_gabor_functions_are_found_again(degrees: float, frequency: float, size: int) -> None:
    (description,) = describe(3 * gabor(size, degrees, frequency, np.pi / 2, 1.5) + 0.7)
    fit = description.gabor
    assert description.kind == "Gabor"
    assert fit is not None
    assert fit.r_squared > 0.999
    assert abs((fit.orientation - degrees + 90) % 180 - 90) < 2
    assert fit.frequency == pytest.approx(frequency, abs=0.06)
    assert f"Gabor {round(fit.orientation) % 180}°" in str(description)


@pytest.fixture(scope="module")
def descriptions_of_noise() -> tuple[FilterDescription, ...]:
    return describe(*noise(60, 5, 5, seed=7))


def test_noise_is_near_noise(descriptions_of_noise: tuple[FilterDescription, ...]) -> None:
    names = [description.kind for description in descriptions_of_noise]
    # Each of six kinds lets 1 of 100 filters of noise pass.
    assert names.count("near-noise") >= 50
    assert {str(d) for d in descriptions_of_noise if d.kind == "near-noise"} == {"near-noise"}


@pytest.mark.parametrize("kind", ["edge", "line", "corner", "spot", "blur", "Gabor"])
def test_scores_of_noise_are_seldom_above_0(kind: str, descriptions_of_noise: tuple[FilterDescription, ...]) -> None:
    scores = [description.scores[kind] for description in descriptions_of_noise]
    assert np.mean(np.array(scores) <= 0) >= 0.9
    assert max(scores) < 1


def test_a_pattern_under_noise_keeps_its_name() -> None:
    corner, line = np.zeros((5, 5)), np.zeros((5, 5))
    corner[:3, 2:] = 1
    line[:, 3] = 1
    names = [
        [description.kind for description in describe(*(pattern + 0.2 * noise(12, 5, 5, seed=3)))]
        for pattern in (corner, line)
    ]
    assert names[0].count("corner") >= 10
    assert names[1].count("line") >= 10


def test_filters_of_several_planes_are_described_by_what_the_planes_share() -> None:
    line = np.zeros((5, 5))
    line[2] = 1
    weights = np.array([[2 * line, -line, 0 * line]])
    network = network_with("3x12x12 | conv 1x5x5 | dense 2", {0: weights})
    (description,) = describe_filters(LayerFilters.of(network))
    assert description.words == "bright horizontal line"
    np.testing.assert_allclose(description.planes, [1, -0.5, 0], atol=1e-6)
    assert description.planes_share == pytest.approx(1)
    assert "in 100 % of it" in str(description)


def test_planes_that_a_filter_does_not_see_have_no_part() -> None:
    network = network_with("3x12x12 | conv 2x5x5 table(0,2;1) | dense 2", {})
    first, second = describe_filters(LayerFilters.of(network))
    assert np.isnan(first.planes).tolist() == [False, True, False]
    assert np.isnan(second.planes).tolist() == [True, False, True]
    assert second.planes_share == pytest.approx(1)
    assert first.as_dict()["planes"][1] is None


@pytest.mark.parametrize(
    ("pattern", "words"), [(np.zeros((5, 5)), "zero everywhere"), (np.ones((2, 2)), "too small for a shape")]
)
def test_filters_without_a_shape_say_so(pattern: Filters, words: str) -> None:
    (description,) = describe(pattern)
    assert str(description) == words
    assert description.as_dict()["gabor"] is None


@pytest.mark.parametrize("shape", [(3, 5), (7, 3), (8, 8)])
@pytest.mark.parametrize("make", [np.zeros, np.ones, lambda shape: noise(*shape), lambda shape: np.eye(*shape)])
def test_filters_of_every_shape_are_described(
    shape: tuple[int, int], make: Callable[[tuple[int, int]], Filters]
) -> None:
    (description,) = describe(make(shape))
    assert description.words
    assert all(np.isfinite(score) and score <= 1 + 1e-9 for score in description.scores.values())
