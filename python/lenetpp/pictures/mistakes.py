"""Mistakes: the test images that a network is most wrong about, and those that it is least sure of."""

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from lenetpp.basics.arrays import ImageArray
from lenetpp.basics.language import say, translated
from lenetpp.basics.percent import percent
from lenetpp.data import Dataset
from lenetpp.networks.evaluation import measurable
from lenetpp.networks.network import Network
from lenetpp.pictures.picture import Picture
from lenetpp.pictures.tiles import as_pixels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW, TITLE = 2.0, 0.3
"""Heights of a row of images with their words, and of a title alone, in widths of an image."""
LONGEST_NAME = 17
"""Characters of a file's name that have room below an image."""


@dataclass(frozen=True, repr=False)
class JudgedImage:
    """A test image and what a network says about it.

    Attributes
    ----------
    number : int
        Of the image among the test images.
    pixels : ndarray, (P, H, W)
        The image.
    true : str
        Its class.
    predicted : str
        The class that it is taken for.
    probabilities : dict of float
        Of the classes by name, the most probable first.
    file : str
        The picture's file in the folder of the data; "" where it comes from no such folder.
    """

    number: int
    pixels: ImageArray
    true: str
    predicted: str
    probabilities: dict[str, float]
    file: str = ""

    def __repr__(self) -> str:
        return f"<JudgedImage {self.number}: {', '.join((*filter(None, [self.file]), *self.words()))}>"

    @property
    def short_name(self) -> str:
        """The file's name without its folders; the middle of a long one is left out."""
        name = self.file.rpartition("/")[2]
        return name if len(name) <= LONGEST_NAME else f"{name[:4]}…{name[-12:]}"

    def words(self) -> list[str]:
        """Return what is said about it in short lines: the true class, then the two most probable ones."""
        return [
            say("true: {name}", name=self.true),
            *(f"{name} {percent(share, 1)}" for name, share in list(self.probabilities.items())[:2]),
        ]


@dataclass(frozen=True, repr=False)
class Mistakes(Picture):
    """The test images to look at, with their probabilities.

    Attributes
    ----------
    most_wrong : tuple of JudgedImage
        Images taken for another class, the surest first.
    least_sure : tuple of JudgedImage
        Images whose two most probable classes are nearest to each other, the nearest first.
    """

    most_wrong: tuple[JudgedImage, ...]
    least_sure: tuple[JudgedImage, ...]

    def __repr__(self) -> str:
        return f"<Mistakes: {len(self.most_wrong)} images most wrong, {len(self.least_sure)} least sure>"

    @property
    def figure_size(self) -> tuple[float, float]:
        """Width and height in inches."""
        columns = max(len(self.most_wrong), len(self.least_sure), 3)
        return 0.3 + 1.05 * columns, 0.1 + 1.05 * self._tops[-1]

    @property
    def _rows(self) -> tuple[tuple[str, tuple[JudgedImage, ...]], ...]:
        return (say("Most wrong"), self.most_wrong), (say("Least sure"), self.least_sure)

    @property
    def _tops(self) -> list[float]:
        """Where each row begins, in widths of an image, and the last one ends: one without images is its title."""
        return list(accumulate((ROW if images else TITLE for _, images in self._rows), initial=0.0))

    def _draw(self, axes: "Axes") -> None:
        """Draw into Matplotlib's axes."""
        for top, (title, images) in zip(self._tops, self._rows, strict=False):
            axes.text(
                0,
                top + 0.1,
                translated(title if images else say("{title}: none", title=title)),
                va="center",
                fontweight="bold",
            )
            for column, image in enumerate(images):
                pixels = as_pixels(image.pixels)
                height, width = (side / max(pixels.shape) for side in pixels.shape[:2])
                extent = (float(column), column + 0.92 * width, top + 0.25 + 0.92 * height, top + 0.25)
                axes.imshow(pixels, extent=extent, interpolation="nearest")
                words = "\n".join(translated([*filter(None, [image.short_name]), *image.words()]))
                axes.text(column, top + 1.22, words, va="top", fontsize="x-small", parse_math=False)
        axes.set(xlim=(0, max(len(self.most_wrong), len(self.least_sure), 3)), ylim=(self._tops[-1], 0), aspect="equal")
        axes.set_axis_off()


def mistakes(network: Network, data: Dataset, *, count: int = 8, threads: int = 1) -> Mistakes:
    """Return the test images that a network is most wrong about, and those it is least sure of.

    Parameters
    ----------
    network : Network
        A network with weights.
    data : Dataset
        Data with the network's input shape and classes, which are matched by name.
    count : int
        Images of each kind.
    threads : int
        Processor cores to use.

    Raises
    ------
    ValueError
        If network and data do not fit, or `count` is not positive.
    """
    if count < 1:
        raise ValueError(f"count must be at least 1, but is {count}")
    data = measurable(network, data)
    unseen = data.unseen
    files = data.files.get(unseen.name)
    probabilities = network.predict_proba(unseen.images, threads=threads)
    predicted = network.predict(unseen.images, threads=threads)
    images = np.arange(len(predicted))
    ordered = np.sort(probabilities, axis=1)
    margin = ordered[:, -1] - (ordered[:, -2] if ordered.shape[1] > 1 else 0.0)
    # The least share of the true class among the wrong ones; equal ones in the order of the images.
    wrong = images[predicted != unseen.labels]
    most_wrong = wrong[np.argsort(-probabilities[wrong, predicted[wrong]], kind="stable")][:count]
    least_sure = np.argsort(margin, kind="stable")[:count]

    def judged(number: int) -> JudgedImage:
        order = np.argsort(-probabilities[number], kind="stable")
        return JudgedImage(
            number,
            unseen.images[number],
            data.classes[unseen.labels[number]],
            data.classes[predicted[number]],
            {data.classes[index]: float(probabilities[number, index]) for index in order},
            "" if files is None else str(files[number]),
        )

    return Mistakes(tuple(judged(int(n)) for n in most_wrong), tuple(judged(int(n)) for n in least_sure))
