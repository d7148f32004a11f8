"""Ablation: how many test images a network gets right less, when a filter or a plane of it says nothing.

What is set to zero is what the convolution hands on, behind a normalization, its activation and a pooling that follow:
all planes of a filter; where connections are separate, so that it has one for each plane that it sees, also each of
them by itself.

N images.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import FloatArray
from lenetpp.basics.language import say
from lenetpp.basics.percent import percent_number
from lenetpp.data import Dataset
from lenetpp.networks.activations import parse_activation
from lenetpp.networks.evaluation import measurable
from lenetpp.networks.inner_outputs import network_behind, outputs_of_layer
from lenetpp.networks.layer import Layer
from lenetpp.networks.layers import AvgPool2D, BatchNormalization, Conv2D, MaxPool2D
from lenetpp.networks.measurement import SLICE_SIZE
from lenetpp.networks.network import Network
from lenetpp.networks.residual import open_starts


@dataclass(frozen=True, eq=False, repr=False)
class AblatedPart:
    """A filter, or one of its planes, that was set to zero.

    Attributes
    ----------
    filter : int
        Number of the filter in its layer.
    plane : int or None
        The plane that it sees there; None for the whole filter.
    lost : float
        By how much the accuracy fell, as a share; below zero where it rose.
    lost_by_class : dict of float
        The same among the images of each class, by its name; of classes that have images.
    """

    filter: int
    plane: int | None
    lost: float
    lost_by_class: dict[str, float]

    @property
    def name(self) -> str:
        """What it is called."""
        name = say("filter {number}", number=self.filter)
        if self.plane is None:
            return name
        return say("{first}, {rest}", first=name, rest=say("plane {number}", number=self.plane))

    def __repr__(self) -> str:
        return f"<AblatedPart: without {self.name}, {percent_number(-self.lost)} points>"


@dataclass(frozen=True, eq=False, repr=False)
class AblatedLayer:
    """What each part of a convolution is worth.

    Attributes
    ----------
    index : int
        Of the layer.
    text : str
        The layer's part of the network's text.
    filters : tuple of AblatedPart
        In their order.
    planes : tuple of AblatedPart
        Each plane that a filter with separate connections has, in the order of the layer's outputs; empty for others.
    """

    index: int
    text: str
    filters: tuple[AblatedPart, ...]
    planes: tuple[AblatedPart, ...]

    @property
    def worst(self) -> AblatedPart:
        """The filter without which most is lost."""
        return max(self.filters, key=lambda part: part.lost)

    def __repr__(self) -> str:
        losses = ", ".join(percent_number(-part.lost, 1) for part in self.filters)
        return f"<AblatedLayer {self.index} ({self.text}): without a filter {losses} points>"


def ablated_layers(
    network: Network, data: Dataset, *, planes: bool = True, threads: int = 1
) -> tuple[float, tuple[AblatedLayer, ...]]:
    """Set each filter and each plane of each convolution to zero, one by one, and count what is recognised.

    Parameters
    ----------
    network : Network
        A network with weights.
    data : Dataset
        Data with the network's input shape and classes, which are matched by name.
    planes : bool
        Whether single planes of filters with separate connections, too.
    threads : int
        Processor cores to use; the result does not depend on it.

    Returns
    -------
    float, tuple of AblatedLayer
        The accuracy of the whole network, and the convolutions in their order.

    Raises
    ------
    ValueError
        If network and data do not fit, or the network has no weights.
    """
    data = measurable(network, data)
    whole = _right(network.predict(data.unseen.images, threads=threads), data)
    layers = tuple(
        _ablated(network, index, data, whole, planes, threads)
        for index, layer in enumerate(network.layers)
        if isinstance(layer, Conv2D)
    )
    return float(whole.mean()), layers


def _ablated(
    network: Network, index: int, data: Dataset, whole: NDArray[np.bool_], planes: bool, threads: int
) -> AblatedLayer:
    layers = network.layers
    convolution = layers[index]
    assert isinstance(convolution, Conv2D)
    # A normalization would make something else of zeros. A pooling leaves them, and its outputs are fewer.
    end = _last_behind(layers, _last_behind(layers, index, BatchNormalization), MaxPool2D, AvgPool2D)
    outputs = network.core.output_shapes[index][0]
    by_filter = [range(number, outputs, convolution.filters) for number in range(convolution.filters)]
    within_residual = bool(open_starts(layers[: index + 1]))
    one_by_one = (
        [range(plane, plane + 1) for plane in range(outputs)]
        if planes and outputs > convolution.filters and not within_residual
        else []
    )
    if within_residual:
        predicted = [
            _without_filter(network, index, filter_).predict(data.unseen.images, threads=threads)
            for filter_ in range(convolution.filters)
        ]
    else:
        predicted = _predictions(network, end, data, [*by_filter, *one_by_one], threads)

    def part(number: int, filter_: int, plane: int | None) -> AblatedPart:
        fell = whole.astype(np.float64) - _right(predicted[number], data)
        classes = {name: data.unseen.labels == label for label, name in enumerate(data.classes)}
        by_class = {name: float(fell[of_class].mean()) for name, of_class in classes.items() if of_class.any()}
        return AblatedPart(filter_, plane, float(fell.mean()), by_class)

    filters = convolution.filters
    return AblatedLayer(
        index,
        network.core.layer_texts[index],
        tuple(part(number, number, None) for number in range(filters)),
        tuple(part(filters + place, place % filters, place // filters) for place in range(len(one_by_one))),
    )


def _without_filter(network: Network, index: int, filter_: int) -> Network:
    """Return the network with a filter whose outputs are zero.

    Within a residual outputs cannot be changed where they lie: what follows needs more than them.

    Raises
    ------
    ValueError
        If the convolution's activation makes something else of zero.
    """
    convolution = network.layers[index]
    assert isinstance(convolution, Conv2D)
    behind = network.layers[index + 1]
    normalization = behind if isinstance(behind, BatchNormalization) else None
    last = index if normalization is None else index + 1
    if parse_activation((normalization or convolution).activation)[0] == "sigmoid":
        raise ValueError(f"layer {last} lies within a residual, and its sigmoid makes 0.5 of zero: no filter is silent")
    silent = network.astype(network.dtype)
    parameters = {name: values.copy() for name, values in network.parameters().items()}
    weight = parameters[f"{index}.weight"]
    if isinstance(convolution.connection, str):
        weight[filter_] = 0
    else:
        first = sum(len(planes) for planes in convolution.connection[:filter_])
        weight[first : first + len(convolution.connection[filter_])] = 0
    if convolution.bias:
        parameters[f"{index}.bias"][filter_] = 0
    if normalization is not None:  # it would make something of zeros
        for name in ("weight", "bias"):
            parameters[f"{last}.{name}"][filter_ :: convolution.filters] = 0
    silent.set_parameters(parameters)
    return silent


def _last_behind(layers: tuple[Layer, ...], index: int, *kinds: type[Layer]) -> int:
    """Return the next index where the layer there is of one of these kinds, else the same one."""
    return index + 1 if index + 1 < len(layers) and isinstance(layers[index + 1], kinds) else index


def _predictions(
    network: Network, index: int, data: Dataset, silenced: list[range], threads: int
) -> list[NDArray[np.int32]]:
    """Return the predictions (N,) with each group of output planes of a layer silenced."""
    behind = network_behind(network, index)
    predicted: list[list[NDArray[np.int32]]] = [[] for _ in silenced]
    for start in range(0, len(data.unseen.images), SLICE_SIZE):
        outputs = outputs_of_layer(network, index, data.unseen.images[start : start + SLICE_SIZE], threads=threads)
        planes: FloatArray = outputs.astype(np.float32)
        for found, group in zip(predicted, silenced, strict=True):
            silent = planes[:, group.start : group.stop : group.step]
            kept = silent.copy()
            silent[:] = 0
            found.append(behind.core.predict(planes, threads=threads))
            silent[:] = kept
    return [np.concatenate(found) for found in predicted]


def _right(predicted: NDArray[np.int32], data: Dataset) -> NDArray[np.bool_]:
    right: NDArray[np.bool_] = predicted == data.unseen.labels
    return right
