"""Heatmaps as a workbook (.xlsx): numbers in real cells under a three-colour scale."""

import io
from typing import Any

import numpy as np

from lenetpp.pictures.colours import HIGH, LOW, WHITE, Colour
from lenetpp.pictures.extras import needed_for
from lenetpp.pictures.heatmaps import HeatmapGrid, Tile
from lenetpp.pictures.scale import Scale

COLUMN_WIDTH = 5.5
"""In characters; with `ROW_HEIGHT` points, cells are about square."""
ROW_HEIGHT = 30
FIRST_ROW = 4
"""Below title, scale and caption."""


def grid_workbook(grid: HeatmapGrid, name: str) -> bytes:
    """Return a workbook with one sheet that shows a grid.

    Raises
    ------
    MissingPackage
        If XlsxWriter is not installed.
    """
    with needed_for("a workbook"):
        from xlsxwriter import Workbook
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet(name)
        _write_grid(grid, workbook, sheet)
    return content.getvalue()


def _write_grid(grid: HeatmapGrid, workbook: Any, sheet: Any) -> None:
    height, width = grid.tile_shape
    bold = workbook.add_format({"bold": True})
    sheet.write_string(0, 0, grid.title, bold)
    sheet.write_string(1, 0, grid.scale_text)
    sheet.write_string(2, 0, grid.caption)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, grid.columns * (width + 1), COLUMN_WIDTH)
    top = FIRST_ROW
    for row in grid.rows:
        sheet.write_string(top, 0, row.label, bold)
        sheet.write_string(top, grid.columns * (width + 1) + 1, row.note)
        for column, tile in enumerate(row.tiles):
            if tile is not None:
                left = 1 + column * (width + 1)
                sheet.write_string(top, left, tile.label)
                _write_tile(tile, top + 1, left, workbook, sheet)
                sheet.write_string(top + 1 + height, left, tile.note)
        for line in range(top + 1, top + 1 + height):
            sheet.set_row(line, ROW_HEIGHT)
        top += height + 3


def _write_tile(tile: Tile, top: int, left: int, workbook: Any, sheet: Any) -> None:
    height, width = tile.values.shape[:2]
    if tile.is_patch:
        for line, column in np.ndindex(height, width):
            parts = (round(255 * float(part)) for part in tile.values[line, column])
            sheet.write_blank(top + line, left + column, None, workbook.add_format({"bg_color": Colour(*parts).hex}))
        return
    number = workbook.add_format({"num_format": "0.00" if tile.scale.exponent == 0 else "0.0E+0", "align": "center"})
    for (line, column), value in np.ndenumerate(tile.values):
        if not np.isnan(value):
            sheet.write_number(top + line, left + column, float(value), number)
    sheet.conditional_format(top, left, top + height - 1, left + width - 1, _colour_rule(tile.scale))


def _colour_rule(scale: Scale) -> dict[str, Any]:
    """Return the three-colour scale of a spreadsheet that has the colours of `scale`."""
    ends = {"min": (-scale.limit, LOW), "mid": (0.0, WHITE), "max": (scale.limit, HIGH)}
    rule: dict[str, Any] = {"type": "3_color_scale"}
    for end, (value, colour) in ends.items():
        rule |= {f"{end}_type": "num", f"{end}_value": value, f"{end}_color": colour.hex}
    return rule
