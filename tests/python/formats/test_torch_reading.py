"""PyTorch modules as networks: as people write them, and what no layer can express."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lenetpp as lp
import needs

from ..numerics.architectures import network_texts
from .exported_networks import IDENTIFIERS, TEXTS, images_for, network_of

torch = needs.module("torch")
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402


def check(module: Any, text: str) -> lp.Network:
    """The module becomes this network, which gives the outputs that PyTorch computes."""
    shape = tuple(map(int, text.partition(" ")[0].split("x")))
    torch.manual_seed(1)
    for parameter in module.parameters():
        nn.init.normal_(parameter, 0, 0.3)
    network = lp.Network.from_torch(module, shape)
    assert str(network) == text
    images = images_for(network, 20)
    module.eval()
    with torch.no_grad():
        expected = module(torch.from_numpy(images.astype(network.dtype))).numpy().reshape(len(images), -1)
    relative = 1e-5 if network.dtype == "float32" else 1e-13
    np.testing.assert_allclose(
        network.outputs(images), expected, rtol=0, atol=relative * max(1, np.abs(expected).max())
    )
    return network


class ByFunctions(nn.Module):  # type: ignore[misc]
    """A LeNet as in PyTorch's tutorials."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.drop = nn.Dropout(0.25)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 10, bias=False)

    def forward(self, x: Any) -> Any:
        x = functional.max_pool2d(functional.relu(self.conv1(x)), 2)
        x = torch.relu(functional.max_pool2d(self.conv2(x), (2, 2), stride=2))
        x = self.drop(x)
        x = x.view(x.size(0), -1)
        x = functional.leaky_relu(self.fc1(x), 0.1)
        return self.fc2(x)


LENET = (
    "1x28x28 | conv 6x5x5 pad2 relu | maxpool 2 | conv 16x5x5 relu | maxpool 2 | dropout 0.25 "
    "| dense 120 leaky_relu(0.1) | dense 10 nobias"
)


def test_a_forward_of_functions_and_modules() -> None:
    check(ByFunctions(), LENET)


@pytest.mark.parametrize(
    "flatten",
    [
        lambda x: x.view(-1, 24),
        lambda x: x.reshape(x.shape[0], 24),
        lambda x: torch.flatten(x, 1),
        lambda x: x.flatten(1),
        lambda x: torch.flatten(x, start_dim=1),
        lambda x: x.view((x.size()[0], -1)),
    ],
)
def test_ways_to_flatten(flatten: Callable[[Any], Any]) -> None:
    class Flattening(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.dense = nn.Linear(24, 3)

        def forward(self, x: Any) -> Any:
            return torch.sigmoid(self.dense(flatten(functional.avg_pool2d(x, 2))))

    check(Flattening(), "2x6x8 | avgpool 2 | dense 3 sigmoid")


def test_modules_within_modules_groups_and_ceiled_poolings() -> None:
    features = nn.Sequential(
        nn.Conv2d(3, 6, 3, padding="same", groups=3, bias=False),
        nn.Tanh(),
        nn.MaxPool2d(3, 2, ceil_mode=True),
        nn.Identity(),
        nn.Conv2d(6, 4, (2, 3), stride=(1, 2)),
        nn.LeakyReLU(),
        nn.AvgPool2d(2, ceil_mode=True),
        nn.AdaptiveAvgPool2d(1),
    )
    text = (
        "3x10x12 | conv 6x3x3 table(0;0;1;1;2;2) pad1 nobias tanh | maxpool 3/2 | conv 4x2x3 stride1x2 leaky_relu "
        "| avgpool 2 | globalavgpool | dense 5"
    )
    check(nn.Sequential(features, nn.Flatten(), nn.Linear(4, 5)), text)


def test_double_precision_stays() -> None:
    assert check(ByFunctions().double(), LENET).dtype == "float64"


@pytest.mark.parametrize("text", TEXTS, ids=IDENTIFIERS)
def test_what_was_made_a_module_comes_back(text: str) -> None:
    network = network_of(text)
    read = lp.Network.from_torch(network.to_torch(), network.input_shape)
    assert str(read) == re.sub(r" table\([0-9,;]*\)", "", str(network))
    images = images_for(network, 20)
    np.testing.assert_allclose(read.outputs(images), network.outputs(images), rtol=0, atol=2e-5)
    if "table" not in text:
        for name, values in (network.parameters() | network.state()).items():
            np.testing.assert_array_equal((read.parameters() | read.state())[name], values)


@given(text=network_texts(), seed=st.integers(1, 1000))
@settings(max_examples=6)
def test_random_networks_come_back(text: str, seed: int) -> None:
    network = network_of(text, seed=seed)
    images = images_for(network, 5, seed)
    read = lp.Network.from_torch(network.to_torch(), network.input_shape).outputs(images)
    expected = network.outputs(images)
    np.testing.assert_allclose(read, expected, rtol=0, atol=2e-5 * max(1, np.abs(expected).max()))


class Block(nn.Module):  # type: ignore[misc]
    """A residual as people write it."""

    def __init__(self, planes: int, filters: int, stride: int = 1) -> None:
        super().__init__()
        self.first = nn.Conv2d(planes, filters, 3, stride, padding=1, bias=False)
        self.second = nn.Conv2d(filters, filters, 3, padding=1, bias=False)
        self.shortcut = nn.Sequential()
        if stride > 1:
            self.shortcut = nn.Sequential(nn.Conv2d(planes, filters, 1, stride, bias=False))

    def forward(self, x: Any) -> Any:
        out = self.second(functional.relu(self.first(x)))
        out += self.shortcut(x)
        return functional.relu(out)


def test_residuals_as_people_write_them() -> None:
    features = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), Block(4, 4), Block(4, 6, 2))
    check(
        nn.Sequential(features, nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(6, 2)),
        "3x9x8 | conv 4x3x3 pad1 relu | residual [ conv 4x3x3 pad1 nobias relu | conv 4x3x3 pad1 nobias ] relu | "
        "residual [ conv 6x3x3 stride2 pad1 nobias relu | conv 6x3x3 pad1 nobias ] relu | globalavgpool | dense 2",
    )


class Adding(nn.Module):  # type: ignore[misc]
    """The sum of a value and of what a module makes of it."""

    def __init__(self, within: Any, shortcut: Any) -> None:
        super().__init__()
        self.within, self.shortcut = within, shortcut

    def forward(self, x: Any) -> Any:
        return torch.flatten(self.within(x) + self.shortcut(x), 1)


class Deciding(nn.Module):  # type: ignore[misc]
    def forward(self, x: Any) -> Any:
        return x if x.sum() > 0 else -x


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (
            nn.Sequential(nn.Conv2d(3, 4, 3), nn.InstanceNorm2d(4)),
            "of the module '1' (InstanceNorm2d): lenetpp has no layer that computes",
        ),
        (
            nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4, track_running_stats=False)),
            "of the module '1' (BatchNorm2d): a normalization without running mean and variance",
        ),
        (
            nn.Sequential(nn.Flatten(), nn.Linear(192, 2), nn.Softmax(1)),
            "of the module '2' (Softmax): lenetpp has no layer that",
        ),
        (nn.Sequential(nn.Conv2d(3, 4, 3, dilation=2)), "of the module '0' (Conv2d): a dilation of [2, 2]"),
        (
            nn.Sequential(nn.Conv2d(3, 4, 3, padding_mode="reflect")),
            "of the module '0' (Conv2d): lenetpp has no layer that computes pad",
        ),
        (nn.Sequential(nn.MaxPool2d(3)), "it gives planes of 2x2 and leaves the border out"),
        (nn.Sequential(nn.MaxPool2d(3, padding=1)), "padding, which no pooling of lenetpp has"),
        (nn.Sequential(nn.Linear(8, 2)), "a dense layer over the last axis of planes of 3x8x8: flatten before it"),
        (nn.Sequential(nn.Flatten(), nn.Linear(7, 2)), "the module does not take images of the shape (2, 3, 8, 8)"),
        (nn.Sequential(nn.Flatten(0)), "of the module '0' (Flatten): only (N, 192), which flattens"),
        (
            Adding(nn.ReLU(), nn.Tanh()),
            "the step 'add': it adds two values, of which neither can be the shortcut",
        ),
        (Adding(nn.Conv2d(3, 3, 3, padding=1), nn.Conv2d(3, 3, 1, bias=False)), "filters where shapes differ"),
        (Adding(nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(3, 4, 1)), "neither can be the shortcut"),
        (
            Adding(nn.Conv2d(3, 4, 3, 1, 2), nn.Conv2d(3, 4, 1, bias=False, groups=1, padding=1)),
            "neither can be the shortcut",
        ),
        (Adding(nn.Conv2d(3, 1, 1), nn.Sequential()), "it adds planes of 3x8x8 to planes of 1x8x8"),
        (Deciding(), "its forward cannot be followed by torch.export (does it depend on values?)"),
    ],
)
def test_the_step_that_no_layer_expresses_is_named(module: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        lp.Network.from_torch(module, (3, 8, 8))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")
def test_what_pytorch_exports_as_onnx_is_read(tmp_path: Any) -> None:
    file = tmp_path / "net.onnx"
    torch.onnx.export(ByFunctions().eval(), torch.zeros(1, 1, 28, 28), str(file), dynamo=False, opset_version=17)
    model = file.read_bytes()
    network = lp.Network.from_onnx(model)
    assert str(network) == LENET.replace(" | dropout 0.25", "")
    assert network.dtype == "float32"
    images = images_for(network, 2)[1:].astype(np.float32)
    import onnxruntime

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (expected,) = session.run(None, {session.get_inputs()[0].name: images})
    np.testing.assert_allclose(network.outputs(images), expected, rtol=0, atol=1e-4)
