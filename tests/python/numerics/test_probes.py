"""Linear classifiers on layers' outputs, against scikit-learn's and in cases whose answer is known."""

import numpy as np
import pytest

import lenetpp as lp
import needs
from lenetpp.networks.probes import PENALTY, logistic_regression, probed_layers


@pytest.mark.parametrize("classes", [3, 5])
@pytest.mark.parametrize("penalty", [0.01, 0.1, 1.0])
def test_the_classifier_is_scikit_learns(classes: int, penalty: float) -> None:
    linear_model = needs.module("sklearn.linear_model")
    generator = np.random.default_rng(classes)
    features = generator.standard_normal((300, 12)).astype(np.float32)
    labels = (features @ generator.standard_normal((12, classes)) + generator.standard_normal((300, classes))).argmax(
        axis=1
    )
    weights, bias = logistic_regression(features, labels, classes, penalty)
    peer = linear_model.LogisticRegression(C=1 / (penalty * len(features)), tol=1e-8, max_iter=5000)
    peer.fit(features.astype(np.float64), labels)
    shares = peer.predict_proba(features)
    scores = features @ weights + bias
    ours = np.exp(scores - scores.max(axis=1, keepdims=True))
    ours /= ours.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(ours, shares, atol=2e-3)


def test_two_classes_are_told_apart_as_by_scikit_learn() -> None:
    linear_model = needs.module("sklearn.linear_model")
    generator = np.random.default_rng(1)
    features = generator.standard_normal((400, 6)).astype(np.float32)
    labels = (features[:, 0] + generator.standard_normal(400) > 0).astype(np.int64)
    weights, bias = logistic_regression(features, labels, 2)
    # One vector of weights instead of two opposite ones, whose squares are half as much together.
    peer = linear_model.LogisticRegression(C=2 / (PENALTY * len(features)), tol=1e-8, max_iter=5000)
    peer.fit(features.astype(np.float64), labels)
    np.testing.assert_allclose(weights[:, 1] - weights[:, 0], peer.coef_[0], atol=2e-3)
    np.testing.assert_allclose(bias[1] - bias[0], peer.intercept_[0], atol=2e-3)


def bright_or_dark(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Images of one brightness, whose class a line tells."""
    generator = np.random.default_rng(count)
    labels = np.arange(count) % 2
    return (generator.integers(0, 100, (count, 1, 8, 8)) + 120 * labels[:, None, None, None]).astype(np.uint8), labels


def test_layers_are_looked_at_from_the_image_on_a_convolution_with_its_pooling() -> None:
    network = lp.Network.parse(
        "1x8x8 | residual [ conv 2x3x3 pad1 relu | maxpool 2 ] tanh | dropout 0.5 | dense 5 relu | dense 2"
    )
    network.initialize(1)
    data = lp.Dataset.from_arrays(bright_or_dark(80), bright_or_dark(40), classes=["dark", "bright"])
    found = probed_layers(network, data)
    assert [(layer.index, layer.text, layer.features) for layer in found] == [
        (-1, "image", 64),
        (1, "conv 2x3x3 pad1 relu | maxpool 2", 32),
        (3, "] tanh", 32),
        (5, "dense 5 relu", 5),
        (6, "dense 2", 2),
    ]
    assert found[0].accuracy == 1
    assert found == probed_layers(network, data, threads=2)
    assert probed_layers(network, data, layers=[1]) == found[1:2]
    assert repr(found[0]) == "<ProbedLayer -1 (image): 100.0 % by 64 features>"


def test_outputs_that_say_nothing_leave_guessing() -> None:
    network = lp.Network.parse("1x8x8 | dense 4 relu | dense 2")
    network.initialize(1)
    silent = {name: np.zeros_like(values) for name, values in network.parameters().items()}
    network.set_parameters(silent)
    data = lp.Dataset.from_arrays(bright_or_dark(80), bright_or_dark(40), classes=["dark", "bright"])
    assert [layer.accuracy for layer in probed_layers(network, data)] == [1.0, 0.5, 0.5]


def test_images_to_learn_from_are_at_least_two() -> None:
    network = lp.Network.parse("1x8x8 | dense 2")
    network.initialize(1)
    data = lp.Dataset.from_arrays(bright_or_dark(8), bright_or_dark(8), classes=["dark", "bright"])
    with pytest.raises(ValueError, match="most_images must be at least 2, but is 1"):
        probed_layers(network, data, most_images=1)
