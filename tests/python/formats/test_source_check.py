"""What is read of other programs' networks is compared with what these compute, and limits come before memory."""

import importlib.util
import tracemalloc
from typing import Any

import numpy as np
import pytest

import lenetpp as lp
import needs
from lenetpp.basics.extras import MissingPackage
from lenetpp.networks.formats import onnx_reading, onnx_running
from lenetpp.networks.formats.foreign_layers import ForeignLayers
from lenetpp.networks.formats.protobuf import field

from .exported_networks import TEXTS, network_of

onnx = needs.module("onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

RANDOM = np.random.default_rng(3)


def weights(*shape: int) -> np.ndarray:
    return RANDOM.normal(0, 0.3, shape).astype(np.float32)


def model_of(
    nodes: list[Any], constants: dict[str, np.ndarray], *, shape: tuple[int, ...] = (3, 6, 6), opset: int = 15
) -> Any:
    """A model as the onnx package writes it, from x to y."""
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", *shape])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def written(nodes: list[Any], constants: dict[str, np.ndarray], **settings: Any) -> bytes:
    content: bytes = model_of(nodes, constants, **settings).SerializeToString()
    return content


CHAIN = [
    helper.make_node("Conv", ["x", "w"], ["a"], name="first"),
    helper.make_node("Relu", ["a"], ["b"], name="second"),
    helper.make_node("Flatten", ["b"], ["c"]),
    helper.make_node("Gemm", ["c", "m"], ["y"], name="last", transB=1),
]


def chain_weights() -> dict[str, np.ndarray]:
    return {"w": weights(4, 3, 3, 3), "m": weights(5, 64)}


@pytest.mark.parametrize("engine", ["onnxruntime", "onnx"])
def test_a_step_that_is_read_wrongly_is_named(monkeypatch: pytest.MonkeyPatch, engine: str) -> None:
    model = written(CHAIN, chain_weights())
    _only(monkeypatch, engine)
    assert str(lp.Network.from_onnx(model)) == "3x6x6 | conv 4x3x3 nobias relu | dense 5 nobias"
    monkeypatch.setitem(onnx_reading.READERS, "Relu", lambda _, layers: layers.activate("leaky_relu", 0.001))
    with pytest.raises(ValueError, match=r"^the node 'second' \(Relu\): what was read of it computes something else"):
        lp.Network.from_onnx(model)
    assert "leaky_relu(0.001)" in str(lp.Network.from_onnx(model, check=False))


def _only(monkeypatch: pytest.MonkeyPatch, *engines: str) -> None:
    installed = importlib.util.find_spec
    monkeypatch.setattr(onnx_running, "find_spec", lambda name: installed(name) if name in engines else None)


def test_mistakes_behind_outputs_that_are_all_zero_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = [
        *CHAIN[:3],
        helper.make_node("Gemm", ["c", "m", "k"], ["d"], name="last", transB=1),
        helper.make_node("Relu", ["d"], ["y"]),
    ]
    model = written(nodes, {**chain_weights(), "k": np.full(5, -1e6, np.float32)})
    read = onnx_reading.READERS["Gemm"]

    def wrongly(node: Any, layers: ForeignLayers) -> None:
        read(node, layers)
        layers.parameters["1.weight"] = layers.parameters["1.weight"] + 0.1

    lp.Network.from_onnx(model)
    monkeypatch.setitem(onnx_reading.READERS, "Gemm", wrongly)
    with pytest.raises(ValueError, match=r"^the node 'last' \(Gemm\): what was read of it computes something else"):
        lp.Network.from_onnx(model)


def test_without_something_that_runs_models_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _only(monkeypatch)
    model = network_of(TEXTS[1]).to_onnx()
    with pytest.raises(MissingPackage, match=r'pip install "lenetpp\[onnx\]" \(or check=False reads it'):
        lp.Network.from_onnx(model)
    assert lp.Network.from_onnx(model, check=False).initialized


@pytest.mark.parametrize("opset", [9, 13, 15])
@pytest.mark.parametrize("engine", ["onnxruntime", "onnx"])
def test_batch_normalization_of_every_opset_is_read(monkeypatch: pytest.MonkeyPatch, engine: str, opset: int) -> None:
    _only(monkeypatch, engine)
    nodes = [
        helper.make_node("BatchNormalization", ["x", "s", "b", "m", "v"], ["a"], epsilon=0.01),
        helper.make_node("Flatten", ["a"], ["y"]),
    ]
    constants = {"s": weights(3), "b": weights(3), "m": weights(3), "v": 1 + weights(3) ** 2}
    assert "batchnorm epsilon 0.01" in str(lp.Network.from_onnx(written(nodes, constants, opset=opset)))
    constants["v"] = np.array([1, -0.5, 1], np.float32)
    with pytest.raises(ValueError, match=r"expected no negative numbers, got -0\.5"):
        lp.Network.from_onnx(written(nodes, constants, opset=opset), check=False)


SHORTCUT = [
    helper.make_node("Flatten", ["x"], ["v"]),
    helper.make_node("Gemm", ["v", "p"], ["a"]),
    helper.make_node("Gemm", ["a", "q"], ["b"]),
    helper.make_node("Add", ["b", "c"], ["y"], name="sum"),
]


def short(**attributes: Any) -> list[Any]:
    return [*SHORTCUT[:3], helper.make_node("Gemm", ["a", "r"], ["c"], **attributes), SHORTCUT[3]]


def behind(*nodes: Any) -> list[Any]:
    """Nodes from a to z, between a convolution and a dense layer."""
    return [CHAIN[0], *nodes, helper.make_node("Flatten", ["z"], ["c"]), CHAIN[3]]


def casts(to: int) -> list[Any]:
    return behind(helper.make_node("Cast", ["a"], ["i"], to=to), helper.make_node("Cast", ["i"], ["z"], to=1))


@pytest.mark.parametrize(
    ("nodes", "constants", "message"),
    [
        (casts(6), {}, "to is 6"),
        (casts(9), {}, "to is 9"),
        (casts(10), {}, "to is 10"),
        (short(alpha=0.5), {"r": weights(5, 4)}, "alpha is 0.5"),
        (short(transA=1), {"r": weights(5, 4)}, "transA is 1"),
        (short(beta=2.0), {"r": weights(5, 4)}, "beta is 2.0"),
        (
            [*CHAIN[:3], helper.make_node("Gemm", ["c", "m", "k"], ["y"], transB=1)],
            {"k": weights(5, 1)},
            r"its bias has the shape \(5, 1\)",
        ),
        (behind(helper.make_node("Mul", ["a", "k"], ["z"])), {"k": weights(1, 1, 1, 1, 1)}, "numbers of the shape"),
        (
            behind(helper.make_node("Dropout", ["a", "k", "t"], ["z"])),
            {"k": np.array(0.5, np.float32), "t": np.array(True)},
            "at random",
        ),
        (
            behind(helper.make_node("GlobalAveragePool", ["a"], ["g"]), helper.make_node("Add", ["a", "g"], ["z"])),
            {},
            "which are not alike",
        ),
        (behind(helper.make_node("Reshape", ["a", "k"], ["z"])), {"k": np.array([1, 64])}, "a shape for one image"),
    ],
)
def test_what_was_read_wrongly_is_refused(nodes: list[Any], constants: dict[str, np.ndarray], message: str) -> None:
    usual = {**chain_weights(), "p": weights(108, 5), "q": weights(5, 4)}
    with pytest.raises(ValueError, match=message):
        lp.Network.from_onnx(written(nodes, {**usual, **constants}), check=False)


@pytest.mark.parametrize("planes", [2**25, 2**28, 2**29, 2**31])
@pytest.mark.parametrize("check", [True, False])
def test_the_size_of_an_input_is_limited_before_memory_is_taken(planes: int, check: bool) -> None:
    nodes = [
        helper.make_node("Mul", ["x", "k"], ["a"]),
        helper.make_node("GlobalAveragePool", ["a"], ["b"]),
        helper.make_node("Flatten", ["b"], ["y"]),
    ]
    model = written(nodes, {"k": np.array([0.5], np.float32)}, shape=(planes, 1, 1))
    assert len(model) < 1000
    _is_refused_at_little_cost(model, "more than 2\\^24 values", check)


@pytest.mark.parametrize("check", [True, False])
def test_the_size_of_what_layers_make_is_limited_before_memory_is_taken(check: bool) -> None:
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"], pads=[30000] * 4),
        helper.make_node("Flatten", ["a"], ["y"]),
    ]
    model = written(nodes, {"w": weights(1, 3, 1, 1)})
    _is_refused_at_little_cost(model, "values", check)
    layers = [helper.make_node("Relu", [f"v{i}"], [f"v{i + 1}"]) for i in range(8)]
    layers = [helper.make_node("Conv", ["x", "w"], ["v0"], pads=[1500] * 4), *layers]
    model = written([*layers, helper.make_node("Flatten", ["v8"], ["y"])], {"w": weights(1, 3, 1, 1)})
    if check:
        _is_refused_at_little_cost(model, r"only up to 2\^26 are compared", check)


def _is_refused_at_little_cost(model: bytes, message: str, check: bool) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=message):
            lp.Network.from_onnx(model, check=check)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1 << 20


def test_residuals_nested_as_deeply_as_the_core_allows_come_back() -> None:
    text = "1x4x4 | " + "residual [ " * 499 + "conv 1x1x1" + " ]" * 499
    network = network_of(text)
    read = lp.Network.from_onnx(network.to_onnx())
    assert str(read) == str(network)


@pytest.mark.parametrize("classes", ["[" * 100_000, '["a"]', '["a", "a", "b", "c", "d"]', "cat,dog", "[1, 2, 3, 4, 5]"])
def test_names_of_classes_that_are_none_are_left_out_and_told(classes: str, caplog: pytest.LogCaptureFixture) -> None:
    model = model_of(CHAIN, chain_weights())
    helper.set_model_props(model, {"classes": classes})
    assert lp.Network.from_onnx(model.SerializeToString()).class_names is None
    assert "the model's metadata are left out" in caplog.text


def test_a_graph_in_two_parts_is_one() -> None:
    whole = model_of(CHAIN, chain_weights())
    first, second = onnx.ModelProto(), onnx.ModelProto()
    first.CopyFrom(whole)
    del first.graph.node[2:]
    second.graph.node.extend(whole.graph.node[2:])
    read = lp.Network.from_onnx(first.SerializeToString() + second.SerializeToString())
    assert str(read) == "3x6x6 | conv 4x3x3 nobias relu | dense 5 nobias"


def test_numbers_that_are_none_in_attributes_give_the_documented_error() -> None:
    for number in (float("nan"), float("inf"), -1.0):
        nodes = [
            helper.make_node("BatchNormalization", ["x", "s", "b", "m", "v"], ["a"], epsilon=number),
            helper.make_node("Flatten", ["a"], ["y"]),
        ]
        constants = {name: np.ones(3, np.float32) for name in "sbmv"}
        with pytest.raises(ValueError, match=r"the node 'a' \(BatchNormalization\)"):
            lp.Network.from_onnx(written(nodes, constants))
    with pytest.raises(ValueError, match="is no whole number"):
        lp.Network.from_onnx(
            field(7, field(11, field(2, field(1, field(2, field(1, field(1, float("inf")))))))) + field(8, field(2, 15))
        )


def test_numbers_that_overflow_in_one_only_are_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = [CHAIN[0], helper.make_node("Flatten", ["a"], ["c"]), CHAIN[3]]
    constants = {"w": np.full((4, 3, 3, 3), 1e30, np.float32), "m": np.full((5, 64), 1e30, np.float32)}
    read = onnx_reading.READERS["Gemm"]

    def wrongly(node: Any, layers: ForeignLayers) -> None:
        read(node, layers)
        layers.parameters["1.weight"] = layers.parameters["1.weight"] * np.float32(1e-30)

    monkeypatch.setitem(onnx_reading.READERS, "Gemm", wrongly)
    with pytest.raises(ValueError, match=r"^the node 'last' \(Gemm\): what was read of it computes something else"):
        lp.Network.from_onnx(written(nodes, constants))
