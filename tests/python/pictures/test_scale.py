"""The scale of weights: its colours mean what they say, and every text on them can be read."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetpp.pictures import colours
from lenetpp.pictures.colours import BLACK, WHITE, Colour
from lenetpp.pictures.scale import Scale

DARK_PAGE = Colour(22, 24, 29)
values = st.floats(-1e6, 1e6, allow_subnormal=False)


def test_red_is_high_white_is_zero_and_blue_is_low() -> None:
    scale = Scale(2.0)
    assert scale.colour(2.0) == colours.HIGH
    assert scale.colour(0.0) == WHITE
    assert scale.colour(-2.0) == colours.LOW
    assert scale.colour(99.0) == colours.HIGH, "beyond the end it stays at the end"
    halfway = [(white + full) / 2 for white, full in zip(WHITE, colours.HIGH, strict=True)]
    np.testing.assert_allclose(scale.colour(1.0), halfway, atol=0.5)


def test_pixels_are_the_colours_of_the_values_and_unseen_without_one() -> None:
    pixels = Scale(4.0).pixels(np.array([[4.0, 0.0], [-2.0, math.nan]]))
    assert pixels.dtype == np.uint8
    half_blue = [round((255 + part) / 2) for part in colours.LOW]
    assert pixels[..., :3][:, 0].tolist() == [list(colours.HIGH), half_blue]
    assert pixels[0, 1].tolist() == [255, 255, 255, 255]
    assert pixels[..., 3].tolist() == [[255, 255], [255, 0]]


def test_matplotlib_gets_the_same_colours() -> None:
    scale = Scale(3.0)
    arguments = scale.matplotlib()
    for value in (-3.0, -1.3, 0.0, 0.7, 3.0):
        drawn = 255 * np.array(arguments["cmap"](arguments["norm"](value))[:3])
        np.testing.assert_allclose(drawn, scale.colour(value), atol=1)


def test_limit_is_the_largest_absolute_value() -> None:
    assert Scale.of(np.array([0.5, -3.0, math.nan])).limit == 3.0
    assert Scale.of(np.zeros(3)).limit == 1.0


def test_parts_have_a_common_scale_or_each_its_own() -> None:
    parts = [np.array([1.0, -2.0]), np.array([[0.5], [-0.25]])]
    assert [scale.limit for scale in Scale.of_parts(parts, "common")] == [2.0, 2.0]
    assert [scale.limit for scale in Scale.of_parts(parts, "each")] == [2.0, 0.5]
    with pytest.raises(ValueError, match=r'scale must be "common" or "each", but is \'all\''):
        Scale.of_parts(parts, "all")


@given(limit=st.floats(1e-9, 1e6), share=st.floats(-1, 1))
def test_texts_are_short_and_right(limit: float, share: float) -> None:
    scale = Scale(limit)
    text = scale.text(share * limit)
    assert len(text) <= 4
    # Two decimals below 1, one below 10, none above.
    number = abs(share * limit) / 10.0**scale.exponent
    error = 0.005 if number < 1 else 0.05 if number < 10 else 0.5
    assert float(text) * 10.0**scale.exponent == pytest.approx(share * limit, abs=1.0001 * error * 10.0**scale.exponent)


def test_unit_of_the_texts_is_stated() -> None:
    assert str(Scale(0.5)) == "red +0.5, white 0, blue -0.5"
    assert str(Scale(0.0031)) == "red +0.0031, white 0, blue -0.0031; numbers in units of 1e-3"
    assert Scale(0.0031).text(-0.0029) == "-2.9"


@given(limit=st.floats(1e-3, 1e3), share=st.floats(-1, 1))
def test_texts_can_be_read_on_every_colour_of_the_scale(limit: float, share: float) -> None:
    colour = Scale(limit).colour(share * limit)
    assert colour.text in (BLACK, WHITE)
    assert colour.contrast(colour.text) >= 4.5


def test_lines_stand_out_from_light_and_dark_pages() -> None:
    for colour in (colours.TRAINING, colours.VALIDATION, colours.TEST, *colours.LAYERS):
        assert colour.contrast(WHITE) >= 3
        assert colour.contrast(DARK_PAGE) >= 3


def test_contrast_is_that_of_wcag() -> None:
    assert BLACK.contrast(WHITE) == pytest.approx(21)
    # Values that the contrast checkers of the web show.
    assert Colour(119, 119, 119).contrast(WHITE) == pytest.approx(4.48, abs=0.005)
    assert Colour(0, 0, 255).contrast(WHITE) == pytest.approx(8.59, abs=0.005)
