"""What a network looks at: ablation, occlusion, input gradients and altered images against the reference in float64."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

import lenetpp as lp
from lenetpp.networks.ablation import ablated_layers
from lenetpp.networks.altered_images import ALTERATIONS, altered_images, evaluate_altered
from lenetpp.networks.input_gradients import input_gradient
from lenetpp.networks.occlusion import occlusion_map
from reference.activations import activate
from reference.convolution import forward as convolve
from reference.dense import forward as dense
from reference.max_pooling import forward as pool
from reference.network import activation_of, forward, normalize, outputs
from reference.network_text import parse

from .cases import Case, cases
from .test_layer_outputs import network_of

SEPARATE = "3x12x12 | conv 4x3x3 separate relu | maxpool 2 | conv 2x3x3 tanh | dense 3"
GENERATOR_SEED = 7


def float64(network: lp.Network) -> dict[str, NDArray[np.float64]]:
    return {name: values.astype(np.float64) for name, values in network.parameters().items()}


def prepared(text: str, seed: int = 3) -> lp.Network:
    network = lp.Network.parse(text)
    network.initialize(seed)
    planes = network.input_shape[0]
    network.normalization = (np.full(planes, 120.0), np.full(planes, 60.0))
    return network


def random_data(text: str, count: int = 60) -> lp.Dataset:
    architecture = parse(text)
    generator = np.random.default_rng(GENERATOR_SEED)
    images = generator.integers(0, 256, (count, *architecture.input_shape), dtype=np.uint8)
    labels = generator.integers(0, 3, count)
    labels[:3] = range(3)
    return lp.Dataset.from_arrays((images, labels), (images, labels), classes=["a", "b", "c"])


def test_a_filter_set_to_zero_is_the_reference_with_zeroed_weights() -> None:
    network, data = prepared(SEPARATE), random_data(SEPARATE)
    inputs = normalize(data.test_images, network.normalization)

    def right(parameters: dict[str, NDArray[np.float64]]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = outputs(parse(SEPARATE), parameters, inputs).argmax(axis=1) == data.test_labels
        return found

    whole = right(float64(network))
    accuracy, layers = ablated_layers(network, data)
    assert accuracy == whole.mean()
    assert [layer.index for layer in layers] == [0, 2]
    for layer in layers:
        for part in layer.filters:
            # relu and tanh of nothing are zero.
            parameters = float64(network)
            parameters[f"{layer.index}.weight"][part.filter] = 0
            parameters[f"{layer.index}.bias"][part.filter] = 0
            fell = whole.astype(float) - right(parameters)
            assert part.lost == pytest.approx(fell.mean())
            for label, name in enumerate(data.classes):
                assert part.lost_by_class[name] == pytest.approx(fell[data.test_labels == label].mean())
    assert layers[0].worst.lost == max(part.lost for part in layers[0].filters)


def test_a_plane_set_to_zero_is_one_of_a_filters_planes() -> None:
    network, data = prepared(SEPARATE), random_data(SEPARATE)
    parameters, (first, pooling, second, last) = float64(network), parse(SEPARATE).layers
    images = normalize(data.test_images, network.normalization)
    bottom = activate(activation_of(first), convolve(first, parameters["0.weight"], parameters["0.bias"], images))  # type: ignore[arg-type]

    def right(planes: NDArray[np.float64]) -> NDArray[np.bool_]:
        pooled = pool(pooling, planes)  # type: ignore[arg-type]
        top = activate(activation_of(second), convolve(second, parameters["2.weight"], parameters["2.bias"], pooled))  # type: ignore[arg-type]
        scores = dense(parameters["3.weight"], parameters["3.bias"], top.reshape(len(top), -1))
        found: NDArray[np.bool_] = scores.argmax(axis=1) == data.test_labels
        return found

    assert last.units == 3  # type: ignore[union-attr]
    _, layers = ablated_layers(network, data)
    assert len(layers[0].planes) == 3 * 4
    assert layers[1].planes == ()  # a full filter has one plane: itself
    for part in layers[0].planes:
        assert part.plane is not None
        without = bottom.copy()
        without[:, part.plane * 4 + part.filter] = 0
        assert part.lost == pytest.approx(right(bottom).mean() - right(without).mean())
    assert ablated_layers(network, data, planes=False)[1][0].planes == ()


@pytest.mark.parametrize(
    "text",
    [
        "3x6x6 | conv 2x3x3 sigmoid | conv 3x4x4 nobias",  # nothing behind the last convolution
        "3x6x6 | conv 2x3x3 | avgpool 2 | dense 3",
        "3x6x6 | dropout 0.5 | conv 2x3x3 | dropout 0.5 | dense 3",
    ],
)
def test_ablation_of_other_architectures(text: str) -> None:
    accuracy, layers = ablated_layers(prepared(text), random_data(text))
    assert 0 <= accuracy <= 1
    assert all(-1 <= part.lost <= 1 for layer in layers for part in layer.filters)
    assert [len(layer.filters) for layer in layers] == [
        layer.filters for layer in parse(text).layers if hasattr(layer, "filters")
    ]


def test_a_filter_within_a_residual_is_set_to_zero_by_its_weights() -> None:
    text = "3x6x6 | residual [ conv 3x3x3 separate pad1 relu | conv 3x1x1 table(0,1;2;5,8) tanh ] | dense 3"
    network, data = prepared(text), random_data(text)
    inputs, architecture = normalize(data.test_images, network.normalization), parse(text)
    whole = outputs(architecture, float64(network), inputs).argmax(axis=1) == data.test_labels
    _, (separate, by_table) = ablated_layers(network, data)
    assert separate.planes == ()
    for index, part, rows in [(1, separate.filters[1], slice(1, 2)), (2, by_table.filters[2], slice(3, 5))]:
        parameters = float64(network)
        parameters[f"{index}.weight"][rows] = 0
        parameters[f"{index}.bias"][part.filter] = 0
        right = outputs(architecture, parameters, inputs).argmax(axis=1) == data.test_labels
        assert part.lost == pytest.approx(whole.mean() - right.mean())
    sigmoid = "3x6x6 | residual [ conv 3x1x1 sigmoid ] | dense 3"
    with pytest.raises(ValueError, match=r"layer 1 lies within a residual, and its sigmoid makes 0\.5 of zero"):
        ablated_layers(prepared(sigmoid), random_data(sigmoid))


def test_a_normalization_makes_nothing_of_a_filter_that_was_set_to_zero() -> None:
    text = "3x6x6 | residual [ conv 3x3x3 pad1 nobias | batchnorm relu | conv 3x1x1 ] | dense 3"
    network, data = prepared(text), random_data(text)
    shifted = network.parameters() | {"2.bias": np.array([0.5, -0.3, 0.8], np.float32)}
    network.set_parameters(shifted)
    inputs, architecture = normalize(data.test_images, network.normalization), parse(text)
    whole = outputs(architecture, float64(network), inputs).argmax(axis=1) == data.test_labels
    _, (first, _) = ablated_layers(network, data)
    for part in first.filters:
        parameters = float64(network)
        for name in ("1.weight", "2.weight", "2.bias"):
            parameters[name][part.filter] = 0
        right = outputs(architecture, parameters, inputs).argmax(axis=1) == data.test_labels
        assert part.lost == pytest.approx(whole.mean() - right.mean())


def test_without_filters_there_is_nothing_to_set_to_zero() -> None:
    text = "3x6x6 | dense 3"
    assert ablated_layers(prepared(text), random_data(text))[1] == ()


@given(case=cases())
def test_the_input_gradient_is_the_central_difference(case: Case) -> None:
    network = network_of(case, float64=True)
    assume(network.class_count > 1)
    image = case.images[0].astype(np.float32)
    gradient = input_gradient(network, image)
    assert gradient.values.shape == image.shape
    scores = outputs(case.architecture, case.parameters, normalize(image[np.newaxis], case.normalization))[0]
    best, second = np.argsort(-scores, kind="stable")[:2]
    assume(scores[best] - scores[second] > 1e-9)
    mean, deviation = case.normalization or (np.zeros(len(image)), np.ones(len(image)))

    def lead(pixels: NDArray[np.float64]) -> float:
        normalized = (pixels - mean[:, np.newaxis, np.newaxis]) / deviation[:, np.newaxis, np.newaxis]
        found = outputs(case.architecture, case.parameters, normalized[np.newaxis])[0]
        return float(found[best] - found[second])

    generator = np.random.default_rng(GENERATOR_SEED)
    for _ in range(3):
        place = tuple(int(generator.integers(side)) for side in image.shape)
        slopes = []
        for step in (1e-5, 1e-6):
            apart = np.zeros(image.shape)
            apart[place] = step * deviation[place[0]]
            pixels = image.astype(np.float64)
            slopes.append((lead(pixels + apart) - lead(pixels - apart)) / (2 * apart[place]))
        # Where two steps disagree there is a kink between them: relu's, or another winner.
        if slopes[0] == pytest.approx(slopes[1], rel=1e-3, abs=1e-6):
            assert gradient.values[place] == pytest.approx(slopes[1], rel=1e-3, abs=1e-5)


def test_one_output_has_no_second_class_to_lead_over() -> None:
    network = prepared("1x4x4 | dense 1 sigmoid")
    with pytest.raises(ValueError, match="the network has one output"):
        input_gradient(network, np.zeros((1, 4, 4), dtype=np.uint8))


@given(
    size=st.integers(1, 5),
    stride=st.integers(1, 4),
    height=st.integers(5, 8),
    width=st.integers(5, 8),
    seed=st.integers(0, 9),
)
def test_occlusion_is_the_prediction_of_covered_images(
    size: int, stride: int, height: int, width: int, seed: int
) -> None:
    network = prepared(f"2x{height}x{width} | conv 3x3x3 relu | dense 3", seed + 1)
    image = np.random.default_rng(seed).integers(0, 256, (2, height, width), dtype=np.uint8)
    found = occlusion_map(network, image, size=size, stride=stride)
    whole = network.predict_proba(image[np.newaxis])[0]
    best = int(whole.argmax())
    assert (found.class_name, found.probability) == (str(best), whole[best])
    tops, lefts = range(0, height - size + 1, stride), range(0, width - size + 1, stride)
    assert found.falls.shape == (len(tops), len(lefts))
    for row, top in enumerate(tops):
        for column, left in enumerate(lefts):
            covered = image.copy()
            covered[:, top : top + size, left : left + size] = 120
            assert found.falls[row, column] == whole[best] - network.predict_proba(covered[np.newaxis])[0, best]
    seen = [
        found.falls[row, column]
        for row, top in enumerate(tops)
        for column, left in enumerate(lefts)
        if top <= 2 < top + size and left <= 3 < left + size
    ]
    at = found.by_pixel[2, 3]
    assert np.isnan(at) if not seen else at == pytest.approx(np.mean(seen), abs=1e-12)


@pytest.mark.parametrize(("name", "value"), [("size", 0), ("size", 6), ("stride", 0), ("stride", 6)])
def test_a_patch_that_does_not_fit_is_refused(name: str, value: int) -> None:
    network = prepared("1x5x7 | dense 2")
    with pytest.raises(ValueError, match=f"{name} must be a whole number from 1 to 5"):
        occlusion_map(network, np.zeros((1, 5, 7), dtype=np.uint8), **{name: value})


def test_altered_images_are_what_their_names_say() -> None:
    images = np.random.default_rng(1).integers(0, 256, (4, 3, 8, 6), dtype=np.uint8)
    assert np.array_equal(altered_images(images, "upside_down")[1, 2, 0], images[1, 2, 7])
    assert np.array_equal(altered_images(images, "mirrored")[1, 2, :, 0], images[1, 2, :, 5])
    assert np.array_equal(altered_images(images, "red_blue_exchanged")[:, 0], images[:, 2])
    grey = altered_images(images, "grey")
    luma = np.rint(0.299 * images[:, 0] + 0.587 * images[:, 1] + 0.114 * images[:, 2])
    assert all(np.abs(grey[:, plane] - luma).max() <= 0 for plane in range(3))
    mean = np.rint(images.mean(axis=(0, 2, 3)))
    centre = (slice(None), slice(None), slice(2, 6), slice(1, 5))
    hidden, alone = altered_images(images, "centre_hidden"), altered_images(images, "centre_alone")
    assert (hidden[centre] == mean[:, np.newaxis, np.newaxis]).all()
    assert np.array_equal(alone[centre], images[centre])
    outside = np.ones((8, 6), dtype=bool)
    outside[2:6, 1:5] = False
    assert np.array_equal(hidden[..., outside], images[..., outside])
    assert (alone[..., outside] == mean[:, np.newaxis]).all()
    for name in ALTERATIONS:
        assert altered_images(images.astype(np.float32), name).dtype == np.float32
        assert altered_images(images, name).flags.c_contiguous


def test_altered_images_need_what_they_need() -> None:
    images = np.zeros((2, 1, 4, 4), dtype=np.uint8)
    with pytest.raises(ValueError, match=r"alteration must be one of upside_down, .* but is 'sideways'"):
        altered_images(images, "sideways")
    with pytest.raises(ValueError, match="'grey' is for images of 3 planes, but these have 1"):
        altered_images(images, "grey")


def test_accuracies_of_altered_images() -> None:
    network, data = prepared(SEPARATE), random_data(SEPARATE)
    found = evaluate_altered(network, data)
    assert list(found.altered) == list(ALTERATIONS)
    for name, evaluation in found.altered.items():
        inputs = normalize(altered_images(data.test_images, name), network.normalization)
        predicted = forward(parse(SEPARATE), float64(network), inputs)[-1].output.argmax(axis=1)
        assert evaluation.accuracy == (predicted == data.test_labels).mean()
        assert found.lost(name) == found.original.accuracy - evaluation.accuracy
    assert repr(found).startswith("<AlteredAccuracies: as they are ")
    one_plane = "1x6x6 | dense 3"
    assert "grey" not in evaluate_altered(prepared(one_plane), random_data(one_plane)).altered
