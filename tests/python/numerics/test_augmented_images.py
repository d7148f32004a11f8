"""Turned, scaled, sheared, cut and recoloured training images against NumPy, through the images and in training."""

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import needs
from lenetpp import _core
from reference.augmentation import Limits, augment, cut_out, movement, recolour, warp
from reference.network import normalize

from .cases import Case

SEED, EPOCH, COUNT = 2**40 + 1, 3, 5
MEAN, DEVIATION = 100.0, 50.0


def some_images(planes: int, height: int, width: int, kind: str = "uint8") -> Any:
    generator = np.random.default_rng([planes, height, width])
    common, own = (generator.integers(0, 128, (COUNT, n, height, width)) for n in (1, planes))  # colours go together
    return (common + own).astype(kind)


def normalized_network(planes: int, height: int, width: int) -> _core.Network:
    network = _core.Network(f"{planes}x{height}x{width} | dense 2")
    network.set_normalization(np.full(planes, MEAN, np.float32), np.full(planes, DEVIATION, np.float32))
    return network


def seen(images: Any, index: int, **settings: Any) -> NDArray[np.float32]:
    network = normalized_network(*images.shape[1:])
    return _core.augmented_image(network, images, seed=SEED, epoch=EPOCH, index=index, **settings)


def as_seen(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    return (pixels - MEAN) / DEVIATION


@given(
    shape=st.tuples(st.integers(1, 4), st.integers(1, 9), st.integers(1, 12)),
    kind=st.sampled_from(("uint8", "float32")),
    limits=st.builds(
        Limits,
        rotation_degrees=st.sampled_from((0.0, 15.0, 179.0)),
        scaling=st.sampled_from((0.0, 0.2, 0.99)),
        shear=st.sampled_from((0.0, 0.3, 1.0)),
        cutout_pixels=st.integers(0, 5),
        brightness=st.sampled_from((0.0, 0.4, 1.0)),
        contrast=st.sampled_from((0.0, 0.4, 1.0)),
        colour_noise=st.sampled_from((0.0, 0.1, 1.0)),
    ),
    flip=st.booleans(),
    shift=st.integers(0, 2),
    index=st.integers(0, COUNT - 1),
)
def test_an_image_is_what_numpy_makes_of_it(
    shape: tuple[int, int, int], kind: str, limits: Limits, flip: bool, shift: int, index: int
) -> None:
    shift, limits = (
        min(shift, *(side - 1 for side in shape[1:])),
        limits._replace(cutout_pixels=min(limits.cutout_pixels, *shape[1:])),
    )
    images = some_images(*shape, kind)
    pixels = images.astype(np.float64)
    mirrored, down, right = movement(SEED, EPOCH, index, flip, shift)
    image = as_seen(recolour(pixels[index], pixels, SEED, EPOCH, index, limits))
    if limits.rotation_degrees or limits.scaling or limits.shear:
        image = warp(image[:, :, ::-1] if mirrored else image, SEED, EPOCH, index, limits, down, right)
    else:
        image = augment(image, mirrored, down, right)
    image = cut_out(image, SEED, EPOCH, index, limits)
    found = seen(images, index, flip_horizontally=flip, shift_pixels=shift, **limits._asdict())
    np.testing.assert_allclose(found, image, atol=2e-4)


def test_a_quarter_of_a_turn_is_clockwise_and_exact_where_pixels_meet() -> None:
    from reference.augmentation import between
    from reference.random_numbers import Purpose, random_words

    drawn = between(random_words(SEED, Purpose.GEOMETRY, EPOCH, 0)[0], 1.0)
    images = some_images(3, 5, 5)
    limit = 90.0 / abs(drawn)
    if limit >= 180.0:
        pytest.skip("this seed draws a small angle")
    expected = as_seen(np.rot90(images[0], -1 if drawn > 0 else 1, axes=(1, 2)).astype(np.float64))
    np.testing.assert_allclose(
        seen(images, 0, rotation_degrees=limit)[:, 1:-1, 1:-1], expected[:, 1:-1, 1:-1], atol=1e-5
    )


def test_alternating_flips_show_each_image_both_ways_in_any_two_epochs() -> None:
    images = some_images(2, 3, 7)
    settings: dict[str, Any] = {"flip_horizontally": True, "alternate_flips": True, "seed": SEED}
    network = normalized_network(2, 3, 7)
    plain = normalize(images, (np.full(2, MEAN, np.float32), np.full(2, DEVIATION, np.float32)))
    first = []
    for index in range(COUNT):
        mirrored = [
            not np.allclose(
                _core.augmented_image(network, images, epoch=epoch, index=index, **settings), plain[index], atol=1e-5
            )
            for epoch in range(6)
        ]
        assert mirrored == [mirrored[0], not mirrored[0]] * 3
        first.append(mirrored[0])
    assert first == [movement(SEED, 0, index, flip=True, shift=0)[0] for index in range(COUNT)]


@pytest.mark.parametrize(
    "settings",
    [
        {"rotation_degrees": 20.0, "scaling": 0.2, "shear": 0.1},
        {"cutout_pixels": 3},
        {"brightness": 0.3, "contrast": 0.3, "colour_noise": 0.1},
        {"flip_horizontally": True, "alternate_flips": True, "shift_pixels": 1, "rotation_degrees": 5.0},
    ],
)
def test_training_sees_the_images_that_are_shown_with_any_number_of_threads(settings: dict[str, Any]) -> None:
    images = some_images(3, 6, 9)
    networks = []
    for threads in (1, 3):
        network = _core.Network(f"3x6x9 | dense {COUNT} nobias")
        network.set_parameter("0.weight", np.zeros((COUNT, 162), np.float32))
        network.set_normalization(np.full(3, MEAN, np.float32), np.full(3, DEVIATION, np.float32))
        trainer = _core.Trainer(
            network, batch_size=COUNT, loss="squared_error", reduction="sum", seed=SEED, threads=threads, **settings
        )
        trainer.train_epoch(
            images, np.arange(COUNT, dtype=np.int32), epoch=EPOCH, learning_rate=_core.LearningRate(1.0)
        )
        networks.append(network.parameter("0.weight"))
    expected = np.stack([seen(images, index, **settings).ravel() for index in range(COUNT)])
    np.testing.assert_array_equal(networks[0], networks[1])
    np.testing.assert_allclose(networks[0], expected, atol=1e-6)


def test_smoothed_targets_are_those_of_pytorch() -> None:
    torch: Any = needs.module("torch")
    case = Case("1x2x3 | dense 4", batch=6)
    network = case.network64()
    weights, bias = (torch.tensor(network.parameter(f"0.{name}"), requires_grad=True) for name in ("weight", "bias"))
    inputs = torch.tensor(case.images.reshape(6, -1).astype(np.float64))
    loss = torch.nn.functional.cross_entropy(
        inputs @ weights.T + bias, torch.tensor(case.labels.astype(np.int64)), label_smoothing=0.2
    )
    loss.backward()
    before = network.parameter("0.weight")
    result = _core.Trainer(network, batch_size=6, label_smoothing=0.2).train_epoch(
        case.images, case.labels, epoch=0, learning_rate=_core.LearningRate(1.0)
    )
    assert result.loss == pytest.approx(loss.item(), rel=1e-12)
    np.testing.assert_allclose(before - network.parameter("0.weight"), weights.grad.numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"rotation_degrees": 180.0}, "rotation_degrees: expected a number in [0, 180), got 180"),
        ({"shear": 1.5}, "shear: expected a number in [0, 1], got 1.5"),
        ({"cutout_pixels": 10}, "cutout_pixels: expected 0 to 9 for images of 5x6x9, got 10"),
        ({"colour_noise": 0.1}, "colour_noise: expected 0 for images of 5x6x9, which have more than 4 planes, got 0.1"),
        ({"alternate_flips": True}, "alternate_flips: expected beside flip_horizontally"),
    ],
)
def test_what_cannot_be_is_refused_by_name(settings: dict[str, Any], message: str) -> None:
    images = some_images(5, 6, 9)
    with pytest.raises(ValueError, match=re.escape(message)):
        seen(images, 0, **settings)
