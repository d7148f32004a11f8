"""Which run is meant: a folder, the beginning of its name, ``last`` or ``best``."""

from pathlib import Path

from lenetpp.finding.run_table import runs
from lenetpp.recording.records import RECORD_NAME, RecordError, default_runs_folder


def find_run(reference: str) -> Path:
    """Return the folder of a run.

    Parameters
    ----------
    reference : str
        A run's folder, or what the name of exactly one recorded run begins with; ``last``: the latest one; ``best``:
        the finished one of the highest test accuracy, whatever its data, the oldest of equal ones.

    Raises
    ------
    RecordError
        If there is no such run, or several.
    """
    if (Path(reference) / RECORD_NAME).exists():  # whatever it is: reading it will say so
        return Path(reference)
    parent = default_runs_folder()
    folders = sorted(path.parent for path in parent.glob(f"*/{RECORD_NAME}"))
    if reference == "last" and folders:
        return folders[-1]
    if reference == "best" and folders:
        best = runs(parent).best_first()
        if not best:
            raise RecordError(f"there is no best run: none of the {len(folders)} runs in {parent} has finished")
        return Path(best[0]["folder"])
    found = [folder for folder in folders if folder.name.startswith(reference)]
    if len(found) == 1:
        return found[0]
    number = f"{len(found)} runs begin with it" if found else f"none of the {len(folders)} runs begins with it"
    raise RecordError(f"{reference!r} is neither a model file nor a run's folder, and in {parent} {number}")
