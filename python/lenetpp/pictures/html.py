"""Charts and heatmaps as HTML: parts of any page, or a page of its own that opens from the disk and loads nothing."""

from typing import Any, NamedTuple

from lenetpp.basics.language import PLACE, chosen_language, say, translated
from lenetpp.basics.percent import percent
from lenetpp.pictures.chart import Chart
from lenetpp.pictures.colours import HIGH, LOW, Colour
from lenetpp.pictures.heatmaps import HeatmapGrid, Tile


class Cell(NamedTuple):
    """What a template writes for one cell of a tile."""

    colour: Colour
    number: str
    name: str


def environment() -> Any:
    """Return the environment of all templates, with what those of charts and heatmaps call."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("lenetpp.pictures"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=translated,
    )
    made.globals.update(
        cell_of=_cell, chart_of=_chart, percent=percent, low=LOW, high=HIGH, say=say, language=chosen_language()
    )
    made.filters.update(translated=translated, with_parts=_with_parts)
    return made


def _with_parts(message: str, **parts: str) -> object:
    """Return a text in the chosen language as markup, with parts that are markup in the places ``{name}``."""
    from markupsafe import Markup, escape

    text = escape(translated(message))
    return Markup(PLACE.sub(lambda place: parts.get(place[1], place[0]), text))


def grid_fragment(grid: HeatmapGrid) -> str:
    """Return a grid with its style, as a notebook shows it."""
    heatmaps = environment().get_template("heatmaps.html.jinja").module
    return f"<style>{heatmaps.style()}</style>{heatmaps.grid_of(grid)}"


def grid_page(grid: HeatmapGrid) -> bytes:
    """Return a whole page with a grid, in UTF-8."""
    text: str = environment().get_template("heatmaps_page.html.jinja").render(grid=grid)
    return text.encode()


def _cell(tile: Tile, name: str, line: int, column: int) -> Cell | None:
    """Return a cell of a tile with a name; None where there is no value."""
    colour = tile.colour(line, column)
    if colour is None:
        return None
    place = say("{name}, row {row}, column {column}", name=name, row=line, column=column)
    if tile.is_patch:
        return Cell(colour, "", place)
    value = float(tile.values[line, column])
    return Cell(colour, tile.scale.text(value), say("{place}: {value}", place=place, value=f"{value:.6g}"))


def _chart(chart: Chart, name: str) -> object:
    """Return a chart as markup, which the templates leave as it is; no other on the page has its name."""
    from markupsafe import Markup

    return Markup(chart.for_page(name))
