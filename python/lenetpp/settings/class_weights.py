"""Weights of classes as a setting: "none", "balanced", or names with numbers."""

import math
import re
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lenetpp.settings.checks import require

ClassWeight: TypeAlias = str | Mapping[Any, float] | None
"""What a caller may give: the setting's text, a mapping of names or labels to weights, or None for "none"."""
FORM = (
    '"none", "balanced", names of classes with weights of at least 0, such as "cat=2,dog=0.5", '
    'or the same as a dict, {"cat": 2, "dog": 0.5}'
)
ENTRY = re.compile(r"(.+?)=([^,=]+)(?:,|$)")
"""A name and its weight; a name may have commas and spaces, but not end before a number does."""


def checked_class_weight(given: ClassWeight) -> str:
    """Return the setting `class_weight` in its one form, a text, since it is recorded and replayed as that.

    ``cat=2,dog=0.5`` becomes ``cat=2.0,dog=0.5``, and so does ``{"cat": 2, "dog": 0.5}``.

    Raises
    ------
    ValueError
        If it is none of the three, or a weight is negative or not finite.
    """
    text = "none" if given is None else given
    if isinstance(text, Mapping):
        names = [str(name) for name in text]
        text = ",".join(f"{name}={weight}" for name, weight in zip(names, text.values(), strict=True))
        # A name may have what separates names: it must come back.
        require("class_weight", given, list(named_weights(text)) == names, FORM)
    require("class_weight", given, isinstance(text, str), FORM)
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
    weights: dict[str, float] = {}
    position = 0
    while position < len(text):
        entry = ENTRY.match(text, position)
        require("class_weight", text, entry is not None, FORM)
        assert entry is not None
        name, number = entry[1].strip(), _number(entry[2])
        require("class_weight", text, number is not None and name not in weights, FORM)
        assert number is not None
        weights[name] = number
        position = entry.end()
    require("class_weight", text, bool(weights) and not text.endswith(","), FORM)
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
    alike. Classes that are not named have weight 1. What is no class's name may be the label of one.

    Raises
    ------
    ValueError
        If a class is named that there is not, or is named twice.
    """
    if setting == "none":
        return None
    if setting == "balanced":
        counts = np.bincount(labels, minlength=len(classes))
        return np.where(counts > 0, len(labels) / (np.count_nonzero(counts) * np.maximum(counts, 1)), 1.0)
    weights, by_label = np.ones(len(classes)), {str(label): name for label, name in enumerate(classes)}
    named: dict[str, float] = {}
    for given, weight in named_weights(setting).items():
        name = given if given in classes else by_label.get(given)
        if name is None:
            raise ValueError(
                f"class_weight must name classes of the data, or labels from 0 to {len(classes) - 1}, but {given!r} is "
                f"none of {', '.join(classes)}"
            )
        if name in named:
            raise ValueError(f"class_weight must have one weight for {name!r}, but has one by name and one by label")
        named[name] = weight
        weights[classes.index(name)] = weight
    return weights
