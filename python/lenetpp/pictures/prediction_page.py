"""The page of predictions: every picture with its class and how sure the network is, class by class."""

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lenetpp.basics.language import listed, recalled, say
from lenetpp.basics.percent import percent
from lenetpp.data.errors import DataError
from lenetpp.data.image_files import converted, open_picture
from lenetpp.data.limits import Allowance
from lenetpp.networks.network import Network
from lenetpp.pictures.html import environment

if TYPE_CHECKING:
    from pathlib import Path

    from lenetpp.networks.picture_predictions import PicturePrediction

MOST_PICTURES = 1000
"""On a page, of about 5 kB each; a class has its share of them, those that the network is least sure of."""
LEAST_OF_A_CLASS = 20
SIDE = 160
"""Pixels of the longer side: sharp on a telephone, too."""
MOST_CLASSES_SHOWN = 3


@dataclass(frozen=True)
class ShownPicture:
    """A picture as the page shows it: where its pixels are, and what is said about it."""

    uri: str
    is_small: bool
    name: str
    probability: float
    others: str
    true_class: str
    """Where the network is wrong about it; else empty."""


@dataclass(frozen=True)
class ShownClass:
    """The pictures that were taken for a class, the wrong and the least sure first, and how many there are in all."""

    name: str
    count: int
    wrong: int
    pictures: tuple[ShownPicture, ...]


def prediction_page(
    predictions: "Sequence[PicturePrediction]",
    class_names: Sequence[str],
    true_classes: Mapping["Path", int],
    model: str,
    network: Network,
    failures: Sequence[str],
) -> str:
    """Return a page that opens from the disk and loads nothing.

    Parameters
    ----------
    predictions : sequence of PicturePrediction
        Whose files are read once more, one at a time.
    class_names : sequence of str
        Of the network.
    true_classes : mapping of Path to int
        The class of each file of which it is known.
    model : str
        What the user calls the network.
    network : Network
        Who predicted.
    failures : sequence of str
        What could not be read.
    """
    template = environment().get_template("predictions.html.jinja")
    of_class = [[found for found in predictions if found.predicted == number] for number in range(len(class_names))]
    most = max(LEAST_OF_A_CLASS, MOST_PICTURES // max(1, sum(map(bool, of_class))))
    shown = []
    for name, of_this in zip(class_names, of_class, strict=True):
        wrong = {found.file for found in of_this if true_classes.get(found.file, found.predicted) != found.predicted}
        first = sorted(of_this, key=lambda found: (found.file not in wrong, found.probability))[:most]
        pictures = [
            _shown(found, class_names, true_classes[found.file] if found.file in wrong else None) for found in first
        ]
        shown.append(ShownClass(name, len(of_this), len(wrong), tuple(filter(None, pictures))))
    page: str = template.render(
        classes=[one for one in shown if one.count],
        count=len(predictions),
        model=model,
        network=network,
        failures=list(map(recalled, failures)),
    )
    return page


def _shown(found: "PicturePrediction", class_names: Sequence[str], true_class: int | None) -> ShownPicture | None:
    """Return how a picture is shown; None where its file has gone since it was read."""
    try:
        uri, is_small = _thumbnail(found.file)
    except DataError:
        return None
    order = np.argsort(-found.probabilities, kind="stable")[:MOST_CLASSES_SHOWN]
    others = listed(
        say("{name} {value}", name=class_names[number], value=percent(float(found.probabilities[number]), 1))
        for number in order
    )
    true_name = "" if true_class is None else class_names[true_class]
    return ShownPicture(uri, is_small, found.name, found.probability, others, true_name)


def _thumbnail(file: "Path") -> tuple[str, bool]:
    """Return a small copy of a picture that stands in a page's text, and whether its pixels are to be seen."""
    from PIL import Image

    picture = converted(open_picture(file, Allowance(), (SIDE, SIDE)), "RGB")
    is_small = max(picture.size) <= SIDE // 2
    picture.thumbnail((SIDE, SIDE), Image.Resampling.BICUBIC)
    kind = "PNG" if is_small else "JPEG"
    content = io.BytesIO()
    picture.save(content, kind, optimize=True)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(content.getvalue()).decode()}", is_small
