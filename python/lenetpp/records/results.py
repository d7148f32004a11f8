"""The results of a run: between values and what its record says."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lenetpp.networks.measurement import Evaluation


def recorded_evaluation(record: Mapping[str, Any]) -> Evaluation | None:
    """Return the evaluation of the test images after the last epoch, where the run has come to an end."""
    results = record.get("results", {})
    if "confusion" not in results:
        return None
    confusion = np.array([row.split() for row in results["confusion"]], dtype=np.int64)
    return Evaluation(results["test_loss"], confusion, tuple(record["data"]["classes"]))


def results_as_recorded(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return results with a row of the confusion matrix as a line, instead of every number in one."""
    return {
        name: [" ".join(map(str, row)) for row in value] if name == "confusion" else value
        for name, value in results.items()
    }
