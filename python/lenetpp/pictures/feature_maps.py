"""Feature maps: what every layer makes of one image."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from lenetpp.basics.arrays import FloatArray, ImageArray
from lenetpp.basics.language import say, translated
from lenetpp.basics.percent import percent
from lenetpp.networks.inner_outputs import layer_outputs
from lenetpp.networks.layers import ResidualStart
from lenetpp.networks.network import Network
from lenetpp.pictures.picture import Picture
from lenetpp.pictures.scale import Scale
from lenetpp.pictures.tiles import as_pixels, columns_of, montage

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 100.0
"""Of the figure, in the units in which its parts are laid out."""
MOST_IN_A_ROW = 16
LARGEST_TILE = 11.0
MOST_CELLS_IN_A_ROW = 60
TEXT_LINE = 3.2
MOST_NAMED_CLASSES = 12


@dataclass(frozen=True, repr=False)
class LayerMaps:
    """What one layer makes of an image.

    Attributes
    ----------
    index : int
        Of the layer.
    text : str
        The layer's part of the network's text.
    values : ndarray, (planes, height, width) or (units,)
        After the activation.
    """

    index: int
    text: str
    values: FloatArray

    def __repr__(self) -> str:
        return f"<LayerMaps of layer {self.index} ({self.text}): {self.size}>"

    @cached_property
    def scale(self) -> Scale:
        """The scale of this layer's values."""
        return Scale.of(self.values)

    @property
    def is_dense(self) -> bool:
        """Whether these are units instead of planes."""
        return self.values.ndim == 1

    @property
    def size(self) -> str:
        """How many planes of what size, or how many units."""
        if self.is_dense:
            return say("{count} units", count=len(self.values))
        planes, height, width = self.values.shape
        return say("{count} planes of {height}x{width}", count=planes, height=height, width=width)


@dataclass(frozen=True, repr=False)
class FeatureMaps(Picture):
    """What every layer of a network makes of one image.

    Attributes
    ----------
    image : ndarray, (P, H, W)
        Raw pixels.
    layers : tuple of LayerMaps
        In order from the input.
    class_names : tuple of str
        Of the outputs.
    probabilities : ndarray, (classes,)
        Of the classes.
    """

    image: ImageArray
    layers: tuple[LayerMaps, ...]
    class_names: tuple[str, ...]
    probabilities: FloatArray

    def __repr__(self) -> str:
        return f"<FeatureMaps: {len(self.layers)} layers, {self.predicted}>"

    @property
    def predicted(self) -> str:
        """The class that the image is taken for, and its probability."""
        best = int(self.probabilities.argmax())
        return f"{self.class_names[best]} ({percent(self.probabilities[best], 1)})"

    @property
    def figure_size(self) -> tuple[float, float]:
        """Width and height in inches."""
        return 8.0, 8.0 * (self._heights[-1] + 1) / WIDTH

    @cached_property
    def _heights(self) -> list[float]:
        """Return where each layer's part begins, and at last where the figure ends."""
        heights = [TEXT_LINE + LARGEST_TILE * 1.4 + 1.5]
        for layer in self.layers:
            heights.append(heights[-1] + TEXT_LINE + _Grid.of(layer).height + 1.5)
        heights[-1] += TEXT_LINE if self._names_classes else 0
        return heights

    @property
    def _names_classes(self) -> bool:
        return self.layers[-1].is_dense and len(self.class_names) <= MOST_NAMED_CLASSES

    def _draw(self, axes: "Axes") -> None:
        """Draw into Matplotlib's axes."""
        axes.set(xlim=(0, WIDTH), ylim=(self._heights[-1], 0), aspect="equal")
        axes.set_axis_off()
        axes.text(
            0,
            TEXT_LINE / 2,
            translated(say("image, predicted as {predicted}", predicted=self.predicted)),
            va="center",
            fontsize="small",
        )
        _, height, width = self.image.shape
        side = LARGEST_TILE * 1.4
        extent = (0.0, side * width / max(height, width), TEXT_LINE + side * height / max(height, width), TEXT_LINE)
        axes.imshow(as_pixels(self.image), extent=extent, interpolation="nearest")
        for layer, top in zip(self.layers, self._heights, strict=False):
            size, scale = translated((layer.size, layer.scale.in_words()))
            label = f"{layer.index}  {layer.text}:  {size};  {scale}"
            axes.text(0, top + TEXT_LINE / 2, label, va="center", fontsize="small")
            _draw_tiles(axes, layer, top + TEXT_LINE)
        if self._names_classes:
            width = _Grid.of(self.layers[-1]).step_x
            for number, name in enumerate(self.class_names):
                place = ((number + 0.5) * width, self._heights[-1] - TEXT_LINE)
                axes.text(*place, name, ha="center", va="center", fontsize="x-small")
        # Drawing an image set them to its own.
        axes.set(xlim=(0, WIDTH), ylim=(self._heights[-1], 0))


@dataclass(frozen=True)
class _Grid:
    """Tiles of a layer, in the units of the figure: `step` is from a tile to the next, `tile` its size."""

    columns: int
    rows: int
    step_x: float
    step_y: float
    tile_width: float
    tile_height: float

    @classmethod
    def of(cls, layer: LayerMaps) -> Self:
        """Return the tiles of a layer: planes with a gap of a pixel between them, units without."""
        count = len(layer.values)
        if layer.is_dense:
            columns = columns_of(count, MOST_CELLS_IN_A_ROW)
            side = min(LARGEST_TILE, WIDTH / columns)
            return cls(columns, -(-count // columns), side, min(side, TEXT_LINE), side, min(side, TEXT_LINE))
        columns = columns_of(count, MOST_IN_A_ROW)
        _, height, width = layer.values.shape
        tile = min(LARGEST_TILE, WIDTH / columns * width / (width + 1))
        pixel = tile / width
        return cls(columns, -(-count // columns), tile + pixel, (height + 1) * pixel, tile, height * pixel)

    @property
    def width(self) -> float:
        return (self.columns - 1) * self.step_x + self.tile_width

    @property
    def height(self) -> float:
        return (self.rows - 1) * self.step_y + self.tile_height


def _draw_tiles(axes: "Axes", layer: LayerMaps, top: float) -> None:
    from matplotlib.patches import Rectangle

    grid = _Grid.of(layer)
    if layer.is_dense:
        whole = np.full((grid.rows, grid.columns), np.nan)
        whole.flat[: len(layer.values)] = layer.values
    else:
        whole = montage(layer.values, grid.columns)
    extent = (0.0, grid.width, top + grid.height, top)
    axes.imshow(whole, extent=extent, interpolation="nearest", **layer.scale.matplotlib())
    for number in range(len(layer.values)):
        row, column = divmod(number, grid.columns)
        corner = (column * grid.step_x, top + row * grid.step_y)
        # A frame: what is zero is as white as the paper.
        axes.add_patch(Rectangle(corner, grid.tile_width, grid.tile_height, fill=False, edgecolor="0.6", linewidth=0.4))


def feature_maps(network: Network, image: ImageArray) -> FeatureMaps:
    """Return what every layer of a network makes of an image (P, H, W).

    Raises
    ------
    ValueError
        If the network has no weights, or the image does not fit it.
    """
    images = np.asarray(image)[np.newaxis]
    texts = network.core.layer_texts
    layers = tuple(
        LayerMaps(index, texts[index], values[0])
        for index, (layer, values) in enumerate(zip(network.layers, layer_outputs(network, images), strict=True))
        if not isinstance(layer, ResidualStart)  # it passes on what lies above it
    )
    names = network.class_names or tuple(map(str, range(network.class_count)))
    return FeatureMaps(images[0], layers, names, network.predict_proba(images)[0])
