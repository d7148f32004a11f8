"""Ablation: what each filter is worth, as bars of what is lost without it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lenetpp.basics.language import listed, say, translated
from lenetpp.basics.percent import in_percent, percent, percent_number
from lenetpp.data import Dataset
from lenetpp.networks.ablation import AblatedLayer, AblatedPart, ablated_layers
from lenetpp.networks.network import Network
from lenetpp.pictures.chart import WIDTH, Chart, each_pointed_at, pointed_at
from lenetpp.pictures.colours import LAYERS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_BARS = 24
"""Of a layer; where it has more filters, those without which most is lost are drawn."""
BAR = 0.2
"""Inches from a bar to the next."""


@dataclass(frozen=True, eq=False, repr=False)
class Ablation(Chart):
    """By how many points the test accuracy falls when a filter, or a plane of it, is set to zero.

    Attributes
    ----------
    accuracy : float
        Share of the test images that the whole network gets right.
    layers : tuple of AblatedLayer
        The convolutions in their order, each with its `filters` and `planes`.
    """

    accuracy: float
    layers: tuple[AblatedLayer, ...]

    @property
    def title(self) -> str:  # type: ignore[override]
        """What is shown."""
        return say("Accuracy lost without one filter ({accuracy} with all)", accuracy=percent(self.accuracy, 1))

    @property
    def axis(self) -> str:  # type: ignore[override]
        """The label of the axis of values."""
        return say("points of accuracy lost")

    @property
    def figure_size(self) -> tuple[float, float]:
        """Width and height in inches."""
        return WIDTH, 0.9 + BAR * (sum(len(_drawn(layer)) for layer in self.layers) + 1.4 * len(self.layers))

    def _draw(self, axes: "Axes") -> None:
        """Draw into Matplotlib's axes."""
        place, places, names = 0.0, [], []
        for layer, colour in zip(self.layers, _colours(), strict=False):
            heading: str = say("layer {layer}: {text}", layer=layer.index, text=layer.text)
            if len(layer.filters) > len(_drawn(layer)):
                heading = say("{layer}, the {count} filters that matter most", layer=heading, count=MOST_BARS)
            axes.text(
                0.01, place + 0.2, translated(heading), va="center",
                transform=axes.get_yaxis_transform(),
            )  # fmt: skip
            for part in _drawn(layer):
                place += 1
                (bar,) = axes.barh(place, in_percent(part.lost), height=0.75, color=colour, alpha=0.75)
                pointed_at(bar, _in_words(part))
                planes = [plane for plane in layer.planes if plane.filter == part.filter]
                dots = axes.scatter(
                    [in_percent(plane.lost) for plane in planes], [place] * len(planes), s=10, facecolor="white",
                    edgecolor="black", linewidth=0.7, zorder=3,
                )  # fmt: skip
                each_pointed_at(dots, map(_in_words, planes))
                places.append(place)
                names.append(translated(say("filter {number}", number=part.filter)))
            place += 1.4
        axes.set_title(translated(self.title), loc="left")
        axes.set_xlabel(
            translated(
                say("{axis}; dots: without one of its planes", axis=self.axis)
                if any(each.planes for each in self.layers)
                else self.axis
            )
        )
        axes.set_yticks(places, names)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(place - 0.6, -0.4)
        axes.axvline(0, color="0.5", linewidth=0.8)
        axes.grid(axis="x", alpha=0.4)
        axes.set_axisbelow(True)

    def __repr__(self) -> str:
        layer = max(self.layers, key=lambda layer: layer.worst.lost)
        without = f"{layer.worst.name} of layer {layer.index} it loses {percent_number(layer.worst.lost, 1)} points"
        return f"<Ablation: {percent(self.accuracy, 1)} with all filters, without {without}>"


def _colours() -> Iterator[str]:
    while True:
        yield from (colour.hex for colour in LAYERS)


def _drawn(layer: AblatedLayer) -> tuple[AblatedPart, ...]:
    if len(layer.filters) <= MOST_BARS:
        return layer.filters
    return tuple(sorted(layer.filters, key=lambda part: -part.lost)[:MOST_BARS])


def _in_words(part: AblatedPart) -> str:
    classes = sorted(part.lost_by_class.items(), key=lambda item: -item[1])[:4]
    by_class = listed(f"{name} {percent_number(lost, 1)}" for name, lost in classes)
    points = percent_number(part.lost, 1)
    return say("without {part}: {points} points lost ({classes})", part=part.name, points=points, classes=by_class)


def ablation(network: Network, data: Dataset, *, threads: int = 1) -> Ablation:
    """Set each filter and each plane of each convolution to zero, one by one.

    Raises
    ------
    ValueError
        If network and data do not fit, or the network has no convolution or no weights.
    """
    accuracy, layers = ablated_layers(network, data, threads=threads)
    if not layers:
        raise ValueError(f"the network has no filters: none of its layers is a convolution ({network})")
    return Ablation(accuracy, layers)
