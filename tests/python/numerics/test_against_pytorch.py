"""A third opinion: PyTorch's float64 layers, losses and derivatives, where PyTorch is installed."""

from typing import Any

from hypothesis import given

import needs
from reference.architecture import (
    ActivationLayer,
    AvgPool2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    GlobalAvgPool2D,
    Layer,
    LocalResponseNormalization,
    MaxPool2D,
    ResidualEnd,
    ResidualStart,
    Subsample,
)
from reference.network import activation_of, loss_and_gradients

from .cases import Case, cases
from .comparison import assert_close, magnitudes

ROUNDING = 300 * 2.0**-53

torch: Any = needs.module("torch")


@given(case=cases())
def test_core_and_reference_give_pytorchs_loss_and_gradients(case: Case) -> None:
    parameters = {name: torch.tensor(values, requires_grad=True) for name, values in case.parameters.items()}
    loss = _loss(case, _outputs(case, parameters))
    if parameters:
        loss.backward()
    gradients = {name: tensor.grad.numpy() for name, tensor in parameters.items()}
    core = case.network64().loss_and_gradients(case.images, case.labels, case.loss, case.reduction)
    reference = loss_and_gradients(
        case.architecture, case.parameters, case.inputs, case.labels, case.loss, case.reduction
    )
    scale = magnitudes(case)
    for other_loss, other_gradients in (core, reference):
        assert abs(other_loss - loss.item()) <= ROUNDING * scale.loss
        assert_close(other_gradients, gradients, {name: ROUNDING * size for name, size in scale.gradients.items()})


def _outputs(case: Case, parameters: dict[str, Any]) -> Any:
    values = torch.tensor(case.inputs)
    starts = []
    for index, layer in enumerate(case.architecture.layers):
        weight, bias = parameters.get(f"{index}.weight"), parameters.get(f"{index}.bias")
        if isinstance(layer, ResidualStart):
            starts.append(values)
        elif isinstance(layer, ResidualEnd):
            values = values + _shortcut(starts.pop(), weight, values, case.architecture.strides_within(index))
        else:
            values = _layer(layer, weight, bias, values)
        activation = activation_of(layer)
        values = _activation(activation.kind, activation.slope, values)
    return values.flatten(1)


def _shortcut(start: Any, weight: Any, values: Any, strides: tuple[int, int]) -> Any:
    if start.shape == values.shape:
        return start
    strides_of_planes = strides if start.dim() == 4 else (1, 1)
    start = start.reshape(*start.shape[:2], *(start.shape[2:] or (1, 1)))
    if weight is not None:
        start = torch.nn.functional.conv2d(start, weight, stride=strides_of_planes)
    else:
        kept = torch.nn.functional.avg_pool2d(start, 1, strides_of_planes)
        start = torch.nn.functional.pad(kept, (0, 0, 0, 0, 0, values.shape[1] - start.shape[1]))
    return start.reshape(values.shape)


def _layer(layer: Layer, weight: Any, bias: Any, values: Any) -> Any:
    functional = torch.nn.functional
    if isinstance(layer, MaxPool2D):
        return functional.max_pool2d(values, layer.size, layer.strides, ceil_mode=True)
    if isinstance(layer, Dropout | ActivationLayer):
        return values
    if isinstance(layer, GlobalAvgPool2D):
        return values.mean((2, 3))
    if isinstance(layer, AvgPool2D):
        return functional.avg_pool2d(values, layer.size, layer.strides, ceil_mode=True, count_include_pad=False)
    if isinstance(layer, BatchNormalization):
        mean, variance = (torch.tensor(figures, dtype=torch.float64) for figures in (layer.mean, layer.variance))
        return functional.batch_norm(values, mean, variance, weight, bias, eps=layer.epsilon)
    if isinstance(layer, LocalResponseNormalization):
        return functional.local_response_norm(values, layer.size, layer.alpha * layer.size, layer.beta, layer.k)
    if isinstance(layer, Subsample):
        sums = functional.avg_pool2d(values, layer.size, layer.strides, ceil_mode=True, divisor_override=1)
        return sums * weight.reshape(-1, 1, 1) + bias.reshape(-1, 1, 1)
    if isinstance(layer, Dense):
        return functional.linear(values.flatten(1), weight, bias)
    assert isinstance(layer, Conv2D)
    planes, groups = values.shape[1], 1
    if layer.connection == "separate":
        groups = planes
        weight = weight.repeat(planes, 1, 1).unsqueeze(1)
        bias = None if bias is None else bias.repeat(planes)
    elif layer.connection == "table":
        weight = _full_weight(layer, weight, planes)
    return functional.conv2d(values, weight, bias, layer.strides, layer.padding, groups=groups)


def _full_weight(layer: Conv2D, weight: Any, planes: int) -> Any:
    """Kernels by table [connections][K][K] as a full weight [F][P][K][K] with zeros where no connection is."""
    places = torch.tensor([f * planes + p for f, seen in enumerate(layer.table) for p in seen])
    empty = torch.zeros((layer.filters * planes, *layer.kernel_size), dtype=weight.dtype)
    return empty.index_add(0, places, weight).reshape(layer.filters, planes, *layer.kernel_size)


def _activation(kind: str, slope: float, values: Any) -> Any:
    functions = {
        "identity": lambda z: z,
        "relu": torch.relu,
        "leaky_relu": lambda z: torch.nn.functional.leaky_relu(z, slope),
        "sigmoid": lambda z: torch.sigmoid(slope * z),
        "tanh": torch.tanh,
        "scaled_tanh": lambda z: 1.7159 * torch.tanh(z * 2 / 3),
    }
    return functions[kind](values)


def _loss(case: Case, outputs: Any) -> Any:
    functional, labels = torch.nn.functional, torch.tensor(case.labels, dtype=torch.int64)
    if case.loss == "cross_entropy":
        return functional.cross_entropy(outputs, labels, reduction=case.reduction)
    targets = functional.one_hot(labels, outputs.shape[1]).to(outputs.dtype)
    if case.loss == "squared_error":
        losses = ((outputs - targets) ** 2).sum(dim=1) / 2
    else:
        losses = functional.binary_cross_entropy(outputs, targets, reduction="none").sum(dim=1)
    return losses.mean() if case.reduction == "mean" else losses.sum()
