"""Mean and deviation against exact fractions, and against sums in the documented order."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from lenetpp.data import DataError, checks, per_plane_statistics

SHAPES = arrays.array_shapes(min_dims=4, max_dims=4, max_side=5).filter(lambda shape: shape[3] not in (1, 3))


def exact_statistics(images: np.ndarray) -> list[tuple[Fraction, Fraction]]:
    """Mean and variance of each plane, without rounding."""
    statistics = []
    for plane in np.moveaxis(images, 1, 0):
        values = [Fraction(float(value)) for value in plane.flat]
        mean = sum(values, Fraction()) / len(values)
        statistics.append((mean, sum(((value - mean) ** 2 for value in values), Fraction()) / len(values)))
    return statistics


@given(images=arrays.arrays(np.uint8, SHAPES))
def test_bytes_are_summed_exactly(images: np.ndarray) -> None:
    mean, deviation = per_plane_statistics(images)
    assert mean.dtype == deviation.dtype == np.float64
    assert mean.tolist() == [float(mean) for mean, _ in exact_statistics(images)]
    assert deviation.tolist() == [math.sqrt(variance) for _, variance in exact_statistics(images)]


@given(images=arrays.arrays(np.float32, SHAPES, elements=st.floats(-1000, 1000, width=32)))
def test_floats_are_close_to_the_exact_sums(images: np.ndarray) -> None:
    mean, deviation = per_plane_statistics(images)
    exact = exact_statistics(images)
    np.testing.assert_allclose(mean, [float(mean) for mean, _ in exact], rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(deviation, [math.sqrt(variance) for _, variance in exact], rtol=1e-12, atol=1e-9)


def test_floats_are_summed_in_the_documented_order() -> None:
    images = np.sin(np.arange(50 * 2 * 3 * 4)).reshape(50, 2, 3, 4).astype(np.float32) * np.float32(1e3)
    expected = []
    for plane in range(2):
        sums = [0.0] * 12
        for image in images:
            sums = [total + value for total, value in zip(sums, image[plane].ravel().tolist(), strict=True)]
        expected.append(math.fsum(sums) / 600)
    assert per_plane_statistics(images)[0].tolist() == expected


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_bits_do_not_depend_on_how_many_images_are_looked_at_together(
    dtype: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    images: NDArray[Any] = (np.arange(700 * 2 * 4 * 4) % 251).reshape(700, 2, 4, 4).astype(dtype)
    at_once = per_plane_statistics(images)
    monkeypatch.setattr(checks, "PIXELS_AT_ONCE", 100)
    by_and_by = per_plane_statistics(images)
    np.testing.assert_array_equal(at_once, by_and_by)


def test_white_images_do_not_overflow() -> None:
    mean, deviation = per_plane_statistics(np.full((70_000, 1, 28, 28), 255, np.uint8))
    assert (mean.tolist(), deviation.tolist()) == ([255.0], [0.0])


def test_wrong_images_are_refused() -> None:
    with pytest.raises(DataError, match="images must be uint8 or float32, but are int16"):
        per_plane_statistics(np.zeros((1, 1, 2, 2), np.int16))  # type: ignore[arg-type]
