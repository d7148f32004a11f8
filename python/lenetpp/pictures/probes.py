"""Probes: what a linear classifier makes of each layer's outputs, of trained filters and of those before training."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lenetpp.basics.language import say, translated
from lenetpp.basics.percent import in_percent, percent
from lenetpp.data import Dataset
from lenetpp.networks.network import Network
from lenetpp.networks.probes import ProbedLayer, probed_layers
from lenetpp.pictures.chart import Chart, each_pointed_at
from lenetpp.pictures.colours import TEST, TRAINING

if TYPE_CHECKING:
    from matplotlib.axes import Axes


BEFORE, TRAINED = say("before training"), say("trained")


@dataclass(frozen=True, eq=False, repr=False)
class Probes(Chart):
    """The accuracy of linear classifiers that see the outputs of one layer each.

    Attributes
    ----------
    trained, untrained : tuple of ProbedLayer
        Of the trained network, and of the same one before its first step; from the image on.
    """

    trained: tuple[ProbedLayer, ...]
    untrained: tuple[ProbedLayer, ...]
    title = say("What a linear classifier makes of each layer")
    axis = say("% of unseen images recognised")

    @property
    def figure_size(self) -> tuple[float, float]:
        """Width and height in inches."""
        return 5.6, 1.1 + 0.42 * len(self.trained)

    def _draw(self, axes: "Axes") -> None:
        """Draw into Matplotlib's axes."""
        rows = range(len(self.trained))
        for before, after, row in zip(self.untrained, self.trained, rows, strict=True):
            axes.plot(
                [in_percent(before.accuracy), in_percent(after.accuracy)],
                [row, row],
                color="0.6",
                linewidth=1,
                zorder=1,
            )
        for label, probed, colour, marker in (
            (BEFORE, self.untrained, TRAINING.hex, "s"),
            (TRAINED, self.trained, TEST.hex, "o"),
        ):
            dots = axes.scatter(
                [in_percent(each.accuracy) for each in probed],
                rows,
                s=32,
                color=colour,
                marker=marker,
                label=translated(label),
                zorder=2,
            )
            tips = (
                say("{when}, {layer}: {accuracy}", when=label, layer=each.text, accuracy=percent(each.accuracy))
                for each in probed
            )
            each_pointed_at(dots, tips)
        axes.set_title(translated(self.title), loc="left")
        axes.set_xlabel(translated(self.axis))
        axes.set_yticks(rows, [translated(each.text).replace(" | ", "\n") for each in self.trained], fontsize="small")
        axes.set_ylim(len(self.trained) - 0.3, -0.5)
        axes.grid(axis="x", alpha=0.4)
        axes.set_axisbelow(True)
        widest = max(rows, key=lambda row: abs(self.trained[row].accuracy - self.untrained[row].accuracy))
        is_better = self.trained[widest].accuracy >= self.untrained[widest].accuracy
        for words, probed, is_left in (
            (BEFORE, self.untrained, is_better),
            (TRAINED, self.trained, not is_better),
        ):
            axes.annotate(
                translated(words), (in_percent(probed[widest].accuracy), widest), xytext=(-4 if is_left else 4, -8),
                textcoords="offset points", ha="left" if is_left else "right", va="top", fontsize="small",
            )  # fmt: skip

    def __repr__(self) -> str:
        pairs = zip(self.trained, self.untrained, strict=True)
        shares = "; ".join(f"{a.text} {percent(a.accuracy, 1)}, before {percent(b.accuracy, 1)}" for a, b in pairs)
        return f"<Probes: {shares}>"


def probes(trained: Network, untrained: Network, data: Dataset, *, most_images: int = 4000, threads: int = 1) -> Probes:
    """Return what linear classifiers make of each layer of a network, trained and as it was before.

    Raises
    ------
    ValueError
        If network and data do not fit, or `most_images` is below 2.
    """
    after = probed_layers(trained, data, most_images=most_images, threads=threads)
    layers = range(len(untrained.layers))
    before = probed_layers(untrained, data, most_images=most_images, layers=layers, threads=threads)
    unchanged = tuple(layer for layer in after if layer.index < 0)  # training does not change the image
    return Probes(after, (*unchanged, *before))
