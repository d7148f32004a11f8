"""Setting training images apart: the same share of each class, the last ones of each or drawn by a seed."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from lenetpp import _core
from lenetpp.data.errors import DataError

SELECTION = 4
"""The purpose of random numbers that choose images: ``Purpose::selection`` of the core."""


def split_samples(
    labels: NDArray[np.int32], classes: Sequence[str], shares: Mapping[str, float], seed: int | None = None
) -> tuple[NDArray[np.intp], dict[str, NDArray[np.intp]]]:
    """Return the samples that are left to train on, and those of each part with a share above 0; all in order.

    Parameters
    ----------
    labels : ndarray, (N,)
        Of the training images.
    classes : sequence of str
        Their names.
    shares : mapping of float
        By the part's name, in [0, 1); the first part gets the last samples of each class.
    seed : int, optional
        Draw the samples of each class, in [0, 2**64). What is drawn of a class depends on its name, not on the others.

    Raises
    ------
    DataError
        If none of a class would be left.
    """
    kept: list[NDArray[np.intp]] = []
    apart: dict[str, list[NDArray[np.intp]]] = {part: [] for part, share in shares.items() if share}
    for label in np.unique(labels):
        left = np.flatnonzero(labels == label)
        # Of the share as it is written: 0.29 of 100 are 29, though the nearest double is less.
        counts = {part: max(1, math.floor(Fraction(str(float(shares[part]))) * len(left))) for part in apart}
        if sum(counts.values()) >= len(left):
            raise DataError(f"no image of class {classes[label]!r}, which has {len(left)}, would be left to train on")
        if seed is not None:
            left = left[_core.random_order(seed, SELECTION, _number_of(classes[label]), len(left))]
        for part, count in counts.items():
            apart[part].append(left[-count:])
            left = left[:-count]
        kept.append(left)
    return _in_order(kept), {part: _in_order(pieces) for part, pieces in apart.items()}


def _number_of(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "little")


def _in_order(pieces: list[NDArray[np.intp]]) -> NDArray[np.intp]:
    return np.sort(np.concatenate(pieces))
