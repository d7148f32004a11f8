"""Charts of a study have means, intervals and seeds where they belong, and stay readable."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.text import Text

from lenetpp.pictures.chart import short
from lenetpp.pictures.colours import RUNS
from lenetpp.studies.comparison_answers import Answer
from lenetpp.studies.measures import MEASURES
from lenetpp.studies.question_kinds import Comparison
from lenetpp.studies.report.cell_pictures import answer_picture, cell_picture
from lenetpp.studies.report.grid_chart import GridChart
from lenetpp.studies.report.interval_chart import IntervalChart, Row
from lenetpp.studies.report.level_chart import LevelChart, Series
from lenetpp.studies.report.speed_chart import SpeedChart
from lenetpp.studies.report.spread import Spread, axis_range

from ..pictures.charts import laid_out
from .handmade_cells import answer, cell

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D


def percent(value: float) -> str:
    return f"{100 * value:.2f} %"


def spread(label: str, mean: float, half: float = 0.01, **others: float) -> Spread:
    seeds = {f"seed {seed}": mean + offset * half for seed, offset in ((1, -1.2), (2, 0.1), (3, 1.1))}
    return Spread(label, mean, mean - half, mean + half, seeds, **others)


def across(line: "Line2D") -> list[float]:
    """Where its points are, from left to right."""
    return [float(value) for value in np.asarray(line.get_xdata(), dtype=np.float64)]


def upwards(line: "Line2D") -> list[float]:
    """How high its points are."""
    return [float(value) for value in np.asarray(line.get_ydata(), dtype=np.float64)]


def bars(axes: "Axes") -> "Iterator[Line2D]":
    """Lines between two ends, with no marks: the intervals."""
    return (line for line in axes.lines if len(across(line)) == 2 and line.get_marker() == "None")


def pointed_at(axes: "Axes") -> "dict[str, Line2D]":
    return {str(line.get_url()).removeprefix("tip:"): line for line in axes.lines if line.get_url()}


def overlapping(texts: Sequence[Text]) -> list[tuple[str, str]]:
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts if text.get_text()]
    return [(one, other) for (one, box), (other, second) in combinations(boxes, 2) if box.overlaps(second)]


def rows(count: int, words: str = "a level") -> tuple[Row, ...]:
    return tuple(Row(spread(f"{words} {number}", 0.6 + 0.01 * number), str(number // 4)) for number in range(count))


def test_intervals_and_seeds_lie_at_their_values() -> None:
    chart = IntervalChart("A question?", "accuracy", rows(5), percent)
    axes = laid_out(chart)
    ends = [tuple(across(bar)) for bar in bars(axes)]
    np.testing.assert_allclose(ends, [row.spread.ends for row in chart.rows])
    heights = [upwards(bar)[0] for bar in bars(axes)]
    assert heights == list(axes.get_yticks())
    dots = pointed_at(axes)
    for row, height in zip(chart.rows, heights, strict=True):
        mean = dots[
            f"{row.spread.label}: mean {percent(row.spread.mean)}, interval "
            f"{percent(row.spread.ends[0])} to {percent(row.spread.ends[1])}"
        ]
        assert (across(mean)[0], upwards(mean)[0]) == (row.spread.mean, height)
        for name, value in row.spread.singles.items():
            dot = dots[f"{row.spread.label}, {name}: {percent(value)}"]
            assert across(dot)[0] == value
            assert height < upwards(dot)[0] < height + 0.5
    low, high = axes.get_xlim()
    assert all(low < value < high for row in chart.rows for value in row.spread.values())


LONG = "filters of the first layer and of the second one, and"


@pytest.mark.parametrize("words", [LONG, f"{LONG} of all others, as far as there are such"])
def test_twenty_rows_with_long_labels_do_not_run_into_each_other(words: str) -> None:
    axes = laid_out(IntervalChart("Many", "accuracy", rows(20, words), percent))
    assert overlapping(axes.get_yticklabels()) == []
    right = axes.figure.bbox.width
    assert all(label.get_window_extent().x0 >= 0 for label in axes.get_yticklabels())
    assert all(text.get_window_extent().x1 <= right for text in axes.texts)


def test_two_long_labels_among_short_ones_do_not_run_into_each_other() -> None:
    many = list(rows(20))
    many[5:7] = rows(7, f"{LONG} of all others, as far as there are such")[5:]
    assert overlapping(laid_out(IntervalChart("Many", "accuracy", tuple(many), percent)).get_yticklabels()) == []


def test_published_figures_are_marked_and_explained() -> None:
    one = spread("LeNet", 0.86, published=0.83)
    axes = laid_out(IntervalChart("A question?", "accuracy", (Row(one),), percent))
    dots = pointed_at(axes)
    assert across(dots["LeNet, published: 83.00 %"])[0] == 0.83
    assert "◇ published" in axes.get_xlabel()


def test_what_we_meant_to_reach_is_in_no_picture() -> None:
    goal = {"where": {"network": "A"}, "at_least": 0.777}
    found = answer({"A": (0.8, 0.81, 0.82), "B": (0.85, 0.86, 0.87)}, goals=[goal])
    picture = cell_picture(found, MEASURES["test_accuracy"])
    assert picture is not None
    axes = laid_out(picture)
    assert "goal" not in axes.get_xlabel()
    assert not any("goal" in tip or "77.7" in tip for tip in pointed_at(axes))


def test_values_over_decades_are_on_a_logarithmic_axis_and_an_end_below_zero_is_cut() -> None:
    wide = (
        Row(Spread("small", 1e-5, -1e-5, 3e-5)),
        Row(Spread("large", 1e-1, 0.9e-1, 1.1e-1)),
        Row(Spread("none", 0.0)),
    )
    axes = laid_out(IntervalChart("Norms", "norm", wide, "{:.3g}".format))
    assert axes.get_xscale() == "log"
    (low, high), second = (across(bar) for bar in bars(axes))
    assert low == axes.get_xlim()[0] > 0
    assert high == 3e-5
    assert second == [0.9e-1, 1.1e-1]
    assert [text.get_text() for text in axes.texts] == ["1e-05", "0.1", "0"]
    assert laid_out(IntervalChart("Close", "norm", wide[1:2], "{:.3g}".format)).get_xscale() == "linear"


def test_one_vanishing_value_does_not_press_the_others_into_a_line() -> None:
    low, high = axis_range([Spread("all", 3.0, 1.0, 5.0), Spread("dead", 1e-34)], logarithmic=True)
    assert 1e-8 < low < 1e-6
    assert high > 5


def test_a_spread_without_an_interval_has_a_dot_and_no_bar() -> None:
    axes = laid_out(
        IntervalChart("One seed", "accuracy", (Row(Spread("LeNet", 0.8, singles={"seed 1": 0.8})),), percent)
    )
    assert list(bars(axes)) == []
    assert "LeNet: 80.00 %, no interval" in pointed_at(axes)


LEVELS = ("250", "500", "1000", "2000", "4000", "5000")


def learning_curves() -> LevelChart:
    series = tuple(
        Series(
            name, tuple(spread(f"{name}, {level}", start + 0.03 * place) for place, level in enumerate(LEVELS)), colour
        )
        for name, start, colour in zip(("perceptron", "LeNet", "mixing"), (0.6, 0.7, 0.75), RUNS, strict=False)
    )
    return LevelChart("A curve", "images per class", "accuracy", LEVELS, tuple(map(float, LEVELS)), series, percent)


def test_a_curve_has_its_ticks_at_the_levels_and_its_intervals_at_their_places() -> None:
    chart = learning_curves()
    axes = laid_out(chart)
    assert axes.get_xscale() == "log"
    assert list(axes.get_xticks()) == [250, 500, 1000, 2000, 4000, 5000]
    assert [label.get_text() for label in axes.get_xticklabels()] == list(LEVELS)
    wanted = [
        (place, *one.ends)
        for line in chart.series
        for place, one in zip(chart.places, line.spreads, strict=True)
        if one
    ]
    found = [(across(bar)[0], *upwards(bar)) for bar in bars(axes)]
    np.testing.assert_allclose(found, wanted)
    dots = pointed_at(axes)
    for line in chart.series:
        for one in line.spreads:
            assert one
            for name, value in one.singles.items():
                assert upwards(dots[f"{one.label}, {name}: {percent(value)}"])[0] == value
    assert [text.get_text() for text in axes.figure.legends[0].get_texts()] == ["perceptron", "LeNet", "mixing"]


def test_names_of_levels_that_are_close_to_each_other_are_moved_apart_and_stay_near_their_places() -> None:
    years = ("1958", "1986", "1998", "2012", "2014", "2015")
    spreads = tuple(spread(year, 0.6) for year in years)
    chart = LevelChart(
        "A history", "year", "accuracy", years, tuple(map(float, years)), (Series("a", spreads, RUNS[0]),), percent
    )
    axes = laid_out(chart)
    assert list(axes.get_xticks()) == [float(year) for year in years]
    rights = [label.get_window_extent().x1 for label in axes.get_xticklabels()]
    line_height = 9 / 72 * axes.figure.dpi
    assert min(second - first for first, second in pairwise(rights)) > 0.9 * line_height * 2**0.5
    places = axes.transData.transform([(float(year), 0.6) for year in years])[:, 0]
    aside = np.array(rights) - places
    assert np.ptp(aside[:3]) < 1
    assert np.abs(aside - aside[0]).max() < 2 * line_height


def test_close_levels_are_turned_so_that_their_names_do_not_run_into_each_other() -> None:
    axes = laid_out(learning_curves())
    assert {label.get_rotation() for label in axes.get_xticklabels()} == {45.0}
    # What is turned overlaps in its upright box; between parallel lines of text a line's height is enough.
    lefts = [label.get_window_extent().x1 for label in axes.get_xticklabels()]
    line_height = 9 / 72 * axes.figure.dpi
    assert min(second - first for first, second in pairwise(lefts)) > 0.9 * line_height * 2**0.5
    layers = LevelChart("Layers", "layer", "norm", ("0 conv", "2 conv", "4 dense"), (0.0, 1.0, 2.0),
                        (Series("a", (spread("x", 1), None, spread("y", 2)), RUNS[0]),), percent)  # fmt: skip
    assert overlapping(laid_out(layers).get_xticklabels()) == []
    assert {label.get_rotation() for label in laid_out(layers).get_xticklabels()} == {0.0}


def test_a_grid_has_means_in_their_cells_and_one_scale_for_all_intervals() -> None:
    names, numbers = ("2", "3", "5", "8"), ("4", "5", "10", "15", "20")
    cells = tuple(
        tuple(spread(f"{row} and {column}", 0.8 + 0.01 * i + 0.008 * j) for j, column in enumerate(numbers))
        for i, row in enumerate(names)
    )
    chart = GridChart("Filters?", "accuracy", "first", "second", names, numbers, cells, percent)
    axes = laid_out(chart)
    texts = {(round(text.get_position()[0]), round(text.get_position()[1])): text for text in axes.texts}
    assert len(texts) == 20
    for i, line in enumerate(cells):
        for j, one in enumerate(line):
            assert texts[j, i].get_text() == percent(one.mean)
    assert [text.get_fontweight() for text in axes.texts].count("bold") == 1
    assert texts[4, 3].get_fontweight() == "bold"
    # The same linear scale in every cell: offsets within a cell against values.
    offsets, values = [], []
    flat = [one for line in cells for one in line]
    for bar, one in zip(bars(axes), flat, strict=True):
        column = round(float(np.mean(across(bar))))
        offsets += [end - column for end in across(bar)]
        values += list(one.ends)
    slope, start = np.polyfit(values, offsets, 1)
    np.testing.assert_allclose(np.polyval([slope, start], values), offsets, atol=1e-9)
    assert slope > 0
    assert all(-0.5 < offset < 0.5 for offset in offsets)
    assert overlapping(axes.texts) == []


def test_a_rung_without_a_build_has_no_dot() -> None:
    nan = float("nan")
    chart = SpeedChart("Tricks", "images a second", ("naive", "SIMD"), {"-O2": (1000.0, nan), "-O3": (1500.0, 30000.0)})
    dots = pointed_at(laid_out(chart))
    assert {tip: across(dot)[0] for tip, dot in dots.items()} == {
        "naive, -O2: 1,000": 1000, "naive, -O3: 1,500": 1500, "SIMD, -O3: 30,000": 30000,
    }  # fmt: skip


def test_on_a_page_a_chart_has_the_pages_colours_its_own_names_and_tips() -> None:
    first, second = (IntervalChart("<A> & B", "accuracy", rows(2), percent).for_page(name) for name in ("one", "two"))
    for svg in (first, second):
        assert "#000000" not in svg
        assert "currentColor" in svg
        assert f'aria-label="{escape("<A> & B")}: accuracy"' in svg
        assert svg.count("<title>") == 2 * (1 + 3)
        assert not re.search(r"url\((?!#)|https?://(?!www\.w3\.org/)", svg)
    ids = [set(re.findall(r' id="([^"]*)"', svg)) for svg in (first, second)]
    assert ids[0]
    assert not ids[0] & ids[1]
    for svg, own in zip((first, second), ids, strict=True):
        assert set(re.findall(r'(?:url\(|href=")#([^)"]*)', svg)) <= own


@pytest.mark.parametrize(
    ("text", "shorter"),
    [("86.00 %", "86 %"), ("86.50 %", "86.5 %"), ("1,000", "1,000"), ("1.50e-10", "1.5e-10"), ("0.0110", "0.011")],
)
def test_ticks_lose_the_zeros_at_their_end(text: str, shorter: str) -> None:
    assert short(text) == shorter


LONG_TITLE = "How does that depend on the number of training images, and on all other things that one may think of?"


@pytest.mark.parametrize(
    "chart",
    [
        LevelChart(
            LONG_TITLE, "images", "gradient of the first layer beside that of the last", LEVELS[:2], (250.0, 500.0),
            (Series("LeNet", (spread("LeNet, 250", 0.6), spread("LeNet, 500", 0.7)), RUNS[0]),), percent,
        ),
        IntervalChart(LONG_TITLE, "test accuracy", rows(3), percent),
        GridChart(LONG_TITLE, "accuracy", "rows", "columns", ("1",), ("2", "3"), ((spread("a", 0.5), None),), percent),
        SpeedChart(LONG_TITLE, "images a second", ("straightforward loops", "all"), {"-O2": (1200.0, 27000.0)}),
    ],
    ids=lambda chart: type(chart).__name__,
)  # fmt: skip
def test_no_title_or_label_is_cut_off(chart: LevelChart | IntervalChart | GridChart | SpeedChart) -> None:
    axes = laid_out(chart)
    whole = axes.figure.bbox
    ticks = [*axes.get_xticklabels(), *axes.get_yticklabels()]  # some of them lie outside the axes and are not drawn
    texts = [text for text in axes.findobj(Text) if text.get_text() and text not in ticks]
    assert any(LONG_TITLE[:20] in text.get_text() for text in texts)
    for text in texts:
        box = text.get_window_extent()
        assert whole.x0 - 1 <= box.x0, text
        assert box.x1 <= whole.x1 + 1, text
        assert whole.y0 - 1 <= box.y0, text
        assert box.y1 <= whole.y1 + 1, text


def test_no_two_ticks_have_the_same_number() -> None:
    tiny = Row(Spread("lost updates", 0.0001, 0.0, 0.0002))
    texts = [label.get_text() for label in laid_out(IntervalChart("Lost", "share", (tiny,), percent)).get_xticklabels()]
    assert len(texts) == len(set(texts)) > 1


def test_a_logarithmic_axis_over_little_more_than_a_decade_has_several_numbers() -> None:
    axes = laid_out(SpeedChart("Tricks", "images a second", ("a", "b"), {"-O2": (1200.0, 27000.0)}))
    low, high = axes.get_xlim()
    assert sum(low <= tick <= high for tick in axes.get_xticks()) >= 3


def test_what_the_dots_are_is_explained() -> None:
    label = laid_out(IntervalChart("A question?", "accuracy", rows(2), percent)).get_xlabel()
    assert "● mean, — its 95 % interval" in label
    assert "· single trainings" in label
    pairs = IntervalChart("A question?", "likeness", rows(2), percent, "pairs of trainings")
    assert "· pairs of trainings" in laid_out(pairs).get_xlabel()


def test_the_picture_of_an_answer_shows_at_a_glance_what_its_first_sentence_is_about() -> None:
    question = Comparison.model_validate(
        {
            "title": "Which?",
            "compare": "network",
            "by": ["images"],
            "headline": {
                "where": {"images": "4,000", "network": "a"},
                "against": {"images": "4,000", "network": "b"},
            },
        }
    )
    cells = tuple(
        cell({"images": images, "network": name}, [0.7, 0.8]) for images in ("2,000", "4,000") for name in "abcd"
    )
    answer = Answer("which", question.title, "", question, cells, (), (), ())
    picture = answer_picture(answer)
    assert isinstance(picture, IntervalChart)
    assert [row.spread.label for row in picture.rows] == [f"{name}, images 4,000" for name in "abcd"]
    assert answer_picture(replace(answer, cells=cells[2:6])) is None, "four rows are few enough"


def test_where_the_first_sentence_is_about_several_measures_of_one_cell_the_picture_has_a_row_for_each() -> None:
    question = Comparison.model_validate(
        {
            "title": "What does it look at?",
            "compare": "network",
            "metrics": ["test_accuracy", "training_seconds", "training_accuracy"],
            "headline": {"where": {"network": "a"}, "beside": "training_accuracy", "says": "{figure}, {its}"},
        }
    )
    values = {"test_accuracy": {1: 0.8}, "training_seconds": {1: 3.0}, "training_accuracy": {1: 0.9}}
    cells = tuple(replace(cell({"network": name}, [0.8]), values=values) for name in "ab")
    picture = answer_picture(Answer("look", question.title, "", question, cells, (), (), ()))
    assert isinstance(picture, IntervalChart)
    assert [(row.spread.label, row.spread.mean) for row in picture.rows] == [
        ("test accuracy", 0.8), ("training accuracy", 0.9),
    ]  # fmt: skip
