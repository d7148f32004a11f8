"""Curves hold the recorded values, in the same colours everywhere, and their labels do not overlap."""

import math
import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import lenetpp as lp
from lenetpp.pictures.colours import LAYERS, TEST, TRAINING
from lenetpp.pictures.line_chart import Line, LineChart, spread
from lenetpp.pictures.training_curves import EPOCH_MEASURES, training_curves

from .charts import laid_out

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray


@dataclass
class HandmadeRun:
    name: str = "handmade"
    network_text: str = "1x8x8 | conv 2x3x3 | maxpool 2 | dense 4 sigmoid | dense 3"
    history: list[lp.EpochRecord] = field(default_factory=list)
    keeps_best: bool = False
    kept: lp.EpochRecord | None = None


def epoch(number: int, **figures: Any) -> lp.EpochRecord:
    recorded: dict[str, Any] = {
        "epoch": number,
        "loss": 1 / number,
        "training_accuracy": 0.5,
        "test_loss": 2 / number,
        "test_accuracy": 0.25,
        "learning_rate": 0.1,
        "seconds": 1.0,
        "images_per_second": 1.0,
        "gradient_norms": {"0.weight": 4.0, "0.bias": 9.0, "2.weight": 2.0 * number, "3.weight": 1.0},
        "saturated_units": {"2": 0.75},
        "digest": "0" * 64,
    }
    return lp.EpochRecord(**(recorded | figures))


@pytest.mark.parametrize("measure", [measure for measure in EPOCH_MEASURES if measure != "saturated_units"])
def test_a_figure_has_the_recorded_values(run: lp.Run, measure: str) -> None:
    lines = {str(line.get_label()): line.get_ydata() for line in run.curves(measure).plot().get_lines()}
    if measure in ("loss", "accuracy"):
        training = [epoch.loss if measure == "loss" else epoch.training_accuracy for epoch in run.history]
        np.testing.assert_array_equal(lines["training"], training)
        np.testing.assert_array_equal(lines["test"], [getattr(epoch, f"test_{measure}") for epoch in run.history])
    elif measure == "learning_rate":
        np.testing.assert_array_equal(lines[run.name], [epoch.learning_rate for epoch in run.history])
    else:
        assert len(lines) == 3
        for label, values in lines.items():
            layer = label.split()[0]
            key = layer if measure == "dead_units" else f"{layer}.weight"
            per_weight = measure == "gradients_per_weight"
            recorded = [getattr(epoch, "gradient_norms" if per_weight else measure)[key] for epoch in run.history]
            divisor = math.sqrt(run.network.parameters()[key].size) if per_weight else 1
            assert list(np.asarray(values)) == pytest.approx([figure / divisor for figure in recorded], rel=1e-15)


def points_of(chart: LineChart, label: str) -> tuple[list[str], "NDArray[np.float64]"]:
    """What a line's points say when they are pointed at, and where they lie in the SVG file, y downwards."""
    points = re.findall(
        r'<g class="point"><title>([^<]*)</title>.*?x="([^"]*)" y="([^"]*)"',
        chart.for_page("chart"), re.DOTALL,
    )  # fmt: skip
    own = [(text, float(x), float(y)) for text, x, y in points if text.startswith(f"{label}, epoch")]
    return [text for text, _, _ in own], np.array([(x, y) for _, x, y in own])


def test_what_is_pointed_at_lies_where_its_value_belongs() -> None:
    chart = training_curves("loss", [HandmadeRun(history=[epoch(1), epoch(2), epoch(4)])])
    texts, places = points_of(chart, "training")
    assert texts == ["training, epoch 1: 1", "training, epoch 2: 0.5", "training, epoch 3: 0.25"]
    x, y = places.T
    assert (y[1] - y[0]) / (y[2] - y[1]) == pytest.approx(2, rel=1e-3)  # losses 1, 1/2, 1/4
    assert x[1] - x[0] == pytest.approx(x[2] - x[1], rel=1e-3)


def test_gradients_are_on_a_logarithmic_axis() -> None:
    chart = training_curves("gradient_norms", [HandmadeRun(history=[epoch(1), epoch(2), epoch(4)])])
    y = points_of(chart, "2 dense 4")[1][:, 1]
    assert y[0] - y[1] == pytest.approx(y[1] - y[2], rel=1e-3)  # 2, 4, 8


def test_dots_to_point_at_are_not_seen() -> None:
    dots = training_curves("loss", [HandmadeRun(history=[epoch(1), epoch(2)])]).plot().collections
    assert len(dots) == 2
    assert all(np.asarray(dot.get_facecolor())[0, 3] < 0.5 / 255 for dot in dots)


def test_a_layer_has_the_same_colour_in_every_chart() -> None:
    handmade = HandmadeRun(history=[epoch(1)])
    gradients = {line.label: line.colour for line in training_curves("gradient_norms", [handmade]).lines}
    assert gradients == {"0 conv 2x3x3": LAYERS[0], "2 dense 4": LAYERS[1], "3 dense 3": LAYERS[2]}
    assert [line.colour for line in training_curves("saturated_units", [handmade]).lines] == [LAYERS[1]]


def test_several_runs_are_told_apart_by_colour_or_by_dashes() -> None:
    runs = [HandmadeRun("sigmoid", history=[epoch(1)]), HandmadeRun("relu", history=[epoch(1), epoch(2)])]
    losses = training_curves("loss", runs).lines
    assert [line.label for line in losses] == ["sigmoid training", "sigmoid test", "relu training", "relu test"]
    assert losses[0].colour == losses[1].colour != losses[2].colour
    assert len({(line.colour, line.style) for line in losses}) == 4
    gradients = training_curves("gradient_norms", runs).lines
    assert [line.style for line in gradients] == ["-"] * 3 + ["--"] * 3
    legend = training_curves("gradient_norms", runs).plot().get_legend()
    assert legend is not None
    assert legend.get_texts()[3].get_text() == "0 conv 2x3x3, relu"


def test_a_single_run_has_the_colours_of_its_parts() -> None:
    lines = training_curves("accuracy", [HandmadeRun(history=[epoch(1)])]).lines
    assert [(line.label, line.colour) for line in lines] == [("training", TRAINING), ("test", TEST)]
    with_validation = HandmadeRun(history=[epoch(1, validation_loss=1.0, validation_accuracy=0.5)])
    assert len(training_curves("accuracy", [with_validation]).lines) == 3


def test_what_cannot_be_drawn_interrupts_the_line() -> None:
    history = [epoch(1), replace(epoch(2), loss=math.inf), epoch(3), epoch(4)]
    chart = training_curves("loss", [HandmadeRun(history=history)])
    drawn = np.asarray(chart.plot().get_lines()[0].get_ydata(), dtype=np.float64)
    np.testing.assert_array_equal(drawn, [1, math.nan, 1 / 3, 1 / 4])
    assert [re.findall(r"\d+", text)[0] for text in points_of(chart, "training")[0]] == ["1", "3", "4"]


@settings(max_examples=20, deadline=None)
@given(
    values=st.lists(st.lists(st.floats(-1e30, 1e30), min_size=1, max_size=5), min_size=1, max_size=8), log=st.booleans()
)
@example(values=[[4e24, 5e-284]], log=True)  # whose ratio is no number
def test_nothing_leaves_the_picture(values: list[list[float]], log: bool) -> None:
    lines = tuple(
        Line(f"a line called {number}", tuple(line), colour, "-")
        for number, (line, colour) in enumerate(zip(values, (*LAYERS, TEST), strict=False))
    )
    axes = laid_out(LineChart("title", "axis", lines, "{:.3g}".format, logarithmic=log))
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    for dots in axes.collections:
        assert all(left <= x <= right and low <= y <= high for x, y in np.asarray(dots.get_offsets()))
    assert clipped(axes) == []


@pytest.mark.parametrize("measure", EPOCH_MEASURES)
def test_labels_and_legends_are_not_clipped(measure: str) -> None:
    long = "1x32x32 | conv 128x11x13 scaled_tanh | maxpool 2 | dense 4 sigmoid | dense 3"
    by_unit, by_weight = {"0": 0.5, "2": 0.25}, {"0.weight": 0.5, "2.weight": 0.25}
    recorded = epoch(
        1, dead_units=by_unit, saturated_units=by_unit, lost_updates=by_weight, update_ratio=by_weight
    )  # fmt: skip
    runs = [HandmadeRun(f"20250101-120000-a-long-name-{number}", long, [recorded] * 2) for number in range(6)]
    for chart in (training_curves(measure, runs[:1]), training_curves(measure, runs)):
        axes = laid_out(chart)
        assert clipped(axes) == []
        box = axes.get_window_extent()
        assert box.width > 2.2 * axes.figure.dpi
        assert box.height > 1.5 * axes.figure.dpi


def clipped(axes: "Axes") -> list[str]:
    """Texts that the picture does not hold whole; none."""
    legend = axes.get_legend()
    texts = [*axes.texts, axes.title, axes.xaxis.label, axes.yaxis.label, *(legend.get_texts() if legend else ())]
    boxes = {text.get_text(): text.get_window_extent() for text in texts if text.get_text()}
    whole = axes.figure.bbox
    return [
        text
        for text, box in boxes.items()
        if box.x0 < -1 or box.y0 < -1 or box.x1 > whole.x1 + 1 or box.y1 > whole.y1 + 1
    ]


@given(wanted=st.lists(st.floats(0, 1), min_size=1, max_size=12), gap=st.floats(0.001, 0.08))
def test_labels_keep_their_distance_their_order_and_the_picture(wanted: list[float], gap: float) -> None:
    places = spread(wanted, gap)
    ordered = sorted(zip(wanted, places, strict=True))
    assert all(place <= 1 + 1e-9 for place in places)
    for (_, lower), (_, upper) in pairwise(ordered):
        assert upper - lower >= gap - 1e-9


def test_labels_that_have_room_stay_where_they_are() -> None:
    assert spread([0.9, 0.1, 0.5], 0.1) == [0.9, 0.1, 0.5]


def test_unknown_measures_and_missing_records_are_explained(run: lp.Run) -> None:
    with pytest.raises(ValueError, match=r"measure must be one of loss, accuracy, .* but is 'speed'"):
        run.curves("speed")
    with pytest.raises(ValueError, match="nothing to draw: no epoch of handmade has recorded lost_updates"):
        training_curves("lost_updates", [HandmadeRun(history=[epoch(1)])])
    with pytest.raises(ValueError, match="nothing to draw: no epoch of handmade has recorded loss"):
        training_curves("loss", [HandmadeRun()])


def test_a_saved_figure_names_its_axes_and_its_lines(run: lp.Run, tmp_path: Any) -> None:
    run.curves("loss").save(tmp_path / "loss.svg")
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", (tmp_path / "loss.svg").read_text())
    assert {"Loss", "epoch", "mean loss of an image", "training", "test"} <= set(texts)
