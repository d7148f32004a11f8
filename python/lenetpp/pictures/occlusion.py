"""Occlusion: which parts of an image a network's answer rests on, beside the pixels that it is most sensitive to."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lenetpp.basics.arrays import ImageArray
from lenetpp.basics.language import say, translated
from lenetpp.basics.percent import percent, percent_number
from lenetpp.networks.input_gradients import InputGradient, input_gradient
from lenetpp.networks.network import Network
from lenetpp.networks.occlusion import OcclusionMap, occlusion_map
from lenetpp.pictures.picture import Picture
from lenetpp.pictures.scale import Scale
from lenetpp.pictures.tiles import as_pixels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GAP = 0.08
"""Between the images, whose longer side is 1."""


@dataclass(frozen=True, eq=False, repr=False)
class Occlusion(Picture):
    """An image, by how much its class becomes less probable where it is covered, and the gradient of its pixels.

    Attributes
    ----------
    map : OcclusionMap
        With ``falls`` by the place of the patch, and ``by_pixel``.
    gradient : InputGradient
        With ``values`` by plane, and ``by_pixel``.
    """

    map: OcclusionMap
    gradient: InputGradient

    @property
    def figure_size(self) -> tuple[float, float]:
        """Width and height in inches."""
        return 7.2, 0.7 + 2.3 * self._sides[0]

    @property
    def _sides(self) -> tuple[float, float]:
        """Height and width of an image."""
        height, width = self.map.image.shape[1:]
        return height / max(height, width), width / max(height, width)

    @property
    def scales(self) -> tuple[Scale, Scale]:
        """Of the falls by pixel and of the gradients."""
        return Scale.of(self.map.by_pixel), Scale.of(self.gradient.by_pixel)

    def captions(self) -> tuple[str, str, str]:
        """Return what is seen, from left to right."""
        size, (falls, gradients) = f"{self.map.size}x{self.map.size}", self.scales
        return (
            say("predicted as {name} ({share})", name=self.map.class_name, share=percent(self.map.probability, 1)),
            say(
                "red: less likely where {size}\npixels are covered, by up to {points} points;\nblue: more likely",
                size=size,
                points=percent_number(falls.limit, 1),
            ),
            say("red: pixels that change the answer\nmost, by up to {limit}", limit=f"{gradients.limit:.2g}"),
        )

    def _draw(self, axes: "Axes") -> None:
        """Draw into Matplotlib's axes."""
        (height, width), (falls, gradients) = self._sides, self.scales
        maps = ((self.map.by_pixel, falls), (self.gradient.by_pixel, gradients))
        for number, caption in enumerate(translated(self.captions())):
            left = number * (width + GAP)
            extent = (left, left + width, height, 0.0)
            if number == 0:
                axes.imshow(as_pixels(self.map.image), extent=extent, interpolation="nearest")
            else:
                values, scale = maps[number - 1]
                axes.imshow(values, extent=extent, interpolation="nearest", **scale.matplotlib())
            axes.text(left, height + 0.04, caption, va="top", fontsize="small")
        axes.set(xlim=(0, 3 * width + 2 * GAP), ylim=(height + 0.3, 0), aspect="equal")
        axes.set_axis_off()

    def __repr__(self) -> str:
        return f"<Occlusion: {self.map!r}, {self.gradient!r}>"


def occlusion(network: Network, image: ImageArray, *, size: int | None = None, stride: int = 1) -> Occlusion:
    """Return on which parts of an image (P, H, W) a network's answer rests; for the arguments see `occlusion_map`.

    Raises
    ------
    ValueError
        If the network has no weights or only one output, or the image, the patch or the stride do not fit.
    """
    return Occlusion(occlusion_map(network, image, size=size, stride=stride), input_gradient(network, image))
