"""Heatmaps as a workbook (.xlsx): numbers in real cells under a three-colour scale."""

import io
from typing import Any

import numpy as np

from lenetpp.pictures.colours import BLACK, HIGH, LOW, WHITE
from lenetpp.pictures.heatmaps import HeatmapGrid, Tile
from lenetpp.pictures.scale import Scale

COLUMN_WIDTH, GAP_WIDTH = 5.5, 1.5
"""In characters; with `ROW_HEIGHT` points, cells are about square."""
ROW_HEIGHT = 30
NOTE_HEIGHT = 60
"""In points: four lines below a tile."""
FIRST_ROW = 4
"""Below title, scale and caption."""


def grid_workbook(grid: HeatmapGrid, name: str) -> bytes:
    """Return a workbook with one sheet that shows a grid."""
    from xlsxwriter import Workbook

    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet(name)
        _write_grid(grid, workbook, sheet)
    return content.getvalue()


def _write_grid(grid: HeatmapGrid, workbook: Any, sheet: Any) -> None:
    height, width = grid.tile_shape
    step = width + 1
    bold = workbook.add_format({"bold": True})
    sheet.write_string(0, 0, grid.title, bold)
    sheet.write_string(1, 0, grid.scale_text)
    sheet.write_string(2, 0, grid.caption)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, max(len(row.label) for row in grid.rows) + 2)
    for column in range(grid.columns):
        sheet.set_column(1 + column * step, width + column * step, COLUMN_WIDTH)
        sheet.set_column((column + 1) * step, (column + 1) * step, GAP_WIDTH)
    writer = _TileWriter(workbook, sheet)
    top = FIRST_ROW
    for row in grid.rows:
        sheet.write_string(top, 0, row.label, bold)
        sheet.write_string(top, grid.columns * step + 1, row.note)
        for column, tile in enumerate(row.tiles):
            if tile is not None:
                writer.write(tile, top, 1 + column * step)
        for line in range(top + 1, top + 1 + height):
            sheet.set_row(line, ROW_HEIGHT)
        if any(tile is not None and tile.note for tile in row.tiles):
            sheet.set_row(top + 1 + height, NOTE_HEIGHT)
        top += height + 3


class _TileWriter:
    """Writes tiles, each with its label above and its note below."""

    def __init__(self, workbook: Any, sheet: Any) -> None:
        self._workbook = workbook
        self._sheet = sheet
        self._note = workbook.add_format({"text_wrap": True, "valign": "top"})

    def write(self, tile: Tile, top: int, left: int) -> None:
        height, width = tile.values.shape[:2]
        self._sheet.write_string(top, left, tile.label)
        if tile.is_patch:
            self._write_colours(tile, top + 1, left)
        else:
            self._write_numbers(tile, top + 1, left)
        if tile.note and width > 1:
            self._sheet.merge_range(top + 1 + height, left, top + 1 + height, left + width - 1, tile.note, self._note)
        elif tile.note:
            self._sheet.write_string(top + 1 + height, left, tile.note, self._note)

    def _write_colours(self, tile: Tile, top: int, left: int) -> None:
        for line, column in np.ndindex(*tile.values.shape[:2]):
            colour = tile.colour(line, column)
            assert colour is not None, "a patch has no cell without one"
            painted = self._workbook.add_format({"bg_color": colour.hex})
            self._sheet.write_blank(top + line, left + column, None, painted)

    def _write_numbers(self, tile: Tile, top: int, left: int) -> None:
        height, width = tile.values.shape
        digits = "0.00" if tile.scale.exponent == 0 else "0.0E+0"
        shown = {"num_format": digits, "align": "center", "valign": "vcenter"}
        # The three-colour scale paints the cells, but leaves black letters on dark ones.
        formats = {text: self._workbook.add_format({**shown, "font_color": text.hex}) for text in (BLACK, WHITE)}
        for (line, column), number in np.ndenumerate(tile.values):
            value = float(number)
            if not np.isnan(value):
                text = tile.scale.colour(value).text
                self._sheet.write_number(top + line, left + column, value, formats[text])
        self._sheet.conditional_format(top, left, top + height - 1, left + width - 1, _colour_rule(tile.scale))


def _colour_rule(scale: Scale) -> dict[str, Any]:
    """Return the three-colour scale of a spreadsheet that has the colours of `scale`."""
    ends = {"min": (-scale.limit, LOW), "mid": (0.0, WHITE), "max": (scale.limit, HIGH)}
    rule: dict[str, Any] = {"type": "3_color_scale"}
    for end, (value, colour) in ends.items():
        rule |= {f"{end}_type": "num", f"{end}_value": value, f"{end}_color": colour.hex}
    return rule
