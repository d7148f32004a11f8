"""A network as PyTorch's modules, with its weights. Importing this needs PyTorch.

Parameters have the names and shapes of :meth:`lenetpp.Network.parameters`: ``"0.weight"``, ``"0.bias"``.
"""

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
import torch

from lenetpp.basics.arrays import FloatArray
from lenetpp.networks.activations import parse_activation
from lenetpp.networks.formats.contents import (
    SCALED_TANH_HEIGHT,
    SCALED_TANH_RATE,
    LayerContents,
    NetworkContents,
)
from lenetpp.networks.layers import (
    Activation,
    AvgPool2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    GlobalAvgPool2D,
    LocalResponseNormalization,
    MaxPool2D,
    ResidualEnd,
    ResidualStart,
    Subsample,
)

STATE_NAMES = {"running_mean": "running_mean", "running_variance": "running_var"}


class Normalization(torch.nn.Module):  # type: ignore[misc]  # PyTorch is not there when types are checked
    """Raw pixels of any type as numbers; with a mean and a deviation of each plane, (pixel - mean) / deviation.

    Scale and shift go where the module goes, and are no part of its ``state_dict``.
    """

    scale: torch.Tensor | None
    shift: torch.Tensor | None

    def __init__(self, scale_and_shift: tuple[torch.Tensor, torch.Tensor] | None, dtype: torch.dtype) -> None:
        super().__init__()
        self.dtype = dtype
        for name, values in zip(("scale", "shift"), scale_and_shift or (None, None), strict=True):
            self.register_buffer(name, values if values is None else values.reshape(-1, 1, 1), persistent=False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Multiply and add, as the core does."""
        if self.scale is None or self.shift is None:
            return images.to(self.dtype)
        return images.to(self.scale.dtype) * self.scale + self.shift


class SeparateConvolution(torch.nn.Module):  # type: ignore[misc]  # as above
    """Each of F filters applied to each of P planes by itself: (N, P, H, W) to (N, P * F, H', W')."""

    def __init__(self, layer: Conv2D) -> None:
        super().__init__()
        _, self.stride, self.padding = layer.window
        self.weight = torch.nn.Parameter(torch.empty(layer.filters, *layer.window.size))
        self.bias = torch.nn.Parameter(torch.empty(layer.filters)) if layer.bias else None

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Convolve with the same filters for each group of one plane."""
        planes = inputs.shape[1]
        weight = self.weight.unsqueeze(1).repeat(planes, 1, 1, 1)
        bias = None if self.bias is None else self.bias.repeat(planes)
        return torch.nn.functional.conv2d(inputs, weight, bias, self.stride, self.padding, groups=planes)


class TableConvolution(torch.nn.Module):  # type: ignore[misc]  # as above
    """Filters that see the planes of a table: the weight is (connections, height, width)."""

    def __init__(self, layer: Conv2D, table: Sequence[Sequence[int]], planes: int) -> None:
        super().__init__()
        _, self.stride, self.padding = layer.window
        self.table, self.planes = table, planes
        self.weight = torch.nn.Parameter(torch.empty(sum(map(len, table)), *layer.window.size))
        self.bias = torch.nn.Parameter(torch.empty(layer.filters)) if layer.bias else None

    def full_weight(self) -> torch.Tensor:
        """Return the weights (filters, planes, height, width), zero where a filter does not see a plane."""
        full = self.weight.new_zeros(len(self.table), self.planes, *self.weight.shape[1:])
        filters = [f for f, seen in enumerate(self.table) for _ in seen]
        planes = [plane for seen in self.table for plane in seen]
        return full.index_put((torch.tensor(filters), torch.tensor(planes)), self.weight)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Convolve with full filters."""
        return torch.nn.functional.conv2d(inputs, self.full_weight(), self.bias, self.stride, self.padding)


class Subsampling(torch.nn.Module):  # type: ignore[misc]  # as above
    """The sum of each window times a weight of its plane plus a bias; windows end at the border."""

    def __init__(self, layer: Subsample, planes: int) -> None:
        super().__init__()
        self.size, self.stride, _ = layer.window
        self.weight = torch.nn.Parameter(torch.empty(planes))
        self.bias = torch.nn.Parameter(torch.empty(planes))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Sum, multiply, add."""
        sums = torch.nn.functional.avg_pool2d(inputs, self.size, self.stride, ceil_mode=True, divisor_override=1)
        return sums * self.weight.reshape(-1, 1, 1) + self.bias.reshape(-1, 1, 1)


class ResidualBegin(torch.nn.Identity):  # type: ignore[misc]  # as above
    """Where a residual begins: what it hands on is also what the :class:`ResidualSum` adds."""


class ResidualSum(torch.nn.Module):  # type: ignore[misc]  # as above
    """The sum of two values, of which the second one comes by a shortcut.

    It keeps every n-th row and column, and has 1x1 filters (F, P, 1, 1), or adds so many planes of zeros, or neither.
    """

    def __init__(self, strides: tuple[int, int], weight_shape: tuple[int, ...] | None, planes: int) -> None:
        super().__init__()
        self.strides, self.planes = strides, planes
        self.weight = torch.nn.Parameter(torch.empty(weight_shape)) if weight_shape else None

    def forward(self, values: torch.Tensor, start: torch.Tensor) -> torch.Tensor:
        """Add what lies at the residual's start."""
        if start.dim() == 4:
            start = start[:, :, :: self.strides[0], :: self.strides[1]]
        if self.weight is not None and start.dim() == 4:
            return values + torch.nn.functional.conv2d(start, self.weight)
        if self.weight is not None:
            return values + torch.nn.functional.linear(start, self.weight[:, :, 0, 0])
        if self.planes:
            zeros = start.new_zeros((len(start), self.planes, *start.shape[2:]))
            start = torch.cat([start, zeros], 1)
        return values + start


class WithResiduals(torch.nn.Sequential):  # type: ignore[misc]  # as above
    """Modules one behind the other, and shortcuts from each :class:`ResidualBegin` to its :class:`ResidualSum`."""

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Apply them."""
        starts = []
        for module in self:
            if isinstance(module, ResidualBegin):
                starts.append(values)
            elif isinstance(module, ResidualSum):
                values = module(values, starts.pop())
            else:
                values = module(values)
        return values


class Sigmoid(torch.nn.Module):  # type: ignore[misc]  # as above
    """1 / (1 + exp(-slope x))."""

    def __init__(self, slope: float) -> None:
        super().__init__()
        self.slope = slope

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Apply it."""
        return torch.sigmoid(self.slope * inputs)


class ScaledTanh(torch.nn.Module):  # type: ignore[misc]  # as above
    """LeCun's 1.7159 tanh(2 x / 3)."""

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Apply it."""
        return SCALED_TANH_HEIGHT * torch.tanh(SCALED_TANH_RATE * inputs)


def torch_module(network: NetworkContents) -> torch.nn.Sequential:
    """Return a network as modules; see :meth:`lenetpp.Network.to_torch`.

    Raises
    ------
    NotImplementedError
        If a layer is of a kind that is not written in PyTorch yet.
    """
    dtype = torch.float64 if network.dtype == np.float64 else torch.float32
    scale_and_shift = network.scale_and_shift
    tensors = scale_and_shift and (torch.from_numpy(scale_and_shift[0]), torch.from_numpy(scale_and_shift[1]))
    modules: OrderedDict[str, torch.nn.Module] = OrderedDict(normalization=Normalization(tensors, dtype))
    is_flat, has_residuals = False, any(contents.shortcut for contents in network.layers)
    for contents in network.layers:
        layer, name = contents.layer, str(contents.index)
        if isinstance(layer, Dense) and not is_flat:
            modules["flatten"], is_flat = torch.nn.Flatten(), True
        activation = _activation(getattr(layer, "activation", "identity"))
        if isinstance(layer, Activation):
            modules[name] = activation or torch.nn.Identity()
            continue
        modules[name] = _module(contents, is_flat=is_flat).to(dtype)
        if isinstance(layer, GlobalAvgPool2D):
            modules["flatten"], is_flat = torch.nn.Flatten(), True
        if activation:
            modules[f"{name}_activation"] = activation
    if not is_flat:
        modules["flatten"] = torch.nn.Flatten()
    module = (WithResiduals if has_residuals else torch.nn.Sequential)(modules)
    module.load_state_dict(
        {
            f"{contents.index}.{name}": torch.from_numpy(values.copy())
            for contents in network.layers
            for name, values in _values_of(contents).items()
        },
        strict=False,  # how many batches a normalization has seen is not known, and used by none
    )
    return module.eval()


def _values_of(contents: LayerContents) -> dict[str, FloatArray]:
    parameters = {"weight": contents.weight, "bias": contents.bias}
    state = {STATE_NAMES[name]: values for name, values in contents.state.items()}
    return {name: values for name, values in (parameters | state).items() if values is not None}


def _module(contents: LayerContents, *, is_flat: bool) -> torch.nn.Module:
    planes = contents.input_shape[0]
    match contents.layer:
        case Conv2D(connection="full") as layer:
            size, strides, padding = layer.window
            return torch.nn.Conv2d(planes, layer.filters, size, strides, padding, bias=layer.bias)
        case Conv2D(connection="separate") as layer:
            return SeparateConvolution(layer)
        case Conv2D() as layer:
            assert not isinstance(layer.connection, str)
            return TableConvolution(layer, layer.connection, planes)
        case MaxPool2D() as layer:  # with ceil_mode the last windows are clipped at the border, as lenetpp's are
            return torch.nn.MaxPool2d(layer.window.size, layer.window.strides, ceil_mode=True)
        case AvgPool2D() as layer:
            size, strides, _ = layer.window
            return torch.nn.AvgPool2d(size, strides, ceil_mode=True, count_include_pad=False)
        case Subsample() as layer:
            return Subsampling(layer, planes)
        case BatchNormalization() as layer:
            normalization = torch.nn.BatchNorm1d if is_flat else torch.nn.BatchNorm2d
            return normalization(planes, layer.epsilon, layer.momentum)
        case LocalResponseNormalization() as layer:  # whose alpha is a factor of the mean
            return torch.nn.LocalResponseNorm(layer.size, layer.alpha * layer.size, layer.beta, layer.k)
        case Dense() as layer:
            return torch.nn.Linear(contents.inputs, layer.units, bias=layer.bias)
        case Dropout() as layer:
            return torch.nn.Dropout(layer.rate)
        case GlobalAvgPool2D():
            return torch.nn.AdaptiveAvgPool2d(1)
        case ResidualStart():
            return ResidualBegin()
        case ResidualEnd():
            assert contents.shortcut
            shape = None if contents.weight is None else contents.weight.shape
            return ResidualSum(contents.shortcut.strides, shape, contents.shortcut.planes_of_zeros)
    raise NotImplementedError(f"{contents} is of a kind that is not written in PyTorch yet")


def _activation(activation: str) -> torch.nn.Module | None:
    name, slope = parse_activation(activation)
    match name:
        case "identity":
            return None
        case "relu":
            return torch.nn.ReLU()
        case "leaky_relu":
            return torch.nn.LeakyReLU(slope)
        case "sigmoid":
            return torch.nn.Sigmoid() if slope == 1 else Sigmoid(slope or 1)
        case "tanh":
            return torch.nn.Tanh()
        case "scaled_tanh":
            return ScaledTanh()
    raise NotImplementedError(f"the activation {activation} is not written in PyTorch yet")
