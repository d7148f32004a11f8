"""Do different trainings find the same filters? Filters are matched across runs up to their order and sign.

How alike two filters are is the absolute value of their correlation about zero (the cosine of the angle between them),
not about their means: a filter's mean is a part of what it does. The matching maximises the sum; the mean over the
matched pairs is how alike two sets are. Noise with the filters' spectrum is matched the same way for comparison.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import FloatArray
from lenetpp.basics.kinds import all_of_kind
from lenetpp.filters.layer_filters import LayerFilters
from lenetpp.filters.smooth_noise import SmoothNoise
from lenetpp.networks.layers import Conv2D
from lenetpp.networks.network import Network

RANDOM_SETS = 200
RANDOM_SEED = 1


class Matching(NamedTuple):
    """Which filters of a set belong to those of another.

    Attributes
    ----------
    order : ndarray, (filters,), int64
        ``order[i]`` is the other set's filter that belongs to filter ``i``.
    correlations : ndarray, (filters,), float64
        In [-1, 1], of each pair; where it is negative, the other one has to change its sign.
    """

    order: NDArray[np.int64]
    correlations: FloatArray

    @property
    def likeness(self) -> float:
        """Mean of the absolute correlations, in [0, 1]."""
        return float(np.abs(self.correlations).mean())


def match_sets(first: FloatArray, second: FloatArray) -> Matching:
    """Match the filters of two sets, (filters, any shape) each, so that they are as alike as possible."""
    from scipy.optimize import linear_sum_assignment

    # Rounding must not make a filter more than like itself.
    correlations = np.clip(_unit_vectors(first) @ _unit_vectors(second).T, -1, 1)
    order = linear_sum_assignment(-np.abs(correlations))[1].astype(np.int64)
    return Matching(order, correlations[np.arange(len(order)), order])


def _unit_vectors(filters: FloatArray) -> FloatArray:
    """Return each filter as a vector of unit length; planes that it does not see count as zeros, as does no filter."""
    flat = np.nan_to_num(filters.reshape(len(filters), -1))
    lengths = np.linalg.norm(flat, axis=1, keepdims=True)
    units: FloatArray = flat / np.where(lengths > 0, lengths, 1.0)
    return units


@dataclass(frozen=True)
class RandomLikeness:
    """How alike sets of noise are that is as smooth as the filters: the mean, and the range of 95 of 100 draws."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, sets: Sequence[LayerFilters]) -> "RandomLikeness":
        """Return it for as many sets of noise as there are of filters, with their spectrum and their planes.

        Parameters
        ----------
        sets : sequence of LayerFilters
            At least two, of the same layer. What is drawn is the mean over all pairs of sets.
        """
        sets = all_of_kind(sets, LayerFilters, "sets", "filters of layers")
        generator = np.random.default_rng(RANDOM_SEED)
        noise = SmoothNoise.of(sets)

        def likeness() -> float:
            drawn = [noise.draw(filters.weights, generator) for filters in sets]
            return float(np.mean([match_sets(*pair).likeness for pair in combinations(drawn, 2)]))

        draws = [likeness() for _ in range(RANDOM_SETS)]
        low, high = np.quantile(draws, [0.025, 0.975])
        return cls(float(np.mean(draws)), float(low), float(high))


def match_layers(first: Network, second: Network, layer: int) -> Matching:
    """Match the filters of a layer, after those of the layers before, whose planes they see."""
    own = LayerFilters.of(first, layer).weights
    return match_sets(own, in_order_of(first, second, layer))


def in_order_of(first: Network, second: Network, layer: int) -> FloatArray:
    """Return the second network's filters of a layer with their planes in the order, and the signs, of the first's."""
    weights = LayerFilters.of(second, layer).weights
    if _is_separate(first, layer):
        return weights
    planes = _matched_planes(first, second, layer)
    # What sees the negative of a plane does the same with the negative weights.
    signs = np.where(planes.correlations < 0, -1.0, 1.0)
    reordered: FloatArray = weights[:, planes.order] * signs[:, np.newaxis, np.newaxis]
    return reordered


def _matched_planes(first: Network, second: Network, layer: int) -> Matching:
    """Return which input planes of a layer belong together."""
    before = [number for number, kind in enumerate(first.layers[:layer]) if isinstance(kind, Conv2D)]
    if not before:
        colours = first.input_shape[0]
        return Matching(np.arange(colours), np.ones(colours))
    matching = match_layers(first, second, before[-1])
    if not _is_separate(first, before[-1]):
        return matching
    # Each filter made a plane of each of its input planes: those of plane 0 come first.
    planes = _matched_planes(first, second, before[-1])
    order = planes.order[:, np.newaxis] * len(matching.order) + matching.order
    return Matching(order.ravel(), np.outer(planes.correlations, matching.correlations).ravel())


def _is_separate(network: Network, number: int) -> bool:
    layer = network.layers[number]
    return isinstance(layer, Conv2D) and layer.connection == "separate"
