"""Film: how the filters of a layer come about, from before the first step to the last epoch."""

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import FloatArray
from lenetpp.basics.language import say, translated
from lenetpp.filters.layer_filters import LayerFilters
from lenetpp.networks.network import Network
from lenetpp.pictures.fonts import font_file
from lenetpp.pictures.heatmap_picture import HeatmapPicture
from lenetpp.pictures.heatmaps import HeatmapGrid, Tile, TileRow
from lenetpp.pictures.scale import Scale
from lenetpp.pictures.tiles import montage

CELL = 16
"""Pixels of a weight in the film's file."""
MOST_PIXELS = 1600
"""Width of the film's file; where there are many weights, they get fewer pixels."""
MILLISECONDS = 200
"""Of a frame; the first and the last one stay longer."""
HELD_MILLISECONDS = 1500
MOST_TILES = 8
"""Filters in a row."""


@dataclass(frozen=True, eq=False, repr=False)
class Film(HeatmapPicture):
    """The filters of a convolution before training and after each epoch.

    As a figure it shows the first and the last ones; saved as ``.gif`` it moves.

    Attributes
    ----------
    filters : tuple of LayerFilters
        Before the first step, then after each epoch; at least two.
    """

    filters: tuple[LayerFilters, ...]

    @property
    def layer(self) -> int:
        """Index of the convolution."""
        return self.filters[0].layer

    @property
    def epochs(self) -> int:
        """How many epochs there are."""
        return len(self.filters) - 1

    @cached_property
    def scale(self) -> Scale:
        """The scale of all frames: colours mean the same from beginning to end."""
        return Scale.of(np.concatenate([each.weights.ravel() for each in self.filters]))

    def caption(self, frame: int) -> str:
        """Return what a frame shows."""
        if frame == 0:
            return say("before training")
        return say("after epoch {epoch} of {epochs}", epoch=frame, epochs=self.epochs)

    def grid(self) -> HeatmapGrid:
        """Return the filters before training and after the last epoch, below each other."""
        first = self.filters[0]
        both = [(self.caption(frame), self._tiles(frame)) for frame in (0, self.epochs)]
        rows = []
        for start in range(0, len(first.weights), MOST_TILES):
            rows += [TileRow(label, tuple(tiles[start : start + MOST_TILES])) for label, tiles in both]
        return HeatmapGrid(
            title=say("layer {layer}: {text}, before and after training", layer=first.layer, text=first.text),
            rows=tuple(rows),
            scale_text=say("each weight as in a patch of colours") if first.sees_rgb else self.scale.in_words(),
        )

    def _tiles(self, frame: int) -> list[Tile]:
        shown = self.filters[frame]
        return [
            Tile(say("filter {number}", number=number), _side_by_side(planes, self.scale, shown.sees_rgb), self.scale)
            for number, planes in enumerate(shown.weights)
        ]

    @cached_property
    def frames(self) -> NDArray[np.uint8]:
        """The frames as small images, a pixel for a weight: red, green, blue, opacity; (frames, height, width, 4)."""
        made = []
        for frame in range(len(self.filters)):
            tiles = [tile.pixels.astype(np.float64) for tile in self._tiles(frame)]
            columns = min(len(tiles), MOST_TILES)
            parts = [montage(np.stack([tile[..., part] for tile in tiles]), columns) for part in range(4)]
            made.append(np.nan_to_num(np.stack(parts, axis=-1)).astype(np.uint8))
        return np.stack(made)

    def gif(self) -> bytes:
        """Return the film as a GIF file."""
        from PIL import Image, ImageDraw, ImageFont

        height, width = self.frames.shape[1:3]
        cell = max(1, min(CELL, MOST_PIXELS // width))
        captions = translated([self.caption(number) for number in range(len(self.frames))])
        font = ImageFont.truetype(font_file("".join(captions)), 14)
        margin, line = 12, 22
        size = (max(cell * width, 220) + 2 * margin, cell * height + 2 * margin + line)
        images = []
        for caption, pixels in zip(captions, self.frames, strict=True):
            image = Image.new("RGB", size, "white")
            tiles = Image.fromarray(pixels, "RGBA").resize((cell * width, cell * height), Image.Resampling.NEAREST)
            image.paste(tiles, (margin, margin + line), tiles)
            ImageDraw.Draw(image).text((margin, margin - 4), caption, fill="black", font=font)
            images.append(image)
        durations = [HELD_MILLISECONDS, *[MILLISECONDS] * (len(images) - 2), HELD_MILLISECONDS]
        content = io.BytesIO()
        images[0].save(content, "GIF", save_all=True, append_images=images[1:], duration=durations, loop=0)
        return content.getvalue()

    def writers(self) -> Mapping[str, Callable[[], bytes]]:
        """Return by its ending what makes the content of a file: the figure's, and ``.gif``."""
        return {**super().writers(), ".gif": self.gif}

    def __repr__(self) -> str:
        return f"<Film of layer {self.layer} ({self.filters[0].text}): {self.epochs} epochs>"


def film(network: Network, layer: int, snapshots: Iterable[NDArray[Any]]) -> Film:
    """Return the film of a layer's snapshots.

    Parameters
    ----------
    network : Network
        The network; its weights count for nothing.
    layer : int
        Index of the convolution.
    snapshots : iterable of ndarray
        Its weights, each as in :meth:`Network.parameters`; at least two.

    Raises
    ------
    ValueError
        If there are fewer than two.
    """
    moving = network.copy()
    filters = []
    for weights in snapshots:
        moving.core.set_parameter(f"{layer}.weight", np.ascontiguousarray(weights, dtype=network.dtype))
        filters.append(LayerFilters.of(moving, layer))
    if len(filters) < 2:
        raise ValueError("a film needs at least one complete epoch, but there is none")
    return Film(tuple(filters))


def _side_by_side(planes: FloatArray, scale: Scale, sees_rgb: bool) -> FloatArray:
    """Return the planes (P, H, W) of a filter as one tile: colours, or the planes with a gap between them."""
    if sees_rgb:
        return np.moveaxis(0.5 + planes / scale.limit / 2, 0, -1)
    return montage(planes, len(planes))
