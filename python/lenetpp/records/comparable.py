"""Which runs' accuracies can be compared: those that were measured on the same test images."""

from collections.abc import Mapping
from typing import Any

from lenetpp.data.places import EMBEDDED_NAME
from lenetpp.data.published import PUBLISHED

LOADED_BY_NAME = (EMBEDDED_NAME, *PUBLISHED)


def accuracy_column(row: Mapping[str, Any]) -> str:
    """Return the accuracy that a run is judged by: on test images or, where it has none, on those for validation."""
    return f"results.{_judged_by(row)}_accuracy"


def judging_images(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what is the same for runs with the same test images, however many images they were trained on.

    That is where the data come from, their classes in any order, the number of test images and, where they were set
    apart at random, the seed; without any, all that of validation images. Arrays of one's own come from nowhere: for
    them it is the digest of the whole data.
    """
    part = _judged_by(row)
    source = row.get("data.path") or row.get("data.name")
    is_loaded = row.get("data.path") is not None or source in LOADED_BY_NAME
    classes = tuple(sorted(map(str, row.get("data.classes") or ())))
    drawn_by = row.get("data.selection.split_seed") if row.get(f"data.selection.{part}") else None
    count, digest = row.get(f"data.images.{part}"), None if is_loaded else row.get("data.digest")
    return source, classes, part, count, drawn_by, digest


def had_a_choice(row: Mapping[str, Any]) -> bool:
    """Whether there was more than one class: whatever a run on a single one says is right."""
    classes = row.get("data.classes")
    return not isinstance(classes, list) or len(classes) != 1


def _judged_by(row: Mapping[str, Any]) -> str:
    return "validation" if row.get("results.test_accuracy") is None else "test"
