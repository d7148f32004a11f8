"""Augmentation: training images as they are, and as a network saw them in its first epochs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lenetpp import _core
from lenetpp.basics.arrays import FloatArray, ImageArray
from lenetpp.basics.language import listed, say, translated
from lenetpp.data import Dataset
from lenetpp.networks.network import Network
from lenetpp.pictures.picture import Picture
from lenetpp.pictures.tiles import as_pixels
from lenetpp.settings.advice import one_of
from lenetpp.settings.checks import checked_value, require
from lenetpp.settings.declaration import declared_settings
from lenetpp.settings.training_settings import IMAGES, TrainingSettings
from lenetpp.settings.words import in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

AUGMENTATIONS = tuple(
    setting.name
    for setting in declared_settings(TrainingSettings)
    if setting.about.panel == IMAGES and setting.about.taken_by == "trainer"
)
"""The settings that alter training images."""
MOST_IN_A_LINE = 100
"""Images, and epochs; a picture of more is none that anybody could look at."""


@dataclass(frozen=True, eq=False, repr=False)
class AugmentedImages(Picture):
    """Training images, a row each: as they are, then as they were seen in one epoch after the other.

    Attributes
    ----------
    originals : tuple of ndarray, (P, H, W)
        As they are.
    seen : tuple of tuple of ndarray, (P, H, W)
        Of each image, one an epoch, in the pixels' range.
    words : str
        What was done to them.
    """

    originals: tuple[ImageArray, ...]
    seen: tuple[tuple[ImageArray, ...], ...]
    words: str

    def __repr__(self) -> str:
        return f"<AugmentedImages: {len(self.originals)} images in {len(self.seen[0])} epochs; {self.words}>"

    @property
    def figure_size(self) -> tuple[float, float]:
        """Width and height in inches."""
        return 0.3 + 0.95 * (len(self.seen[0]) + 1), 0.8 + 0.95 * len(self.originals)

    def _draw(self, axes: "Axes") -> None:
        """Draw into Matplotlib's axes."""
        for row, (original, seen) in enumerate(zip(self.originals, self.seen, strict=True)):
            for place, image in enumerate((original, *seen)):
                pixels = as_pixels(image)
                height, width = (0.92 * side / max(pixels.shape) for side in pixels.shape[:2])
                left = place + (0.2 if place else 0.0)  # what is real stands apart
                axes.imshow(pixels, extent=(left, left + width, row + height, row), interpolation="nearest")
        axes.text(0, -0.12, translated(say("as it is")), va="bottom")
        in_epochs = say("as it was seen in the epochs 1 to {last}", last=len(self.seen[0]))
        axes.text(1.2, -0.12, translated(in_epochs), va="bottom")
        axes.text(0, len(self.originals) + 0.1, translated(self.words), va="top", fontsize="small")
        axes.set(xlim=(0, len(self.seen[0]) + 1.2), ylim=(len(self.originals) + 0.35, -0.5), aspect="equal")
        axes.set_axis_off()


def augmented_images(
    network: Network, data: Dataset, settings: TrainingSettings, *, images: int = 6, epochs: int = 8
) -> AugmentedImages:
    """Return training images of each class as a network sees them in its first epochs.

    Parameters
    ----------
    network : Network
        With the normalization of pixels that training begins with.
    data : Dataset
        That fits the network.
    settings : TrainingSettings
        With an augmentation.
    images, epochs : int
        Rows and columns.

    Raises
    ------
    ValueError
        If the settings have no augmentation, or `images` or `epochs` is not from 1 to 100.
    """
    for name, number in (("images", images), ("epochs", epochs)):
        require(name, number, 1 <= checked_value(name, number, int) <= MOST_IN_A_LINE, f"from 1 to {MOST_IN_A_LINE}")
    values = settings.as_dict()
    altering = {name: values[name] for name in AUGMENTATIONS}
    if not any(altering.values()):
        raise ValueError(f"the training images are seen as they are; try {one_of(*AUGMENTATIONS)}")
    # Of all classes, the first of each first.
    of_class = [np.flatnonzero(data.train_labels == label) for label in range(len(data.classes))]
    longest = max(map(len, of_class))
    in_turn = [int(places[round_]) for round_ in range(longest) for places in of_class if round_ < len(places)]
    chosen = in_turn[:images]

    def seen(index: int, epoch: int) -> ImageArray:
        values = _core.augmented_image(
            network.core, data.train_images, seed=settings.seed, epoch=epoch, index=index, **altering
        )
        return _as_image(values, network, data.train_images.dtype == np.uint8)

    return AugmentedImages(
        tuple(data.train_images[index] for index in chosen),
        tuple(tuple(seen(index, epoch) for epoch in range(epochs)) for index in chosen),
        listed(in_words({name: value for name, value in altering.items() if value})[0]),
    )


def _as_image(values: FloatArray, network: Network, is_bytes: bool) -> ImageArray:
    """Return what the network sees in the range of pixels; where it leaves that, as far as pixels go."""
    if network.normalization is not None:
        mean, deviation = (of_planes[:, np.newaxis, np.newaxis] for of_planes in network.normalization)
        values = values * deviation + mean
    pixels: ImageArray = np.rint(values).clip(0, 255).astype(np.uint8) if is_bytes else values.astype(np.float32)
    return pixels
