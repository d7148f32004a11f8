"""The layers in a row: outputs, loss and gradients of a whole network."""

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from . import average_pooling, convolution, dense, losses, max_pooling
from .activations import IDENTITY, Activation, Array, activate, derivative
from .architecture import Architecture, AvgPool2D, Conv2D, Dropout, Layer, MaxPool2D, Weighted
from .losses import Labels

Parameters: TypeAlias = Mapping[str, Array]
LossName: TypeAlias = Literal["cross_entropy", "squared_error", "binary_cross_entropy"]
Reduction: TypeAlias = Literal["mean", "sum"]
Factors: TypeAlias = Mapping[int, Array]
"""In training: what the values of each dropout are multiplied by."""
Normalization: TypeAlias = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Mean and deviation of each plane, in units of the raw pixels."""


class LayerPass(NamedTuple):
    """One layer's forward pass over a batch; ``z`` is its output before the activation."""

    input: Array
    z: Array
    output: Array


def normalize(images: NDArray[np.uint8] | NDArray[np.float32], normalization: Normalization | None) -> Array:
    """(pixel - mean) / deviation, plane by plane [N][P][H][W]. What padding adds later is 0: the mean pixel."""
    pixels = images.astype(np.float64)
    if normalization is None:
        return pixels
    mean, deviation = (values.astype(np.float64)[:, np.newaxis, np.newaxis] for values in normalization)
    return (pixels - mean) / deviation


def forward(
    architecture: Architecture, parameters: Parameters, inputs: Array, factors: Factors | None = None
) -> list[LayerPass]:
    """The forward pass of ``inputs`` [N][P][H][W], layer by layer; ``factors`` in training only."""
    passes: list[LayerPass] = []
    for index, layer in enumerate(architecture.layers):
        source = passes[-1].output if passes else inputs
        if isinstance(layer, MaxPool2D):
            z = max_pooling.forward(layer, source)
        elif isinstance(layer, AvgPool2D):
            z = average_pooling.forward(layer, source)
        elif isinstance(layer, Dropout):
            z = source * _factors_of(index, factors, source)
        else:
            weight, bias = parameters[f"{index}.weight"], parameters.get(f"{index}.bias")
            if isinstance(layer, Conv2D):
                z = convolution.forward(layer, weight, bias, source)
            else:
                z = dense.forward(weight, bias, source)
        passes.append(LayerPass(source, z, activate(activation_of(layer), z)))
    return passes


def outputs(architecture: Architecture, parameters: Parameters, inputs: Array) -> Array:
    """What the last layer gives [N][outputs]."""
    return forward(architecture, parameters, inputs)[-1].output.reshape(len(inputs), -1)


def loss_and_gradients(
    architecture: Architecture,
    parameters: Parameters,
    inputs: Array,
    labels: Labels,
    loss: LossName,
    reduction: Reduction,
    factors: Factors | None = None,
    weights: Array | None = None,
    smoothing: float = 0.0,
) -> tuple[float, dict[str, Array]]:
    """The loss over the batch, and its gradient for every parameter; each sample's loss times its weight [N]."""
    passes = forward(architecture, parameters, inputs, factors)
    sample_losses, delta = _loss(loss, activation_of(architecture.layers[-1]), passes[-1], labels, smoothing)
    weight_of_a_sample = np.ones(len(labels)) if weights is None else weights
    if reduction == "mean":
        weight_of_a_sample = weight_of_a_sample / len(labels)
    weighted = delta * weight_of_a_sample.reshape(-1, *[1] * (delta.ndim - 1))
    return float(sample_losses @ weight_of_a_sample), backward(architecture, parameters, passes, weighted, factors)


def backward(
    architecture: Architecture,
    parameters: Parameters,
    passes: list[LayerPass],
    delta: Array,
    factors: Factors | None = None,
) -> dict[str, Array]:
    """Gradients of sum(z * delta), z being the last layer's, for every parameter."""
    gradients: dict[str, Array] = {}
    for index in reversed(range(len(passes))):
        # Here delta is the gradient for this layer's z.
        layer, source = architecture.layers[index], passes[index].input
        if isinstance(layer, MaxPool2D):
            input_gradient = max_pooling.backward(layer, source, delta)
        elif isinstance(layer, AvgPool2D):
            input_gradient = average_pooling.backward(layer, source, delta)
        elif isinstance(layer, Dropout):
            input_gradient = delta * _factors_of(index, factors, source)
        else:
            weight = parameters[f"{index}.weight"]
            if isinstance(layer, Conv2D):
                weight_gradient, bias_gradient, input_gradient = convolution.backward(layer, weight, source, delta)
            else:
                weight_gradient, bias_gradient, input_gradient = dense.backward(weight, source, delta)
            if layer.bias:
                gradients[f"{index}.bias"] = bias_gradient
            gradients[f"{index}.weight"] = weight_gradient
        if index > 0:
            below = passes[index - 1]
            delta = input_gradient * derivative(activation_of(architecture.layers[index - 1]), below.z)
    return gradients


def _factors_of(index: int, factors: Factors | None, values: Array) -> Array:
    """What dropout `index` multiplies values by: 1 outside of training."""
    return np.ones_like(values) if factors is None else factors[index].reshape(values.shape)


def activation_of(layer: Layer) -> Activation:
    """A layer's activation; those without weights have none."""
    return layer.activation if isinstance(layer, Weighted) else IDENTITY


def _loss(
    loss: LossName, activation: Activation, last: LayerPass, labels: Labels, smoothing: float
) -> tuple[Array, Array]:
    """The loss of each sample [N], and its gradient for the last layer's z, in z's shape."""
    z = last.z.reshape(len(labels), -1)
    if loss == "binary_cross_entropy":
        sample_losses, logit_gradient = losses.binary_cross_entropy(activation.slope * z, labels, smoothing)
        z_gradient = activation.slope * logit_gradient
    else:
        function = losses.cross_entropy if loss == "cross_entropy" else losses.squared_error
        sample_losses, output_gradient = function(last.output.reshape(z.shape), labels, smoothing)
        z_gradient = output_gradient * derivative(activation, z)
    return sample_losses, z_gradient.reshape(last.z.shape)
