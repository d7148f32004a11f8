"""The Gabor function that fits a filter best: stripes under a bell, as simple cells of the visual cortex respond to."""

from dataclasses import dataclass

import numpy as np

from lenetpp.basics.arrays import FloatArray
from lenetpp.basics.language import Message, say
from lenetpp.filters.pattern_templates import Plane, gabor_pair, plane, templates

STARTS = 3
"""Templates from which the search goes on; the best one alone may be beside the best function."""
HIGHEST_FREQUENCY = 0.5
"""In cycles per cell: more cannot be told from less."""


@dataclass(frozen=True)
class GaborFit:
    """A fitted Gabor function.

    Attributes
    ----------
    orientation : float
        Direction of the stripes in degrees counter-clockwise from the x-axis, in [0, 180).
    frequency : float
        In cycles per cell, in (0, 0.5].
    r_squared : float
        Share of the filter's variance that it explains, in [0, 1].
    function : ndarray, (height, width), float64
        Its values, with the filter's mean.
    """

    orientation: float
    frequency: float
    r_squared: float
    function: FloatArray

    def __str__(self) -> str:
        return str(self.in_words())

    def in_words(self) -> Message:
        """Return the figures in words."""
        return say(
            "Gabor {angle}°, {frequency} cycles/cell, R² {share}",
            angle=round(self.orientation) % 180, frequency=f"{self.frequency:.2f}", share=f"{self.r_squared:.2f}",
        )  # fmt: skip


def fit_gabor(pattern: FloatArray) -> GaborFit:
    """Return the Gabor function with the smallest squared distance from a pattern, up to a constant.

    Parameters
    ----------
    pattern : ndarray, (height, width), float64
        With cells that are not all alike.
    """
    from scipy.optimize import least_squares

    cells = plane(*pattern.shape)
    radius = (min(pattern.shape) - 1) / 2
    centred = (pattern - pattern.mean()).ravel()
    unit = centred / np.linalg.norm(centred)
    candidates = templates("Gabor", *pattern.shape)
    scores = candidates.scores(unit[np.newaxis])[:, 0]
    #        angle, frequency, width along, width across, right, up
    lower = [-np.inf, 0.25 / (2 * radius + 1), 0.4 * radius, 0.4 * radius, -radius, -radius]
    upper = [np.inf, HIGHEST_FREQUENCY, 4 * radius, 2 * radius, radius, radius]
    scale = [30, 0.1, radius, radius, radius, radius]
    fits = [
        least_squares(
            lambda parameters: unit - _projection(cells, unit, *parameters),
            [candidates.angles[start], *np.clip(candidates.parameters[start], lower[1:], upper[1:])],
            bounds=(lower, upper),
            x_scale=scale,
            ftol=1e-6,
            max_nfev=100,
        )
        for start in np.argsort(scores)[-STARTS:]
    ]
    best = min(fits, key=lambda fit: float(fit.cost))
    fitted = _projection(cells, unit, *best.x) * np.linalg.norm(centred) + pattern.mean()
    # The cost is half the sum of the squares, and the squares of `unit` sum to 1.
    return GaborFit(
        orientation=float(best.x[0]) % 180,
        frequency=float(best.x[1]),
        r_squared=max(0.0, 1 - 2 * float(best.cost)),
        function=fitted.reshape(pattern.shape),
    )


def _projection(cells: Plane, unit: FloatArray, *parameters: float) -> FloatArray:
    """Return the mixture of sine and cosine that is nearest to a pattern without its mean."""
    pair = np.array([part.ravel() - part.mean() for part in gabor_pair(cells, *parameters)]).T
    mixture = np.linalg.lstsq(pair, unit, rcond=None)[0]
    projection: FloatArray = pair @ mixture
    return projection
