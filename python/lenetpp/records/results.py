"""The results of a run: between values and what its record says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.file_reading import read_content
from lenetpp.networks.measurement import Evaluation
from lenetpp.records.run_files import MOST_PREDICTIONS_BYTES, PREDICTIONS_NAME, RecordError


def recorded_evaluation(record: Mapping[str, Any], folder: Path) -> Evaluation | None:
    """Return the evaluation of the images that judge the run, after the last epoch, where the run has come to an end.

    Raises
    ------
    RecordError
        If the predictions are malformed, or not those that the record counts.
    OSError
        If they cannot be read.
    """
    results = record.get("results", {})
    if "confusion" not in results:
        return None
    confusion = np.array([row.split() for row in results["confusion"]], dtype=np.int64)
    loss = results["test_loss"] if "test_loss" in results else results["validation_loss"]
    return Evaluation(loss, confusion, tuple(record["data"]["classes"]), recorded_predictions(folder, confusion))


def recorded_predictions(folder: Path, confusion: NDArray[np.int64]) -> NDArray[np.int32] | None:
    """Return the class predicted for each image, (images,); None where an earlier version did not keep them."""
    path = folder / PREDICTIONS_NAME
    try:
        lines = read_content(path, MOST_PREDICTIONS_BYTES, RecordError).split()
    except FileNotFoundError:
        return None
    classes = len(confusion)
    try:
        predictions = np.array([int(line) if len(line) < 10 else -1 for line in lines], dtype=np.int32)
    except ValueError as error:
        raise RecordError(f"{path}: it must hold a class' number in each line: {error}") from None
    if (predictions < 0).any() or (predictions >= classes).any():
        raise RecordError(f"{path}: it must hold numbers of classes, from 0 to {classes - 1}")
    if (np.bincount(predictions, minlength=classes) != confusion.sum(axis=0)).any():
        raise RecordError(f"{path}: its predictions are not those that results.confusion counts")
    return predictions


def predictions_as_recorded(predictions: NDArray[np.int32]) -> bytes:
    """Return the content of the file of predictions: a class' number in each line, in the order of the images."""
    return b"".join(b"%d\n" % number for number in predictions)


def results_as_recorded(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return results with a row of the confusion matrix as a line, instead of every number in one."""
    return {
        name: [" ".join(map(str, row)) for row in value] if name == "confusion" else value
        for name, value in results.items()
    }
