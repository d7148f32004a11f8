"""Heatmaps in the terminal: coloured cells with their numbers, smaller without; where there is no colour, numbers."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from rich.color import Color
from rich.console import Console
from rich.style import Style
from rich.text import Text

from lenetpp.basics.arrays import FloatArray
from lenetpp.pictures.colours import Colour
from lenetpp.pictures.heatmaps import HeatmapGrid, Tile, TileRow
from lenetpp.pictures.scale import Scale

CELL = 5
"""Characters of a cell with its number: four, and a space."""
GAP = 2
"""Characters between tiles."""
BAR_STEPS = 21
"""Characters of the bar that shows the scale."""


def grid_lines(grid: HeatmapGrid, console: Console, width: int) -> Iterator[Text]:
    """Yield the lines of a grid, at most `width` characters wide each.

    Rows that are too long go on below, tile by tile. Where labelled rows would have to, and the terminal has colours,
    the cells lose their numbers and become half a character high instead.
    """
    coloured = console.color_system in ("256", "truecolor")
    cells = grid.tile_shape[1]
    numbered = grid.columns * (CELL * cells + GAP) - GAP
    small = coloured and not console.options.ascii_only and numbered > width and grid.rows[0].label != ""
    yield Text(grid.title, style="bold")
    if coloured:
        yield _scale_bar()
    yield Text(grid.scale_text + ("; the numbers are in a wider terminal or a workbook" if small else ""), style="dim")
    tile_width = max(cells, 8) if small else CELL * cells
    for row in grid.rows:
        if row.label:
            yield Text.assemble("\n", (row.label, "bold"), f"  {row.note}" if row.note else "")
        for number, tiles in enumerate(_fitting(row, width, tile_width, patches=coloured)):
            if number > 0 or not row.label:
                yield Text("")
            yield from _beside([_tile_lines(tile, tile_width, coloured=coloured, small=small) for tile in tiles])
    if grid.caption:
        yield Text("")
        yield Text(grid.caption)


def _fitting(row: TileRow, width: int, tile_width: int, *, patches: bool) -> Iterator[Sequence[Tile | None]]:
    """Yield a row's tiles in as many parts as the width asks for."""
    tiles = [tile for tile in row.tiles if patches or tile is None or not tile.is_patch]
    fitting = max(1, (width + GAP) // (tile_width + GAP))
    for first in range(0, len(tiles), fitting):
        yield tiles[first : first + fitting]


def _tile_lines(tile: Tile | None, width: int, *, coloured: bool, small: bool) -> list[Text]:
    """Return the label, the cells and the note of a tile as lines of `width` characters."""
    if tile is None:
        return [Text(" " * width)]
    label = Text(tile.label, style="dim")
    label.truncate(width)
    cells = _half_cells(tile) if small else _cells(tile, coloured=coloured)
    note = list(Text(tile.note).wrap(Console(width=width), width)) if tile.note else []
    lines = [label, *cells, *note]
    for line in lines:
        line.truncate(width, pad=True)
    return lines


def _cells(tile: Tile, *, coloured: bool) -> Iterator[Text]:
    for line in tile.values:
        text = Text()
        for value in line:
            colour = _colour(tile, value)
            number = "" if tile.is_patch or np.isnan(value) else tile.scale.text(value)
            cell = f"{number:>{CELL - 1}} "
            text.append(cell, _style(colour.text, colour) if coloured and colour else None)
        yield text


def _half_cells(tile: Tile) -> Iterator[Text]:
    """Yield lines of half blocks: each character is two cells, one above the other."""
    for upper in range(0, len(tile.values), 2):
        text = Text()
        lower_line = tile.values[upper + 1] if upper + 1 < len(tile.values) else [None] * tile.values.shape[1]
        for above, below in zip(tile.values[upper], lower_line, strict=True):
            top, bottom = _colour(tile, above), None if below is None else _colour(tile, below)
            text.append("▀" if top else " ", _style(top, bottom))
        yield text


def _colour(tile: Tile, value: FloatArray) -> Colour | None:
    """Return the colour of a cell; None where there is no value."""
    if tile.is_patch:
        return Colour(*(round(255 * float(part)) for part in value))
    number = float(value)
    return None if math.isnan(number) else tile.scale.colour(number)


def _style(foreground: Colour | None, background: Colour | None) -> Style:
    return Style(
        color=None if foreground is None else Color.from_rgb(*foreground),
        bgcolor=None if background is None else Color.from_rgb(*background),
    )


def _beside(blocks: Sequence[list[Text]]) -> Iterator[Text]:
    """Yield lines that have the blocks beside each other; shorter ones are followed by spaces."""
    widths = [block[0].cell_len for block in blocks]
    for number in range(max(map(len, blocks))):
        parts = [
            block[number] if number < len(block) else Text(" " * width)
            for block, width in zip(blocks, widths, strict=True)
        ]
        yield Text(" " * GAP).join(parts)


def _scale_bar() -> Text:
    """Return the colours from the lowest to the highest value."""
    scale = Scale(1.0)
    bar = Text("low ")
    for value in np.linspace(-1, 1, BAR_STEPS):
        bar.append(" ", _style(None, scale.colour(float(value))))
    return bar.append(" high")
