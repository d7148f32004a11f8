"""What simple patterns look like in a small filter: many templates of each, at all places, angles and widths.

Coordinates: x to the right and y upwards in cells, 0 in the middle; angles in degrees, counter-clockwise from x.
All templates are of unit length; except those of blurs, their mean is zero, so that a filter's mean decides nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TypeAlias

import numpy as np

from lenetpp.basics.arrays import FloatArray

Plane: TypeAlias = tuple[FloatArray, FloatArray]
"""x and y of each cell, (height, width) each."""

ANGLE_STEP = 9
"""Horizontal, vertical and both diagonals are among the multiples."""
TEMPLATE_LIMIT = 1e-6
"""A pattern that is flatter than this within the filter lies outside of it."""


@dataclass(frozen=True, eq=False)
class Templates:
    """The templates of one kind of pattern.

    Attributes
    ----------
    arrays : ndarray, (templates, dimensions, cells), float64
        Orthonormal templates; a filter may be any mixture of a template's dimensions. There are two for a Gabor
        function, its sine and its cosine, so that any phase is met; one for the others.
    angles : ndarray, (templates,), float64
        Direction of each: along an edge, a line or the stripes of a Gabor function, in [0, 180); the way a corner
        opens, in [0, 360).
    parameters : ndarray, (templates, any), float64
        What else a template was made of.
    """

    arrays: FloatArray
    angles: FloatArray
    parameters: FloatArray

    def scores(self, filters: FloatArray) -> FloatArray:
        """Return the share of each filter's squares that each template explains, (templates, filters), in [0, 1].

        `filters` are (filters, cells) of unit length, without their mean for all but blurs.
        """
        projections = np.tensordot(self.arrays, filters.T, axes=1)
        shares: FloatArray = np.square(projections).sum(axis=1)
        return shares


def plane(height: int, width: int) -> Plane:
    """Return the coordinates of the cells."""
    y, x = np.mgrid[(height - 1) / 2 : -height / 2 : -1, -(width - 1) / 2 : width / 2]
    return x, y


def turned(cells: Plane, angle: float) -> Plane:
    """Return coordinates along a direction and across it, to its left."""
    x, y = cells
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return x * cosine + y * sine, y * cosine - x * sine


@cache
def templates(kind: str, height: int, width: int) -> Templates:
    """Return the templates of a kind of pattern for filters of a size."""
    cells = plane(height, width)
    arrays, angles, parameters = [], [], []
    for angle, values, made_of in MAKERS[kind](cells, (min(height, width) - 1) / 2):
        basis = _orthonormal(values, keep_mean=kind == "blur")
        if basis is not None:
            arrays.append(basis)
            angles.append(angle)
            parameters.append(made_of)
    return Templates(np.array(arrays), np.array(angles), np.array(parameters))


def _orthonormal(values: Sequence[FloatArray], *, keep_mean: bool) -> FloatArray | None:
    """Return an orthonormal basis, (dimensions, cells), of patterns; None if one has nothing within the filter."""
    flat = np.array([value.ravel() for value in values])
    if not keep_mean:
        flat = flat - flat.mean(axis=1, keepdims=True)
    basis, lengths = np.linalg.qr(flat.T)
    if np.abs(np.diag(lengths)).min() < TEMPLATE_LIMIT:
        return None
    # Bright stays bright: of the two directions of each axis take that of the pattern itself.
    towards: FloatArray = (basis * np.sign(np.diag(lengths))).T
    return towards


Made: TypeAlias = Iterator[tuple[float, list[FloatArray], tuple[float, ...]]]
"""Angle, patterns, and what they were made of."""


def _edges(cells: Plane, radius: float) -> Made:
    """Make edges: dark on one side of a border, bright on the other; sharp, soft, or ramps; fading along it or not."""
    for angle, offset, softness, fading in product(
        range(0, 180, ANGLE_STEP), np.linspace(-0.5, 0.5, 5) * radius, (0.3, 0.8, 2.0), (np.inf, 0.8)
    ):
        along, across = turned(cells, angle)
        step = np.tanh((across - offset) / softness)
        yield angle, [step * _bump(along, fading * radius)], (offset, softness)


def _lines(cells: Plane, radius: float) -> Made:
    """Make lines: narrow, bright or dark, with or without a shadow on both sides, fading along it or not."""
    for angle, offset, width, shadow, fading in product(
        range(0, 180, ANGLE_STEP), np.linspace(-1, 1, 13) * radius, (0.4, 0.55, 0.7, 0.9), (0.0, 0.5), (np.inf, 0.8)
    ):
        if abs(offset) + 2.5 * width > radius + 1:
            continue  # only one of its sides would be in the filter: an edge
        along, across = turned(cells, angle)
        profile = _bump(across - offset, width) - shadow * _bump(across - offset, 2 * width)
        yield angle, [profile * _bump(along, fading * radius)], (offset, width)


def _corners(cells: Plane, radius: float) -> Made:
    """Make corners: a quarter of the plane, or an L of two lines; the angle is the way it opens."""
    places = list(product(range(0, 360, ANGLE_STEP), *[np.arange(-radius, radius + 0.5)] * 2))
    for angle, right, up in places:
        first, second = (turned((cells[0] - right, cells[1] - up), angle + turn) for turn in (-45, 45))
        if all(_reaches(right, up, angle + turn, radius) for turn in (-45, 45)):
            arms = [_step(along + 0.5, 0.3) * _bump(across, 0.6) for along, across in (first, second)]
            yield angle, [np.maximum(*arms)], (right, up)
        if max(abs(right), abs(up)) > radius / 2:
            continue  # a quarter would be a half, or next to nothing
        for softness in (0.3, 0.8):
            # Of the first arm the quarter lies to the left, of the second to the right.
            inside = _step(first[1], softness) * _step(-second[1], softness)
            yield angle, [inside], (right, up)


def _reaches(right: float, up: float, angle: float, radius: float) -> bool:
    """Return whether an arm is within the filter for two cells at least; otherwise an L is but a line."""
    end = right + 2 * np.cos(np.radians(angle)), up + 2 * np.sin(np.radians(angle))
    return bool(max(map(abs, end)) <= radius + 0.5)


def _spots(cells: Plane, radius: float) -> Made:
    """Make spots: small, bright or dark, with or without a surround of the other sign."""
    steps = np.linspace(-0.5, 0.5, 7) * radius
    for right, up, width, surround in product(steps, steps, (0.5, 0.6, 0.7, 0.85), (0.0, 0.5)):
        distance = np.hypot(cells[0] - right, cells[1] - up)
        yield 0, [_bump(distance, width) - surround * _bump(distance, 2 * width)], (right, up, width)


def _blurs(cells: Plane, radius: float) -> Made:
    """Make blurs: means over the whole filter, or such that weigh the middle more."""
    for width in (1.0, 1.25, 1.6, 2.2, np.inf):
        yield 0, [_bump(np.hypot(*cells), width * max(1.0, radius / 2))], (width,)


def _gabors(cells: Plane, radius: float) -> Made:
    """Make Gabor functions: cosine and sine of stripes under a bell.

    They are made of frequency, widths along and across, and centre.
    """
    lowest, steps = 0.5 / (2 * radius + 1), np.linspace(-0.5, 0.5, 3) * radius
    for angle, frequency, across_width, roundness, right, up in product(
        range(0, 180, 2 * ANGLE_STEP), np.linspace(lowest, 0.5, 6), (0.6 * radius, radius), (1.0, 2.0), steps, steps
    ):
        made_of = (frequency, roundness * across_width, across_width, right, up)
        yield angle, list(gabor_pair(cells, angle, *made_of)), made_of


def gabor_pair(
    cells: Plane, angle: float, frequency: float, along_width: float, across_width: float, right: float, up: float
) -> tuple[FloatArray, FloatArray]:
    """Return cosine and sine of `frequency` cycles per cell across `angle`, under a bell centred at (right, up)."""
    along, across = turned((cells[0] - right, cells[1] - up), angle)
    bell = _bump(along, along_width) * _bump(across, across_width)
    phase = 2 * np.pi * frequency * across
    return bell * np.cos(phase), bell * np.sin(phase)


def _bump(distance: FloatArray, width: float) -> FloatArray:
    bump: FloatArray = np.exp(-0.5 * np.square(distance / width))
    return bump


def _step(distance: FloatArray, softness: float) -> FloatArray:
    step: FloatArray = 0.5 + 0.5 * np.tanh(distance / softness)
    return step


MAKERS: dict[str, Callable[[Plane, float], Made]] = {
    "edge": _edges,
    "line": _lines,
    "corner": _corners,
    "spot": _spots,
    "blur": _blurs,
    "Gabor": _gabors,
}
