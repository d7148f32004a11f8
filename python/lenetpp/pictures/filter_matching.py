"""Do different trainings find the same filters? Filters are matched across runs up to their order and sign.

How alike two filters are is the absolute value of their correlation about zero (the cosine of the angle between them),
not about their means: a filter's mean is a part of what it does. The matching maximises the sum; the mean over the
matched pairs is how alike two sets are. Filters of noise are matched the same way for comparison.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lenetpp.arrays import FloatArray
from lenetpp.layers import Conv2D
from lenetpp.networks import Network
from lenetpp.pictures.extras import needed_for
from lenetpp.pictures.heatmap_picture import HeatmapPicture
from lenetpp.pictures.heatmaps import HeatmapGrid, Tile, TileRow
from lenetpp.pictures.layer_filters import LayerFilters
from lenetpp.pictures.scale import Scale
from lenetpp.run import Run, RunReference

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
    """Match the filters of two sets, (filters, any shape) each, so that they are as alike as possible.

    Raises
    ------
    MissingPackage
        If SciPy is not installed.
    """
    with needed_for("matching filters"):
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
    """How alike pairs of random sets are: the mean, and the range of the middle 95 of 100 pairs."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, seen: NDArray[np.bool_], pairs: int) -> "RandomLikeness":
        """Return it for sets of filters whose weights, where `seen`, are normally distributed.

        Parameters
        ----------
        seen : ndarray, (filters, planes, height, width), bool
            Where filters have weights.
        pairs : int
            How many pairs of runs the likeness is the mean of; more of them spread less.
        """
        generator = np.random.default_rng(RANDOM_SEED)

        def filters() -> FloatArray:
            return np.where(seen, generator.standard_normal(seen.shape), 0.0)

        draws = [np.mean([match_sets(filters(), filters()).likeness for _ in range(pairs)]) for _ in range(RANDOM_SETS)]
        low, high = np.quantile(draws, [0.025, 0.975])
        return cls(float(np.mean(draws)), float(low), float(high))


class FilterMatch(HeatmapPicture):
    """The filters of several networks, those that belong together in one column.

    Shows and saves itself as :class:`lenetpp.pictures.filters.Filters` does.

    Parameters
    ----------
    networks : sequence of Network
        At least two, alike up to the layer. All are matched to the first one.
    names : sequence of str
        What the networks are called.
    layer : int, optional
        Index of a convolution; the first one by default.
    scale : {"common", "each"}
        Whether all networks have one scale, or each its own.

    Raises
    ------
    ValueError
        If there are fewer than two networks, or their layers differ.
    """

    def __init__(
        self, networks: Sequence[Network], names: Sequence[str], layer: int | None = None, scale: str = "common"
    ) -> None:
        if len(networks) < 2:
            raise ValueError(f"filters are matched across at least two networks, but there is {len(networks)}")
        self._names = tuple(names)
        self.layer = LayerFilters.of(networks[0], layer).layer
        for network, name in zip(networks, names, strict=True):
            _check_alike(networks[0], network, self.layer, names[0], name)
        self._networks = tuple(networks)
        self._sets = [LayerFilters.of(network, self.layer) for network in networks]
        self._scales = Scale.of_parts([filters.weights for filters in self._sets], scale)
        self._has_common_scale = scale == "common"

    @cached_property
    def matchings(self) -> tuple[Matching, ...]:
        """Of each network with the first one; the first matching is the one with itself."""
        return tuple(_match_layers(self._networks[0], network, self.layer) for network in self._networks)

    @cached_property
    def likeness(self) -> float:
        """How alike the sets are, in [0, 1]: the mean over all pairs of networks, each matched by itself."""
        pairs = list(combinations(self._networks, 2))
        return float(np.mean([_match_layers(*pair, self.layer).likeness for pair in pairs]))

    @cached_property
    def random_likeness(self) -> RandomLikeness:
        """The same number for random filters of the same shape."""
        count = len(self._networks)
        return RandomLikeness.of(~np.isnan(self._sets[0].weights), count * (count - 1) // 2)

    def summary(self) -> str:
        """Say in a sentence how alike the sets are."""
        random = self.random_likeness
        return (
            f"{len(self._sets)} sets of filters are alike by {self.likeness:.2f} (1: the same up to order and sign); "
            f"random filters are by {random.mean:.2f} ({random.low:.2f} to {random.high:.2f} in 95 of 100 draws)"
        )

    def grid(self) -> HeatmapGrid:
        """Return a row for each network, its filters in the order of the first one's and with their signs."""
        rows = []
        for name, network, matching, scale in zip(
            self._names, self._networks, self.matchings, self._scales, strict=True
        ):
            weights = _in_order_of(self._networks[0], network, self.layer)
            tiles = []
            for number, correlation in zip(matching.order, matching.correlations, strict=True):
                sign = -1.0 if correlation < 0 else 1.0
                stacked = np.concatenate(list(sign * weights[number]))
                tiles.append(Tile(f"{number} {correlation:+.2f}", stacked, scale))
            rows.append(TileRow(name, tuple(tiles), "" if self._has_common_scale else f"±{scale.limit:.3g}"))
        colours = str(self._scales[0]) if self._has_common_scale else "each run: red highest, white 0, blue lowest"
        return HeatmapGrid(
            title=f"layer {self.layer}: {self._sets[0].text}, matched across {len(self._sets)} runs",
            rows=tuple(rows),
            scale_text=f"{colours}; above a filter: its number and its correlation with the first run's; "
            "where that is negative, the filter is shown with its signs turned"
            + ("; the planes it sees are below each other" if len(self._sets[0].planes) > 1 else ""),
            caption=self.summary(),
        )

    def __repr__(self) -> str:
        return f"<FilterMatch of layer {self.layer} of {len(self._sets)} networks>"


def match_filters(
    runs: Sequence[RunReference | Network], layer: int | None = None, *, scale: str = "common"
) -> FilterMatch:
    """Match the filters of runs or networks up to order and sign; the result shows itself and says how alike they are.

    Parameters
    ----------
    runs : sequence of Run, path, str or Network
        At least two, alike up to the layer: runs, their folders, the beginnings of their names, ``last`` or ``best``,
        or networks. All are matched to the first one.
    layer, scale
        As in :meth:`lenetpp.Run.filters`.

    Raises
    ------
    ValueError
        If there are fewer than two, their layers differ, or there are no such filters.
    RecordError
        If there is no such run.
    """
    loaded = [run if isinstance(run, Network | Run) else Run.load(run) for run in runs]
    networks = [run if isinstance(run, Network) else run.network for run in loaded]
    folders = [None if isinstance(run, Network) else run.folder for run in loaded]
    names = [f"network {number}" if folder is None else folder.name for number, folder in enumerate(folders)]
    return FilterMatch(networks, names, layer, scale)


def _match_layers(first: Network, second: Network, layer: int) -> Matching:
    """Match the filters of a layer, after those of the layers before, whose planes they see."""
    own = LayerFilters.of(first, layer).weights
    return match_sets(own, _in_order_of(first, second, layer))


def _in_order_of(first: Network, second: Network, layer: int) -> FloatArray:
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
    matching = _match_layers(first, second, before[-1])
    if not _is_separate(first, before[-1]):
        return matching
    # Each filter made a plane of each of its input planes: those of plane 0 come first.
    planes = _matched_planes(first, second, before[-1])
    order = planes.order[:, np.newaxis] * len(matching.order) + matching.order
    return Matching(order.ravel(), np.outer(planes.correlations, matching.correlations).ravel())


def _is_separate(network: Network, number: int) -> bool:
    layer = network.layers[number]
    return isinstance(layer, Conv2D) and layer.connection == "separate"


def _check_alike(first: Network, other: Network, layer: int, first_name: str, other_name: str) -> None:
    texts, others = (network.core.layer_texts[: layer + 1] for network in (first, other))
    if (first.input_shape, texts) != (other.input_shape, others):
        raise ValueError(
            f"only filters of the same layers can be matched, but up to layer {layer} the network of {first_name} is "
            f"{first}, and that of {other_name} is {other}"
        )
