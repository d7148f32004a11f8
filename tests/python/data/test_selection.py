"""Selecting classes and samples against a plain loop over the samples, and what cannot be selected."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetpp.data import DataError, Dataset, load_data
from lenetpp.data.selection import select

NAMES = ("cat", "dog", "7", "ox")


def numbered(labels: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Images whose only pixel tells which sample they are."""
    return np.arange(len(labels), dtype=np.float32).reshape(-1, 1, 1, 1), np.array(labels)


def samples_of(images: np.ndarray | None) -> list[int]:
    return [] if images is None else [int(pixel) for pixel in images.flat]


@given(
    train=st.permutations([0] * 4 + [1] * 5 + [2] * 6 + [3] * 7),
    test=st.permutations([0, 1, 2, 3] * 3),
    chosen=st.permutations(range(4)).flatmap(lambda order: st.integers(1, 4).map(lambda count: order[:count])),
    train_count=st.none() | st.integers(1, 2),
    test_count=st.none() | st.integers(1, 3),
    validation_count=st.none() | st.integers(1, 2),
)
def test_selection_agrees_with_a_plain_loop(
    train: list[int],
    test: list[int],
    chosen: list[int],
    train_count: int | None,
    test_count: int | None,
    validation_count: int | None,
) -> None:
    data = select(
        Dataset.from_arrays(numbered(train), numbered(test), classes=NAMES),
        classes=chosen,
        train_per_class=train_count,
        test_per_class=test_count,
        validation_per_class=validation_count,
    )
    taken, held_out = set(), set()
    for label in chosen:
        samples = [sample for sample in range(len(train)) if train[sample] == label]
        for _ in range(validation_count or 0):
            held_out.add(samples.pop())
        taken.update(samples[:train_count])
    assert samples_of(data.train_images) == sorted(taken)
    assert samples_of(data.validation_images) == sorted(held_out)
    assert [chosen[label] for label in data.train_labels] == [train[sample] for sample in sorted(taken)]
    if data.validation_labels is not None:
        assert [chosen[label] for label in data.validation_labels] == [train[sample] for sample in sorted(held_out)]
    seen = dict.fromkeys(chosen, 0)
    expected_test = []
    for sample, label in enumerate(test):
        if label in seen and (test_count is None or seen[label] < test_count):
            expected_test.append(sample)
            seen[label] += 1
    assert samples_of(data.test_images) == expected_test
    assert [chosen[label] for label in data.test_labels] == [test[sample] for sample in expected_test]
    assert data.classes == tuple(NAMES[label] for label in chosen)


@pytest.fixture
def data() -> Dataset:
    return Dataset.from_arrays(numbered([0, 1, 2, 3] * 5), numbered([0, 1, 2, 3]), classes=NAMES)


@pytest.mark.parametrize(
    ("classes", "expected"),
    [(["ox", "cat"], ("ox", "cat")), ([3, 0], ("ox", "cat")), (["3", "0"], ("ox", "cat")), (["7"], ("7",))],
)
def test_classes_are_named_or_numbered_and_a_name_comes_first(
    data: Dataset, classes: list[str | int], expected: tuple[str, ...]
) -> None:
    assert select(data, classes=classes).classes == expected


def test_without_arguments_the_data_are_the_same_object(data: Dataset) -> None:
    assert select(data) is data


def test_validation_part_does_not_depend_on_how_many_are_trained_on(data: Dataset) -> None:
    few = select(data, train_per_class=1, validation_per_class=2)
    many = select(data, train_per_class=3, validation_per_class=2)
    assert samples_of(few.validation_images) == samples_of(many.validation_images) == list(range(12, 20))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"classes": ["cow"]}, "classes has 'cow', which is no class of these data; there are 0 'cat', 1 'dog'"),
        ({"classes": [4]}, "classes has 4"),
        ({"classes": [-1]}, "classes has -1"),
        ({"classes": [True]}, "classes has True"),
        ({"classes": [1.0]}, "classes has 1.0"),
        ({"classes": ["cat", 0]}, "classes names 'cat' twice"),
        ({"classes": []}, r"classes must be a sequence of names or numbers, such as \['cat'\], but is \[\]"),
        ({"classes": "cat"}, "but is 'cat'"),
        ({"train_per_class": 0}, "train_per_class must be a whole number of at least 1, but is 0"),
        ({"test_per_class": 1.5}, "test_per_class must be a whole number of at least 1, but is 1.5"),
        ({"validation_per_class": True}, "validation_per_class must be a whole number of at least 1, but is True"),
        ({"train_per_class": 6}, "train_per_class=6 asks for more than the 5 training images of class 'cat' there are"),
        (
            {"train_per_class": 4, "validation_per_class": 2},
            "train_per_class=4 asks for more than the 3 training images of class 'cat' there are, besides 2 for valid",
        ),
        ({"test_per_class": 2}, "test_per_class=2 asks for more than the 1 test images of class 'cat' there are"),
        ({"validation_per_class": 5}, "would leave no training image of class 'cat', which has 5"),
    ],
)
def test_what_cannot_be_selected_is_named(data: Dataset, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        select(data, **arguments)


def test_selection_spells_out_what_was_asked_and_gives_the_same_data_again() -> None:
    data = load_data(classes=[8, "Dress"], train_per_class=np.int64(3), validation_per_class=2)  # type: ignore[arg-type]
    assert data.selection == {"classes": ["Bag", "Dress"], "train_per_class": 3, "validation_per_class": 2}
    assert type(data.selection["train_per_class"]) is int
    assert load_data(data.name, **data.selection).digest == data.digest
