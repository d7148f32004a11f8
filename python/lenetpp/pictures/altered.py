"""Altered: what a network still recognises of altered test images, as bars, each beside an image altered so."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lenetpp.basics.arrays import ImageArray
from lenetpp.basics.language import say, translated
from lenetpp.basics.percent import in_percent, percent, percent_number
from lenetpp.data import Dataset
from lenetpp.networks.altered_images import ALTERATIONS, AlteredAccuracies, evaluate_altered
from lenetpp.networks.measurement import Evaluation
from lenetpp.networks.network import Network
from lenetpp.pictures.chart import WIDTH, Chart, pointed_at
from lenetpp.pictures.colours import TEST
from lenetpp.pictures.tiles import as_pixels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

THUMBNAIL = 20
"""Points, of an image beside its bar."""
ROW = 0.34
"""Inches from a bar to the next."""


@dataclass(frozen=True, eq=False, repr=False)
class Altered(Chart):
    """What a network recognises of test images as they are, and altered.

    Attributes
    ----------
    accuracies : AlteredAccuracies
        With an ``Evaluation`` for each.
    images : tuple of ndarray, (P, H, W)
        One test image as it is, and in each alteration, in the order of the accuracies.
    """

    accuracies: AlteredAccuracies
    images: tuple[ImageArray, ...]
    title = say("Altered images")
    axis = say("% classified correctly (dotted: by guessing)")

    @property
    def figure_size(self) -> tuple[float, float]:
        """Width and height in inches."""
        return WIDTH, 0.9 + ROW * len(self.images)

    @property
    def original(self) -> Evaluation:
        """Of the images as they are."""
        return self.accuracies.original

    def _draw(self, axes: "Axes") -> None:
        """Draw into Matplotlib's axes."""
        from matplotlib.offsetbox import AnnotationBbox, OffsetImage

        rows = self.accuracies.rows()
        for place, ((words, evaluation), image) in enumerate(zip(rows, self.images, strict=True)):
            share = in_percent(evaluation.accuracy)
            (bar,) = axes.barh(place, share, height=0.62, color=TEST.hex, alpha=0.85 if place == 0 else 0.55)
            change = percent_number(evaluation.accuracy - self.original.accuracy, 1)
            known = {"words": words, "accuracy": percent(evaluation.accuracy)}
            tip = say("{words}: {accuracy} ({change} points)", change=change, **known)
            pointed_at(bar, tip if place else say("{words}: {accuracy}", **known))
            axes.text(share, place, f" {share:.1f}", va="center")
            pixels = as_pixels(image)
            picture = OffsetImage(pixels, zoom=THUMBNAIL / max(pixels.shape[:2]), interpolation="nearest")
            axes.add_artist(
                AnnotationBbox(
                    picture, (0, place), xybox=(-THUMBNAIL / 2 - 4, 0), boxcoords="offset points", frameon=False,
                    box_alignment=(0.5, 0.5), pad=0,
                )
            )  # fmt: skip
        axes.set_title(translated(self.title), loc="left")
        axes.set_xlabel(translated(self.axis))
        axes.set_yticks(range(len(rows)), [translated(words) for words, _ in rows])
        axes.tick_params(axis="y", length=0, pad=THUMBNAIL + 8)
        axes.set_xlim(0, 108)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        chance = 100 / len(self.original.class_names)
        axes.axvline(chance, color="0.4", linestyle=":", linewidth=1)

    def __repr__(self) -> str:
        return repr(self.accuracies).replace("AlteredAccuracies", "Altered")


def altered(network: Network, data: Dataset, *, threads: int = 1) -> Altered:
    """Return what a network recognises of altered test images.

    Raises
    ------
    ValueError
        If network and data do not fit.
    """
    accuracies = evaluate_altered(network, data, threads=threads)
    altered_first = (ALTERATIONS[name].of(data.unseen.images)[0] for name in accuracies.altered)
    return Altered(accuracies, (data.unseen.images[0], *altered_first))
