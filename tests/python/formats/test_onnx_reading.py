"""ONNX models as networks: those of this package, those of other programs, and what no layer can express."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lenetpp as lp
import needs
from lenetpp.networks.formats.pixels import Pixels

from ..mutations import mutations
from ..numerics.architectures import network_texts
from .exported_networks import IDENTIFIERS, TEXTS, images_for, network_of

onnx = needs.module("onnx")
runtime = needs.module("onnxruntime")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

RANDOM = np.random.default_rng(1)


def weights(*shape: int) -> np.ndarray:
    return RANDOM.normal(0, 0.3, shape).astype(np.float32)


def model_of(
    nodes: list[Any], constants: dict[str, np.ndarray], shape: tuple[int, ...] = (3, 9, 8), outputs: int = 4
) -> bytes:
    """A model as the onnx package writes it: a chain from x to y."""
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", *shape])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", outputs])],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    written: bytes = model.SerializeToString()
    return written


def check(model: bytes, text: str, dtype: Pixels = "float32") -> lp.Network:
    """The model becomes this network, which gives the outputs that ONNX Runtime computes."""
    network = lp.Network.from_onnx(model)
    assert str(network) == text
    assert network.dtype == "float32"
    images = images_for(network, 20).astype(dtype)
    session = runtime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (expected,) = session.run(None, {session.get_inputs()[0].name: images})
    atol = 1e-5 * max(1, np.abs(expected).max())
    np.testing.assert_allclose(network.outputs(images), expected.reshape(len(images), -1), rtol=0, atol=atol)
    return network


def without_dropout_and_tables(text: str) -> str:
    return re.sub(r" table\([0-9,;]*\)", "", re.sub(r" \| dropout [0-9.e-]+", "", text))


@pytest.mark.parametrize("text", TEXTS, ids=IDENTIFIERS)
def test_what_was_written_is_read(text: str) -> None:
    network = network_of(text)
    network.class_names = [f"class {i}" for i in range(network.class_count)]
    read = check(network.to_onnx(), without_dropout_and_tables(str(network)), "uint8")
    assert read.class_names == network.class_names
    if "table" not in text and "dropout" not in text:
        for name, values in (network.parameters() | network.state()).items():
            np.testing.assert_array_equal((read.parameters() | read.state())[name], values)


@given(text=network_texts(), seed=st.integers(1, 1000))
@settings(max_examples=30)
def test_random_networks_are_read(text: str, seed: int) -> None:
    network = network_of(text, seed=seed)
    check(network.to_onnx(), lp.Network.from_onnx(network.to_onnx()).core.text, "uint8")


def test_matmul_arithmetic_and_constants_of_other_programs() -> None:
    tensor = numpy_helper.from_array(np.array([0, -1], np.int64))
    nodes = [
        helper.make_node("Sub", ["x", "mean"], ["a"]),
        helper.make_node("Div", ["a", "deviation"], ["b"]),
        helper.make_node("Conv", ["b", "w"], ["c"], auto_pad="SAME_UPPER", strides=[1, 1]),
        helper.make_node("Add", ["c", "c_bias"], ["d"]),
        helper.make_node("MaxPool", ["d"], ["e"], kernel_shape=[3, 2], strides=[2, 2], ceil_mode=1),
        helper.make_node("LeakyRelu", ["e"], ["f"], alpha=0.1),
        helper.make_node("Dropout", ["f", "rate"], ["g"]),
        helper.make_node("Constant", [], ["shape"], value=tensor),
        helper.make_node("Reshape", ["g", "shape"], ["h"]),
        helper.make_node("MatMul", ["h", "m"], ["i"]),
        helper.make_node("Add", ["m_bias", "i"], ["j"]),
        helper.make_node("Sigmoid", ["j"], ["k"]),
        helper.make_node("Identity", ["k"], ["y"]),
    ]
    constants = {
        "mean": np.array([100, 120, 90], np.float32).reshape(1, 3, 1, 1),
        "deviation": np.array([60], np.float32),
        "w": weights(5, 3, 3, 3),
        "c_bias": weights(5, 1, 1),
        "rate": np.array(0.25, np.float32),
        "m": weights(80, 4),
        "m_bias": weights(4),
    }
    text = "3x9x8 | conv 5x3x3 pad1 leaky_relu(0.1) | maxpool 3x2/2 | dropout 0.25 | dense 4 sigmoid"
    network = check(model_of(nodes, constants), text)
    assert network.normalization is not None
    np.testing.assert_allclose(network.normalization[0], [100, 120, 90], rtol=1e-6)


def test_groups_become_separate_filters_or_a_table() -> None:
    shared = weights(2, 1, 2, 2)
    for weight, layer in (
        (np.tile(shared, (3, 1, 1, 1)), "conv 2x2x2 separate nobias"),
        (weights(6, 1, 2, 2), "conv 6x2x2 table(0;0;1;1;2;2) nobias"),
    ):
        nodes = [
            helper.make_node("Conv", ["x", "w"], ["a"], group=3),
            helper.make_node("GlobalAveragePool", ["a"], ["b"]),
            helper.make_node("Flatten", ["b"], ["y"]),
        ]
        check(model_of(nodes, {"w": weight}, outputs=6), f"3x9x8 | {layer} | globalavgpool")


def test_normalizations_of_other_programs() -> None:
    nodes = [
        helper.make_node("LRN", ["x"], ["a"], size=3, alpha=0.03, beta=0.5, bias=2.0),
        helper.make_node("BatchNormalization", ["a", "w", "b", "m", "v"], ["c"], momentum=0.8),
        helper.make_node("MaxPool", ["c"], ["d"], kernel_shape=[3, 2], strides=[3, 2]),
        helper.make_node("Relu", ["d"], ["e"]),
        helper.make_node("AveragePool", ["e"], ["f"], kernel_shape=[3, 4], strides=[3, 4]),
        helper.make_node("Mul", ["f", "factor"], ["g"]),
        helper.make_node("Add", ["g", "b_sum"], ["h"]),
        helper.make_node("Tanh", ["h"], ["i"]),
        helper.make_node("Flatten", ["i"], ["y"]),
    ]
    constants = {"w": weights(3), "b": weights(3), "m": weights(3), "v": 1 + weights(3) ** 2}
    constants |= {"factor": 12 * weights(3, 1, 1), "b_sum": weights(3, 1, 1)}
    text = "3x9x8 | lrn 3 alpha 0.01 beta 0.5 | batchnorm relu momentum 0.2 | maxpool 3x2 | subsample 3x4 tanh"
    network = check(model_of(nodes, constants, outputs=3), text)
    np.testing.assert_array_equal(network.state()["1.running_variance"], constants["v"])


def test_double_precision_stays() -> None:
    nodes = [helper.make_node("Flatten", ["x"], ["a"]), helper.make_node("Gemm", ["a", "w", "b"], ["y"])]
    model = onnx.load_from_string(model_of(nodes, {"w": weights(216, 4), "b": weights(4)}))
    for tensor in model.graph.initializer:
        tensor.CopyFrom(helper.make_tensor(tensor.name, TensorProto.DOUBLE, list(tensor.dims),
                                           numpy_helper.to_array(tensor).astype(np.float64).ravel()))  # fmt: skip
    for value in (model.graph.input[0], model.graph.output[0]):
        value.type.tensor_type.elem_type = TensorProto.DOUBLE
    assert lp.Network.from_onnx(model.SerializeToString()).dtype == "float64"


def refused(operator: str, constants: dict[str, np.ndarray] | None = None, **attributes: Any) -> tuple[Any, ...]:
    return operator, constants or {}, attributes


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (refused("Softmax"), "the node 'step' (Softmax): lenetpp has no layer that computes this"),
        (refused("Conv", {"w": weights(4, 3, 2, 2)}, dilations=[2, 2]), "dilations is [2, 2]"),
        (refused("Conv", {"w": weights(4, 3, 2, 2)}, pads=[1, 1, 0, 0]), "padding differs from side to side"),
        (refused("MaxPool", kernel_shape=[2, 2], strides=[2, 2]), "it gives planes of 4x4 and leaves the border out"),
        (refused("MaxPool", kernel_shape=[2, 2], pads=[1, 1, 0, 0]), "padding above or on the left"),
        (refused("AveragePool", kernel_shape=[2, 2], pads=[0, 0, 1, 1], count_include_pad=1), "averages that count"),
        (refused("LRN", size=4), "the number of neighbouring planes must be odd"),
        (refused("LRN", size=3, beta=0.6), "the beta must be 0.25, 0.5, 0.75 or 1"),
        (refused("BatchNormalization", {name: weights(4) for name in "pqrs"}), "normalizes 4 planes or values"),
        (refused("Mul", {"w": np.array([-1], np.float32)}), "multiplied by what is not positive"),
        (refused("Add", {"w": weights(9, 8)}), "constants must be one, or one a plane"),
        (refused("Flatten", axis=2), "axis is 2"),
        (refused("Reshape", {"w": np.array([-1, 3, 72])}), "only (N, 216), which flattens"),
    ],
)
def test_the_node_that_no_layer_expresses_is_named(step: tuple[Any, ...], message: str) -> None:
    operator, constants, attributes = step
    nodes = [
        helper.make_node(operator, ["x", *constants], ["a"], name="step", **attributes),
        helper.make_node("Flatten", ["a"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3, 9, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    with pytest.raises(ValueError, match=re.escape(message)) as raised:
        lp.Network.from_onnx(helper.make_model(graph).SerializeToString())
    assert f"the node 'step' ({operator})" in str(raised.value)


def test_branches_and_several_inputs_are_refused() -> None:
    for operator, first, second, message in (
        ("Add", "a", "a", r"it adds two values, of which neither can be the shortcut of a residual"),
        ("Add", "b", "c", r"it adds two values, of which neither can be the shortcut of a residual"),
        ("Mul", "a", "b", r"its input 'b' is no constant"),
    ):
        nodes = [
            helper.make_node("Conv", ["x", "w"], ["a"], name="first"),
            helper.make_node("Relu", ["a"], ["b"]),
            helper.make_node("Tanh", ["a"], ["c"]),
            helper.make_node(operator, [first, second], ["d"], name="sum"),
            helper.make_node("Flatten", ["d"], ["y"]),
        ]
        with pytest.raises(ValueError, match=rf"the node 'sum' \({operator}\): {message}"):
            lp.Network.from_onnx(model_of(nodes, {"w": weights(4, 3, 9, 8)}))
    nodes[3] = helper.make_node("Add", ["a", "b"], ["d"])
    with pytest.raises(
        ValueError, match=r"the node 'c' \(Tanh\): it leads nowhere, but lenetpp's layers are one chain"
    ):
        lp.Network.from_onnx(model_of(nodes, {"w": weights(4, 3, 9, 8)}))
    with pytest.raises(ValueError, match=r"the input 'x' must be \(N, planes, height, width\) with known sides"):
        lp.Network.from_onnx(model_of([helper.make_node("Flatten", ["x"], ["y"])], {}, (4,), 4))


def test_a_file_is_read_and_what_is_none_is_refused(tmp_path: Path) -> None:
    network = network_of(TEXTS[1])
    file = tmp_path / "net.onnx"
    file.write_bytes(network.to_onnx())
    np.testing.assert_array_equal(lp.Network.from_onnx(file).parameters()["0.bias"], network.parameters()["0.bias"])
    with pytest.raises(FileNotFoundError):
        lp.Network.from_onnx(tmp_path / "none.onnx")
    for content in (b"", b"no model", bytes(100), network.to_onnx()[:-5]):
        with pytest.raises(ValueError, match=r"ONNX model|one input"):
            lp.Network.from_onnx(content)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # numbers that a change made huge
def test_mutated_models_give_a_network_or_the_documented_error() -> None:
    read = 0
    for damaged in mutations(network_of("2x5x5 | conv 3x2x2 pad1 sigmoid(2) | maxpool 2 | dense 2").to_onnx(), seed=1):
        try:
            read += lp.Network.from_onnx(damaged).initialized
        except ValueError as error:
            assert str(error)  # noqa: PT017
    assert read  # many changes are of weights and names
