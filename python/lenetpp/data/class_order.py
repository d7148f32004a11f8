"""The same data under classes in another order, or among more of them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lenetpp.basics.kinds import check_kind
from lenetpp.data.dataset import Dataset


def relabelled(data: Dataset, classes: Sequence[str], numbers: Sequence[int]) -> Dataset:
    """Return the data with other classes, of which each of its own is the one of a number."""
    if data.classes == tuple(classes) and list(numbers) == list(range(len(numbers))):
        return data
    new_label = np.array(numbers, dtype=np.int32)
    validation = data.validation_labels
    return replace(
        data,
        classes=tuple(classes),
        train_labels=new_label[data.train_labels],
        test_labels=new_label[data.test_labels],
        validation_labels=None if validation is None else new_label[validation],
    )


def in_order_of(classes: Sequence[str], data: Dataset) -> Dataset:
    """Return the data with these classes, if they are the data's own in another order; else as they are."""
    check_kind(data, Dataset, "data", "a Dataset")
    if sorted(classes) != sorted(data.classes):
        return data
    return relabelled(data, classes, [list(classes).index(name) for name in data.classes])
