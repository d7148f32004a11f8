"""Patches: the parts of images that excite the filters of a layer most."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import FloatArray, ImageArray
from lenetpp.basics.language import say, translated
from lenetpp.networks.inner_outputs import outputs_of_layer
from lenetpp.networks.layers import Conv2D
from lenetpp.networks.measurement import SLICE_SIZE
from lenetpp.networks.network import Network
from lenetpp.networks.receptive_fields import ReceptiveField, receptive_field
from lenetpp.pictures.picture import Picture
from lenetpp.pictures.tiles import as_pixels

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, repr=False)
class Patch:
    """What a filter saw where it was excited most in an image.

    Attributes
    ----------
    image : int
        Number of the image.
    value : float
        The filter's output there, after the activation.
    plane : int
        Which of the layer's output planes that was; a filter with separate connections has one for each input plane.
    corner : (int, int)
        Top and left of the patch in the image; it may reach beyond the border where there is padding.
    pixels : ndarray, (P, height, width)
        What lies there; beyond the border the mean pixel, which is what padding stands for.
    """

    image: int
    value: float
    plane: int
    corner: tuple[int, int]
    pixels: ImageArray

    def __repr__(self) -> str:
        return f"<Patch of image {self.image} at {self.corner}: {self.value:.4g}>"


@dataclass(frozen=True, repr=False)
class Patches(Picture):
    """For each filter of a layer the patches that excite it most, each of another image, the strongest first.

    Attributes
    ----------
    layer : int
        Index of the layer.
    text : str
        The layer's part of the network's text.
    field : ReceptiveField
        What an output of the layer sees.
    filters : tuple of tuple of Patch
        By filter.
    """

    layer: int
    text: str
    field: ReceptiveField
    filters: tuple[tuple[Patch, ...], ...]

    def __repr__(self) -> str:
        return f"<Patches of layer {self.layer} ({self.text}): {len(self.filters)} filters>"

    @property
    def title(self) -> str:
        """What is seen, in a line."""
        height, width = self.field.size
        return say(
            "What layer {layer} ({text}) responds to most: parts of {height}x{width} pixels, with its outputs",
            layer=self.layer, text=self.text, height=height, width=width,
        )  # fmt: skip

    @property
    def figure_size(self) -> tuple[float, float]:
        """Width and height in inches."""
        return 1.0 + 0.72 * len(self.filters[0]), 0.5 + 0.88 * len(self.filters)

    def _draw(self, axes: "Axes") -> None:
        """Draw into Matplotlib's axes."""
        axes.set_title(translated(self.title), loc="left", fontsize="small", wrap=True)
        height, width = self.field.size
        shape = height / max(height, width), width / max(height, width)
        for row, patches in enumerate(self.filters):
            top = row * 1.22
            axes.text(
                -0.1,
                top + 0.5,
                translated(say("filter {number}", number=row)),
                ha="right",
                va="center",
                fontsize="small",
            )
            for column, patch in enumerate(patches):
                extent = (float(column), column + 0.94 * shape[1], top + 0.94 * shape[0], top)
                axes.imshow(as_pixels(patch.pixels), extent=extent, interpolation="nearest")
                place = (column + 0.47 * shape[1], top + 1.08)
                axes.text(*place, f"{patch.value:.3g}", ha="center", va="center", fontsize="x-small")
        axes.set(xlim=(-1.0, len(self.filters[0])), ylim=(1.22 * len(self.filters), 0), aspect="equal")
        axes.set_axis_off()


def exciting_patches(network: Network, layer: int, images: ImageArray, *, count: int = 8, threads: int = 1) -> Patches:
    """Return the patches of images that excite each filter of a convolution most.

    Parameters
    ----------
    network : Network
        A network with weights.
    layer : int
        Index of the convolution.
    images : ndarray, (N, P, H, W)
        Where to look.
    count : int
        Patches of each filter, each of another image.
    threads : int
        Processor cores to use.

    Raises
    ------
    ValueError
        If the layer is no convolution, `count` is not positive, or the images do not fit the network.
    """
    convolutions = {index: kind for index, kind in enumerate(network.layers) if isinstance(kind, Conv2D)}
    if layer not in convolutions:
        raise ValueError(f"layer must be one of the convolutions {list(convolutions)}, but is {layer}")
    if count < 1:
        raise ValueError(f"count must be at least 1, but is {count}")
    filters = convolutions[layer].filters
    values, places = [], []
    for start in range(0, len(images), SLICE_SIZE):
        outputs = outputs_of_layer(network, layer, images[start : start + SLICE_SIZE], threads=threads)
        best = _by_filter(outputs, filters)
        places.append(best.argmax(axis=2))
        values.append(np.take_along_axis(best, places[-1][:, :, np.newaxis], axis=2)[:, :, 0])
    value, place = np.concatenate(values), np.concatenate(places)
    field = receptive_field(network, layer)
    blank = _mean_pixel(network)
    _, rows, columns = network.core.output_shapes[layer]

    def patches(number: int) -> Iterator[Patch]:
        for image in np.argsort(-value[:, number], kind="stable")[:count]:
            group, row, column = (
                int(part) for part in np.unravel_index(place[image, number], (len(images), rows, columns))
            )
            corner = field.corner(row, column)
            pixels = _cut_out(images[image], corner, field.size, blank)
            plane = group * filters + number
            yield Patch(int(image), float(value[image, number]), plane, corner, pixels)

    return Patches(
        layer, network.core.layer_texts[layer], field, tuple(tuple(patches(number)) for number in range(filters))
    )


def _by_filter(outputs: FloatArray, filters: int) -> FloatArray:
    """Return outputs (N, planes, H, W) as (N, filters, planes of the filter * H * W)."""
    count, planes, height, width = outputs.shape
    by_plane = outputs.reshape(count, planes // filters, filters, height * width)
    return by_plane.swapaxes(1, 2).reshape(count, filters, -1)


def _mean_pixel(network: Network) -> FloatArray:
    """Return the pixel (P,) that the network's normalization turns into zero."""
    return np.zeros(network.input_shape[0]) if network.normalization is None else network.normalization[0]


def _cut_out(image: ImageArray, corner: tuple[int, int], size: tuple[int, int], blank: FloatArray) -> ImageArray:
    """Return a part of an image (P, H, W), filled up with the pixel `blank` where it reaches beyond the border."""
    part: NDArray[np.float64] = np.empty((len(image), *size))
    part[:] = blank[:, np.newaxis, np.newaxis]
    ends = [min(start + length, side) for start, length, side in zip(corner, size, image.shape[1:], strict=True)]
    top, left = (max(start, 0) for start in corner)
    inside = image[:, top : ends[0], left : ends[1]]
    part[:, top - corner[0] : ends[0] - corner[0], left - corner[1] : ends[1] - corner[1]] = inside
    return np.rint(part).astype(np.uint8) if image.dtype == np.uint8 else part.astype(np.float32)
