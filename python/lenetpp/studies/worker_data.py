"""The data of a worker: its own, else what it was sent and keeps for all of its processes; checked by their digest."""

import hashlib
import pickle
import secrets
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from lenetpp.data.choice import DataChoice
from lenetpp.data.errors import DataError
from lenetpp.studies.errors import StudyError

if TYPE_CHECKING:
    from lenetpp.data import Dataset

KEPT_DATA_SETS = 8
"""In the memory of each process: a learning curve has as many sizes, and reading one takes a second."""


class DataMissing(Exception):  # noqa: N818  (no failure: they are sent)
    """A worker neither has data nor was sent them; the message says what it looked for."""


def worker_data(choice: DataChoice, digest: str, folder: Path | None, sent: "Dataset | None") -> "Dataset":
    """Return data.

    Parameters
    ----------
    choice : DataChoice
        Which.
    digest : str
        What theirs must be.
    folder : Path, optional
        Where the processes of a worker keep what they are sent.
    sent : Dataset, optional
        What was sent, if it was.

    Raises
    ------
    DataMissing
        If they are neither here nor were sent.
    StudyError
        If what is here under that name are other data.
    """
    with _lock:
        if (choice, digest) not in _memory:
            data = _checked(_data(choice, digest, folder, sent), choice, digest)
            while len(_memory) >= KEPT_DATA_SETS:
                del _memory[next(iter(_memory))]
            _memory[choice, digest] = data
        return _memory[choice, digest]


_memory: "dict[tuple[DataChoice, str], Dataset]" = {}
_lock = Lock()


def _data(choice: DataChoice, digest: str, folder: Path | None, sent: "Dataset | None") -> "Dataset":
    kept = None if folder is None else folder / f"{_name(choice, digest)}.pickle"
    if kept is not None and kept.exists():
        sent = pickle.loads(kept.read_bytes())
    elif kept is not None and sent is not None:
        _keep(kept, sent)
    if sent is not None:
        return replace(sent)  # which does not know the digest of what it was made from
    try:
        if choice.needs_download:
            raise DataError(f"{choice.source} is in no folder of LENETPP_DATA and not in the cache")
        return choice.load()
    except DataError as error:
        raise DataMissing(str(error)) from error


def _checked(data: "Dataset", choice: DataChoice, digest: str) -> "Dataset":
    if data.digest != digest:
        raise StudyError(
            f"the data {choice.source!r} have changed since the study was planned: their digest is {data.digest}, "
            f"expected {digest}; begin the study again"
        )
    return data


def _name(choice: DataChoice, digest: str) -> str:
    return f"data-{hashlib.sha256(f'{choice} {digest}'.encode()).hexdigest()[:16]}"


def _keep(file: Path, data: "Dataset") -> None:
    """Keep data for the other processes; where that cannot be done, each is sent its own."""
    temporary = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with suppress(OSError):
        try:
            temporary.write_bytes(pickle.dumps(data, protocol=pickle.HIGHEST_PROTOCOL))
            temporary.replace(file)
        finally:
            temporary.unlink(missing_ok=True)
