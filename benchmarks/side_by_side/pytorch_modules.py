"""A network as PyTorch's modules, whose parameters have lenetpp's names and shapes."""

from collections import OrderedDict

import torch

import lenetpp as lp
from lenetpp.networks.activations import parse_activation


class SeparateConvolution(torch.nn.Module):  # type: ignore[misc]  # PyTorch is not there when types are checked
    """Each of F filters applied to each of P planes by itself: (N, P, H, W) -> (N, P * F, H', W')."""

    def __init__(self, layer: lp.Conv2D, form: str) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.empty(layer.filters, *layer.window.size))
        self.form = form

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Make the planes images of their own, or repeat the filters for groups of one plane."""
        samples, planes, height, width = x.shape
        filters = self.weight.unsqueeze(1)
        if self.form == "grouped":
            return torch.nn.functional.conv2d(x, filters.repeat(planes, 1, 1, 1), groups=planes)
        y = torch.nn.functional.conv2d(x.reshape(samples * planes, 1, height, width), filters)
        return y.reshape(samples, -1, *y.shape[2:])


class Sigmoid(torch.nn.Module):  # type: ignore[misc]  # as above
    """1 / (1 + exp(-slope x))."""

    def __init__(self, slope: float) -> None:
        super().__init__()
        self.slope = slope

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Spare the multiplication where the slope is 1."""
        return torch.sigmoid(x if self.slope == 1 else self.slope * x)


def build(network: lp.Network, form: str) -> torch.nn.Sequential:
    """Return the network with its weights; shared filters are "reshaped" or "grouped"."""
    if any(isinstance(layer, lp.BatchNormalization) for layer in network.layers):
        return _exported(network)
    shapes = [network.input_shape, *network.core.output_shapes]
    modules: OrderedDict[str, torch.nn.Module] = OrderedDict()
    for index, layer in enumerate(network.layers):
        planes, height, width = shapes[index]
        if isinstance(layer, lp.MaxPool2D):
            # ceil_mode clips the windows at the border, as lenetpp's are.
            modules[str(index)] = torch.nn.MaxPool2d(layer.window.size, layer.window.strides, ceil_mode=True)
            continue
        if isinstance(layer, lp.Conv2D):
            modules[str(index)] = _convolution(layer, planes, form)
        elif isinstance(layer, lp.Dense):
            if height * width > 1:
                modules["flatten"] = torch.nn.Flatten()
            modules[str(index)] = torch.nn.Linear(planes * height * width, layer.units, bias=layer.bias)
        else:
            raise NotImplementedError(f"this layer is not written in PyTorch here: {layer}")
        if layer.activation != "identity":
            modules[f"activation{index}"] = _activation(layer.activation)
    model = torch.nn.Sequential(modules)
    load(model, network)
    return model


def load(model: torch.nn.Module, network: lp.Network) -> None:
    """Give the model the network's weights."""
    values = network.parameters()
    assert values.keys() == dict(model.named_parameters()).keys()
    # Of a normalization's state it makes no difference to training.
    model.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in values.items()}, strict=False)


def _exported(network: lp.Network) -> torch.nn.Sequential:
    """Return the package's own form, for inputs that are normalized; activations in place are faster."""
    model = network.to_torch()
    model.normalization = torch.nn.Identity()
    for module in model.modules():
        if isinstance(module, torch.nn.ReLU):
            module.inplace = True
    return model.train()


def _convolution(layer: lp.Conv2D, planes: int, form: str) -> torch.nn.Module:
    (size, stride, padding), bias = layer.window, layer.bias
    if layer.connection == "full":
        return torch.nn.Conv2d(planes, layer.filters, size, stride, padding, bias=bias)
    if layer.connection != "separate" or bias or stride != (1, 1) or padding != (0, 0):
        raise NotImplementedError(f"this convolution is not written in PyTorch here: {layer}")
    return SeparateConvolution(layer, form)


def _activation(activation: str) -> torch.nn.Module:
    name, slope = parse_activation(activation)
    if name == "relu":
        return torch.nn.ReLU()
    if name == "sigmoid" and slope is not None:
        return Sigmoid(slope)
    raise NotImplementedError(f"this activation is not written in PyTorch here: {activation}")
