"""The accuracy on images that a run was not trained on although its data set has them for training.

Those are the images that a recipe was chosen by, where it was: the last ones of each class, as ``validation_per_class``
takes them. A run need not have been trained with a validation part to be measured on them.
"""

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from lenetpp._core import ModelFileError
from lenetpp.data.choice import DataChoice
from lenetpp.data.errors import DataError
from lenetpp.records.models import recorded_model
from lenetpp.records.run_files import RecordError

if TYPE_CHECKING:
    from lenetpp.data import Dataset
    from lenetpp.records.recorded_runs import RecordedRun

APART = {"validation_per_class", "validation", "test"}
"""What a selection says where images for training were set apart already."""


def held_out_accuracy(run: "RecordedRun") -> float | None:
    """Return the share of the data set's other training images that a run's network has right; None without any."""
    selection, source = run.table("data").get("selection", {}), run.table("data").get("name")
    used = selection.get("train_per_class")
    if used is None or source is None or APART & selection.keys():
        return None
    classes = selection.get("classes")
    choice = DataChoice(
        str(source),
        None if classes is None else tuple(map(str, classes)),
        size=selection.get("size"),
        fit=selection.get("fit"),
    )
    try:
        held_out = _held_out(choice, used)
        if held_out is None:
            return None
        assert held_out.validation_images is not None
        predicted = recorded_model(run.folder).predict(held_out.validation_images)
    except (DataError, RecordError, ModelFileError, OSError):
        return None
    return float(np.mean(predicted == held_out.validation_labels))


@lru_cache(maxsize=2)
def _held_out(choice: DataChoice, used: int) -> "Dataset | None":
    """Return data whose validation part is what is left of each class when the first images are used."""
    labels = choice.load().train_labels
    left = int(np.bincount(labels).min()) - used
    if left < 1:
        return None
    return replace(choice, train_per_class=used, validation_per_class=left).load()
