"""Weights of classes as a setting: "none", "balanced", or names with numbers."""

import math
import re

import numpy as np
from numpy.typing import NDArray

from lenetpp.settings.checks import require

ENTRY = re.compile(r"(.+?)=([^,=]+)(?:,|$)")
"""A name and its weight; a name may have commas and spaces, but not end before a number does."""


def checked_class_weight(text: str) -> str:
    """Return the setting `class_weight` in its one form: ``cat=2,dog=0.5`` becomes ``cat=2.0,dog=0.5``.

    Raises
    ------
    ValueError
        If it is none of the three, or a weight is negative or not finite.
    """
    if text in ("none", "balanced"):
        return text
    return ",".join(f"{name}={weight!r}" for name, weight in named_weights(text).items())


def named_weights(text: str) -> dict[str, float]:
    """Return the weights by the names of the classes that a text such as ``cat=2,dog=0.5`` has.

    Raises
    ------
    ValueError
        If it cannot be understood, a class is named twice, or a weight is negative or not finite.
    """
    form = '"none", "balanced", or names of classes with weights of at least 0, such as "cat=2,dog=0.5"'
    weights: dict[str, float] = {}
    position = 0
    while position < len(text):
        entry = ENTRY.match(text, position)
        require("class_weight", text, entry is not None, form)
        assert entry is not None
        name, number = entry[1].strip(), _number(entry[2])
        require("class_weight", text, number is not None and name not in weights, form)
        assert number is not None
        weights[name] = number
        position = entry.end()
    require("class_weight", text, bool(weights) and not text.endswith(","), form)
    return weights


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def weights_of_classes(setting: str, classes: tuple[str, ...], labels: NDArray[np.int32]) -> NDArray[np.float64] | None:
    """Return the weight (classes,) of each class; None for "none".

    "balanced": images / (classes * images of the class), among those that have images, so that each of them counts
    alike. Classes that are not named have weight 1.

    Raises
    ------
    ValueError
        If a class is named that there is not.
    """
    if setting == "none":
        return None
    if setting == "balanced":
        counts = np.bincount(labels, minlength=len(classes))
        return np.where(counts > 0, len(labels) / (np.count_nonzero(counts) * np.maximum(counts, 1)), 1.0)
    weights = np.ones(len(classes))
    for name, weight in named_weights(setting).items():
        if name not in classes:
            raise ValueError(
                f"class_weight must name classes of the data, but {name!r} is none of {', '.join(classes)}"
            )
        weights[classes.index(name)] = weight
    return weights
