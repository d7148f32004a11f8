"""label(): a run gets another name, tags or a note, at any time."""

from collections.abc import Sequence

from lenetpp.records.labels import Label, read_label, write_label
from lenetpp.records.references import RunReference, folder_of
from lenetpp.records.run_files import LABEL_NAME, RecordError


def label(
    run: RunReference,
    *,
    name: str | None = None,
    tags: Sequence[str] = (),
    without_tags: Sequence[str] = (),
    note: str | None = None,
) -> Label:
    """Give a run a name, tags or a note, or take them away.

    They are no part of what decides the run's bits, and stand in a file of their own, ``label.toml``. A run is found by
    its name wherever one is asked for, and by all of them with :meth:`lenetpp.RunTable.where`.

    Parameters
    ----------
    run : Run, path or str
        The run, its name, its folder, the beginning of that, ``last`` or ``best``. It may still be in training.
    name : str, optional
        What it is called from now on; ``""`` takes the name away. Several runs may have one name, but are then not
        found by it.
    tags : sequence of str
        Added to those that it has.
    without_tags : sequence of str
        Taken away.
    note : str, optional
        Instead of the one it has; ``""`` takes it away.

    Returns
    -------
    Label
        What the run has now.

    Raises
    ------
    RecordError
        If there is no such run, or what was said about it before is damaged; that is not overwritten.
    ValueError
        If a name or tag cannot be one, or the run has no such tag.
    OSError
        If it cannot be written; what was there stays.

    Examples
    --------
    >>> lp.label("last", name="wide", tags=["for the talk"])  # doctest: +SKIP
    Label(name='wide', tags=('for the talk',), note='')
    """
    folder = folder_of(run, "write a label to")
    before = read_label(folder)
    if before.problem:
        raise RecordError(f"{before.problem}; mend {LABEL_NAME}, or delete it: nothing else is lost with it")
    after = before.changed(name=name, tags=tags, without_tags=without_tags, note=note)
    if after != before:
        write_label(folder, after)
    if hasattr(run, "label"):
        run.label = after
    return after
