"""HeatmapGrid: small heatmaps in rows, as values; the terminal, figures, HTML and workbooks are each drawn from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import FloatArray
from lenetpp.basics.kinds import as_index
from lenetpp.pictures.colours import Colour
from lenetpp.pictures.scale import Scale

NUMBERED_CELLS = 1500
"""A grid of more cells is drawn smaller in figures and HTML, without numbers in the cells."""


@dataclass(frozen=True, eq=False)
class Tile:
    """One heatmap of a grid, or a patch of colours.

    Attributes
    ----------
    label : str
        What it is: "plane 2", "filter 5".
    values : ndarray, (height, width) or (height, width, 3), float
        Numbers of the cells; with a third axis red, green and blue in [0, 1].
    scale : Scale
        Colours of the numbers.
    note : str
        What there is to say about it.
    """

    label: str
    values: FloatArray
    scale: Scale
    note: str = ""

    @property
    def is_patch(self) -> bool:
        """Whether the cells are colours instead of numbers."""
        return self.values.ndim == 3

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        """Red, green, blue and opacity of the cells; those without a number are unseen."""
        if not self.is_patch:
            return self.scale.pixels(self.values)
        opaque = np.ones((*self.values.shape[:2], 1))
        pixels: NDArray[np.uint8] = np.rint(255 * np.concatenate([self.values, opaque], axis=2)).astype(np.uint8)
        return pixels

    def colour(self, line: int, column: int) -> Colour | None:
        """Return the colour of a cell; None where there is no number.

        Raises
        ------
        IndexError
            If there is no such cell.
        """
        height, width = self.values.shape[:2]
        place = as_index(line, height, "line"), as_index(column, width, "column")
        *colour, opacity = self.pixels[place].tolist()
        return Colour(*colour) if opacity else None


@dataclass(frozen=True, eq=False)
class TileRow:
    """Tiles beside each other; None leaves a tile's place free.

    Attributes
    ----------
    label : str
        What they have in common: "filter 3"; empty where each tile speaks for itself.
    tiles : tuple of Tile or None
        From left to right.
    note : str
        What there is to say about them together.
    """

    label: str
    tiles: tuple[Tile | None, ...]
    note: str = ""


@dataclass(frozen=True, eq=False)
class HeatmapGrid:
    """Rows of heatmaps.

    Attributes
    ----------
    title : str
        What is shown.
    rows : tuple of TileRow
        From above.
    scale_text : str
        What the colours mean.
    caption : str
        What else there is to say.
    """

    title: str
    rows: tuple[TileRow, ...]
    scale_text: str
    caption: str = ""

    def tiles(self) -> Iterator[Tile]:
        """Yield all tiles, row by row."""
        for row in self.rows:
            yield from (tile for tile in row.tiles if tile is not None)

    @property
    def columns(self) -> int:
        """Tiles of the longest row."""
        return max(len(row.tiles) for row in self.rows)

    @property
    def tile_shape(self) -> tuple[int, int]:
        """Height and width of the tiles in cells; all are alike."""
        height, width = next(self.tiles()).values.shape[:2]
        return height, width

    @property
    def fits_numbers(self) -> bool:
        """Whether the cells are few enough to be drawn with their numbers."""
        height, width = self.tile_shape
        return len(list(self.tiles())) * height * width <= NUMBERED_CELLS
