"""What is drawn gets where the learned images are, wherever and however large it is; its answer is beside it."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ..command import Command
from .conftest import InNode
from .opened_page import SHORT, OpenedPage

Points = list[tuple[float, float]]


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> Points:
    """Points of an ellipse's part, by angles in degrees, clockwise from the right."""
    angles = np.radians(np.linspace(start, end, 9))
    return [(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]


DIGITS: tuple[list[Points], ...] = (
    [arc(0.5, 0.5, 0.3, 0.5, -90, 270)],
    [[(0.5, 0), (0.47, 0.5), (0.45, 1)]],
    [[*arc(0.5, 0.28, 0.3, 0.28, 190, 380), (0.2, 1), (0.85, 0.97)]],
    [[*arc(0.45, 0.25, 0.3, 0.25, 200, 445), *arc(0.45, 0.74, 0.35, 0.26, -85, 160)]],
    [[(0.3, 0), (0.2, 0.55), (0.8, 0.52)], [(0.72, 0.05), (0.66, 0.5), (0.6, 1)]],
    [[(0.8, 0), (0.3, 0.02), (0.26, 0.42), *arc(0.45, 0.7, 0.33, 0.3, -70, 140)]],
    [[(0.65, 0), (0.35, 0.35), *arc(0.47, 0.72, 0.27, 0.28, 180, 540)]],
    [[(0.15, 0.04), (0.85, 0), (0.6, 0.5), (0.45, 1)]],
    [
        [
            *arc(0.5, 0.25, 0.25, 0.25, -60, -270),
            *arc(0.5, 0.75, 0.3, 0.25, -90, 270),
            *arc(0.5, 0.25, 0.25, 0.25, 90, -60),
        ]
    ],
    [[*arc(0.47, 0.27, 0.27, 0.27, 0, -360), (0.73, 0.5), (0.66, 1)]],
)
"""Strokes of a pen for each digit, in a square."""
CORNERS = {
    "top left": (0.02, 0.02),
    "top right": (0.76, 0.02),
    "bottom left": (0.02, 0.76),
    "bottom right": (0.76, 0.76),
}
SMALL = 0.22


def placed(strokes: list[Points], x: float, y: float, size: float) -> list[Points]:
    return [[(x + size * px, y + size * py) for px, py in stroke] for stroke in strokes]


@pytest.fixture(scope="module")
def framed(in_node: Callable[[str], InNode]) -> Callable[..., NDArray[np.float64]]:
    script = in_node("strokes")
    return lambda drawings, frame: np.array(script("framed", [[one, [1, 28, 28], frame] for one in drawings])).reshape(
        -1, 28, 28
    )


def test_a_digit_is_the_same_image_wherever_and_however_large_it_was_drawn(
    framed: Callable[..., NDArray[np.float64]],
) -> None:
    for digit in DIGITS:
        places = [(0.1, 0.1, 0.8), *((x, y, SMALL) for x, y in CORNERS.values()), (0.4, 0.3, 0.5)]
        images = framed([placed(digit, *place) for place in places], "digits")
        assert np.abs(images - images[0]).max() < 1e-4


def test_digits_lie_as_those_of_mnist_do(framed: Callable[..., NDArray[np.float64]]) -> None:
    images = framed([placed(digit, 0.6, 0.1, 0.3) for digit in DIGITS], "digits")
    rows, columns = np.mgrid[:28, :28] + 0.5
    for image in images:
        assert (image * rows).sum() / image.sum() == pytest.approx(14, abs=0.25)
        assert (image * columns).sum() / image.sum() == pytest.approx(14, abs=0.25)
        used = [np.flatnonzero(image.max(axis=axis) > 0.2) for axis in (0, 1)]
        assert max(np.ptp(places) + 1 for places in used) in (19, 20, 21)
        assert image[(image > 0) & (image < 1)].size > 0  # a soft border


def test_clothes_fill_the_frame_and_photos_stay_where_they_are(framed: Callable[..., NDArray[np.float64]]) -> None:
    box = [[(0.7, 0.7), (0.9, 0.7), (0.9, 0.9), (0.7, 0.9), (0.7, 0.7)]]
    (clothes,), (photo,) = framed([box], "clothes"), framed([box], "photos")
    assert clothes[0].max() > 0.5
    assert clothes[-1].max() > 0.5
    assert photo[:14, :14].max() == 0
    assert photo[20:24, 18:21].max() > 0.5


def test_a_dot_is_an_image_too(framed: Callable[..., NDArray[np.float64]]) -> None:
    (image,) = framed([[[(0.9, 0.1)]]], "digits")
    assert np.isfinite(image).all()
    assert 2 < image.sum() < 12
    assert image[13:15, 13:15].min() > 0.5


def draw(page: OpenedPage, strokes: list[Points]) -> None:
    """Draw with the mouse; points are shares of the field."""
    page.page.locator(".pad").scroll_into_view_if_needed()
    box = page.page.locator(".pad").bounding_box()
    assert box is not None
    for stroke in strokes:
        for number, (x, y) in enumerate(stroke):
            page.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
            if number == 0:
                page.page.mouse.down()
        page.page.mouse.up()


@pytest.mark.parametrize("size", [(1280, 800), (400, 800)])
def test_the_answer_stands_beside_the_field_on_one_screen(tab: OpenedPage, size: tuple[int, int]) -> None:
    tab.go(SHORT)
    tab.page.set_viewport_size({"width": size[0], "height": size[1]})
    draw(tab, placed(DIGITS[0], 0.3, 0.3, 0.4))
    tab.page.locator("#pad .answer li").nth(9).wait_for()
    tab.page.evaluate("document.querySelector('.drawn').scrollIntoView({ block: 'end' })")
    controls, pad, answer = (tab.page.locator(one).bounding_box() for one in ("#controls", ".pad", "#pad .answer"))
    assert controls
    assert pad
    assert answer
    for part in (pad, answer):
        assert controls["y"] + controls["height"] <= part["y"]
        assert part["y"] + part["height"] <= size[1]
        assert part["x"] + part["width"] <= size[0]
    assert pad["x"] + pad["width"] <= answer["x"]
    assert abs(pad["y"] - answer["y"]) < 40
    bar = tab.page.locator("#pad .answer .track").first.bounding_box()
    assert bar
    assert bar["width"] >= 32  # enough to see which share is the largest


def test_digits_drawn_small_in_a_corner_of_the_field_are_read_by_what_learned_mnist(
    tab: OpenedPage, lenetpp: Command, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LENETPP_DATA", str(shared_data))
    tab.go("#epochs=3&lang=en")
    tab.page.check("#source-files")
    tab.page.set_input_files("#data-files", sorted((shared_data / "mnist").glob("*-ubyte.gz")))
    tab.page.locator("#command", has_text="lenetpp train mnist --per-class 500").wait_for()
    tab.train_to_the_end()
    assert tab.text("#digest") == tab.trained_by_its_command(lenetpp)
    read = []
    for digit, strokes in enumerate(DIGITS):
        tab.page.locator("#pad button").first.click()
        tab.page.locator("#pad .answer").wait_for(state="detached")
        draw(tab, placed(strokes, *CORNERS["top left" if digit % 2 else "bottom right"], SMALL))
        tab.page.wait_for_timeout(150)
        read.append(tab.page.locator("#pad .answer .best .class").inner_text())
    assert sum(str(digit) == said for digit, said in enumerate(read)) >= 9, read
