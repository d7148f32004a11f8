"""Images of another scale than that of the pixels that a network learned: a warning, and none where there is doubt."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import lenetpp as lp

BYTES = np.arange(96, dtype=np.uint8).reshape(8, 1, 3, 4) * 2 + 60
UNIT = (BYTES / 255).astype(np.float32)
LABELS = np.arange(8) % 2

CALLS: dict[str, Callable[[lp.Network, np.ndarray], Any]] = {
    "outputs": lambda network, images: network.outputs(images),
    "predict": lambda network, images: network.predict(images),
    "predict_proba": lambda network, images: network.predict_proba(images),
    "Network.evaluate": lambda network, images: network.evaluate(images, LABELS),
    "loss_and_gradients": lambda network, images: network.loss_and_gradients(images, LABELS),
    "evaluate": lambda network, images: lp.evaluate(network, dataset(images)),
    "train": lambda network, images: lp.train(network, dataset(images), epochs=1, runs=None),
    "layer_outputs": lambda network, images: lp.layer_outputs(network, images),
}


def dataset(images: np.ndarray) -> lp.Dataset:
    return lp.Dataset.from_arrays((images, LABELS), (images, LABELS))


def trained(images: np.ndarray, **settings: Any) -> lp.Network:
    network = lp.Network.parse("1x3x4 | conv 2x2x2 relu | dense 2")
    lp.train(network, dataset(images), epochs=1, runs=None, **settings)
    return network


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("normalization", ["standard", "unit"])
def test_images_divided_by_255_where_bytes_were_learned(call: Callable[..., Any], normalization: Any) -> None:
    network = trained(BYTES, normalization=normalization)
    with pytest.warns(lp.DataWarning, match=r"values from 0 to 1, but the network learned larger ones \(mean") as seen:
        call(network, UNIT)
    assert seen[0].filename == __file__


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("images", [BYTES, BYTES.astype(np.float32)], ids=["uint8", "float32"])
def test_bytes_where_numbers_from_0_to_1_were_learned(call: Callable[..., Any], images: np.ndarray) -> None:
    network = trained(UNIT)
    with pytest.warns(lp.DataWarning, match="values up to 250, but the network learned ones from 0 to 1") as seen:
        call(network, images)
    assert seen[0].filename == __file__


@pytest.mark.parametrize(
    ("learned", "given", "settings"),
    [
        (BYTES, BYTES, {}),
        (BYTES, BYTES, {"normalization": "unit"}),
        (BYTES, BYTES.astype(np.float32), {}),
        (BYTES, BYTES.astype(np.float32) * 0, {}),  # black at every scale
        (BYTES, BYTES * 0 + np.uint8(1), {}),  # bytes that are nearly black
        (UNIT, UNIT, {}),
        (UNIT, UNIT * 2 - 0.5, {}),
        (BYTES // 200, BYTES // 200, {}),  # bytes that are 0 and 1
        (BYTES, UNIT, {"normalization": "none"}),  # nobody knows what it learned
        (UNIT, BYTES, {"normalization": "none"}),
        (UNIT * 8 - 4, UNIT * 3, {}),  # standardized by their owner
        (UNIT * 0 + 0.5, UNIT, {}),  # learned from one colour
        (UNIT, np.where(UNIT > 0.97, np.float32(9), UNIT), {}),  # a pixel beyond the range it was scaled by
    ],
)
def test_no_warning(learned: np.ndarray, given: np.ndarray, settings: dict[str, Any]) -> None:
    network = trained(learned, **settings)
    for call in CALLS.values():
        call(network, given)


def test_a_network_without_normalization_does_not_warn() -> None:
    network = lp.Network.parse("1x3x4 | dense 2")
    network.initialize()
    for images in (BYTES, UNIT):
        network.predict(images)


def test_one_plane_of_larger_pixels_is_enough() -> None:
    network = lp.Network.parse("2x3x4 | dense 2")
    network.initialize()
    network.normalization = [0.5, 100.0], [0.2, 50.0]
    with pytest.warns(lp.DataWarning, match=r"mean 0\.5, 100; deviation 0\.2, 50"):
        network.predict(np.concatenate([UNIT, UNIT], axis=1))


def test_the_warning_is_silenced_as_it_says() -> None:
    network = trained(BYTES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lp.DataWarning)
        network.predict(UNIT)


def test_only_images_that_are_all_from_0_to_1_are_meant() -> None:
    network = trained(BYTES)
    images = np.repeat(UNIT, 4000, axis=0)
    images[-1, 0, 0, 0] = 1.5
    network.predict(images)
    images[-1, 0, 0, 0] = 1
    with pytest.warns(lp.DataWarning):
        network.predict(images)


DOUBLES = BYTES / 255
"""float64, as dividing bytes makes them."""


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_float64_from_0_to_1_is_taken_where_such_numbers_were_learned(call: Callable[..., Any]) -> None:
    call(trained(UNIT), DOUBLES)


def test_float64_from_0_to_1_is_multiplied_where_the_network_divides_bytes() -> None:
    network = trained(BYTES, normalization="unit")
    np.testing.assert_array_equal(network.outputs(DOUBLES), network.outputs(BYTES))
    np.testing.assert_array_equal(network.outputs(DOUBLES.tolist()), network.outputs(BYTES))


def test_float64_from_0_to_1_is_an_error_where_the_range_is_not_known() -> None:
    network = trained(BYTES)
    with pytest.raises(
        lp.DataError, match=r"images must be in the scale .* \(mean .*\), but are float64 from 0 to 1: if"
    ):
        network.predict(DOUBLES)
    network.predict(DOUBLES * 0)  # black at every scale
