"""Winners: the places of an image that pass a max-pooling, drawn on the image."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import FloatArray, ImageArray
from lenetpp.basics.kinds import as_index
from lenetpp.basics.language import say, translated
from lenetpp.networks.inner_outputs import outputs_of_layer, pool_winners
from lenetpp.networks.network import Network
from lenetpp.networks.receptive_fields import ReceptiveField, receptive_field
from lenetpp.pictures.picture import Picture
from lenetpp.pictures.scale import Scale
from lenetpp.pictures.tiles import as_pixels, columns_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_IN_A_ROW = 6


@dataclass(frozen=True, repr=False)
class Winners(Picture):
    """Which inputs of a max-pooling win, for one image: a dot lies in the middle of what a winner sees of it.

    Attributes
    ----------
    image : ndarray, (P, H, W)
        Raw pixels.
    layer : int
        Index of the pooling.
    text : str
        The layer's part of the network's text.
    field : ReceptiveField
        What an input of the pooling sees.
    positions : ndarray, (planes, rows, columns, 2)
        Row and column, in the plane below, of the input that each output comes from.
    values : ndarray, (planes, rows, columns)
        The outputs.
    """

    image: ImageArray
    layer: int
    text: str
    field: ReceptiveField
    positions: NDArray[np.intp]
    values: FloatArray

    def __repr__(self) -> str:
        planes, rows, columns = self.values.shape
        return f"<Winners of layer {self.layer} ({self.text}): {planes} planes of {rows}x{columns}>"

    @property
    def scale(self) -> Scale:
        """The scale of the winners' values, which are the dots' colours."""
        return Scale.of(self.values)

    @property
    def title(self) -> str:
        """What is seen, in a line."""
        return say(
            "Winners of layer {layer} ({text}): {scale}", layer=self.layer, text=self.text, scale=self.scale.in_words()
        )

    @property
    def figure_size(self) -> tuple[float, float]:
        """Width and height in inches."""
        columns = columns_of(len(self.values), MOST_IN_A_ROW)
        return max(4.5, 1.5 * columns), 0.4 + 1.65 * -(-len(self.values) // columns)

    def centres(self, plane: int) -> NDArray[np.float64]:
        """Return for each winner of a plane the place (x, y) in the image; the middle of pixel (0, 0) is (0, 0).

        Raises
        ------
        IndexError
            If there is no such plane.
        """
        positions = self.positions[as_index(plane, len(self.positions), "plane")].reshape(-1, 2)
        places = [self.field.centre(int(row), int(column)) for row, column in positions]
        return np.array(places)[:, ::-1]

    def _draw(self, axes: "Axes") -> None:
        """Draw into Matplotlib's axes."""
        axes.set_title(translated(self.title), loc="left", fontsize="small", wrap=True)
        # Pale, so that dots stand out against dark and bright parts.
        pixels = as_pixels(self.image)
        height, width, _ = pixels.shape
        columns = columns_of(len(self.values), MOST_IN_A_ROW)
        for plane, values in enumerate(self.values):
            left, top = plane % columns * (width + 2), plane // columns * (height + 5)
            extent = (left, left + width, top + height, top)
            axes.imshow(pixels, extent=extent, interpolation="nearest", alpha=1 / 3)
            x, y = self.centres(plane).T + 0.5
            axes.scatter(
                left + x, top + y, c=values.ravel(), s=8, edgecolors="0.4", linewidths=0.2, **self.scale.matplotlib()
            )
            axes.text(left, top - 0.5, translated(say("plane {number}", number=plane)), fontsize="x-small", va="bottom")
        rows = -(-len(self.values) // columns)
        axes.set(xlim=(-1, columns * (width + 2)), ylim=(rows * (height + 5), -5), aspect="equal")
        axes.set_axis_off()


def winners(network: Network, layer: int, image: ImageArray) -> Winners:
    """Return which inputs of a max-pooling win for an image (P, H, W).

    Raises
    ------
    ValueError
        If the layer is no max-pooling, the network has no weights, or the image does not fit it.
    """
    images = np.asarray(image)[np.newaxis]
    positions = pool_winners(network, layer, images)[0]
    _, _, width = network.core.output_shapes[layer - 1] if layer else network.input_shape
    return Winners(
        images[0],
        layer,
        network.core.layer_texts[layer],
        receptive_field(network, layer - 1),
        np.stack(np.divmod(positions, width), axis=-1),
        outputs_of_layer(network, layer, images)[0],
    )
