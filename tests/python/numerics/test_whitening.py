"""Filters that whiten patches of the training images, against NumPy, and what they do to real photos."""

from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

import lenetpp as lp
from lenetpp.basics.arrays import ImageArray
from lenetpp.records.models import initial_model
from lenetpp.records.run_files import read_record
from reference.whitening import whitened_filters


def blurred_images(count: int, planes: int, height: int, width: int, seed: int = 3) -> NDArray[np.uint8]:
    """Neighbours and planes of which have something in common, as those of photos."""
    generator = np.random.default_rng(seed)
    noise = generator.normal(size=(count, planes, height + 2, width + 2))
    noise += 2 * generator.normal(size=(count, 1, height + 2, width + 2))
    windows = np.lib.stride_tricks.sliding_window_view(noise, (3, 3), axis=(2, 3))
    smooth = windows.mean(axis=(4, 5)) + 0.2 * generator.normal(size=(count, planes, height, width))
    pixels: NDArray[np.uint8] = np.clip(128 + 50 * smooth, 0, 255).astype(np.uint8)
    return pixels


def whitened(text: str, images: ImageArray, dtype: Literal["float32", "float64"] = "float64") -> lp.Network:
    network = lp.Network.parse(text, dtype=dtype)
    network.normalization = (np.full(images.shape[1], 120.0), np.full(images.shape[1], 40.0))
    network.initialize(9)
    network.whiten(images)
    return network


def normalized(images: ImageArray) -> NDArray[np.float64]:
    values: NDArray[np.float64] = (images.astype(np.float64) - 120) / 40
    return values


@given(
    planes=st.integers(1, 3),
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    filters=st.integers(1, 24),
    size=st.tuples(st.integers(3, 9), st.integers(3, 9)),
    count=st.sampled_from((40, 500, 773)),
)
def test_filters_are_principal_components_over_their_deviation_and_their_opposites(
    planes: int, kernel: tuple[int, int], filters: int, size: tuple[int, int], count: int
) -> None:
    images = blurred_images(count, planes, *size)
    text = f"{planes}x{size[0]}x{size[1]} | conv {filters}x{kernel[0]}x{kernel[1]} nobias | dense 2"
    drawn = lp.Network.parse(text, dtype="float64")
    drawn.initialize(9)
    expected, variances = whitened_filters(normalized(images), np.asarray(drawn.parameters()["0.weight"], np.float64))
    apart = np.diff(variances, append=-1) < -1e-4 * variances[0]  # components of equal variance are no directions
    assume(apart.all())
    network = whitened(text, images)
    np.testing.assert_allclose(network.parameters()["0.weight"], expected, rtol=1e-6, atol=1e-7)
    assert (network.parameters()["1.weight"] == drawn.parameters()["1.weight"]).all()


def test_photos_come_out_with_variance_1_in_each_plane_and_nothing_in_common(shared_data: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LENETPP_DATA", str(shared_data))
        images = lp.load_data("cifar10", train_per_class=50, test_per_class=1).train_images
    network = whitened("3x32x32 | conv 24x3x3 nobias | dense 2", images)
    windows = np.lib.stride_tricks.sliding_window_view(normalized(images), (3, 3), axis=(2, 3))
    patches = windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, 27)
    covariance = np.cov((patches @ network.parameters()["0.weight"].reshape(24, 27)[:12].T).T)
    variances = np.diag(covariance)
    np.testing.assert_allclose(covariance - np.diag(variances), 0, atol=1e-4)
    np.testing.assert_allclose(variances[:6], 1, atol=0.05)
    assert (variances < 1).all()  # of directions that hardly vary the noise is not blown up
    assert (variances[6:] > 0.3).all()


def test_float32_filters_are_the_float64_filters_rounded_and_bytes_weigh_as_much_as_floats() -> None:
    images = blurred_images(60, 3, 8, 8)
    text = "3x8x8 | conv 10x3x3 | dense 2"
    double = whitened(text, images).parameters()["0.weight"].astype(np.float32)
    assert (whitened(text, images, "float32").parameters()["0.weight"] == double).all()
    assert (whitened(text, images.astype(np.float32), "float32").parameters()["0.weight"] == double).all()


def test_images_of_one_colour_are_no_harm() -> None:
    weights = whitened("1x8x8 | conv 4x3x3 | dense 2", np.full((20, 1, 8, 8), 7, np.uint8)).parameters()["0.weight"]
    assert np.isfinite(weights).all()


def test_a_training_by_whitening_is_recorded_with_its_first_weights_replayed_and_resumed(tmp_path: Path) -> None:
    data = lp.load_data(classes=["Sneaker", "Bag"], train_per_class=40, test_per_class=10)
    text = "1x28x28 | conv 6x3x3 pad1 | batchnorm relu | maxpool 4 | conv 6x3x3 pad1 relu | dense 2"
    settings = lp.TrainingSettings(whitening=True, initialization="identity", epochs=2, batch_size=10)
    run = lp.train(lp.Network.parse(text), data, settings=settings, runs=tmp_path)
    assert run.folder is not None
    first = lp.Network.parse(text)
    first.normalization = run.network.normalization
    first.initialize(settings.seed, "identity")
    first.whiten(data.train_images)
    assert initial_model(run.folder).digest == first.digest
    lp.replay(run.folder)
    longer = lp.resume(run.folder, epochs=3, anew=True)
    assert longer.folder is not None
    assert read_record(longer.folder)["network"]["start"] == "seed"
    (run.folder / "initial.safetensors").unlink()  # the images give it again
    lp.replay(run.folder)
    other = lp.train(lp.Network.parse(text), data, settings=settings, runs=None)
    assert other.digest == run.digest


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "1x8x8 | dense 2",
            r"whitening: expected a network that begins with a convolution that sees all planes, got 1x8x8",
        ),
        ("1x8x8 | maxpool 2 | conv 4x3x3 | dense 2", "whitening: expected a network that begins with a convolution"),
        ("1x8x8 | conv 4x3x3 separate | dense 2", "whitening: expected a network that begins with a convolution"),
        ("1x8x8 | conv 4x9x9 pad4 | dense 2", "whitening: expected filters that fit into images of 1x8x8, got 9x9"),
    ],
)
def test_networks_without_such_a_first_layer_are_refused_and_left_as_they_were(text: str, message: str) -> None:
    network = lp.Network.parse(text)
    network.initialize()
    before = network.digest
    with pytest.raises(ValueError, match=message):
        network.whiten(np.zeros((4, 1, 8, 8), np.uint8))
    assert network.digest == before


def test_filters_that_are_too_large_for_their_components_are_refused() -> None:
    network = lp.Network.parse("3x32x32 | conv 4x15x15 | dense 2")
    network.initialize()
    with pytest.raises(ValueError, match="whitening: expected filters of at most 256 weights, got 675"):
        network.whiten(np.zeros((4, 3, 32, 32), np.uint8))


def test_a_network_without_weights_is_refused() -> None:
    with pytest.raises(ValueError, match="the network has no weights"):
        lp.Network.parse("1x8x8 | conv 4x3x3 | dense 2").whiten(np.zeros((4, 1, 8, 8), np.uint8))


def test_a_training_whose_network_cannot_whiten_says_so_and_leaves_it_untrained(tmp_path: Path) -> None:
    data = lp.load_data(classes=["Sneaker", "Bag"], train_per_class=20, test_per_class=10)
    network = lp.Network.parse("1x28x28 | dense 2")
    with pytest.raises(ValueError, match=r"whitening: expected .*; without whitening, any network can be trained"):
        lp.train(network, data, whitening=True, epochs=1, runs=tmp_path)
    assert not network.initialized
    assert not list(tmp_path.iterdir())
