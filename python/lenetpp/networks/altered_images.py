"""Altered images: what a network still recognises upside down, without colours, or of a part of the image."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lenetpp.basics.arrays import FloatArray, ImageArray
from lenetpp.basics.html_tables import html_table
from lenetpp.basics.language import say
from lenetpp.basics.percent import percent, percent_number
from lenetpp.data import Dataset
from lenetpp.data.checks import checked_images
from lenetpp.networks.evaluation import measurable
from lenetpp.networks.measurement import Evaluation
from lenetpp.networks.network import Network
from lenetpp.networks.network_answers import mirror_images

COLOURS = 3
"""Planes of an image in colour: red, green and blue."""
LUMA = (0.299, 0.587, 0.114)
"""Shares of red, green and blue in grey: ITU-R BT.601, as pictures become grey elsewhere."""


@dataclass(frozen=True)
class Alteration:
    """A way to alter images.

    Attributes
    ----------
    words : str
        What is said of the images: "upside down".
    of : callable
        Returns images (N, P, H, W) altered, of the same type.
    needs_colours : bool
        Whether it is for images of three planes only.
    """

    words: str
    of: Callable[[ImageArray], ImageArray]
    needs_colours: bool = False


def _grey(images: ImageArray) -> ImageArray:
    grey = np.tensordot(np.array(LUMA), images, axes=(0, 1))[:, np.newaxis]
    return _as(images, np.repeat(grey, COLOURS, axis=1))


def _centre(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return where the middle of an image (H, W) is, of half its height and half its width."""
    inside = np.zeros(shape, dtype=bool)
    height, width = shape
    inside[height // 4 : height - height // 4, width // 4 : width - width // 4] = True
    return inside


def _covered(images: ImageArray, where: NDArray[np.bool_]) -> ImageArray:
    """Cover a part of all images with their mean pixel."""
    mean = images.mean(axis=(0, 2, 3), dtype=np.float64)
    return _as(images, np.where(where, mean[:, np.newaxis, np.newaxis], images))


def _as(images: ImageArray, values: FloatArray) -> ImageArray:
    """Return values in the type of the images."""
    return np.rint(values).astype(np.uint8) if images.dtype == np.uint8 else values.astype(np.float32)


ALTERATIONS: Mapping[str, Alteration] = {
    "upside_down": Alteration(say("upside down"), lambda images: images[:, :, ::-1].copy()),
    "mirrored": Alteration(say("mirrored"), mirror_images),
    "grey": Alteration(say("grey"), _grey, needs_colours=True),
    "red_blue_exchanged": Alteration(
        say("red and blue exchanged"), lambda images: images[:, ::-1].copy(), needs_colours=True
    ),
    "centre_hidden": Alteration(say("centre hidden"), lambda images: _covered(images, _centre(images.shape[2:]))),
    "centre_alone": Alteration(say("centre alone"), lambda images: _covered(images, ~_centre(images.shape[2:]))),
}
"""By name. The centre has half the height and half the width; what is hidden has the images' mean pixel."""


def altered_images(images: ArrayLike, alteration: str) -> ImageArray:
    """Return images altered.

    Parameters
    ----------
    images : array_like, (N, planes, height, width), uint8 or float32
        Raw pixels; (N, height, width) for one plane.
    alteration : str
        ``"upside_down"``, ``"mirrored"`` (left and right exchanged), ``"grey"``, ``"red_blue_exchanged"``,
        ``"centre_hidden"`` or ``"centre_alone"``: the middle, of half the height and half the width, or all but the
        middle is covered with the mean pixel of all the images.

    Raises
    ------
    ValueError
        If there is no such alteration, or it needs colours that the images do not have.
    """
    array = checked_images(images, "images")
    if alteration not in ALTERATIONS:
        raise ValueError(f"alteration must be one of {', '.join(ALTERATIONS)}, but is {alteration!r}")
    chosen = ALTERATIONS[alteration]
    if chosen.needs_colours and array.shape[1] != COLOURS:
        raise ValueError(
            f"alteration {alteration!r} is for images of {COLOURS} planes, but these have {array.shape[1]}"
        )
    return chosen.of(array)


@dataclass(frozen=True, eq=False, repr=False)
class AlteredAccuracies:
    """What a network recognises of images as they are, and altered.

    Attributes
    ----------
    original : Evaluation
        Of the images as they are.
    altered : mapping of Evaluation
        By the name of the alteration, as in :func:`altered_images`.
    """

    original: Evaluation
    altered: Mapping[str, Evaluation]

    def rows(self) -> list[tuple[str, Evaluation]]:
        """Return what is said of the images, and what came out; first of the images as they are."""
        return [
            (say("as they are"), self.original),
            *((ALTERATIONS[name].words, each) for name, each in self.altered.items()),
        ]

    def lost(self, alteration: str) -> float:
        """Return by how much the accuracy is lower than that of the images as they are: a share.

        Raises
        ------
        KeyError
            If there is no such alteration; :meth:`rows` names all.
        """
        return self.original.accuracy - self.altered[alteration].accuracy

    def __repr__(self) -> str:
        shares = ", ".join(f"{words} {percent(each.accuracy, 1)}" for words, each in self.rows())
        return f"<AlteredAccuracies: {shares}>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        rows = [
            (words, percent(each.accuracy, 1), percent_number(each.accuracy - self.original.accuracy, 1))
            for words, each in self.rows()
        ]
        return html_table(("test images", "right", "points"), rows, named_rows=True)


def evaluate_altered(network: Network, data: Dataset, *, threads: int = 1) -> AlteredAccuracies:
    """Measure a network on altered test images.

    Parameters
    ----------
    network : Network
        A network with weights.
    data : Dataset
        Data with the network's input shape and classes, which are matched by name.
    threads : int
        Processor cores to use; the result does not depend on it.

    Raises
    ------
    ValueError
        If network and data do not fit.
    """
    data = measurable(network, data)
    _, images, labels = data.unseen
    in_colour = images.shape[1] == COLOURS
    return AlteredAccuracies(
        network.evaluate(images, labels, threads=threads),
        {
            name: network.evaluate(alteration.of(images), labels, threads=threads)
            for name, alteration in ALTERATIONS.items()
            if in_colour or not alteration.needs_colours
        },
    )
