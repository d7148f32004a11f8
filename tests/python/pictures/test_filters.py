"""Filters as pictures: what is in every kind of them, read back, are the parameters."""

import html
import io
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from rich.console import Console
from rich.text import Text

import lenetpp as lp
import needs
from lenetpp.pictures.colours import Colour
from lenetpp.pictures.filters import Filters
from lenetpp.pictures.scale import Scale

from .networks import network_with, noise

SEPARATE = "3x14x14 | conv 7x5x5 separate nobias | maxpool 2 | conv 2x3x3 separate | dense 2"
FULL = "2x14x14 | conv 3x5x5 relu | maxpool 2 | conv 4x3x3 | dense 2"
RGB = "3x12x12 | conv 2x5x5 | dense 2"
TABLE = "3x12x12 | conv 2x5x5 table(0,2;1) | dense 2"
NETWORKS = [(SEPARATE, 0), (SEPARATE, 2), (FULL, 0), (FULL, 2), (RGB, 0), (TABLE, 0)]


def pictured(text: str, layer: int, **options: Any) -> tuple[lp.Network, Filters]:
    network = network_with(text, {})
    return network, Filters(network, layer, **options)


def parameters(network: lp.Network, layer: int) -> list[float]:
    """The weights in the order in which pictures show them, which is that of the parameters."""
    return [float(value) for value in network.parameters()[f"{layer}.weight"].ravel()]


def printed(picture: Filters, width: int, color_system: Any = None) -> str:
    console = Console(
        file=io.StringIO(), width=width, color_system=color_system, force_terminal=color_system is not None
    )
    console.print(picture)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(("text", "layer"), NETWORKS)
def test_weights_are_the_parameters(text: str, layer: int) -> None:
    network, filters = pictured(text, layer)
    shown = filters.weights[~np.isnan(filters.weights)]
    assert shown.tolist() == parameters(network, layer)


def test_a_table_leaves_out_what_a_filter_does_not_see() -> None:
    network, filters = pictured(TABLE, 0)
    weights = network.parameters()["0.weight"]
    assert np.isnan(filters.weights[0, 1]).all()
    np.testing.assert_array_equal(filters.weights[0, [0, 2]], weights[:2])
    np.testing.assert_array_equal(filters.weights[1, 1], weights[2])


@pytest.mark.parametrize(("text", "layer"), NETWORKS)
def test_workbook_has_the_parameters_in_its_cells_under_a_three_colour_scale(
    text: str, layer: int, tmp_path: Path
) -> None:
    openpyxl = needs.module("openpyxl")
    network, filters = pictured(text, layer)
    filters.save(tmp_path / "filters.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "filters.xlsx").active
    # A workbook keeps 16 digits, more than a float32 has.
    numbers = [float(np.float32(cell.value)) for row in sheet for cell in row if isinstance(cell.value, int | float)]
    assert sorted(numbers) == sorted(parameters(network, layer))
    limit = max(map(abs, numbers))
    height, width = filters.weights.shape[2:]
    blocks = {}
    for area in sheet.conditional_formatting:
        (rule,) = area.rules
        assert [float(np.float32(end.val)) for end in rule.colorScale.cfvo] == [-limit, 0, limit]
        assert [colour.rgb for colour in rule.colorScale.color] == ["FF2166AC", "FFFFFFFF", "FFB2182B"]
        cells = sheet[str(area.sqref)]
        blocks[str(area.sqref)] = tuple(float(np.float32(cell.value)) for row in cells for cell in row)
        assert len(blocks[str(area.sqref)]) == height * width
    # Each block is one filter's plane, whole.
    planes = filters.weights.reshape(-1, height * width)
    assert sorted(blocks.values()) == sorted(tuple(plane) for plane in planes.tolist() if not np.isnan(plane).any())


@pytest.mark.parametrize(("text", "layer"), NETWORKS)
def test_html_tells_every_weight_where_it_is(text: str, layer: int, tmp_path: Path) -> None:
    network, filters = pictured(text, layer)
    filters.save(tmp_path / "filters.html")
    page = (tmp_path / "filters.html").read_text(encoding="utf-8")
    titles = re.findall(r"<title>([^<]*), row (\d+), column (\d+): (\S+)</title>", page)
    expected = parameters(network, layer)
    np.testing.assert_allclose([float(value) for *_, value in titles], expected, rtol=1e-5)
    height, width = filters.weights.shape[2:]
    places = [(int(line), int(column)) for _, line, column, _ in titles]
    assert places == list(np.ndindex(height, width)) * (len(expected) // (height * width))
    assert titles[-1][0].startswith(f"filter {len(filters.weights) - 1}")
    assert "http" not in page.replace("http://www.w3.org", ""), "nothing is loaded from elsewhere"


def test_html_has_the_colour_and_the_number_of_each_weight(tmp_path: Path) -> None:
    network, filters = pictured(SEPARATE, 0)
    filters.save(tmp_path / "filters.html")
    page = (tmp_path / "filters.html").read_text(encoding="utf-8")
    cells = re.findall(r'<rect [^>]*fill="(#\w+)"/>\s*<text [^>]*>([^<]+)</text>', page)
    values = parameters(network, 0)
    scale = Scale(max(map(abs, values)))
    assert cells == [(scale.colour(value).hex, scale.text(value)) for value in values]


@pytest.mark.parametrize("scale", ["common", "each"])
def test_svg_has_the_colours_and_the_numbers_of_the_weights(scale: str, tmp_path: Path) -> None:
    network, filters = pictured(SEPARATE, 0, scale=scale)
    filters.save(tmp_path / "filters.svg")
    tree = ElementTree.parse(tmp_path / "filters.svg")
    weights = network.parameters()["0.weight"].astype(np.float64)
    limits = [np.abs(weights).max() if scale == "common" else np.abs(weights[number]).max() for number in range(7)]
    for number, plane in enumerate(weights):
        (group,) = [element for element in tree.iter() if element.get("id") == f"filter {number}"]
        styles = [element.get("style", "") for element in group.iter() if element.tag.endswith("path")]
        fills = [re.search(r"fill: #(\w{6})", style) for style in styles]
        colours = [Colour(*bytes.fromhex(fill[1])) for fill in fills if fill]
        expected = [Scale(limits[number]).colour(value) for value in plane.ravel()]
        np.testing.assert_allclose(colours, expected, atol=1)
    texts = ["".join(element.itertext()).strip() for element in tree.iter() if element.tag.endswith("}text")]
    for number, plane in enumerate(weights):
        for value in plane.ravel():
            texts.remove(Scale(limits[number]).text(value))


def test_figures_can_be_drawn_into_axes_of_ones_own() -> None:
    _, filters = pictured(FULL, 0)
    figure = Figure()
    first, second = figure.subplots(1, 2)
    assert filters.plot(ax=first) is first
    meshes = [mesh for mesh in first.collections if mesh.get_array() is not None]
    drawn = [np.asarray(mesh.get_array()).ravel().tolist() for mesh in meshes]
    assert drawn == filters.weights.reshape(-1, 25).tolist()
    assert {mesh.norm.vmax for mesh in meshes} == {np.abs(filters.weights).max()}
    assert {mesh.norm.vmin for mesh in meshes} == {-np.abs(filters.weights).max()}
    assert not second.collections


def test_texts_of_a_figure_do_not_overlap() -> None:
    for text, layer in ((SEPARATE, 0), (FULL, 2), (RGB, 0)):
        _, filters = pictured(text, layer)
        figure = Figure(figsize=filters.figure_size, layout="constrained")
        canvas = FigureCanvasAgg(figure)
        axes = figure.subplots()
        filters.plot(ax=axes)
        canvas.draw()
        boxes = [text.get_window_extent(canvas.get_renderer()) for text in axes.texts]
        for number, box in enumerate(boxes):
            assert figure.bbox.x0 <= box.x0, axes.texts[number].get_text()
            assert box.x1 <= figure.bbox.x1, axes.texts[number].get_text()
            for other, other_box in enumerate(boxes[:number]):
                both = (axes.texts[number].get_text(), axes.texts[other].get_text())
                # Letters' boxes have a pixel of room around them.
                assert not box.padded(-1).overlaps(other_box.padded(-1)), both


def test_the_same_picture_is_the_same_file(tmp_path: Path) -> None:
    for ending in ("png", "svg", "html"):
        files = [tmp_path / f"{number}.{ending}" for number in range(2)]
        for file in files:
            pictured(RGB, 0)[1].save(file)
        assert files[0].read_bytes() == files[1].read_bytes()


def test_rgb_filters_are_also_patches_of_colour(tmp_path: Path) -> None:
    openpyxl = needs.module("openpyxl")
    weights = np.zeros((1, 3, 3, 3))
    weights[0, 0, 0, 0] = 1.0  # red
    weights[0, :, 1, 1] = 1.0  # white
    weights[0, 2, 2, 2] = -1.0  # grey without its blue
    filters = Filters(network_with("3x9x9 | conv 1x3x3 | dense 2", {0: weights}))
    filters.save(tmp_path / "filters.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "filters.xlsx").active
    painted = [cell.fill.fgColor.rgb[2:] for row in sheet for cell in row if cell.fill.fill_type == "solid"]
    expected = ["FF8080", "808080", "808080", "808080", "FFFFFF", "808080", "808080", "808080", "808000"]
    assert painted == expected
    # In the terminal the patch is right of the three planes, five characters a cell.
    console = Console(width=160)
    lines = Text.from_ansi(printed(filters, 160, "truecolor")).split()
    rows = [line for line in lines if line.cell_len >= 4 * 15 and line.plain.strip().endswith(("0", "1.0"))]
    assert len(rows) == 3
    backgrounds = [row.get_style_at_offset(console, 3 * 17 + 5 * cell + 2).bgcolor for row in rows for cell in range(3)]
    assert [color.get_truecolor().hex[1:].upper() for color in backgrounds if color] == expected


@pytest.mark.parametrize(("text", "layer"), NETWORKS)
@pytest.mark.parametrize("width", [80, 160])
def test_plain_terminals_show_every_number(text: str, layer: int, width: int) -> None:
    network, filters = pictured(text, layer)
    output = printed(filters, width)
    assert max(map(len, output.splitlines())) <= width
    shown = re.findall(r"(?<![\w.+±])-?(?:\d*\.\d+|0)(?= |$)", output.split("\n", 2)[2], re.MULTILINE)
    scale = Scale(max(map(abs, parameters(network, layer))))
    missing = list(shown)
    for value in parameters(network, layer):
        missing.remove(scale.text(value))


@pytest.mark.parametrize("color_system", ["truecolor", "256"])
def test_terminals_with_colours_have_each_weight_in_its_colour(color_system: str) -> None:
    network, filters = pictured(SEPARATE, 0)
    output = Text.from_ansi(printed(filters, 80, color_system))
    scale = Scale(max(map(abs, parameters(network, 0))))
    coloured = [
        (output.plain[span.start : span.end].strip(), span.style.bgcolor)
        for span in output.spans
        if not isinstance(span.style, str) and span.style.bgcolor and span.style.color
    ]
    assert len(coloured) >= len(parameters(network, 0)) / 2, "equal neighbours share a span"
    for value in parameters(network, 0):
        colours = [colour.get_truecolor() for text, colour in coloured if scale.text(value) in text.split()]
        steps = [np.abs(np.array(colour) - scale.colour(value)).max() for colour in colours]
        assert min(steps) <= (1 if color_system == "truecolor" else 30)


def test_rows_too_long_for_a_terminal_become_small_with_colours_and_go_on_below_without() -> None:
    network = network_with("4x9x9 | conv 2x5x5 | dense 2", {})
    small = Text.from_ansi(printed(Filters(network), 80, "truecolor")).plain
    assert "▀" in small
    assert "the numbers are in a wider terminal or a workbook" in " ".join(small.split())
    plain = printed(Filters(network), 80)
    assert "▀" not in plain
    assert "plane 3" in plain
    assert "▀" not in printed(Filters(network), 160, "truecolor")


def test_notebooks_get_html() -> None:
    _, filters = pictured(SEPARATE, 0)
    shown = filters._repr_html_()
    assert "<style>" in shown
    assert shown.count("<svg") == 7
    assert html.unescape(shown).count("filter 6") >= 1


def test_names_from_elsewhere_cannot_break_html() -> None:
    networks = [network_with(SEPARATE, {}, seed) for seed in (1, 2)]
    from lenetpp.pictures.matched_filters import FilterMatch

    assert "<script>" not in FilterMatch(networks, ["<script>alert(1)</script>", "b"])._repr_html_()


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (1, r"layer 1 is 'maxpool 2'; there are: 0 \(conv 7x5x5 separate nobias\), 2 \(conv 2x3x3 separate\)"),
        (4, "layer 4 does not exist"),
        (-1, "layer -1 does not exist"),
    ],
)
def test_a_layer_without_filters_is_refused_with_those_that_have_some(layer: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pictured(SEPARATE, layer)


def test_what_has_no_filters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no weights"):
        Filters(lp.Network.parse(SEPARATE))
    with pytest.raises(ValueError, match="none of its layers is a convolution"):
        Filters(network_with("1x4x4 | dense 3 | dense 2", {}))
    with pytest.raises(ValueError, match='scale must be "common" or "each"'):
        pictured(SEPARATE, 0, scale="both")
    with pytest.raises(ValueError, match=r"must end in \.png, \.svg, \.pdf, \.html, \.xlsx, but is '.*picture\.bmp'"):
        pictured(SEPARATE, 0)[1].save(tmp_path / "picture.bmp")


def test_each_scale_is_stated() -> None:
    weights = noise(2, 3, 3) * np.array([0.5, 4.0])[:, np.newaxis, np.newaxis]
    filters = Filters(network_with("1x9x9 | conv 2x3x3 separate | dense 2", {0: weights}), scale="each")
    output = printed(filters, 100)
    for plane in weights:
        assert f"±{np.abs(plane).max():.3g}" in output
