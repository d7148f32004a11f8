"""Networks as ONNX, checked and computed with by other people's programs."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lenetpp as lp
import needs
from lenetpp.networks.formats.pixels import Pixels

from ..numerics.architectures import network_texts
from .exported_networks import IDENTIFIERS, TEXTS, images_for, network_of

onnx = needs.module("onnx")
runtime = needs.module("onnxruntime")


def outputs_of(model: bytes, images: np.ndarray) -> np.ndarray:
    session = runtime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (outputs,) = session.run(None, {"images": images})
    return np.asarray(outputs)


def check(network: lp.Network, model: bytes, images: np.ndarray) -> None:
    onnx.checker.check_model(onnx.load_from_string(model), full_check=True)
    expected = network.outputs(images)
    outputs = outputs_of(model, images)
    assert outputs.shape == expected.shape
    np.testing.assert_allclose(outputs, expected, rtol=0, atol=1e-5 * max(1, np.abs(expected).max()))


@pytest.mark.parametrize("pixels", ["uint8", "float32"])
@pytest.mark.parametrize("text", TEXTS, ids=IDENTIFIERS)
def test_onnxruntime_gives_the_outputs_of_the_library(text: str, pixels: Pixels) -> None:
    network = network_of(text)
    check(network, network.to_onnx(pixels=pixels), images_for(network, 200).astype(pixels))


@pytest.mark.parametrize("text", TEXTS, ids=IDENTIFIERS)
def test_the_reference_evaluator_gives_the_outputs_of_the_library(text: str) -> None:
    """Which takes batch normalization of opset 13 for training where its momentum is given."""
    network = network_of(text)
    images = images_for(network, images_of_the_reference(network))
    expected = network.outputs(images)
    (outputs,) = evaluator_of(network.to_onnx()).run(None, {"images": images})
    np.testing.assert_allclose(outputs, expected, rtol=0, atol=1e-5 * max(1, np.abs(expected).max()))


def evaluator_of(model: bytes) -> Any:
    from onnx.reference import ReferenceEvaluator

    return ReferenceEvaluator(onnx.load_from_string(model))


def images_of_the_reference(network: lp.Network) -> int:
    """As many as the responses that LRN normalizes have planes: the evaluator takes the one for the other."""
    layers = network.contents().layers
    planes = (each.input_shape[0] for each in layers if isinstance(each.layer, lp.LocalResponseNormalization))
    return next(planes, 20)


@pytest.mark.parametrize("text", [text for text in TEXTS if "batchnorm" in text or "residual" in text])
def test_models_of_opset_13_that_were_written_before_are_read(text: str) -> None:
    network = network_of(text)
    model = onnx.load_from_string(network.to_onnx())
    model.opset_import[0].version, model.ir_version = 13, 7
    read = lp.Network.from_onnx(model.SerializeToString())
    images = images_for(network, 20)
    expected = network.outputs(images)
    np.testing.assert_allclose(read.outputs(images), expected, rtol=0, atol=1e-5 * max(1, np.abs(expected).max()))


@given(text=network_texts(), seed=st.integers(1, 1000))
@settings(max_examples=50)
def test_random_networks(text: str, seed: int) -> None:
    network = network_of(text, seed=seed)
    check(network, network.to_onnx(), images_for(network, 20, seed))


def test_names_and_shapes_of_a_model() -> None:
    network = network_of("3x8x9 | conv 4x3x3 pad1 relu | dense 2")
    network.class_names = ["船", "plane"]
    model = onnx.load_from_string(network.to_onnx())
    (images,), (outputs,) = model.graph.input, model.graph.output
    assert (images.name, outputs.name) == ("images", "outputs")
    assert [side.dim_param or side.dim_value for side in images.type.tensor_type.shape.dim] == ["N", 3, 8, 9]
    assert [side.dim_param or side.dim_value for side in outputs.type.tensor_type.shape.dim] == ["N", 2]
    assert images.type.tensor_type.elem_type == onnx.TensorProto.UINT8
    assert [(entry.domain, entry.version) for entry in model.opset_import] == [("", 15)]
    assert {entry.key: entry.value for entry in model.metadata_props} == {
        "lenetpp.network": str(network),
        "lenetpp.digest": network.digest,
        "classes": '["船", "plane"]',
    }
    weights = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    for name, values in network.parameters().items():
        np.testing.assert_array_equal(weights[name], values)


def test_images_without_normalization_are_taken_as_they_are() -> None:
    network = network_of(TEXTS[1])
    network.normalization = None
    check(network, network.to_onnx(), images_for(network, 20))


def test_what_cannot_be_written() -> None:
    with pytest.raises(ValueError, match=r'export network.astype\("float32"\) instead'):
        network_of(TEXTS[0], "float64").to_onnx()
    with pytest.raises(ValueError, match="the network has no weights"):
        lp.Network.parse(TEXTS[0]).to_onnx()
    with pytest.raises(ValueError, match='pixels must be "uint8" or "float32", but are \'int8\''):
        network_of(TEXTS[0]).to_onnx(pixels="int8")  # type: ignore[arg-type]
