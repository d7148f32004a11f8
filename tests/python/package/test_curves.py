"""Curves in a terminal: what is drawn is what was measured."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lenetpp.command_line.curves import draw_curves

# The positions (row, column) of the dots that the Unicode standard gives the bits of U+2800 to U+28FF.
DOTS = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (3, 0), (3, 1)]


def picture(**curves: list[float]) -> list[str]:
    return [line.plain for line in draw_curves("title", curves, "{:.3g}".format, 60)]


def dots(lines: list[str]) -> NDArray[np.bool_]:
    """Decode the dots between the axis and the labels."""
    fields = [line[line.index("│") + 1 :] for line in lines if "│" in line]
    width = max((len(line.rstrip("\u2800 ")) for line in fields), default=0)
    found = np.zeros((4 * len(fields), 2 * width), dtype=bool)
    for number, line in enumerate(fields):
        for column, character in enumerate(line):
            for bit, (down, right) in enumerate(DOTS):
                if "\u2800" <= character <= "\u28ff" and (ord(character) - 0x2800) >> bit & 1:
                    found[4 * number + down, 2 * column + right] = True
    return found[:, found.any(axis=0)]


values = st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), min_size=2, max_size=40)


@given(training=values, test=values, width=st.integers(40, 170), ascii_only=st.booleans())
def test_any_values_give_lines_of_one_width(
    training: list[float], test: list[float], width: int, ascii_only: bool
) -> None:
    count = min(len(training), len(test))
    curves = {"training": training[:count], "test": test[:count]}
    lines = draw_curves("loss", curves, "{:.3g}".format, width, 6, ascii_only=ascii_only)
    assert len(lines) == 8
    assert {line.cell_len for line in lines} == {width}
    if ascii_only:
        assert all(line.plain.isascii() for line in lines)


def test_a_straight_line_is_a_diagonal_from_edge_to_edge() -> None:
    drawn = dots(picture(test=[0.0, 1.0, 2.0, 3.0]))
    heights = [len(drawn) - 1 - int(column.nonzero()[0].mean()) for column in drawn.T]
    assert heights[0] == 0
    assert heights[-1] == len(drawn) - 1
    assert heights == sorted(heights)
    expected = np.linspace(0, len(drawn) - 1, len(heights))
    assert np.abs(np.array(heights) - expected).max() <= 1.0


def test_a_jump_is_a_connected_line() -> None:
    drawn = dots(picture(test=[0.0, 0.0, 5.0, 5.0]))
    rows = [column.nonzero()[0] for column in drawn.T]
    for before, after in pairwise(rows):
        assert before.min() - 1 <= after.max()
        assert after.min() <= before.max() + 1


def test_axis_and_labels_tell_the_values() -> None:
    lines = picture(training=[3.0, 0.25, 0.5], test=[2.0, 1.0, 1.5])
    assert lines[0].strip() == "title"
    assert lines[1].startswith("   3 │")
    assert lines[-2].startswith("0.25 │")
    assert lines[-1].split() == ["1", "epoch", "3"]
    ends = [line.split()[-2:] for line in lines if line.rstrip().endswith(("training 0.5", "test 1.5"))]
    assert ends == [["test", "1.5"], ["training", "0.5"]]


def test_curves_that_end_together_have_a_label_each() -> None:
    text = "\n".join(picture(training=[1.0, 0.0], validation=[1.0, 0.0], test=[1.0, 0.0]))
    for label in ("training 0", "validation 0", "test 0"):
        assert text.count(label) == 1


@pytest.mark.parametrize("values", [[1.0, 1.0], [math.nan, 1.0, math.inf], [math.nan, math.nan]])
def test_flat_and_broken_curves_are_drawn_as_far_as_they_are_finite(values: list[float]) -> None:
    drawn = dots(picture(test=values))
    assert drawn.any() == any(math.isfinite(value) for value in values)


def test_a_curve_begins_where_its_first_value_is() -> None:
    whole, late = (dots(picture(test=values)) for values in ([0.0, 1.0, 2.0, 3.0], [math.nan, math.nan, 2.0, 3.0]))
    assert late.shape[1] == pytest.approx(whole.shape[1] / 3, abs=1)
