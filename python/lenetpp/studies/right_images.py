"""Which test images a run had right, image by image: what an interval over images is made of."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lenetpp._core import ModelFileError
from lenetpp.data.choice import DataChoice
from lenetpp.data.errors import DataError
from lenetpp.records.models import recorded_model
from lenetpp.records.run_files import RecordError

if TYPE_CHECKING:
    from lenetpp.data import Dataset
    from lenetpp.records.recorded_runs import RecordedRun


def right_images(run: "RecordedRun", data: DataChoice) -> NDArray[np.bool_] | None:
    """Return which test images a run's network has right, in their order; None where that cannot be said.

    That is so where model or data are not there any more, or the model, kept in float32, does not answer as the network
    did that was trained in another type.

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
    if evaluation is None:
        return None
    right = _right(run.folder, str(run.table("results").get("digest")), str(run.table("data").get("digest")), data)
    return right if right is not None and int(right.sum()) == int(evaluation.confusion.trace()) else None


@lru_cache(maxsize=4096)  # questions share runs
def _right(folder: Path, digest: str, data_digest: str, data: DataChoice) -> NDArray[np.bool_] | None:  # noqa: ARG001
    """Return it for the run of a folder, which the digest of its parameters tells from an earlier one there."""
    try:
        dataset, network = _loaded(data), recorded_model(folder)
    except (DataError, RecordError, ModelFileError, OSError):
        return None
    if dataset.digest != data_digest:
        return None
    right: NDArray[np.bool_] = network.predict(dataset.test_images) == dataset.test_labels
    return right


@lru_cache(maxsize=4)
def _loaded(data: DataChoice) -> "Dataset":
    return data.load()
