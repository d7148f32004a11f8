"""Dataset: what it accepts, what it refuses and how it says so, and its digest."""

import dataclasses
import hashlib
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lenetpp.data import DataError, Dataset

IMAGES = np.arange(4 * 2 * 3 * 5, dtype=np.uint8).reshape(4, 2, 3, 5)
LABELS = np.array([0, 1, 1, 0])
PART = (IMAGES, LABELS)


@given(
    shape=arrays.array_shapes(min_dims=4, max_dims=4, max_side=6),
    dtype=st.sampled_from([np.uint8, np.float32]),
    label_dtype=st.sampled_from([np.uint8, np.int8, np.int32, np.uint64]),
    transposed=st.booleans(),
)
def test_arrays_of_any_shape_and_layout_keep_their_values(
    shape: tuple[int, ...], dtype: type[np.generic], label_dtype: type[np.generic], transposed: bool
) -> None:
    images = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    if transposed:
        images = np.asfortranarray(images)
    labels = (np.arange(shape[0]) % 3).astype(label_dtype)
    data = Dataset.from_arrays((images, labels), (images, labels), classes=["a", "b", "c"])
    assert data.train_images.dtype == dtype
    assert data.train_images.flags.c_contiguous
    np.testing.assert_array_equal(data.train_images, images)
    assert data.test_labels.dtype == np.int32
    np.testing.assert_array_equal(data.test_labels, labels)
    assert data.input_shape == shape[1:]


def test_images_without_planes_have_one() -> None:
    data = Dataset.from_arrays((IMAGES[:, 0], LABELS), (IMAGES[:, 0], LABELS))
    assert data.train_images.shape == (4, 1, 3, 5)


def test_classes_are_numbered_by_default() -> None:
    assert Dataset.from_arrays((IMAGES, [0, 2, 0, 0]), PART).classes == ("0", "1", "2")


def test_labels_that_would_make_absurdly_many_classes_are_refused() -> None:
    with pytest.raises(DataError, match="label 1099511627776 would make 1099511627777 classes"):
        Dataset.from_arrays((IMAGES, [0, 2**40, 0, 0]), PART)


def test_arrays_at_odd_addresses_are_copied_to_even_ones() -> None:
    floats = np.frombuffer(b"x" + np.arange(24, dtype=np.float32).tobytes(), np.float32, offset=1).reshape(4, 1, 2, 3)
    labels = np.frombuffer(b"x" + LABELS.astype(np.int32).tobytes(), np.int32, offset=1)
    assert not floats.flags.aligned
    data = Dataset.from_arrays((floats, labels), (floats, labels))
    assert data.train_images.flags.aligned
    assert data.train_labels.flags.aligned
    np.testing.assert_array_equal(data.train_images, floats)


def test_a_data_set_cannot_be_changed_but_the_callers_array_can() -> None:
    mine = IMAGES.copy()
    data = Dataset.from_arrays((mine, LABELS), PART)
    with pytest.raises(ValueError, match="read-only"):
        data.train_images[0] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.name = "other"  # type: ignore[misc]
    mine[0] = 0


def test_parts_come_in_order_and_only_those_there_are() -> None:
    data = Dataset.from_arrays(PART, PART)
    assert [name for name, _, _ in data.parts()] == ["train", "test"]
    with_validation = Dataset.from_arrays(PART, PART, validation=(IMAGES[:1], LABELS[:1]))
    assert [(name, len(images)) for name, images, _ in with_validation.parts()] == [
        ("train", 4),
        ("validation", 1),
        ("test", 4),
    ]
    assert repr(with_validation) == "<Dataset arrays: 4 train, 1 validation, 4 test images of 2x3x5, 2 classes>"


def test_digest_is_the_sha256_of_the_documented_bytes() -> None:
    floats = np.array([[[[0.5, -2.0]]], [[[1.0, 3.25]]]], dtype=np.float32)
    data = Dataset.from_arrays((floats, [1, 0]), (floats[:1], [1]), validation=(floats[1:], [0]), classes=["x", "ü"])
    expected = b"lenetpp dataset 1\n" + '["x", "ü"]\n'.encode()
    expected += b"train images float32 2x1x1x2\n" + struct.pack("<4f", 0.5, -2.0, 1.0, 3.25)
    expected += b"train labels int32 2\n" + struct.pack("<2i", 1, 0)
    expected += b"validation images float32 1x1x1x2\n" + struct.pack("<2f", 1.0, 3.25)
    expected += b"validation labels int32 1\n" + struct.pack("<i", 0)
    expected += b"test images float32 1x1x1x2\n" + struct.pack("<2f", 0.5, -2.0)
    expected += b"test labels int32 1\n" + struct.pack("<i", 1)
    assert data.digest == hashlib.sha256(expected).hexdigest()


def test_digest_tells_a_pixel_a_label_a_name_and_a_shape_apart() -> None:
    def changed(array: np.ndarray) -> np.ndarray:
        other = array.copy()
        other.flat[-1] ^= 1
        return other

    variants = [
        Dataset.from_arrays(PART, PART, classes=["a", "b"]),
        Dataset.from_arrays((changed(IMAGES), LABELS), PART, classes=["a", "b"]),
        Dataset.from_arrays(PART, (changed(IMAGES), LABELS), classes=["a", "b"]),
        Dataset.from_arrays((IMAGES, changed(LABELS)), PART, classes=["a", "b"]),
        Dataset.from_arrays(PART, PART, classes=["a", "c"]),
        Dataset.from_arrays(PART, PART, validation=PART, classes=["a", "b"]),
        Dataset.from_arrays(
            (IMAGES.reshape(4, 2, 5, 3), LABELS), (IMAGES.reshape(4, 2, 5, 3), LABELS), classes=["a", "b"]
        ),
    ]
    assert len({data.digest for data in variants}) == len(variants)
    assert Dataset.from_arrays(PART, PART, classes=["a", "b"], name="other").digest == variants[0].digest


NOT_FINITE = IMAGES.astype(np.float32)
NOT_FINITE[2, 1, 0, 0] = np.nan


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (IMAGES.astype(np.float64), r"train_images must be uint8 or float32, but are float64: convert with"),
        (IMAGES.tolist(), "train_images must be uint8 or float32, but are int64"),
        (IMAGES.astype(object), "but are object"),
        (IMAGES.astype(">f4"), "but are >f4"),
        ([[1], [1, 2]], "train_images must be an array, but cannot be made one"),
        (IMAGES[0, 0], r"must have shape \(N, planes, height, width\) or \(N, height, width\), not \(3, 5\)"),
        (IMAGES[np.newaxis], r"not \(1, 4, 2, 3, 5\)"),
        (IMAGES[:0], r"train_images must not be empty, but have shape \(0, 2, 3, 5\)"),
        (IMAGES[:, :0], "must not be empty"),
        (np.zeros((4, 8, 8, 3), np.uint8), r"looks like planes last; .*images.transpose\(0, 3, 1, 2\)"),
        (np.zeros((4, 8, 9, 4), np.uint8), "8 planes of 9 rows and 4 columns, make the data set with lenetpp.Dataset"),
        (NOT_FINITE, "train_images must be finite, but image 2 has NaN or infinity"),
        (np.full((4, 1, 1, 1), np.inf, np.float32), "image 0 has NaN or infinity"),
    ],
)
def test_wrong_images_are_named(images: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        Dataset.from_arrays((images, LABELS), PART, classes=["a", "b"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (LABELS.astype(float), "test_labels must be integers, but are float64: convert with"),
        (LABELS.astype(bool), "test_labels must be integers, but are bool"),
        (np.eye(4, dtype=int), r"must have shape \(N,\), not \(4, 4\): from one-hot rows, labels.argmax"),
        (LABELS[:, np.newaxis], r"not \(4, 1\): bring them there with labels.reshape\(-1\)"),
        (LABELS[:3], "test_labels must be one for each of the 4 images, but there are 3"),
        ([0, 1, 2, 0], r"test_labels must be in 0..1, the 2 classes, but label 2 is 2"),
        ([0, 1, 1, -1], "but label 3 is -1"),
        (np.array([0, 2**32, 0, 0]), "but label 1 is 4294967296"),
    ],
)
def test_wrong_labels_are_named(labels: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        Dataset.from_arrays(PART, (IMAGES, labels), classes=["a", "b"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        ([], "at least one name"),
        ("ab", "a sequence of names, not the one string 'ab'"),
        (["a", "a"], "classes must differ, but 'a' is class 0 and class 1"),
        (["a", ""], "class 1 is ''"),
        (["a", 1], "non-empty strings, but class 1 is 1"),
        (["a", "\udcff"], "classes must be valid Unicode, but class 1 is"),
    ],
)
def test_wrong_classes_are_named(classes: list[str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        Dataset.from_arrays(PART, PART, classes=classes)


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ((IMAGES[:, :1], LABELS), "test_images are uint8 1x3x5, but train_images uint8 2x3x5"),
        ((IMAGES.astype(np.float32), LABELS), "test_images are float32 2x3x5, but train_images uint8"),
        (IMAGES, r"test must be a pair \(images, labels\), but is ndarray"),
    ],
)
def test_parts_that_do_not_fit_together_are_named(test: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        Dataset.from_arrays(PART, test)  # type: ignore[arg-type]


def test_validation_images_need_labels() -> None:
    with pytest.raises(DataError, match="must be given together"):
        dataclasses.replace(Dataset.from_arrays(PART, PART), validation_images=IMAGES)


def test_the_class_itself_takes_every_shape_at_its_word() -> None:
    images, labels = np.arange(2 * 8 * 8 * 3).astype(np.uint8).reshape(2, 8, 8, 3), np.array([0, 1], np.int32)
    with pytest.raises(DataError, match=r"8 planes of 8 rows and 3 columns, make .* with lenetpp\.Dataset\(train_im"):
        Dataset.from_arrays((images, labels), (images, labels))
    data = Dataset(images, labels, images, labels, ("a", "b"))
    assert data.input_shape == (8, 8, 3)
    assert dataclasses.replace(data, name="other").input_shape == (8, 8, 3)


def test_float64_from_0_to_1_becomes_float32() -> None:
    shares = IMAGES / 255
    data = Dataset.from_arrays((shares, LABELS), (shares.astype(np.float32), LABELS))
    assert data.train_images.dtype == np.float32
    np.testing.assert_array_equal(data.train_images, shares.astype(np.float32))
    for other in (shares + 1e-9, shares - 1e-9, np.where(shares == shares.max(), 1.1, shares)):
        if other.min() < 0 or other.max() > 1:
            with pytest.raises(DataError, match="must be uint8 or float32, but are float64"):
                Dataset.from_arrays((other, LABELS), PART)


def test_length_index_and_iteration_are_those_of_the_training_images() -> None:
    data = Dataset.from_arrays((IMAGES, LABELS, [1.0, 2.0, 3.0, 4.0]), (IMAGES[:1], LABELS[:1]), name="four")
    assert len(data) == 4
    image, label = data[-2]
    np.testing.assert_array_equal(image, IMAGES[2])
    assert (label, type(label)) == (1, int)
    assert [label for _, label in data] == LABELS.tolist()
    for chosen, expected in (
        (slice(1, 3), [1, 2]),
        ([3, 0], [3, 0]),
        (LABELS == 1, [1, 2]),
    ):
        part = data[chosen]
        np.testing.assert_array_equal(part.train_images, IMAGES[expected])
        assert part.train_labels.tolist() == LABELS[expected].tolist()
        assert part.train_weights is not None
        assert part.train_weights.tolist() == [expected_index + 1.0 for expected_index in expected]
        np.testing.assert_array_equal(part.test_images, IMAGES[:1])
        assert part.name == "four, in part"
        assert part.selection == {}
    with pytest.raises(IndexError):
        data[4]
    with pytest.raises(DataError, match="must not be empty"):
        data[:0]


@given(
    counts=st.lists(st.integers(3, 40), min_size=2, max_size=4),
    validation=st.floats(0.01, 0.4),
    test=st.floats(0.01, 0.4),
    seed=st.integers(0, 9),
)
def test_a_split_takes_the_last_images_of_each_class(
    counts: list[int], validation: float, test: float, seed: int
) -> None:
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    images = np.arange(len(labels), dtype=np.uint8).reshape(-1, 1, 1, 1)
    data = Dataset.from_arrays((images, labels)).split(validation=validation, test=test)
    assert data.validation_images is not None
    parts = [part.images[:, 0, 0, 0] for part in data.parts()]
    assert sorted(np.concatenate(parts).tolist()) == images[:, 0, 0, 0].tolist()
    for part in data.parts():
        np.testing.assert_array_equal(labels[part.images[:, 0, 0, 0]], part.labels)
        assert sorted(part.images[:, 0, 0, 0]) == part.images[:, 0, 0, 0].tolist()
    for label, count in enumerate(counts):
        of_class = [numbers[labels[numbers] == label] for numbers in parts]
        assert [len(numbers) for numbers in of_class[1:]] == [
            max(1, int(share * count)) for share in (validation, test)
        ]
        assert of_class[0].max() < of_class[1].min() <= of_class[1].max() < of_class[2].min()


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ({"test": 1.0}, "test must be a share of the training images, from 0 to below 1, but is 1.0"),
        ({"validation": -0.1}, "validation must be a share"),
        ({"validation": 0.6, "test": 0.5}, "no image of class '0', which has 2, would be left to train on"),
    ],
)
def test_splits_that_cannot_be_are_refused(shares: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        Dataset.from_arrays(PART).split(**shares)


def test_a_part_that_is_there_is_not_made_twice() -> None:
    with pytest.raises(DataError, match="test must be 0 for arrays, which has a test part"):
        Dataset.from_arrays(PART, PART).split(test=0.5)


def test_without_other_parts_nothing_judges() -> None:
    data = Dataset.from_arrays(PART)
    assert repr(data) == "<Dataset arrays: 4 train images of 2x3x5, 2 classes>"
    assert data.test_images.shape == (0, 2, 3, 5)
    assert data.digest != Dataset.from_arrays(PART, PART).digest
    with pytest.raises(DataError, match=r"arrays has only training images, .*: set some apart by data.split"):
        _ = data.unseen
    assert Dataset.from_arrays(PART, validation=PART).unseen.name == "validation"
    assert Dataset.from_arrays(PART, PART, validation=PART).unseen.name == "test"
