"""Networks whose filters a test decides."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

import lenetpp as lp

Filters = NDArray[np.float64]


def network_with(text: str, weights: dict[int, Filters | Sequence[Filters]], seed: int = 1) -> lp.Network:
    """A network with given weights in some layers, by their index, and random ones in the others."""
    network = lp.Network.parse(text)
    network.initialize(seed)
    given = {f"{layer}.weight": np.asarray(values) for layer, values in weights.items()}
    network.set_parameters({**network.parameters(), **given})
    return network


def noise(*shape: int, seed: int = 1) -> Filters:
    return np.random.default_rng(seed).standard_normal(shape)
