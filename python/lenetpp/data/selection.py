"""Choosing classes and a number of samples of each, always the same ones."""

import dataclasses
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.suggestions import did_you_mean
from lenetpp.data.dataset import Dataset, Selection
from lenetpp.data.errors import DataError

DEFAULT_SPLIT_SEED = 1


def select(
    data: Dataset,
    *,
    classes: Sequence[str | int] | None = None,
    train_per_class: int | None = None,
    test_per_class: int | None = None,
    validation_per_class: int | None = None,
) -> Dataset:
    """Return the chosen part of `data`; what the arguments mean is said by `load_data`.

    Raises
    ------
    DataError
        If a class is unknown or named twice, or there are fewer samples than asked for.
    """
    chosen = _class_indices(classes, data.classes)
    train_count = _count(train_per_class, "train_per_class")
    test_count = _count(test_per_class, "test_per_class")
    validation_count = _count(validation_per_class, "validation_per_class")
    selection = Selection()
    selection.update(data.selection)
    if classes is not None:
        selection["classes"] = [data.classes[index] for index in chosen]
    if train_count is not None:
        selection["train_per_class"] = train_count
    if test_count is not None:
        selection["test_per_class"] = test_count
    if validation_count is not None:
        selection["validation_per_class"] = validation_count
    if selection == data.selection:
        return data

    # Images for validation are the first of the validation part or, without one, the last of the training part.
    from_train = data.validation_images is None
    validation_images = data.train_images if data.validation_images is None else data.validation_images
    validation_labels = data.train_labels if data.validation_labels is None else data.validation_labels
    if test_count is not None and len(data.test_labels) == 0:
        raise DataError(f"test_per_class must be left out, because {data.name} has no test part")
    train, validation, test = [], [], []  # samples, class by class
    for index in chosen:
        name = data.classes[index]
        of_class = np.flatnonzero(data.train_labels == index)
        held_out = np.flatnonzero(validation_labels == index)
        if from_train:
            of_class, held_out = _hold_out(of_class, validation_count, name)
        what = f"training images of class {name!r}"
        train.append(_first(of_class, train_count, "train_per_class", what, len(held_out) if from_train else 0))
        what = f"validation images of class {name!r}"
        validation.append(_first(held_out, validation_count, "validation_per_class", what))
        of_class = np.flatnonzero(data.test_labels == index)
        test.append(_first(of_class, test_count, "test_per_class", f"test images of class {name!r}"))

    new_labels = np.full(len(data.classes), -1, dtype=np.int32)
    new_labels[chosen] = np.arange(len(chosen), dtype=np.int32)
    train_samples, validation_samples, test_samples = (
        np.sort(np.concatenate(part)) for part in (train, validation, test)
    )
    samples = {"train": train_samples, "validation": validation_samples, "test": test_samples}
    sources = {"train": "train", "validation": "train" if from_train else "validation", "test": "test"}
    files = {
        part: data.files[source][samples[part]]
        for part, source in sources.items()
        if source in data.files and len(samples[part])
    }
    return dataclasses.replace(
        data,
        files=files,
        train_images=data.train_images[train_samples],
        train_labels=new_labels[data.train_labels[train_samples]],
        test_images=data.test_images[test_samples],
        test_labels=new_labels[data.test_labels[test_samples]],
        validation_images=validation_images[validation_samples] if len(validation_samples) else None,
        validation_labels=new_labels[validation_labels[validation_samples]] if len(validation_samples) else None,
        train_weights=None if data.train_weights is None else data.train_weights[train_samples],
        validation_weights=None if data.validation_weights is None else data.validation_weights[validation_samples],
        classes=tuple(data.classes[index] for index in chosen),
        selection=selection,
    )


def split_by_shares(data: Dataset, validation: float | None, test: float | None, split_seed: int | None) -> Dataset:
    """Return the data with shares of the training images set apart, as `load_data` says.

    Raises
    ------
    DataError
        If a share is none, the data have such a part, or none of a class would be left.
    """
    for part, share in (("validation", validation), ("test", test)):
        check_share(share, part)
        if share and part in {there.name for there in data.parts()}:
            raise DataError(f"{part} must be left out for {data.name}, which has a {part} part")
    if not validation and not test and split_seed is not None:
        raise DataError("split_seed must be left out without a share to draw: give validation or test, such as 0.2")
    seed = DEFAULT_SPLIT_SEED if split_seed is None else split_seed
    check_split_seed(seed)
    selection = Selection()
    selection.update(data.selection)
    if validation is not None:
        selection["validation"] = float(validation)
    if test is not None:
        selection["test"] = float(test)
    if validation or test:
        selection["split_seed"] = int(seed)
        name = data.name
        data = dataclasses.replace(data.split(validation=validation or 0.0, test=test or 0.0, seed=seed), name=name)
    return dataclasses.replace(data, selection=selection)


def check_share(share: Any, part: str) -> None:
    """Raise DataError unless it is None or a share of the images of each class."""
    is_number = isinstance(share, int | float | np.floating) and not isinstance(share, bool)
    if share is not None and not (is_number and 0 <= share < 1):
        raise DataError(
            f"{part} must be a share of the images of each class, from 0 to below 1, such as 0.2, but is {share!r}"
            + (f": a number of them is {part}_per_class" if is_number and share >= 1 else "")
        )


def check_split_seed(seed: Any) -> None:
    """Raise DataError unless it is a seed of shares."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**63:
        raise DataError(f"split_seed must be a whole number from 0 to 2**63 - 1, but is {seed!r}")


def _class_indices(classes: Any, names: tuple[str, ...]) -> list[int]:
    if classes is None:
        return list(range(len(names)))
    if isinstance(classes, str) or not isinstance(classes, Sequence) or not classes:
        raise DataError(f"classes must be a sequence of names or numbers, such as {[names[0]]}, but is {classes!r}")
    indices: list[int] = []
    for wanted in classes:
        index = _class_index(wanted, names)
        if index in indices:
            raise DataError(f"classes names {names[index]!r} twice")
        indices.append(index)
    return indices


def _class_index(wanted: Any, names: tuple[str, ...]) -> int:
    if isinstance(wanted, str) and wanted in names:
        return names.index(wanted)
    # The shell has only text: a text of digits that is no name is a number.
    if isinstance(wanted, int | np.integer) or (isinstance(wanted, str) and wanted.isdecimal()):
        index = int(wanted)
        if not isinstance(wanted, bool) and 0 <= index < len(names):
            return index
    known = ", ".join(f"{index} {name!r}" for index, name in enumerate(names))
    hint = did_you_mean(wanted, names) if isinstance(wanted, str) else ""
    raise DataError(f"classes has {wanted!r}, which is no class of these data{hint}; there are {known}")


def _count(value: Any, argument: str) -> int | None:
    if value is None:
        return None
    try:
        count = operator.index(value)
    except TypeError:
        count = 0
    if count < 1 or isinstance(value, bool):
        raise DataError(f"{argument} must be a whole number of at least 1, but is {value!r}")
    return count


def _hold_out(samples: NDArray[np.intp], count: int | None, name: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Split off the last `count`: they stay the same, however many of the first are then trained on."""
    count = count or 0
    if count and count >= len(samples):
        raise DataError(
            f"validation_per_class={count} would leave no training image of class {name!r}, which has {len(samples)}"
        )
    return samples[: len(samples) - count], samples[len(samples) - count :]


def _first(
    samples: NDArray[np.intp],
    count: int | None,
    argument: str,
    what: str,
    held_out_count: int = 0,
) -> NDArray[np.intp]:
    if count is None:
        return samples
    if count > len(samples):
        kept_aside = f", besides {held_out_count} for validation" if held_out_count else ""
        raise DataError(f"{argument}={count} asks for more than the {len(samples)} {what} there are{kept_aside}")
    return samples[:count]
