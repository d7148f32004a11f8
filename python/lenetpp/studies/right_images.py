"""Which test images a run had right, image by image: what an interval over images is made of."""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lenetpp.data.choice import DataChoice
from lenetpp.data.errors import DataError

if TYPE_CHECKING:
    from lenetpp.data import Dataset
    from lenetpp.records.recorded_runs import RecordedRun


def right_images(run: "RecordedRun", data: DataChoice) -> NDArray[np.bool_] | None:
    """Return which test images a run's network has right, in their order; None where that cannot be said.

    That is so where the data are not there any more, or the run is older than version 4 of the numerics, which keeps
    what it predicted.

    Parameters
    ----------
    run : RecordedRun
        With the evaluation that it came to an end with.
    data : DataChoice
        Its data.

    Returns
    -------
    ndarray, (images,), bool
    """
    evaluation = run.evaluation
    if evaluation is None or evaluation.predictions is None:
        return None
    try:
        dataset = _loaded(data)
    except (DataError, OSError):
        return None
    if dataset.digest != run.table("data").get("digest"):
        return None
    right: NDArray[np.bool_] = evaluation.predictions == dataset.test_labels
    return right


@lru_cache(maxsize=4)
def _loaded(data: DataChoice) -> "Dataset":
    return data.load()
