"""SentRun: a run as a value, in which a worker that does not see the folder of runs hands over what it has trained."""

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
from lenetpp.records.run_files import RUN_FILES, RecordError

PLAIN_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]*")


@dataclass(frozen=True)
class SentRun:
    """The folder of a run that has come to an end.

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

    def unpack(self, runs: Path, scratch: Path) -> Path:
        """Make the folder of the run, whole or not at all, and return it.

        Parameters
        ----------
        runs : Path
            Folder of runs. Where it has a run of this name, which two machines may give in the same millisecond, a
            number is added.
        scratch : Path
            Folder on the same disk, in which nobody looks for runs.

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
        for number in count(1):
            place = runs / (self.name if number == 1 else f"{self.name}-{number}")
            if not os.path.lexists(place):
                return folder.rename(place)
        raise AssertionError


def _digest(name: str, files: Mapping[str, bytes]) -> str:
    total = hashlib.sha256(f"{name}\n".encode())
    for file, content in sorted(files.items()):
        total.update(f"{file} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()
