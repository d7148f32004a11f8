"""PyTorch modules are read as what they compute when they are called: hooks, changes in place, and all."""

import copy
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import lenetpp as lp
import needs

torch = needs.module("torch")
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402


class Of(nn.Module):  # type: ignore[misc]
    """A forward as a function of itself and of images, with modules."""

    def __init__(self, forward: Callable[[Any, Any], Any], **modules: Any) -> None:
        super().__init__()
        self.function = forward
        for name, module in modules.items():
            setattr(self, name, module)

    def forward(self, x: Any) -> Any:
        return self.function(self, x)


def conv(planes: int = 3, filters: int = 4, size: int = 3, **settings: Any) -> Any:
    return nn.Conv2d(planes, filters, size, **settings)


def right(module: Any, shape: tuple[int, int, int] = (3, 8, 8)) -> lp.Network:
    """The module is read, and gives on other images what it computes, without the reader's own check."""
    torch.manual_seed(1)
    network = lp.Network.from_torch(module, shape)
    images = np.random.default_rng(5).normal(0, 2, (7, *shape)).astype(np.float32)
    with torch.no_grad():
        expected = copy.deepcopy(module).eval()(torch.from_numpy(images.copy())).numpy().reshape(7, -1)
    for read in (network, lp.Network.from_torch(module, shape, check=False)):
        given = read.core.compute_outputs(images)
        np.testing.assert_allclose(given, expected, rtol=0, atol=2e-5 * np.abs(expected).max())
    return network


def in_place_and_used_again(self: Any, x: Any) -> Any:
    y = self.c(x)
    z = self.d(functional.relu_(y))
    return torch.flatten(z + y, 1)


def after_the_sum(self: Any, x: Any) -> Any:
    y = self.c(x)
    z = self.d(y)
    z += y
    return torch.flatten(z, 1)


def hooked(hook: Callable[..., Any], *, before: bool = False) -> Any:
    module = nn.Sequential(conv(), nn.ReLU(), nn.Flatten())
    (module[1].register_forward_pre_hook if before else module[0].register_forward_hook)(hook)
    return module


def normalized(**settings: Any) -> Any:
    module = nn.Sequential(conv(), nn.BatchNorm2d(4, **settings), nn.Flatten())
    for _ in range(3):
        module(torch.randn(5, 3, 8, 8))
    return module


@pytest.mark.parametrize(
    ("module", "text"),
    [
        (
            lambda: Of(in_place_and_used_again, c=conv(), d=conv(4, 4, padding=1)),
            "conv 4x3x3 relu | residual [ conv 4x3x3 pad1 ]",
        ),
        (
            lambda: Of(after_the_sum, c=conv(), d=conv(4, 4, padding=1)),
            "conv 4x3x3 | residual [ conv 4x3x3 pad1 ]",
        ),
        (lambda: nn.Sequential(nn.ReLU(inplace=True), conv(), nn.Flatten()), "activation relu | conv 4x3x3"),
        (lambda: hooked(lambda *_: None), "conv 4x3x3 relu"),
        (lambda: hooked(lambda _, args: (torch.tanh(args[0]),), before=True), "conv 4x3x3 tanh | activation relu"),
        (lambda: nn.Sequential(nn.utils.parametrizations.weight_norm(conv()), nn.Flatten()), "conv 4x3x3"),
        (lambda: nn.Sequential(nn.utils.parametrizations.spectral_norm(conv()), nn.Flatten()), "conv 4x3x3"),
        (normalized, "conv 4x3x3 | batchnorm"),
        (lambda: normalized(affine=False), "conv 4x3x3 | batchnorm"),
        (lambda: nn.Sequential(*[conv(3, 3, padding=1)] * 2, nn.Flatten()), "conv 3x3x3 pad1 | conv 3x3x3 pad1"),
        (lambda: Of(lambda self, x: self.c(x).double().float().flatten(1), c=conv()), "conv 4x3x3"),
        (lambda: Of(lambda self, x: self.c(x).mean((2, 3)), c=conv()), "conv 4x3x3 | globalavgpool"),
        (lambda: nn.Sequential(conv(), nn.Dropout2d(), nn.Flatten()), "conv 4x3x3"),
        (lambda: nn.Sequential(conv(padding="same"), nn.AvgPool2d(3, ceil_mode=True), nn.Flatten()), "avgpool 3"),
        (lambda: nn.Sequential(conv(3, 6, groups=3), nn.Flatten()), "table(0;0;1;1;2;2)"),
        (lambda: nn.Sequential(conv(), nn.LocalResponseNorm(3), nn.Flatten()), "conv 4x3x3 | lrn 3"),
    ],
)
def test_what_a_module_computes_is_read(module: Callable[[], Any], text: str) -> None:
    torch.manual_seed(2)
    assert text in str(right(module()))


def counting(self: Any, x: Any) -> Any:
    self.calls += 1
    return torch.flatten(self.c(x), 1)


def with_calls() -> Any:
    module = Of(counting, c=conv())
    module.register_buffer("calls", torch.zeros(()))
    return module


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (lambda: hooked(lambda *given: given[-1].abs()), "computes abs"),
        (lambda: nn.Sequential(conv(padding_mode="circular"), nn.Flatten()), "computes pad"),
        (lambda: nn.Sequential(conv(dilation=2), nn.Flatten()), "a dilation of [2, 2]"),
        (lambda: normalized(momentum=None), "without running mean and variance that follow by a momentum"),
        (lambda: normalized(track_running_stats=False), "without running mean and variance"),
        (lambda: Of(lambda self, x: self.c(x).permute(0, 1, 3, 2).flatten(1), c=conv()), "computes permute"),
        (lambda: Of(lambda self, x: self.c(x).reshape(x.shape[0] * 4, -1), c=conv()), "only (N, 144), which flattens"),
        (
            lambda: Of(lambda self, x: self.c(x).reshape(2, -1), c=conv()),
            "it gives an array of the shape (2, 1440), but was read as",
        ),
        (lambda: Of(lambda self, x: self.c(x).half().float().flatten(1), c=conv()), "it computes in torch.float16"),
        (lambda: Of(lambda self, x: self.c(x).int().float().flatten(1), c=conv()), "it computes in torch.int32"),
        (lambda: Of(lambda self, x: (self.c(x) * x.shape[0]).flatten(1), c=conv()), "the multiplication before it"),
        (lambda: Of(lambda self, x: functional.dropout(self.c(x)).flatten(1), c=conv()), "it draws random numbers"),
        (lambda: Of(lambda self, x: (self.c(x), x), c=conv()), "must give one tensor, but gives tuple"),
        (with_calls, "it changes its buffers ['calls'] when it is called"),
        (lambda: nn.Sequential(conv().half(), nn.Flatten()), "make them module.float() first"),
        (lambda: nn.Sequential(nn.Conv2d(3, 4, 3, device="meta"), nn.Flatten()), "its parameters have no values"),
        (lambda: lambda x: x, "module must be a torch.nn.Module, but is function"),
    ],
)
def test_what_no_layer_computes_is_refused(module: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        lp.Network.from_torch(module(), (3, 8, 8))


def test_what_depends_on_the_batch_is_found_by_running_the_module() -> None:
    module = Of(
        lambda self, x: self.d((self.c(x) * (1.0 / x.shape[0])).sigmoid().flatten(1)), c=conv(), d=nn.Linear(144, 2)
    )
    with pytest.raises(ValueError, match="run as a whole on 20 images, what was read of it computes something else"):
        lp.Network.from_torch(module, (3, 8, 8))
    assert "sigmoid(0.5)" in str(lp.Network.from_torch(module, (3, 8, 8), check=False))


def test_the_module_and_random_numbers_stay_as_they_were() -> None:
    module = nn.Sequential(conv(), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.Dropout(0.5), nn.Flatten())
    module.train()
    module[1].eval()
    before = {name: values.clone() for name, values in module.state_dict().items()}
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    assert "dropout 0.5" in str(lp.Network.from_torch(module, (3, 8, 8)))
    assert torch.equal(torch.rand(3), expected)
    assert [each.training for each in module.modules()] == [True, True, False, True, True, True]
    assert all(torch.equal(values, before[name]) for name, values in module.state_dict().items())
    assert all(parameter.grad is None and parameter.requires_grad for parameter in module.parameters())
    assert torch.is_grad_enabled()


def test_a_function_that_is_read_wrongly_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from lenetpp.networks.formats import torch_functions

    module = nn.Sequential(conv(), nn.Tanh(), nn.Flatten(), nn.Linear(144, 3))
    monkeypatch.setitem(torch_functions.FUNCTIONS, "tanh", lambda _, layers: layers.activate("sigmoid"))
    message = r"^the step 'tanh' of the module '1' \(Tanh\): what was read of it computes something else"
    with pytest.raises(ValueError, match=message):
        lp.Network.from_torch(module, (3, 8, 8))
    assert "sigmoid" in str(lp.Network.from_torch(module, (3, 8, 8), check=False))
