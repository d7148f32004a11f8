"""Filters: what one convolution has learned, as a picture with a description of each filter in words."""

from functools import cached_property

import numpy as np

from lenetpp.basics.arrays import FloatArray
from lenetpp.basics.language import say
from lenetpp.filters.descriptions import FilterDescription, describe_filters
from lenetpp.filters.layer_filters import LayerFilters
from lenetpp.networks.network import Network
from lenetpp.pictures.heatmap_picture import HeatmapPicture
from lenetpp.pictures.heatmaps import HeatmapGrid, Tile, TileRow
from lenetpp.pictures.scale import Scale

TILES_IN_A_ROW = 6
"""Of filters with one plane; the terminal and HTML break rows where they must."""


class Filters(HeatmapPicture):
    """The filters of a convolution, red for high and blue for low weights.

    Printed with rich or shown in a notebook it draws itself; :meth:`plot` draws into Matplotlib's axes, and
    :meth:`save` writes ``.png``, ``.svg``, ``.pdf``, ``.html`` or a workbook, ``.xlsx``.

    Parameters
    ----------
    network : Network
        With weights.
    layer : int, optional
        Index of a convolution; the first one by default.
    scale : {"common", "each"}
        Whether all filters have one scale, or each its own. Both are symmetric around zero.

    Raises
    ------
    ValueError
        If there are no such filters, or there is no such scale.
    """

    def __init__(self, network: Network, layer: int | None = None, scale: str = "common") -> None:
        self._filters = LayerFilters.of(network, layer)
        self._scales = Scale.of_parts(list(self._filters.weights), scale)
        self._has_common_scale = scale == "common"

    @property
    def layer(self) -> int:
        """Index of the layer in the network."""
        return self._filters.layer

    @property
    def weights(self) -> FloatArray:
        """The weights, (filters, planes, height, width), float64.

        NaN where a filter does not see a plane. Separate filters, which all planes share, have one plane here.
        """
        return self._filters.weights

    @cached_property
    def descriptions(self) -> tuple[FilterDescription, ...]:
        """What each filter looks like, in words and figures."""
        return describe_filters(self._filters)

    def grid(self) -> HeatmapGrid:
        """Return the heatmaps: filters beside each other, or a row of input planes for each filter."""
        filters, scales = self._filters, self._scales
        words: list[str] = [description.in_words() for description in self.descriptions]
        if not self._has_common_scale:
            words = [
                say("{words}; {end}", words=text, end=f"±{scale.limit:.3g}")
                for text, scale in zip(words, scales, strict=True)
            ]
        if len(filters.planes) == 1:
            tiles = [
                Tile(say("filter {number}", number=number), weights[0], scale, text)
                for number, (weights, scale, text) in enumerate(zip(filters.weights, scales, words, strict=True))
            ]
            rows = [
                TileRow("", tuple(tiles[first : first + TILES_IN_A_ROW]))
                for first in range(0, len(tiles), TILES_IN_A_ROW)
            ]
        else:
            rows = [self._row(number, scales[number], text) for number, text in enumerate(words)]
        return HeatmapGrid(
            title=say("layer {layer}: {text}", layer=filters.layer, text=filters.text),
            rows=tuple(rows),
            scale_text=scales[0].in_words()
            if self._has_common_scale
            else say("each filter: red highest, white 0, blue lowest"),
        )

    def _row(self, number: int, scale: Scale, words: str) -> TileRow:
        """Return the planes of a filter; of images in colour also what it sees as a patch of colours."""
        weights = self._filters.weights[number]
        tiles: list[Tile | None] = [
            None if np.isnan(plane).all() else Tile(name, plane, scale)
            for name, plane in zip(self._filters.planes, weights, strict=True)
        ]
        if self._filters.sees_rgb:
            # Grey is zero in all planes; what is bright in red, say, is redder than grey.
            tiles.append(Tile(say("colours"), np.moveaxis(0.5 + weights / scale.limit / 2, 0, -1), scale))
        return TileRow(say("filter {number}", number=number), tuple(tiles), words)

    def __repr__(self) -> str:
        return f"<Filters of layer {self._filters.layer}: {self._filters.text}>"
