"""Gradients per weight and per connection: norms of layers that differ in size, made comparable.

The norm of a layer's gradient grows with the number of its weights. Divided by its square root, it is the gradient of a
typical weight, as a root mean square: ``norm / sqrt(weights)``.

A filter's weight is used many times in an image: at every position, and with separate filters in every plane below.
Its gradient is the sum over all of these connections, which is what moves it; a weight of a dense layer has one. The
mean over its connections, ``norm / sqrt(weights) / (connections / weights)``, is the gradient that arrives at a typical
connection. Connections are counted as LeCun et al. (1998) do, one for each multiply-add of an image; where a pooling
follows, those at positions that did not win count, too, and have no gradient.
"""

import math
from collections.abc import Mapping
from typing import Literal

from lenetpp import _core
from lenetpp._core import ParseError

GradientUnit = Literal["layer", "weight", "connection"]
"""What a norm of gradients is about: all weights of a layer together, a typical one, or one of its connections."""


def first_and_last_weights(norms: Mapping[str, float]) -> tuple[str, str] | None:
    """Return the names of the first and the last weights of which there are norms; None where there are none."""
    weights = sorted((name for name in norms if name.endswith(".weight")), key=lambda name: int(name.split(".")[0]))
    return (weights[0], weights[-1]) if weights else None


def gradients_per(unit: GradientUnit, norms: Mapping[str, float], network_text: str) -> dict[str, float]:
    """Return gradients of weights per layer (the norms as they are), per weight, or per connection.

    Parameters
    ----------
    unit : {"layer", "weight", "connection"}
        Per what.
    norms : mapping of str to float
        Euclidean norms by the parameters' names, as in :class:`lenetpp.EpochRecord`.
    network_text : str
        The network's text.

    Returns
    -------
    dict of float
        Of weights alone, by the same names; none of a network whose text this version cannot read.
    """
    weights = {name: norm for name, norm in norms.items() if name.endswith(".weight")}
    if unit == "layer":
        return weights
    try:
        network = _core.Architecture(network_text)
    except ParseError:
        return {}
    sizes = dict(zip(network.parameter_names, map(math.prod, network.parameter_shapes), strict=True))
    gradients = {name: norm / math.sqrt(sizes[name]) for name, norm in weights.items() if name in sizes}
    if unit == "weight":
        return gradients
    connections = {name: network.multiply_adds[int(name.split(".")[0])] / sizes[name] for name in gradients}
    return {name: gradient / connections[name] for name, gradient in gradients.items()}


def gradient_reach(unit: GradientUnit, norms: Mapping[str, float], network_text: str) -> float | None:
    """Return how large the gradient of the first weights is beside that of the last ones; None without the latter.

    Parameters are those of :func:`gradients_per`. A ratio of the same steps: that gradients are summed over batches
    has no part in it.
    """
    gradients = gradients_per(unit, norms, network_text)
    ends = first_and_last_weights(gradients)
    return None if ends is None or gradients[ends[1]] <= 0 else gradients[ends[0]] / gradients[ends[1]]
