"""SentRun: a run as a value, as which it goes between the driver and a worker that does not see the folder of runs."""

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Self

from lenetpp.basics.file_reading import open_regular
from lenetpp.basics.files import write_file
from lenetpp.records.run_files import LABEL_NAME, METRICS_NAME, RUN_FILES, SNAPSHOTS_NAME, RecordError

PLAIN_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]*")


@dataclass(frozen=True)
class SentRun:
    """The folder of a run that nobody trains at the moment.

    Attributes
    ----------
    name : str
        Of the folder.
    files : mapping of bytes
        What its files hold, by name.
    digest : str
        SHA-256 of both.
    """

    name: str
    files: Mapping[str, bytes]
    digest: str

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Return the run of a folder."""
        files = {}
        for name in RUN_FILES:
            if os.path.lexists(folder / name):
                with open_regular(folder / name, RecordError) as file:
                    files[name] = file.read()
        return cls.of_files(folder.name, files)

    @classmethod
    def of_files(cls, name: str, files: Mapping[str, bytes]) -> Self:
        """Return the run of a folder of this name that holds these files."""
        return cls(name, files, _digest(name, files))

    def unpack(self, runs: Path, scratch: Path, *, replaced: bool = False) -> Path:
        """Make the folder of the run, whole or not at all, and return it.

        Parameters
        ----------
        runs : Path
            Folder of runs. Where it has a run of this name, which two machines may give in the same millisecond, a
            number is added.
        scratch : Path
            Folder on the same disk, in which nobody looks for runs.
        replaced : bool
            Whether a run of this name is the same one, which has come less far. Only its label stays; whenever this
            process is killed, what is there can go on.

        Raises
        ------
        RecordError
            If it is not as it was sent.
        OSError
            If it cannot be written.
        """
        if self.digest != _digest(self.name, self.files):
            raise RecordError(f"the run {self.name!r} arrived damaged: its digest is not the one it was sent with")
        if not self.files.keys() <= set(RUN_FILES) or not PLAIN_NAME.fullmatch(self.name):
            raise RecordError(f"{self.name!r} with {', '.join(map(repr, self.files))} is not the folder of a run")
        folder = scratch / self.name
        folder.mkdir(parents=True)
        for name, content in self.files.items():
            write_file(folder / name, content)
        if replaced:
            return _moved(folder, runs / self.name)
        for number in count(1):
            place = runs / (self.name if number == 1 else f"{self.name}-{number}")
            if not os.path.lexists(place):
                return folder.rename(place)
        raise AssertionError


def _moved(new: Path, old: Path) -> Path:
    """Move the files of a run over those of its earlier state, and return where they are then."""
    # Training goes on from a checkpoint whose epochs are there, and forgets those after it.
    in_order = sorted(RUN_FILES, key=lambda name: name not in (SNAPSHOTS_NAME, METRICS_NAME))
    of_training = [name for name in in_order if name != LABEL_NAME]
    left = [name for name in of_training if not (new / name).exists()]
    for name in of_training:
        if name not in left:
            (new / name).replace(old / name)
    for name in left:
        (old / name).unlink(missing_ok=True)
    return old


def _digest(name: str, files: Mapping[str, bytes]) -> str:
    total = hashlib.sha256(f"{name}\n".encode())
    for file, content in sorted(files.items()):
        total.update(f"{file} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()
