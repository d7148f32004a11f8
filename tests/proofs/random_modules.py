"""Random PyTorch modules of what PyTorch can say, most of it what lenetpp has a layer for, some of it close to that."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

SMALLEST, LARGEST = 1, 3000


class Function(nn.Module):  # type: ignore[misc]
    """A function as a module."""

    def __init__(self, name: str, function: Callable[[Any], Any]) -> None:
        super().__init__()
        self.function, self.name = function, name

    def forward(self, x: Any) -> Any:
        return self.function(x)

    def extra_repr(self) -> str:
        return self.name


class Branches(nn.Module):  # type: ignore[misc]
    """Two ways from one value to another, put together in one of several ways."""

    def __init__(self, within: Any, shortcut: Any, *, way: str, before: Any) -> None:
        super().__init__()
        self.within, self.shortcut, self.way, self.before = within, shortcut, way, before

    def forward(self, x: Any) -> Any:
        y = self.before(x)
        match self.way:
            case "in place":
                z = self.within(functional.relu_(y))
                return z + self.shortcut(y)
            case "into":
                z = self.within(y)
                z += self.shortcut(y)
                return z
            case "scaled":
                return torch.add(self.within(y), self.shortcut(y), alpha=2)
            case "less":
                return self.within(y) - self.shortcut(y)
            case "reversed":
                return self.shortcut(y) + self.within(y)
        return self.within(y) + self.shortcut(y)


class Choices:
    """Random choices, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)

    def one_of(self, *choices: Any) -> Any:
        return choices[self.random.integers(len(choices))]

    def rarely(self, share: float = 0.1) -> bool:
        return bool(self.random.random() < share)

    def size(self, most: int = 3) -> Any:
        return self.one_of(1, 2, 3, 3, (2, 3), (3, 1)) if most > 2 else self.one_of(1, 2)


def _convolution(choose: Choices, shape: tuple[int, ...]) -> Any:
    planes = shape[0]
    groups = planes if choose.rarely(0.15) else 1
    padding = choose.one_of(0, 0, 1, (1, 0), "same", "valid")
    stride = 1 if isinstance(padding, str) else choose.one_of(1, 1, 2, (1, 2))
    module = nn.Conv2d(
        planes,
        groups * choose.one_of(1, 2, 3),
        choose.size(),
        stride,
        padding,
        dilation=2 if choose.rarely(0.05) else 1,
        groups=groups,
        bias=choose.rarely(0.6),
        padding_mode=choose.one_of("reflect", "circular") if choose.rarely(0.04) else "zeros",
    )
    return _with_hooks(choose, module)


def _with_hooks(choose: Choices, module: Any) -> Any:
    if choose.rarely(0.06):
        module.register_forward_hook(choose.one_of(lambda *given: given[-1] * 1.5, lambda *given: given[-1].relu()))
    if choose.rarely(0.06):
        module.register_forward_pre_hook(lambda _, given: (given[0].tanh(),))
    if choose.rarely(0.08):
        module = nn.utils.parametrizations.weight_norm(module)
    return module


def _pooling(choose: Choices, _: tuple[int, ...]) -> Any:
    settings: dict[str, Any] = {"ceil_mode": choose.rarely(0.7), "stride": choose.one_of(None, 1, 2)}
    if choose.rarely(0.1):
        settings["padding"] = 1
    if choose.rarely(0.5):
        return nn.MaxPool2d(choose.size(), **settings, dilation=2 if choose.rarely(0.05) else 1)
    if choose.rarely(0.15):
        settings["divisor_override"] = choose.one_of(1, 3)
    return nn.AvgPool2d(choose.size(), **settings, count_include_pad=choose.rarely(0.5))


def _normalization(choose: Choices, shape: tuple[int, ...]) -> Any:
    kind = nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d
    if choose.rarely(0.1):
        return choose.one_of(nn.GroupNorm(1, shape[0]), nn.LayerNorm(shape[-1]))
    module = kind(
        shape[0],
        eps=choose.one_of(1e-5, 1e-3),
        momentum=choose.one_of(0.1, 0.3, None if choose.rarely(0.2) else 0.1),
        affine=choose.rarely(0.7),
        track_running_stats=not choose.rarely(0.07),
    )
    if module.running_var is not None:
        module.running_mean.uniform_(-1, 1)
        module.running_var.uniform_(0.2, 2)
    return module


def _responses(choose: Choices, _: tuple[int, ...]) -> Any:
    return nn.LocalResponseNorm(choose.one_of(1, 3, 5, 2), 0.3, choose.one_of(0.75, 0.5, 0.6), choose.one_of(1.0, 2.0))


def _activation(choose: Choices, _: tuple[int, ...]) -> Any:
    usual = (
        nn.ReLU(), nn.ReLU(inplace=True), nn.LeakyReLU(0.2), nn.LeakyReLU(0.1, inplace=True), nn.Sigmoid(), nn.Tanh(),
        Function("relu", torch.relu), Function("relu_", lambda x: x.relu_()), Function("tanh_", lambda x: x.tanh_()),
        Function("1.7159 tanh(2 x / 3)", lambda x: 1.7159 * torch.tanh(x * (2 / 3))),
        Function("sigmoid(2 x)", lambda x: torch.sigmoid(2 * x)),
    )  # fmt: skip
    others = (nn.ELU(), nn.SiLU(), nn.ReLU6(), nn.Softplus(), nn.Hardtanh(), nn.PReLU(), nn.GELU())
    return choose.one_of(*others) if choose.rarely(0.06) else choose.one_of(*usual)


def _nothing(choose: Choices, shape: tuple[int, ...]) -> Any:
    usual = (
        nn.Identity(), nn.Dropout(0.3), nn.Dropout(0.2, inplace=True),
        nn.Dropout2d() if len(shape) == 3 else nn.Dropout(),
        Function("contiguous", lambda x: x.contiguous()), Function("double", lambda x: x.double().float()),
        Function("clone", lambda x: x.clone()), Function("view", lambda x: x.view(x.shape)),
        Function("detach", lambda x: x.detach()),
    )  # fmt: skip
    others = (
        Function("half", lambda x: x.half().float()), Function("int", lambda x: x.int().float()),
        Function("dropout", lambda x: functional.dropout(x, 0.3)), Function("clamp", lambda x: x.clamp(-1, 1)),
        Function("flip", lambda x: x.flip(-1)), Function("by the batch", lambda x: x * len(x)),
        Function("mean of the batch", lambda x: x - x.mean(0, keepdim=True)),
        Function("every second", lambda x: x[..., ::2]),
        Function("transposed", lambda x: x.transpose(-1, -2) if x.dim() == 4 else x.neg()),
        Function("sorted", lambda x: x.sort(-1).values), Function("set to zero", _first_set_to_zero),
    )  # fmt: skip
    return choose.one_of(*others) if choose.rarely(0.3) else choose.one_of(*usual)


def _first_set_to_zero(x: Any) -> Any:
    y = x.clone()
    y[:, 0] = 0
    return y


def _arithmetic(choose: Choices, shape: tuple[int, ...]) -> Any:
    numbers = torch.rand(choose.one_of((), (1,), (shape[0],) + (1,) * (len(shape) - 1), (shape[-1],))) + 0.2
    usual = (
        Function("x - c", lambda x: x - numbers), Function("x * c", lambda x: x * numbers),
        Function("x * 2", lambda x: x * 2),
        Function("x / c", lambda x: x / numbers), Function("c + x", lambda x: numbers + x),
        Function("x + 1", lambda x: x + 1),
        Function("x += c", lambda x: x.clone().add_(numbers)),
        Function("x - 2 c", lambda x: torch.sub(x, numbers, alpha=2)),
    )  # fmt: skip
    others = (
        Function("1 - x", lambda x: 1 - x),
        Function("1 / x", lambda x: 1 / (x.abs() + 1)),
        Function("-x", torch.neg),
    )
    return choose.one_of(*others) if choose.rarely(0.15) else choose.one_of(*usual)


def _flattening(choose: Choices, shape: tuple[int, ...]) -> Any:
    values = int(np.prod(shape))
    usual = (
        nn.Flatten(), nn.Flatten(), Function("view", lambda x: x.view(x.size(0), -1)),
        Function("reshape", lambda x: x.reshape(-1, values)), Function("flatten", lambda x: torch.flatten(x, 1)),
        nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), Function("mean", lambda x: x.mean((2, 3))),
        nn.Sequential(nn.AdaptiveAvgPool2d((1, 1)), Function("squeeze", lambda x: x.squeeze(-1).squeeze(-1))),
    )  # fmt: skip
    others = (
        Function("permuted", lambda x: x.permute(0, 2, 3, 1).flatten(1)), Function("max", lambda x: x.amax((2, 3))),
        Function("view of two", lambda x: x.reshape(2, -1)), Function("sum", lambda x: x.sum(1).flatten(1)),
        Function("mean of rows", lambda x: x.mean(2).flatten(1)),
    )  # fmt: skip
    return choose.one_of(*others) if choose.rarely(0.12) else choose.one_of(*usual)


def _dense(choose: Choices, shape: tuple[int, ...]) -> Any:
    units = choose.one_of(1, 2, 5, shape[0])
    if choose.rarely(0.15):
        weight, bias = torch.randn(shape[0], units) * 0.5, torch.randn(units)
        return choose.one_of(
            Function("x @ w", lambda x: x @ weight), Function("x @ w + b", lambda x: x @ weight + bias)
        )
    return _with_hooks(choose, nn.Linear(shape[0], units, bias=choose.rarely(0.8)))


def _residual(choose: Choices, shape: tuple[int, ...]) -> Any:
    way = choose.one_of(
        "sum", "sum", "into", "reversed", "in place", "in place", choose.one_of("scaled", "less", "sum")
    )
    before = nn.Identity() if choose.rarely(0.5) else _activation(choose, shape)
    if len(shape) == 1:
        units = choose.one_of(shape[0], shape[0], 3)
        same = units == shape[0] and not choose.rarely()
        shortcut = nn.Identity() if same else nn.Linear(shape[0], units, bias=choose.rarely())
        return Branches(nn.Linear(shape[0], units), shortcut, way=way, before=before)
    planes, stride, size = choose.one_of(shape[0], shape[0] + 2, 1), choose.one_of(1, 1, 2), choose.one_of(1, 3)
    within = [nn.Conv2d(shape[0], planes, size, stride, size // 2)]
    if choose.rarely(0.5):
        within += [nn.BatchNorm2d(planes), nn.ReLU(inplace=True), nn.Conv2d(planes, planes, 3, padding=1, bias=False)]
    shortcut = nn.Identity() if choose.rarely(0.5) else nn.Sequential()
    if planes != shape[0] or stride > 1 or choose.rarely(0.05):
        shortcut = nn.Conv2d(shape[0], planes, 1, stride, bias=choose.rarely(0.15))
        if choose.rarely(0.2):
            shortcut = nn.Sequential(
                Function("[::n]", lambda x: x[:, :, ::stride, ::stride]), nn.Conv2d(shape[0], planes, 1, bias=False)
            )
    return Branches(nn.Sequential(*within), shortcut, way=way, before=before)


Grow = Callable[[Choices, tuple[int, ...]], Any]
ON_PLANES: tuple[Grow, ...] = (
    *[_convolution] * 4, *[_pooling] * 2, *[_activation] * 3, *[_residual] * 2, *[_flattening] * 2,
    _normalization, _responses, _arithmetic, _nothing,
)  # fmt: skip
ON_VALUES: tuple[Grow, ...] = *[_dense] * 4, *[_activation] * 3, _normalization, _arithmetic, _nothing, _residual


def random_module(seed: int) -> tuple[Any, tuple[int, int, int]]:
    """Return a module of which each part can be called on images of the shape that comes with it."""
    choose = Choices(seed)
    images = choose.one_of(1, 2, 3), choose.one_of(5, 7, 8), choose.one_of(6, 7, 9)
    shape: tuple[int, ...] = images
    parts: list[Any] = []
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        for _ in range(choose.one_of(2, 3, 4, 5, 6, 7)):
            part = choose.one_of(*parts) if parts and choose.rarely(0.03) else None  # shared
            part = part or choose.one_of(*(ON_VALUES if len(shape) == 1 else ON_PLANES))(choose, shape)
            after = _shape_behind(part, shape)
            if after is not None:
                parts, shape = [*parts, part], after
        if len(shape) > 1:
            parts.append(nn.Flatten())
    return nn.Sequential(*parts), images


def _shape_behind(part: Any, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    try:
        given = part.eval()(torch.ones(2, *shape))
    except (RuntimeError, ValueError, IndexError):
        return None
    after = tuple(given.shape[1:])
    fits = given.dtype == torch.float32 and len(after) in (1, 3) and SMALLEST <= np.prod(after) < LARGEST
    return after if fits and len(given) == 2 else None
