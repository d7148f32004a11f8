"""LayerFilters: the filters of one convolution as an array, whatever its connection."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from lenetpp.basics.arrays import FloatArray
from lenetpp.basics.kinds import check_has
from lenetpp.basics.language import say
from lenetpp.networks.layers import Conv2D
from lenetpp.networks.network import Network

RGB = ("red", "green", "blue")


@dataclass(frozen=True, eq=False)
class LayerFilters:
    """The filters of a convolution.

    Attributes
    ----------
    layer : int
        Index of the convolution in the network.
    text : str
        The layer as the network's text has it.
    weights : ndarray, (filters, planes, height, width), float64
        NaN where a filter does not see a plane. Of separate filters, which all planes share, there is one plane.
    planes : tuple of str
        Names of the input planes.
    sees_rgb : bool
        Whether the planes are the red, green and blue of images.
    """

    layer: int
    text: str
    weights: FloatArray
    planes: tuple[str, ...]
    sees_rgb: bool

    @classmethod
    def of(cls, network: Network, layer: int | None = None) -> Self:
        """Return the filters of a convolution of a network, by default of the first one.

        Raises
        ------
        ValueError
            If the network has no weights, or the layer is not a convolution; the message lists those that are.
        """
        check_has(network, "core", "network", "a Network")
        if not network.initialized:
            raise ValueError("the network has no weights, and so no filters to see: train it, or load it")
        number = _convolution(network, layer)
        convolution = network.layers[number]
        assert isinstance(convolution, Conv2D)
        values: FloatArray = network.parameters()[f"{number}.weight"].astype(np.float64)
        input_planes = network.core.output_shapes[number - 1][0] if number else network.input_shape[0]
        planes: tuple[str, ...] = tuple(say("plane {number}", number=plane) for plane in range(input_planes))
        sees_rgb = False
        if convolution.connection == "separate":
            values, planes = values[:, np.newaxis], ("all planes",)
        elif convolution.connection == "full":
            sees_rgb = number == 0 and input_planes == len(RGB)
            planes = RGB if sees_rgb else planes
        else:
            values = _spread(values, convolution.connection, input_planes)
        return cls(number, network.core.layer_texts[number], values, planes, sees_rgb)


def _convolution(network: Network, layer: int | None) -> int:
    """Return the index of the convolution that is meant."""
    texts = network.core.layer_texts
    found = [number for number, kind in enumerate(network.layers) if isinstance(kind, Conv2D)]
    if not found:
        raise ValueError(f"the network has no filters: none of its layers is a convolution ({network})")
    if layer is None:
        return found[0]
    if layer not in found:
        what = f"is {texts[layer]!r}" if 0 <= layer < len(texts) else "does not exist"
        choices = ", ".join(f"{number} ({texts[number]})" for number in found)
        raise ValueError(f"layer must be the index of a convolution, but layer {layer} {what}; there are: {choices}")
    return layer


def _spread(connected: FloatArray, table: object, planes: int) -> FloatArray:
    """Return the filters of a table's connections, (connections, height, width), each at its plane."""
    assert isinstance(table, tuple)
    values = np.full((len(table), planes, *connected.shape[1:]), np.nan)
    pairs = [(number, plane) for number, seen in enumerate(table) for plane in seen]
    for (number, plane), weights in zip(pairs, connected, strict=True):
        values[number, plane] = weights
    return values
