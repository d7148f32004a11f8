"""Values that cannot be right are refused, and the message names the argument. None crashes, hangs or passes."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lenetpp import _core

TEXT = "2x4x5 | conv 3x2x2 relu | maxpool 2 | dense 3"
IMAGES = np.zeros((4, 2, 4, 5), np.float32)
LABELS = np.array([0, 1, 2, 0], np.int32)
CONSTANT = _core.LearningRate(0.1)


def _network() -> _core.Network:
    network = _core.Network(TEXT)
    network.initialize(1)
    return network


def _with(value: float) -> NDArray[np.float32]:
    images = IMAGES.copy()
    images[2, 1, 3, 4] = value
    return images


Call = Callable[[_core.Network, Any, Any], object]

CALLS: dict[str, Call] = {
    "compute_outputs": lambda network, images, _: network.compute_outputs(images),
    "predict": lambda network, images, _: network.predict(images),
    "evaluate": lambda network, images, labels: network.evaluate(images, labels),
    "loss_and_gradients": lambda network, images, labels: network.loss_and_gradients(images, labels),
    "train_epoch": lambda network, images, labels: _core.Trainer(network).train_epoch(
        images, labels, epoch=0, learning_rate=CONSTANT
    ),
}

WRONG_IMAGES = {
    "float64": IMAGES.astype(np.float64),
    "int32": IMAGES.astype(np.int32),
    "bool": IMAGES.astype(bool),
    "object": IMAGES.astype(object),
    "big-endian": IMAGES.astype(">f4"),
    "list": IMAGES.tolist(),
    "None": None,
    "three dimensions": IMAGES[0],
    "five dimensions": IMAGES[np.newaxis],
    "too few planes": np.ascontiguousarray(IMAGES[:, :1]),
    "wrong height": np.ascontiguousarray(IMAGES[:, :, 1:]),
    "wrong width": np.ascontiguousarray(IMAGES[..., 1:]),
    "planes last": np.zeros((4, 4, 5, 2), np.float32),
    "Fortran order": np.asfortranarray(IMAGES),
    "every other image": np.zeros((8, 2, 4, 5), np.float32)[::2],
    "mirrored view": IMAGES[..., ::-1],
    "no images": IMAGES[:0],
    "NaN": _with(np.nan),
    "infinity": _with(np.inf),
    "minus infinity": _with(-np.inf),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("images", WRONG_IMAGES.values(), ids=WRONG_IMAGES.keys())
def test_wrong_images(call: Call, images: Any) -> None:
    labels = LABELS[: len(images)] if isinstance(images, np.ndarray) and images.ndim == 4 else LABELS
    with pytest.raises((ValueError, TypeError), match="images"):
        call(_network(), images, labels)


WRONG_LABELS = {
    "outside above": np.array([0, 1, 3, 0], np.int32),
    "negative": np.array([0, -1, 2, 0], np.int32),
    "far outside": np.array([0, 1, 2**31 - 1, 0], np.int32),
    "too few": LABELS[:3],
    "too many": np.array([0, 1, 2, 0, 1], np.int32),
    "none": LABELS[:0],
    "int64": LABELS.astype(np.int64),
    "float": LABELS.astype(np.float32),
    "two dimensions": LABELS.reshape(4, 1),
    "strided": np.zeros(8, np.int32)[::2],
    "list": [0, 1, 2, 0],
    "None": None,
}


@pytest.mark.parametrize("name", ["evaluate", "loss_and_gradients", "train_epoch"])
@pytest.mark.parametrize("labels", WRONG_LABELS.values(), ids=WRONG_LABELS.keys())
def test_wrong_labels(name: str, labels: Any) -> None:
    with pytest.raises((ValueError, TypeError), match="label"):
        CALLS[name](_network(), IMAGES, labels)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("batch_size", 0), ("batch_size", -1), ("batch_size", 2**62), ("batch_size", 1.5),
        ("threads", 0), ("threads", -3), ("threads", 10**9),
        ("momentum", -0.1), ("momentum", 1.0), ("momentum", math.nan), ("momentum", math.inf),
        ("weight_decay", -1e-3), ("weight_decay", math.nan), ("weight_decay", math.inf),
        ("gradient_clip_norm", -1.0), ("gradient_clip_norm", math.nan), ("gradient_clip_norm", math.inf),
        ("shift_pixels", -1), ("shift_pixels", 10**6),
        ("seed", -1), ("seed", 2**64),
        ("loss", "hinge"), ("loss", 3), ("reduction", "max"),
        ("loss", "binary_cross_entropy"),
    ],
)  # fmt: skip
def test_wrong_trainer_option(argument: str, value: Any) -> None:
    with pytest.raises((ValueError, TypeError), match=argument):
        _core.Trainer(_network(), **{argument: value})


def test_nesterov_needs_momentum() -> None:
    with pytest.raises(ValueError, match="nesterov"):
        _core.Trainer(_network(), nesterov=True, momentum=0.0)


@pytest.mark.parametrize(
    ("argument", "settings"),
    [
        ("rate", {"initial": -0.1}), ("rate", {"initial": math.nan}), ("rate", {"initial": math.inf}),
        ("schedule", {"schedule": "exponential"}),
        ("epochs", {"schedule": "cosine"}), ("epochs", {"schedule": "cosine", "epochs": -1}),
        ("epochs", {"schedule": "cosine", "epochs": math.nan}),
        ("step_epochs", {"schedule": "step", "step_epochs": 0}),
        ("step_factor", {"schedule": "step", "step_factor": -1}),
        ("step_factor", {"schedule": "step", "step_factor": math.nan}),
        *(
            ("restarts", {"schedule": "cosine", "epochs": 9, "restarts": restarts})
            for restarts in ([0], [-1], [9], [5, 5], [5, 4], [math.nan], ["1"], "1", 1, None)
        ),
        ("warmup_epochs", {"warmup_epochs": -1}), ("warmup_epochs", {"warmup_epochs": math.nan}),
    ],
)  # fmt: skip
def test_wrong_learning_rate(argument: str, settings: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError), match=argument):
        _core.LearningRate(**({"initial": 0.1} | settings)).at(1.0)


@pytest.mark.parametrize("threads", [0, -1, 10**9])
@pytest.mark.parametrize("name", ["compute_outputs", "predict"])
def test_wrong_number_of_threads(name: str, threads: int) -> None:
    with pytest.raises(ValueError, match="threads"):
        getattr(_network(), name)(IMAGES, threads=threads)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_network_without_weights_is_not_used(call: Call) -> None:
    with pytest.raises(RuntimeError, match=r"no weights.*initialize"):
        call(_core.Network(TEXT), IMAGES, LABELS)


@pytest.mark.parametrize(
    ("argument", "name", "values"),
    [
        ("values", "0.weight", np.zeros((3, 2, 2), np.float32)),
        ("values", "0.weight", np.zeros((3, 2, 2, 2), np.float64)),
        ("values", "2.bias", np.zeros(4, np.float32)),
        ("name", "1.weight", np.zeros(1, np.float32)),
        ("name", "", np.zeros(1, np.float32)),
    ],
)
def test_wrong_parameter(argument: str, name: str, values: NDArray[Any]) -> None:
    network = _network()
    before = network.parameter("0.weight")
    with pytest.raises((ValueError, TypeError), match=argument):
        network.set_parameter(name, values)
    assert (network.parameter("0.weight") == before).all()


@pytest.mark.parametrize(
    ("argument", "mean", "deviation"),
    [
        ("mean", [0.0], [1.0, 1.0]),
        ("deviation", [0.0, 0.0], [1.0]),
        ("mean", [0.0, math.nan], [1.0, 1.0]),
        ("deviation", [0.0, 0.0], [1.0, 0.0]),
        ("deviation", [0.0, 0.0], [1.0, -1.0]),
        ("deviation", [0.0, 0.0], [1.0, math.inf]),
    ],
)
def test_wrong_normalization(argument: str, mean: list[float], deviation: list[float]) -> None:
    with pytest.raises(ValueError, match=argument):
        _network().set_normalization(np.array(mean, np.float32), np.array(deviation, np.float32))


@pytest.mark.parametrize(
    "text",
    [
        "1x1x99999999999999999999 | dense 1",
        "65536x65536x65536 | dense 1",
        "1x60000x60000 | dense 1000000",
        "1x100x100 | conv 2000000000x1x1",
        "1x100x100 | conv 1x1x1 pad2000000000",
        "1x9x9 | conv 60000x1x1 separate | conv 60000x1x1 separate | conv 60000x1x1 separate",
        "1x9x9 | dense 65535 | dense 65535 | dense 65535",
        "1x9x9 | conv 1x10x1",
        "1x9x9 | maxpool 10",
        "0x9x9 | dense 1",
        "1x9x9 | dense 0",
        "1x9x9 | dense -1",
        "1x9x9 | maxpool 2/0",
        "1x9x9 |",
        "1x9x9",
        "",
        "1x9x9 | dense 2 sigmoid(nan)",
        "1x9x9 | " + "dense 2 | " * 100_000 + "dense 2 rlu",
    ],
    ids=range(18),
)
def test_absurd_network_text_is_refused_without_allocating(text: str) -> None:
    with pytest.raises(_core.ParseError):
        _core.Network(text)


@pytest.mark.parametrize("stride", ["stride60000", "stride3x60000", "stride60000x3"])
def test_a_stride_far_larger_than_the_image_asks_for_no_memory(stride: str) -> None:
    network = _core.Network(f"3x8x8 | conv 2x6x6 {stride} | dense 2")
    usual = _core.Network("3x8x8 | conv 2x6x6 stride3 | dense 2")
    assert network.memory_bytes(16, 1)["trainer"] <= usual.memory_bytes(16, 1)["trainer"]


@given(text=st.text(alphabet="0123456789x|/.,;()-+e convdensmaxplgtbrkiy", max_size=60))
def test_any_text_is_a_network_or_an_error(text: str) -> None:
    try:
        network = _core.Network("2x9x9 | " + text)
    except _core.ParseError:
        return
    assert _core.Network(network.text).text == network.text
