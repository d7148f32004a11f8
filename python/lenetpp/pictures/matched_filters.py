"""The filters of several networks, those that belong together below each other."""

import os
from collections.abc import Sequence
from functools import cached_property
from itertools import combinations

import numpy as np

from lenetpp.basics.kinds import check_has
from lenetpp.basics.language import say
from lenetpp.filters.layer_filters import LayerFilters
from lenetpp.filters.matching import Matching, RandomLikeness, in_order_of, match_layers
from lenetpp.networks.network import Network
from lenetpp.pictures.heatmap_picture import HeatmapPicture
from lenetpp.pictures.heatmaps import HeatmapGrid, Tile, TileRow
from lenetpp.pictures.scale import Scale
from lenetpp.records.labels import run_name
from lenetpp.records.models import recorded_model
from lenetpp.records.references import RunReference, find_run


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
        return tuple(match_layers(self._networks[0], network, self.layer) for network in self._networks)

    @cached_property
    def likeness(self) -> float:
        """How alike the sets are, in [0, 1]: the mean over all pairs of networks, each matched by itself."""
        pairs = list(combinations(self._networks, 2))
        return float(np.mean([match_layers(*pair, self.layer).likeness for pair in pairs]))

    @cached_property
    def random_likeness(self) -> RandomLikeness:
        """The same number for noise of the same shape that is as smooth as the filters."""
        return RandomLikeness.of(self._sets)

    def summary(self) -> str:
        """Say in a sentence how alike the sets are."""
        random = self.random_likeness
        return say(
            "{count} sets of filters have a similarity of {likeness} (1: the same up to order and sign); equally "
            "smooth noise has {mean} ({low} to {high} in 95 of 100 draws)",
            count=len(self._sets),
            likeness=f"{self.likeness:.2f}",
            mean=f"{random.mean:.2f}",
            low=f"{random.low:.2f}",
            high=f"{random.high:.2f}",
        )

    def grid(self) -> HeatmapGrid:
        """Return a row for each network, its filters in the order of the first one's and with their signs."""
        rows = []
        for name, network, matching, scale in zip(
            self._names, self._networks, self.matchings, self._scales, strict=True
        ):
            weights = in_order_of(self._networks[0], network, self.layer)
            tiles = []
            for number, correlation in zip(matching.order, matching.correlations, strict=True):
                sign = -1.0 if correlation < 0 else 1.0
                stacked = np.concatenate(list(sign * weights[number]))
                tiles.append(Tile(f"{number} {correlation:+.2f}", stacked, scale))
            rows.append(TileRow(name, tuple(tiles), "" if self._has_common_scale else f"±{scale.limit:.3g}"))
        colours = say("each run: red highest, white 0, blue lowest")
        if self._has_common_scale:
            colours = self._scales[0].in_words()
        scale_text = say(
            "{colours}; above a filter: its number and its correlation with the first run's; where that is negative, "
            "the filter is shown with its signs turned",
            colours=colours,
        )
        if len(self._sets[0].planes) > 1:
            scale_text = say("{first}; the planes it sees are below each other", first=scale_text)
        return HeatmapGrid(
            title=say(
                "layer {layer}: {text}, matched across {count} runs",
                layer=self.layer,
                text=self._sets[0].text,
                count=len(self._sets),
            ),
            rows=tuple(rows),
            scale_text=scale_text,
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
    networks, names = [], []
    for number, run in enumerate(runs):
        if isinstance(run, Network):
            network, folder = run, None
        elif isinstance(run, str | os.PathLike):
            folder = find_run(run)
            network = recorded_model(folder)
        else:
            check_has(run, "network", "runs", "runs or networks")
            network, folder = run.network, run.folder
        networks.append(network)
        names.append(say("network {number}", number=number) if folder is None else run_name(folder))
    return FilterMatch(networks, names, layer, scale)


def _check_alike(first: Network, other: Network, layer: int, first_name: str, other_name: str) -> None:
    texts, others = (network.core.layer_texts[: layer + 1] for network in (first, other))
    if (first.input_shape, texts) != (other.input_shape, others):
        raise ValueError(
            f"only filters of the same layers can be matched, but up to layer {layer} the network of {first_name} is "
            f"{first}, and that of {other_name} is {other}"
        )
