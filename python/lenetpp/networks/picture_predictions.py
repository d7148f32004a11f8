"""What a network sees in picture files, any number of them: read and predicted in pieces."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import Shape
from lenetpp.basics.language import say
from lenetpp.basics.percent import percent
from lenetpp.basics.printable import text_of
from lenetpp.data.errors import DataError
from lenetpp.data.image_files import read_images
from lenetpp.data.picture_fit import Fit
from lenetpp.data.progress import shown_counting
from lenetpp.networks.network import Network

PIECE = 256
"""Pictures in memory at once, at the network's size."""


@dataclass(frozen=True, eq=False, repr=False)
class PicturePrediction:
    """What a network sees in one picture.

    Attributes
    ----------
    file : Path
        The picture.
    predicted : int
        Number of its class.
    probabilities : ndarray, (classes,)
        Of all classes.
    """

    file: Path
    predicted: int
    probabilities: NDArray[np.floating]

    def __repr__(self) -> str:
        return f"<PicturePrediction {self.name}: class {self.predicted}, {percent(self.probability, 1)}>"

    @property
    def probability(self) -> float:
        """Of its class."""
        return float(self.probabilities[self.predicted])

    @property
    def name(self) -> str:
        """The file's path as text that every file can hold."""
        return text_of(self.file)


def predict_files(
    network: Network, files: Sequence[Path], fit: Fit | None, *, mirrored: bool, fail: Callable[[DataError], None]
) -> Iterator[PicturePrediction]:
    """Yield what a network sees in each picture, in order; `fail` is told of each that cannot be read."""
    readable = _readable(files, network.input_shape, fit, fail)
    while piece := list(islice(readable, PIECE)):
        images = np.stack([pixels for _, pixels in piece])
        predicted = network.predict(images, mirrored=mirrored).tolist()
        shares = network.predict_proba(images, mirrored=mirrored)
        for (file, _), number, probabilities in zip(piece, predicted, shares, strict=True):
            yield PicturePrediction(file, number, probabilities)


def _readable(
    files: Sequence[Path], shape: Shape, fit: Fit | None, fail: Callable[[DataError], None]
) -> Iterator[tuple[Path, NDArray[np.uint8]]]:
    for file in shown_counting(files, say("reading pictures")):
        try:
            pixels = read_images([file], shape, fit=fit)[0]
        except DataError as error:
            fail(error)
        else:
            yield file, pixels


def predictions_as_csv(
    predictions: Sequence[PicturePrediction], class_names: Sequence[str], true_classes: Mapping[Path, int]
) -> bytes:
    """Return a table in UTF-8 with a line for each picture: its path, its class, and the probability of each class.

    Where the true class of any file is known, there is a column for it, too.
    """
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    truth = ["true class"] if true_classes else []
    writer.writerow(["image", "class", *truth, "probability", *(f"probability of {name}" for name in class_names)])
    for found in predictions:
        number = true_classes.get(found.file)
        true = ["" if number is None else class_names[number]] if true_classes else []
        shares = map(float, found.probabilities)
        writer.writerow([found.name, class_names[found.predicted], *true, found.probability, *shares])
    return lines.getvalue().encode()
