"""Figures that take a moment to measure, kept beside their run for as long as its model and its data are the same."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache

from lenetpp._core import ModelFileError
from lenetpp.basics.file_reading import read_content
from lenetpp.basics.files import write_file
from lenetpp.data import Dataset
from lenetpp.data.choice import DataChoice
from lenetpp.data.errors import DataError
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_files import MEASURED_NAME, RecordError

MOST_BYTES = 2**20
VERSION = 1
"""Raised when a figure is defined otherwise: what was kept is then measured again."""
KEPT_DATA_SETS = 4

Figures = Mapping[str, float]


def kept_figures(run: RecordedRun, group: str, measure: Callable[[RecordedRun, Dataset], Figures]) -> Figures:
    """Return the figures of a group, by name: those kept beside the run, or else measured now and kept.

    Parameters
    ----------
    run : RecordedRun
        The run.
    group : str
        What is measured together.
    measure : callable
        Measures the run with its data.

    Returns
    -------
    mapping of str to float
        Empty where model or data are not there any more, or are others.
    """
    path = run.folder / MEASURED_NAME
    about = {"version": VERSION, "model": run.table("results").get("digest"), "data": run.table("data").get("digest")}
    groups: dict[str, dict[str, float]] = {}
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):  # whatever is wrong, measure it again
        content = json.loads(read_content(path, MOST_BYTES))
        if content["about"] == about:
            groups = {
                name: {figure: float(value) for figure, value in figures.items()}
                for name, figures in content["figures"].items()
            }
    if group in groups:
        return groups[group]
    try:
        data = _loaded(_choice(run))
        if data.digest != about["data"]:
            return {}
        groups[group] = dict(measure(run, data))
    except (DataError, RecordError, ModelFileError, OSError):
        return {}
    with suppress(OSError):
        write_file(path, json.dumps({"about": about, "figures": groups}, indent=1).encode())
    return groups[group]


def _choice(run: RecordedRun) -> DataChoice:
    """Return the data of a run."""
    described = run.table("data")
    selection = dict(described.get("selection", {}))
    classes = selection.pop("classes", None)
    source = str(described.get("path", described.get("name")))
    return DataChoice(source, None if classes is None else tuple(classes), **selection)


@lru_cache(maxsize=KEPT_DATA_SETS)
def _loaded(choice: DataChoice) -> Dataset:
    return choice.load()
