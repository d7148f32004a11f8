"""Predictions by the mean of an image's and its mirror image's probabilities."""

import numpy as np
import pytest
from hypothesis import given

import lenetpp as lp

from .cases import Case, cases
from .test_layer_outputs import network_of


@given(case=cases())
def test_probabilities_are_the_mean_of_both(case: Case) -> None:
    network = network_of(case)
    mirrored = np.flip(case.images, axis=3)
    expected = (network.predict_proba(case.images) + network.predict_proba(mirrored)) / 2
    found = network.predict_proba(case.images, mirrored=True)
    assert np.array_equal(found, expected)
    assert np.array_equal(network.predict(case.images, mirrored=True), expected.argmax(axis=1))
    np.testing.assert_allclose(network.predict_proba(mirrored, mirrored=True), found, rtol=0, atol=1e-15)


def test_an_evaluation_counts_them_and_has_the_mean_of_both_losses() -> None:
    data = lp.load_data(train_per_class=5, test_per_class=30)
    network = lp.Network.parse("1x28x28 | conv 3x5x5 relu | maxpool 4 | dense 10")
    network.initialize(2)
    network.normalization = ([70.0], [90.0])
    found = lp.evaluate(network, data, mirrored=True)
    predicted = network.predict_proba(data.test_images, mirrored=True).argmax(axis=1)
    assert found.accuracy == pytest.approx((predicted == data.test_labels).mean())
    assert found.predictions is not None
    assert np.array_equal(found.predictions, predicted)
    for label, predictions in enumerate(found.confusion):
        of_class = predicted[data.test_labels == label]
        assert predictions.tolist() == np.bincount(of_class, minlength=10).tolist()
    mirror_images = np.flip(data.test_images, axis=3)
    losses = [network.evaluate(images, data.test_labels).loss for images in (data.test_images, mirror_images)]
    assert found.loss == pytest.approx(np.mean(losses), rel=1e-12)
