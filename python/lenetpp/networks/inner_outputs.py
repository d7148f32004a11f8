"""What every layer makes of images, with the bits that the whole network computes.

The core keeps nothing between a convolution and the pooling behind it. But an output's bits depend on nothing that
comes later, so that a network cut off behind a layer gives that layer's outputs; training stays as fast as it is.

N images, P planes, H height, W width.
"""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from lenetpp.basics.arrays import FloatArray, Shape
from lenetpp.basics.file_schemas import shown
from lenetpp.basics.kinds import check_has
from lenetpp.networks.layer import Layer, Window
from lenetpp.networks.layers import Conv2D, MaxPool2D
from lenetpp.networks.network import Network
from lenetpp.networks.residual import open_starts, without_open_starts


def layer_outputs(network: Network, images: ArrayLike, *, threads: int = 1) -> list[FloatArray]:
    """Return the outputs of every layer, in order from the input, each after its activation.

    Parameters
    ----------
    network : Network
        A network with weights.
    images : array_like, (N, P, H, W), uint8 or float32
        Raw pixels; (N, H, W) for one plane.
    threads : int
        Processor cores to use.

    Returns
    -------
    list of ndarray
        (N, planes, height, width) of a convolution and of a pooling, (N, units) of a dense layer.

    Raises
    ------
    ValueError
        If the network has no weights, or the images do not fit it.
    """
    check_has(network, "core", "network", "a Network")
    return [outputs_of_layer(network, index, images, threads=threads) for index in range(len(network.core.layer_texts))]


def outputs_of_layer(network: Network, index: int, images: ArrayLike, *, threads: int = 1) -> FloatArray:
    """Return the outputs of one layer; see :func:`layer_outputs`."""
    layers = network.layers[: index + 1]
    outputs = _cut(network, layers).outputs(images, threads=threads)
    shape = network.core.output_shapes[index]
    is_vector = any(layer.window is None for layer in layers)  # no planes any more behind such a layer
    return outputs if is_vector else outputs.reshape(-1, *shape)


def pool_winners(network: Network, index: int, images: ArrayLike, *, threads: int = 1) -> NDArray[np.intp]:
    """Return which of its inputs each output of a pooling comes from.

    Parameters
    ----------
    network, images, threads
        As in :func:`layer_outputs`.
    index : int
        Of the pooling's layer.

    Returns
    -------
    ndarray, (N, planes, height, width)
        Positions y * W + x in the planes that the pooling sees.

    Raises
    ------
    ValueError
        If the layer is no pooling, the network has no weights, or the images do not fit it.
    """
    check_has(network, "core", "network", "a Network")
    if not -len(network.layers) <= index < len(network.layers):
        raise ValueError(f"index must be that of one of the {len(network.layers)} layers, but is {shown(index)}")
    layer = network.layers[index]
    if not isinstance(layer, MaxPool2D):
        raise ValueError(f"layer must be that of a max-pooling, but layer {index} is {layer}")
    below = list(network.layers[:index])
    if below and isinstance(below[-1], Conv2D):
        # The core compares before the activation: behind it there may be ties that were none, such as relu's zeros.
        below[-1] = dataclasses.replace(below[-1], activation="identity")
    shape = network.core.output_shapes[index - 1] if below else network.input_shape
    values = _cut(network, below).outputs(images, threads=threads).reshape(-1, *shape)
    return _first_largest(values, layer.window, network.core.output_shapes[index])


def _cut(network: Network, layers: Sequence[Layer]) -> Network:
    """Return the network that ends with the last of `layers`, which stand for the first ones of `network`.

    Without any it hands on what the first layer sees: the normalized image.
    """
    kept = dict(without_open_starts(layers))
    cut = Network(network.input_shape, list(kept.values()) or [MaxPool2D(1)], dtype=network.dtype)
    cut.normalization = network.normalization
    _take_arrays(cut, network, {old: new for new, old in enumerate(kept)})
    return cut


def _take_arrays(part: Network, network: Network, places: Mapping[int, int]) -> None:
    """Give a network the parameters and the state of those layers of another one that have a place in it."""

    def of_part(arrays: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        named = {}
        for name, values in arrays.items():
            layer, kind = name.split(".", 1)
            if int(layer) in places:
                named[f"{places[int(layer)]}.{kind}"] = values
        return named

    if network.initialized:
        part.initialize()  # one without parameters of its own is then ready too
        part.set_parameters(of_part(network.parameters()))
    part.set_state(of_part(network.state()))


def network_behind(network: Network, index: int) -> Network:
    """Return the layers behind one with planes as a network, whose images are the outputs of that layer.

    They may be float32 numbers of any scale; without layers behind it, it hands them on.

    Raises
    ------
    ValueError
        If the layer lies within a residual, whose end needs more than its outputs.
    """
    layers, shape = network.layers, network.core.output_shapes[index]
    if open_starts(layers[: index + 1]):
        raise ValueError(f"layer {index} lies within a residual: what follows needs more than its outputs")
    behind = Network(shape, layers[index + 1 :] or (MaxPool2D(1),), dtype=network.dtype)
    _take_arrays(behind, network, {place: place - index - 1 for place in range(index + 1, len(layers))})
    return behind


def _first_largest(values: FloatArray, window: Window, output: Shape) -> NDArray[np.intp]:
    """Return where the first largest value of each window lies; windows are clipped at the border."""
    (size, strides, _), (_, rows, columns) = window, output
    ends = ((rows - 1) * strides[0] + size[0], (columns - 1) * strides[1] + size[1])
    beyond = [(0, max(0, end - side)) for end, side in zip(ends, values.shape[2:], strict=True)]
    padded = np.pad(values, [(0, 0), (0, 0), *beyond], constant_values=-np.inf)
    windows = sliding_window_view(padded, size, axis=(2, 3))[:, :, :: strides[0], :: strides[1]][:, :, :rows, :columns]
    y, x = np.divmod(windows.reshape(*windows.shape[:4], -1).argmax(axis=-1), size[1])
    tops, lefts = np.arange(rows)[:, np.newaxis] * strides[0], np.arange(columns) * strides[1]
    positions: NDArray[np.intp] = (tops + y) * values.shape[3] + lefts + x
    return positions
