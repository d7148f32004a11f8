"""Heatmaps in the terminal: coloured cells with their numbers, smaller without; where there is no colour, numbers."""

from collections.abc import Iterator, Sequence

import numpy as np
from rich.color import Color
from rich.console import Console
from rich.style import Style
from rich.text import Text

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
    height, width = tile.values.shape[:2]
    for line in range(height):
        text = Text()
        for column in range(width):
            colour = tile.colour(line, column)
            number = "" if tile.is_patch or colour is None else tile.scale.text(float(tile.values[line, column]))
            cell = f"{number:>{CELL - 1}} "
            text.append(cell, _style(colour.text, colour) if coloured and colour else None)
        yield text


def _half_cells(tile: Tile) -> Iterator[Text]:
    """Yield lines of half blocks: each character is two cells, one above the other."""
    height, width = tile.values.shape[:2]
    for upper in range(0, height, 2):
        text = Text()
        for column in range(width):
            top = tile.colour(upper, column)
            bottom = tile.colour(upper + 1, column) if upper + 1 < height else None
            text.append("▀" if top else " ", _style(top, bottom))
        yield text


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
