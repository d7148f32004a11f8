"""Network: a value that predicts, compared with the float64 reference."""

import copy
import hashlib
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

import lenetpp as lp
from lenetpp import Conv2D, Dense, MaxPool2D, Network
from reference import network as reference
from reference.network_text import parse

from .foreign_files import rewrite_as_another_program

SOFTMAX_TEXT = "2x9x7 | conv 3x3x3 relu | maxpool 3/2 | dense 6 tanh | dense 4"
SIGMOID_TEXT = "2x9x7 | conv 3x3x3 separate nobias | maxpool 2 | dense 4 sigmoid(2)"
NORMALIZATION = (np.array([100.0, 90.0], np.float32), np.array([70.0, 65.0], np.float32))


def trained(text: str = SOFTMAX_TEXT) -> Network:
    network = Network.parse(text)
    network.initialize(seed=5)
    network.normalization = NORMALIZATION
    return network


def images(count: int) -> Any:
    return np.random.default_rng(count).integers(0, 256, size=(count, 2, 9, 7), dtype=np.uint8)


def reference_outputs(network: Network, pixels: Any) -> Any:
    parameters = {name: values.astype(np.float64) for name, values in network.parameters().items()}
    return reference.outputs(parse(str(network)), parameters, reference.normalize(pixels, network.normalization))


# What it is


def test_layers_and_text_make_the_same_network() -> None:
    network = Network(
        (3, 32, 32),
        [
            Conv2D(5, 5, connection="separate", bias=False),
            MaxPool2D(3, 2),
            Conv2D(2, (3, 2), connection=[[0, 1], [14]], strides=2, padding=(1, 0), activation="leaky_relu(0.1)"),
            Dense(2, activation="sigmoid(2)"),
        ],
    )
    text = (
        "3x32x32 | conv 5x5x5 separate nobias | maxpool 3/2 | conv 2x3x2 table(0,1;14) stride2 pad1x0 leaky_relu(0.1)"
        " | dense 2 sigmoid(2)"
    )
    assert str(network) == text
    assert network == Network.parse(text)
    assert Network(network.input_shape, network.layers) == network
    assert repr(network) == f"Network.parse({text!r})"


def test_a_layer_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"(?i)conv"):
        Network((1, 4, 4), [Conv2D(1, 5)])
    with pytest.raises(ValueError, match=r"input_shape must be three integers \(planes, height, width\)"):
        Network((28, 28), [Dense(2)])
    with pytest.raises(ValueError, match=r"0x4x4|at least 1|planes"):
        Network((0, 4, 4), [Dense(2)])
    with pytest.raises(TypeError, match="layer 1 is 'dense 2'"):
        Network((1, 4, 4), [Dense(2), "dense 2"])  # type: ignore[list-item]
    with pytest.raises(ValueError, match=r"."):
        Network((1, 4, 4), [])


def test_a_text_that_cannot_be_understood_gets_a_caret() -> None:
    with pytest.raises(lp.ParseError, match=r"\^"):
        Network.parse("1x4x4 | dens 2")


def test_summary_counts_lenet5_by_hand() -> None:
    summary = lp.network("lenet5").summary(batch_size=32)
    assert [layer.parameters for layer in summary.layers] == [156, 0, 2416, 0, 48120, 10164, 850]
    multiply_adds = [6 * 28 * 28 * 25, 0, 16 * 10 * 10 * 6 * 25, 0, 400 * 120, 120 * 84, 840]
    assert [layer.multiply_adds for layer in summary.layers] == multiply_adds
    assert summary.parameters == 61706
    assert summary.parameter_bytes == 4 * 61706
    assert summary.training_bytes > 2 * summary.parameter_bytes


def test_summary_is_a_table_of_80_columns() -> None:
    lines = str(lp.network("blog-lenet").summary()).splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[2].split() == ["input", "3x32x32"]
    assert "45x10x10" in lines[5]
    assert lines[-2].split()[0] == "total"


# What it says about images


@pytest.mark.parametrize("text", [SOFTMAX_TEXT, SIGMOID_TEXT])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_outputs_are_those_of_the_reference(text: str, dtype: Any) -> None:
    network = trained(text).astype(dtype)
    tolerance = 1e-5 if dtype == "float32" else 1e-12
    np.testing.assert_allclose(network.outputs(images(5)), reference_outputs(network, images(5)), atol=tolerance)
    assert network.outputs(images(1)).dtype == dtype


def test_predict_names_the_largest_output_of_the_reference() -> None:
    network = trained()
    expected = reference_outputs(network, images(40)).argmax(axis=1)
    np.testing.assert_array_equal(network.predict(images(40)), expected)


def test_probabilities_are_the_softmax() -> None:
    network = trained()
    exponentials = np.exp(reference_outputs(network, images(6)))
    expected = exponentials / exponentials.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(network.predict_proba(images(6)), expected, atol=1e-5)


def test_probabilities_of_sigmoids_are_their_shares() -> None:
    network = trained(SIGMOID_TEXT)
    outputs = reference_outputs(network, images(6))
    np.testing.assert_allclose(
        network.predict_proba(images(6)), outputs / outputs.sum(axis=1, keepdims=True), atol=1e-5
    )


def test_probabilities_of_vanished_sigmoids_are_equal() -> None:
    network = Network.parse("1x1x1 | dense 2 sigmoid")
    network.set_parameters({"0.weight": [[-1.0], [-1.0]], "0.bias": [0.0, 0.0]})
    np.testing.assert_array_equal(network.predict_proba(np.full((1, 1, 1, 1), 1e30, np.float32)), [[0.5, 0.5]])


@given(count=st.integers(2, 9), position=st.integers(0, 8))
def test_an_image_alone_has_the_bits_it_has_in_a_batch(count: int, position: int) -> None:
    network, batch = trained(), images(count)
    position %= count
    alone = batch[position : position + 1]
    np.testing.assert_array_equal(network.outputs(alone)[0], network.outputs(batch)[position])
    np.testing.assert_array_equal(network.predict_proba(alone)[0], network.predict_proba(batch)[position])


def test_images_need_not_be_contiguous() -> None:
    network, batch = trained(), images(6)
    planes_last = np.ascontiguousarray(batch.transpose(0, 2, 3, 1))
    np.testing.assert_array_equal(network.outputs(planes_last.transpose(0, 3, 1, 2)), network.outputs(batch))
    np.testing.assert_array_equal(network.outputs(batch[::2]), network.outputs(batch)[::2])


def test_one_plane_may_be_left_out_of_the_shape() -> None:
    network = Network.parse("1x4x4 | dense 2")
    network.initialize()
    pixels = np.arange(32, dtype=np.uint8).reshape(2, 4, 4)
    np.testing.assert_array_equal(network.outputs(pixels), network.outputs(pixels[:, np.newaxis]))


def test_loss_and_gradients_are_those_of_the_reference() -> None:
    network, pixels, labels = trained().astype("float64"), images(5), np.array([0, 3, 1, 1, 2])
    parameters = {name: values.astype(np.float64) for name, values in network.parameters().items()}
    inputs = reference.normalize(pixels, network.normalization)
    for loss in ("cross_entropy", "squared_error"):
        for reduction in ("mean", "sum"):
            expected_loss, expected = reference.loss_and_gradients(
                parse(str(network)), parameters, inputs, labels, loss, reduction
            )
            value, gradients = network.loss_and_gradients(pixels, labels, loss=loss, reduction=reduction)
            assert value == pytest.approx(expected_loss, rel=1e-12)
            assert list(gradients) == list(network.parameters())
            for name, gradient in gradients.items():
                np.testing.assert_allclose(gradient, expected[name], atol=1e-12)


def test_evaluate_counts_confusions_over_many_slices() -> None:
    network, pixels = trained(), images(1234)
    labels = np.arange(1234) % 4
    evaluation = network.evaluate(pixels, labels, loss="squared_error")
    predicted = reference_outputs(network, pixels).argmax(axis=1)
    expected = [[int(((labels == row) & (predicted == column)).sum()) for column in range(4)] for row in range(4)]
    assert evaluation.confusion.tolist() == expected
    assert evaluation.accuracy == np.mean(labels == predicted)
    assert evaluation.count == 1234
    outputs = reference_outputs(network, pixels)
    assert evaluation.loss == pytest.approx(np.mean(np.sum((outputs - np.eye(4)[labels]) ** 2 / 2, axis=1)), rel=1e-5)
    assert evaluation.class_accuracies["2"] == expected[2][2] / sum(expected[2])


@pytest.mark.parametrize(
    ("pixels", "message"),
    [
        (np.full((2, 2, 9, 7), 1.5), r"uint8 or float32, but are float64: convert with"),
        (np.zeros((2, 2, 9, 7), np.int64), "uint8 or float32, but are int64"),
        (np.zeros((2, 2, 9, 8), np.uint8), r"shape \(N, 2, 9, 7\), but have \(2, 2, 9, 8\)"),
        (np.zeros((2, 9, 7), np.uint8), r"for one image, images\[numpy.newaxis\]"),
        (np.zeros((0, 2, 9, 7), np.uint8), "empty"),
        (np.zeros(5, np.uint8), "shape"),
        (np.full((2, 2, 9, 7), np.nan, np.float32), "NaN|finite"),
        ("picture.png", "uint8 or float32"),
    ],
)
def test_bad_images_give_an_error_that_says_what_to_do(pixels: Any, message: str) -> None:
    network = trained()
    for method in (network.outputs, network.predict, network.predict_proba):
        with pytest.raises(ValueError, match=message):
            method(pixels)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1], "3 images"),
        ([0, 1, 4], r"0\.\.3"),
        ([0, -1, 2], r"0\.\.3"),
        ([0.0, 1.0, 2.0], "integers"),
        ([[0], [1], [2]], "shape"),
    ],
)
def test_bad_labels_give_an_error_that_says_what_to_do(labels: Any, message: str) -> None:
    for method in (trained().evaluate, trained().loss_and_gradients):
        with pytest.raises(ValueError, match=f"labels.*{message}"):
            method(images(3), labels)


def test_a_network_without_weights_predicts_nothing() -> None:
    network = Network.parse(SOFTMAX_TEXT)
    for method in (network.outputs, network.predict, network.predict_proba):
        with pytest.raises(ValueError, match="has no weights"):
            method(images(1))
    with pytest.raises(ValueError, match="has no weights"):
        network.save("never-written.safetensors")


# Its weights


def test_parameters_are_copies_and_come_back_as_they_went() -> None:
    network = trained()
    parameters = {name: values.copy() for name, values in network.parameters().items()}
    assert list(parameters) == ["0.weight", "0.bias", "2.weight", "2.bias", "3.weight", "3.bias"]
    assert parameters["0.weight"].shape == (3, 2, 3, 3)
    parameters["0.weight"] += 1
    assert not np.array_equal(parameters["0.weight"], network.parameters()["0.weight"])
    network.set_parameters(parameters)
    for name, values in network.parameters().items():
        np.testing.assert_array_equal(values, parameters[name])


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("0.weights", np.zeros(3), "unknown: 0.weights"),
        ("3.bias", np.zeros(3), r"parameter 3.bias must have shape \(4,\), but has \(3,\)"),
        ("3.bias", np.array([1, 2, np.nan, 4]), "parameter 3.bias must be finite"),
        ("3.bias", np.array([1, 2, 1e300, 4]), "parameter 3.bias must be finite in float32"),
        ("3.bias", np.array(["a", "b", "c", "d"]), "parameter 3.bias must hold real numbers"),
        ("3.bias", None, "missing: 3.bias"),
    ],
)
def test_bad_parameters_change_nothing(name: str, values: Any, message: str) -> None:
    network = trained()
    digest = network.digest
    changed: dict[str, Any] = {key: value * 2 for key, value in network.parameters().items()}
    changed[name] = values
    if values is None:
        del changed[name]
    with pytest.raises(ValueError, match=message):
        network.set_parameters(changed)
    assert network.digest == digest


def test_digest_is_the_sha256_of_all_parameters() -> None:
    network = trained()
    for version in (network, network.astype("float64")):
        content = b"".join(
            values.astype(f"<f{values.dtype.itemsize}").tobytes() for values in version.parameters().values()
        )
        assert version.digest == hashlib.sha256(content).hexdigest()


def test_initial_weights_depend_on_seed_and_scheme() -> None:
    digests = set()
    for seed in (1, 2):
        for scheme in ("he", "glorot", "lecun", "blog"):
            network = Network.parse(SOFTMAX_TEXT)
            network.initialize(seed, scheme)
            digests.add(network.digest)
    assert len(digests) == 8
    with pytest.raises(ValueError, match="ones"):
        network.initialize(1, "ones")  # type: ignore[arg-type]


def test_normalization_is_checked() -> None:
    network = trained()
    for bad in (([1.0], [1.0]), ([1.0, 2.0], [1.0, 0.0]), ([1.0, np.nan], [1.0, 1.0])):
        with pytest.raises(ValueError, match=r"mean|deviation"):
            network.normalization = bad
    network.normalization = None
    assert network.normalization is None


# Its behaviour as a value


def same(first: Network, second: Network) -> bool:
    return first == second and first.digest == second.digest and first.class_names == second.class_names


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_copies_are_independent(dtype: Any) -> None:
    network = trained().astype(dtype)
    network.class_names = ("a", "b", "c", "d")
    for twin in (network.copy(), copy.copy(network), copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        assert same(twin, network)
        np.testing.assert_array_equal(twin.outputs(images(2)), network.outputs(images(2)))
        twin.initialize(seed=99)
        assert twin.digest != network.digest


def test_a_network_without_weights_can_be_copied() -> None:
    twin = pickle.loads(pickle.dumps(Network.parse(SOFTMAX_TEXT)))
    assert not twin.initialized
    assert not twin.astype("float64").initialized
    assert twin.normalization is None


def test_networks_are_equal_by_text_and_type() -> None:
    assert trained() == Network.parse(SOFTMAX_TEXT)
    assert trained() != Network.parse(SIGMOID_TEXT)
    assert trained() != trained().astype("float64")
    assert trained() != SOFTMAX_TEXT
    with pytest.raises(ValueError, match="dtype must be"):
        trained().astype("float16")  # type: ignore[arg-type]


# Its file


def test_a_saved_network_comes_back_whole(tmp_path: Path) -> None:
    network = trained()
    network.class_names = ["ä", "b", "c", '"d"']
    path = tmp_path / "model.safetensors"
    network.save(path)
    loaded = Network.load(path)
    assert same(loaded, network)
    np.testing.assert_array_equal(loaded.outputs(images(3)), network.outputs(images(3)))
    tensors = safetensors.numpy.load_file(path)
    for name, values in network.parameters().items():
        np.testing.assert_array_equal(tensors[name], values)


def test_only_float32_is_saved(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="float32"):
        trained().astype("float64").save(tmp_path / "model.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_model_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a model")
    with pytest.raises(lp.ModelFileError, match=r"notes\.txt"):
        Network.load(path)
    with pytest.raises(FileNotFoundError):
        Network.load(tmp_path / "missing.safetensors")


@pytest.mark.parametrize("classes", ["[", "5", '["a"]', '["a", "b", "c", 4]'])
def test_wrong_class_names_in_a_file_are_refused(tmp_path: Path, classes: str) -> None:
    path = tmp_path / "model.safetensors"
    trained().save(path)
    rewrite_as_another_program(path, classes=classes)
    with pytest.raises(lp.ModelFileError, match=r'model\.safetensors: metadata "classes"'):
        Network.load(path)


def test_class_names_are_as_many_as_outputs() -> None:
    network = trained()
    for bad in (["a", "b"], "abcd", ["a", "b", "c", "c"]):
        with pytest.raises(ValueError, match=r"classes|class_names"):
            network.class_names = bad
    assert network.class_names is None


@pytest.mark.parametrize("shape", [(1, 3, 5), (3, 3, 5), (3, 5, 1), (5, 5, 3), (5, 3, 5), (8, 8, 1)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_images_of_every_shape_that_the_network_takes_are_taken(shape: tuple[int, int, int], dtype: type) -> None:
    network = lp.Network(shape, [lp.Dense(2)])
    network.initialize()
    images: Any = np.ones((4, *shape), dtype)
    for array in (images, np.asfortranarray(images)):
        assert network.predict(array).shape == (4,)
        assert network.evaluate(array, [0, 1, 0, 1]).count == 4
    data = lp.Dataset(images, np.arange(4, dtype=np.int32) % 2, images, np.zeros(4, np.int32), ("a", "b"))
    assert len(lp.train(network, data, epochs=1, runs=None).history) == 1


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 24, 32)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_planes_last_are_named(shape: tuple[int, int, int], dtype: type) -> None:
    network = lp.Network(shape, [lp.Dense(2)])
    network.initialize()
    planes, height, width = shape
    images: Any = np.zeros((4, height, width, planes), dtype)
    advice = r"bring the planes to the front with images\.transpose\(0, 3, 1, 2\)"
    with pytest.raises(ValueError, match=advice):
        network.predict(images)
    labels = np.zeros(4, np.int32)
    with pytest.raises(ValueError, match=advice):
        lp.train(network, lp.Dataset(images, labels, images, labels, ("a", "b")), runs=None)


def test_what_is_written_into_copies_of_weights_is_an_error() -> None:
    network = lp.Network.parse("1x4x4 | conv 2x3x3 | batchnorm | dense 2")
    network.initialize(1)
    for arrays in (network.parameters(), network.state()):
        for name in arrays:
            with pytest.raises(ValueError, match="read-only"):
                arrays[name][...] = 0
    network.normalization = ([0.5], [2.0])
    for values in network.normalization or ():
        with pytest.raises(ValueError, match="read-only"):
            values[...] = 1
