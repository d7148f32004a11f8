"""JAX: a jitted step that gives the old weights' memory to the new ones, in the fastest form and layout."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

import lenetpp as lp
from lenetpp.networks.activations import parse_activation
from side_by_side.contenders import CHECKED_STEPS, NotOfferedError, fastest
from side_by_side.problems import Case, Problem, whole_batches

Parameters = dict[str, jax.Array]


@dataclass(frozen=True)
class Form:
    """How filters that planes share are written, and how planes are laid out: NCHW or NHWC."""

    separate: str
    layout: str

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.separate, "planes last" if self.layout == "NHWC" else ""]))

    def along(self, height: int, width: int) -> tuple[int, int, int, int]:
        """Return sizes that are 1 along samples and planes."""
        return (1, 1, height, width) if self.layout == "NCHW" else (1, height, width, 1)


class Training:
    """Steps of plain SGD on arrays that lie ready."""

    formulation = ""

    def __init__(self, problem: Problem, case: Case, form: Form) -> None:
        self.problem = problem
        targets = problem.targets if problem.loss == "squared_error" else problem.labels
        self.batches = list(zip(arrays(problem.inputs, case.batch), arrays(targets, case.batch), strict=True))
        self.step = jax.jit(partial(step, problem.network, form, problem.loss, problem.learning_rate), donate_argnums=0)
        self.parameters = parameters(problem.network)

    def values(self) -> NDArray[np.floating[Any]]:
        losses = []
        for _ in range(CHECKED_STEPS):
            self.parameters, value = self.step(self.parameters, *self.batches[0])
            losses.append(float(value))
        return np.array(losses)

    def reset(self) -> None:
        self.parameters = parameters(self.problem.network)

    def run(self, repetitions: int) -> None:
        for repetition in range(repetitions):
            self.parameters, _ = self.step(self.parameters, *self.batches[repetition % len(self.batches)])
        jax.block_until_ready(self.parameters)


class Inference:
    """Outputs for arrays that lie ready."""

    formulation = ""

    def __init__(self, problem: Problem, case: Case, form: Form) -> None:
        self.outputs = jax.jit(partial(outputs, problem.network, form))
        self.parameters = parameters(problem.network)
        self.batches = arrays(problem.inputs, case.batch)

    def values(self) -> NDArray[np.floating[Any]]:
        return np.asarray(self.outputs(self.parameters, self.batches[0]))

    def reset(self) -> None:
        pass

    def run(self, repetitions: int) -> None:
        for repetition in range(repetitions):
            self.outputs(self.parameters, self.batches[repetition % len(self.batches)]).block_until_ready()


def prepare(problem: Problem, case: Case) -> Training | Inference:
    """Return JAX for a case."""
    if problem.has_residuals:
        raise NotOfferedError("residuals are written in PyTorch only")
    kind = Training if case.task == "training" else Inference
    candidates: dict[str, Callable[[], Training | Inference]] = {
        str(form): partial(kind, problem, case, form) for form in forms(problem)
    }
    return fastest(candidates)


def forms(problem: Problem) -> list[Form]:
    """Return the ways to write a network."""
    if problem.shares_filters:
        return [Form("reshaped", "NCHW"), Form("grouped", "NCHW"), Form("grouped", "NHWC")]
    return [Form("", "NCHW"), Form("", "NHWC")] if problem.convolutional else [Form("", "NCHW")]


def step(
    network: lp.Network,
    form: Form,
    loss: str,
    learning_rate: float,
    weights: Parameters,
    inputs: jax.Array,
    targets: jax.Array,
) -> tuple[Parameters, jax.Array]:
    """Return the weights after a step of SGD, and the loss before it."""

    def mean_loss(weights: Parameters) -> jax.Array:
        values = outputs(network, form, weights, inputs)
        if loss == "cross_entropy":
            chosen = jnp.take_along_axis(values, targets[:, None], axis=1)[:, 0]
            return jnp.mean(jax.nn.logsumexp(values, axis=1) - chosen)
        return jnp.sum((values - targets) ** 2) / (2 * len(inputs))

    value, gradients = jax.value_and_grad(mean_loss)(weights)
    return jax.tree.map(lambda weight, gradient: weight - learning_rate * gradient, weights, gradients), value


def outputs(network: lp.Network, form: Form, weights: Parameters, inputs: jax.Array) -> jax.Array:
    """Return the outputs (N, classes)."""
    values = inputs if form.layout == "NCHW" else inputs.transpose(0, 2, 3, 1)
    for index, (layer, shape) in enumerate(zip(network.layers, network.core.output_shapes, strict=True)):
        if isinstance(layer, lp.MaxPool2D):
            values = _max_pool(layer, form, values, shape)
            continue
        weight, bias = weights[f"{index}.weight"], weights.get(f"{index}.bias")
        if isinstance(layer, lp.Conv2D):
            values = _convolution(layer, form, weight, values)
            bias = bias if bias is None or form.layout == "NHWC" else bias.reshape(-1, 1, 1)
        elif isinstance(layer, lp.Dense):
            if values.ndim == 4 and form.layout == "NHWC":
                values = values.transpose(0, 3, 1, 2)
            values = values.reshape(len(values), -1) @ weight.T
        else:
            raise NotImplementedError(f"this layer is not written in JAX here: {layer}")
        values = _activation(layer.activation, values if bias is None else values + bias)
    return values


def _convolution(layer: lp.Conv2D, form: Form, weight: jax.Array, values: jax.Array) -> jax.Array:
    convolve = partial(
        jax.lax.conv_general_dilated,
        window_strides=layer.window.strides,
        padding=[(before, before) for before in layer.window.padding],
        dimension_numbers=(form.layout, "OIHW", form.layout),
    )
    if layer.connection == "full":
        return convolve(values, weight)
    if layer.connection != "separate":
        raise NotImplementedError(f"this convolution is not written in JAX here: {layer}")
    filters = weight[:, None]
    if form.separate == "grouped":
        planes = values.shape[form.layout.index("C")]
        return convolve(values, jnp.tile(filters, (planes, 1, 1, 1)), feature_group_count=planes)
    samples, planes, height, width = values.shape
    convolved = convolve(values.reshape(samples * planes, 1, height, width), filters)
    return convolved.reshape(samples, -1, *convolved.shape[2:])


def _max_pool(layer: lp.MaxPool2D, form: Form, values: jax.Array, output_shape: tuple[int, int, int]) -> jax.Array:
    """Fill the last windows, which lenetpp clips at the border, up with minus infinity."""
    size, strides = form.along(*layer.window.size), form.along(*layer.window.strides)
    windows = form.along(*output_shape[1:])
    padding = [
        (0, 0) if axis in "NC" else (0, (windows[i] - 1) * strides[i] + size[i] - values.shape[i])
        for i, axis in enumerate(form.layout)
    ]
    return jax.lax.reduce_window(values, -jnp.inf, jax.lax.max, size, strides, padding)


def _activation(activation: str, values: jax.Array) -> jax.Array:
    name, slope = parse_activation(activation)
    if name == "identity":
        return values
    if name == "relu":
        return jax.nn.relu(values)
    if name == "sigmoid" and slope is not None:
        return jax.nn.sigmoid(slope * values)
    raise NotImplementedError(f"this activation is not written in JAX here: {activation}")


def parameters(network: lp.Network) -> Parameters:
    """Return the network's weights, by their names."""
    return {name: jnp.asarray(values) for name, values in network.parameters().items()}


def arrays(samples: NDArray[Any], batch: int) -> list[jax.Array]:
    """Return batches as JAX's arrays."""
    return [jnp.asarray(samples_of_batch) for samples_of_batch in whole_batches(samples, batch)]
