"""Heatmaps as a Matplotlib figure: a whole grid in one system of axes, so that it fits into a figure of one's own.

Coordinates are inches from the upper left corner, y downwards; in smaller axes everything shrinks, letters too.
"""

from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lenetpp.pictures.heatmaps import HeatmapGrid, Tile

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NUMBERED_CELL, SMALL_CELL = 0.27, 0.12
"""Sides of a cell."""
NUMBER_SIZE, TEXT_SIZE = 6.5, 8.0
"""Sizes of the letters in points."""
POINTS_PER_INCH = 72
LETTER = 0.6 * TEXT_SIZE / POINTS_PER_INCH
"""Width of an average letter, rather too much than too little."""
LINE = 1.25 * TEXT_SIZE / POINTS_PER_INCH
"""Height of a line of text."""
GAP = 0.15
"""Between tiles."""
NARROWEST = 4.0
"""Width that the texts get at least."""
NOTE_LETTERS = 36
"""Longest line of the notes beside rows."""


class PlacedTile(NamedTuple):
    """A tile and its upper left corner."""

    tile: Tile
    x: float
    y: float


class PlacedText(NamedTuple):
    """A line of text and the left end of its baseline; the right end of a row's label."""

    text: str
    x: float
    y: float
    is_title: bool = False
    is_row_label: bool = False


class GridLayout:
    """Where everything in a grid's figure is.

    Attributes
    ----------
    numbered : bool
        Whether the cells hold their numbers.
    cell : float
        Side of a cell.
    tiles : list of PlacedTile
    texts : list of PlacedText
    width, height : float
        Of the whole.
    """

    def __init__(self, grid: HeatmapGrid) -> None:
        height, width = grid.tile_shape
        self.numbered = grid.fits_numbers
        self.cell = NUMBERED_CELL if self.numbered else SMALL_CELL
        self.tiles: list[PlacedTile] = []
        self.texts: list[PlacedText] = []
        left = max(len(row.label) for row in grid.rows) * LETTER
        step = width * self.cell + GAP
        right = left + grid.columns * step
        has_notes = any(row.note for row in grid.rows)
        self.width = max(right + (NOTE_LETTERS * LETTER if has_notes else 0), NARROWEST, len(grid.title) * LETTER * 1.3)

        y = self._add_lines([grid.title], 0, 0.5 * LINE, is_title=True)
        y = self._add_lines(wrap(grid.scale_text, int(self.width / LETTER)), 0, y + 0.5 * LINE)
        labels_above: list[str] = []
        for row in grid.rows:
            labels = [tile.label if tile else "" for tile in row.tiles]
            # A column's label is written once.
            has_tile_labels, labels_above = labels != labels_above, labels
            top = y + (1.8 * LINE if has_tile_labels else 0)
            bottom = top + height * self.cell
            for column, tile in enumerate(row.tiles):
                if tile is None:
                    continue
                x = left + column * step
                self.tiles.append(PlacedTile(tile, x, top))
                if has_tile_labels:
                    self._add_lines([tile.label], x, top - 1.1 * LINE)
                note = wrap(tile.note, int((step - GAP / 2) / LETTER))
                bottom = max(bottom, self._add_lines(note, x, top + height * self.cell + 0.2 * LINE))
            if row.label:
                self.texts.append(
                    PlacedText(row.label, left - GAP / 2, (top + bottom + 0.6 * LINE) / 2, is_row_label=True)
                )
            y = max(bottom, self._add_lines(wrap(row.note, NOTE_LETTERS), right, top)) + GAP
        self.height = self._add_lines(wrap(grid.caption, int(self.width / LETTER)), 0, y)

    def _add_lines(self, lines: list[str], x: float, y: float, *, is_title: bool = False) -> float:
        """Place lines of text and return where they end."""
        for number, line in enumerate(lines, start=1):
            self.texts.append(PlacedText(line, x, y + (number - 0.25) * LINE, is_title))
        return y + len(lines) * LINE


def draw_grid(grid: HeatmapGrid, axes: "Axes") -> None:
    """Draw a grid into Matplotlib's axes, which lose their ticks and frame."""
    layout = GridLayout(grid)
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.set_xlim(0, layout.width)
    axes.set_ylim(layout.height, 0)
    room = axes.get_window_extent()
    inches = axes.figure.dpi
    shrink = min(1.0, room.width / inches / layout.width * 1.3, room.height / inches / layout.height * 1.3)
    for tile, x, y in layout.tiles:
        _draw_tile(tile, x, y, layout, shrink, axes)
    for text in layout.texts:
        axes.text(
            text.x,
            text.y,
            text.text,
            fontsize=TEXT_SIZE * shrink * (1.2 if text.is_title else 1),
            fontweight="bold" if text.is_title else "normal",
            ha="right" if text.is_row_label else "left",
            va="baseline",
        )


def _draw_tile(tile: Tile, x: float, y: float, layout: GridLayout, shrink: float, axes: "Axes") -> None:
    height, width = tile.values.shape[:2]
    edges = x + layout.cell * np.arange(width + 1), y + layout.cell * np.arange(height + 1)
    colours = {} if tile.is_patch else tile.scale.matplotlib()
    # Each cell is a shape of its own in an SVG; a thin line of its colour closes the seams between them.
    mesh = axes.pcolormesh(*edges, tile.values, edgecolors="face", linewidth=0.2, **colours)
    mesh.set_gid(tile.label)
    axes.plot(
        [edges[0][0], edges[0][-1], edges[0][-1], edges[0][0], edges[0][0]],
        [edges[1][0], edges[1][0], edges[1][-1], edges[1][-1], edges[1][0]],
        color="0.6",
        linewidth=0.5,
    )
    if not layout.numbered or tile.is_patch:
        return
    for (line, column), value in np.ndenumerate(tile.values):
        if not np.isnan(value):
            axes.text(
                x + (column + 0.5) * layout.cell,
                y + (line + 0.5) * layout.cell,
                tile.scale.text(float(value)),
                fontsize=NUMBER_SIZE * shrink,
                color=tile.scale.colour(float(value)).text.hex,
                ha="center",
                va="center",
            )
