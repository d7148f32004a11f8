"""Label: what a person says about a run: a name, tags, a note.

It decides nothing of the run, is no part of its key, and may change at any time, also while the run is being trained.
Hence its own file, ``label.toml``: whatever happens to that, the run is not touched.
"""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from lenetpp.basics.file_reading import read_text
from lenetpp.basics.file_schemas import parse_toml, shown
from lenetpp.basics.files import naming, sync_folder, write_file
from lenetpp.basics.kinds import check_text
from lenetpp.basics.printable import is_printable
from lenetpp.records.run_files import LABEL_NAME, RecordError

TAKEN_NAMES = ("last", "best")
"""What already means a run."""
LONGEST_NAME, LONGEST_NOTE, MOST_TAGS = 100, 10_000, 100
"""Characters of a name and of a tag, and of a note; number of tags."""
MOST_LABEL_BYTES = 2**18


@dataclass(frozen=True, kw_only=True)
class Label:
    """A run's name, tags and note.

    Attributes
    ----------
    name : str
        What the run is called; empty: as its folder.
    tags : sequence of str
        A tuple, in the order in which they were given, each once.
    note : str
        Any text.
    problem : str
        Why the file could not be read; there is nothing else then.

    Raises
    ------
    ValueError
        If a name or tag cannot be one; the message says which and why.
    """

    name: str = ""
    tags: Sequence[str] = ()
    note: str = ""
    problem: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.tags, list | tuple):
            raise ValueError(f"tags must be a list of texts, as in ['first', 'wide'], but is {shown(self.tags)}")
        object.__setattr__(self, "tags", tuple(dict.fromkeys(self.tags)))
        for what, text in (("name", self.name), *(("tag", tag) for tag in self.tags), ("note", self.note)):
            if not isinstance(text, str):
                raise ValueError(f"a {what} must be a text, but is {shown(text)}")
            check_text(text, f"a {what}")
            if not is_printable(text):
                raise ValueError(f"a {what} must have no control characters, but is {shown(text)}")
        for what, text in (("name", self.name), *(("tag", tag) for tag in self.tags)):
            if len(text) > LONGEST_NAME or text != " ".join(text.split()):
                raise ValueError(
                    f"a {what} must be one line of at most {LONGEST_NAME} characters, without spaces at its ends or "
                    f"two in a row, but is {shown(text)}"
                )
        if self.name in TAKEN_NAMES or any(mark in self.name for mark in "/\\"):
            raise ValueError(
                f"a name must be none of {', '.join(TAKEN_NAMES)}, and have no / or \\, but is {shown(self.name)}"
            )
        for tag in self.tags:
            if not tag or "," in tag:
                raise ValueError(f"a tag must not be empty and have no comma, but is {shown(tag)}: give several tags")
        if len(self.tags) > MOST_TAGS or len(self.note) > LONGEST_NOTE:
            raise ValueError(
                f"a run has at most {MOST_TAGS} tags and a note of {LONGEST_NOTE:,} characters, but is given "
                f"{len(self.tags)} and one of {len(self.note):,}"
            )

    def changed(
        self,
        *,
        name: str | None = None,
        tags: Sequence[str] = (),
        without_tags: Sequence[str] = (),
        note: str | None = None,
    ) -> Self:
        """Return the label with another name or note, with further tags and without some.

        Raises
        ------
        ValueError
            If that is no label, or a tag that is to go is not there.
        """
        for tag in without_tags:
            if tag not in self.tags:
                has = f"has {', '.join(self.tags)}" if self.tags else "has no tags"
                raise ValueError(f"there is no tag {shown(tag)} to take away: the run {has}")
        more = Label(tags=tags)
        kept = (tag for tag in (*self.tags, *more.tags) if tag not in without_tags)
        return replace(
            self,
            name=self.name if name is None else name,
            tags=tuple(kept),
            note=self.note if note is None else note,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return what there is of name, tags and note, as files and JSON hold it."""
        return {name: list(value) if name == "tags" else value for name, value in asdict(self).items() if value}


def read_label(folder: Path) -> Label:
    """Return the label of a run: an empty one where it has none, or with a `problem` where it cannot be read."""
    path = folder / LABEL_NAME
    try:
        content = parse_toml(read_text(path, MOST_LABEL_BYTES, RecordError))
        unknown = content.keys() - {"name", "tags", "note"}
        if unknown:
            raise ValueError(f"there is no such key as {shown(min(unknown))}")
        return Label(**content)
    except (FileNotFoundError, NotADirectoryError):
        return Label()
    except (OSError, ValueError, TypeError) as error:
        problem = str(error)
        return Label(problem=problem if str(path) in problem else f"{path}: {problem}")


def run_name(folder: Path) -> str:
    """Return what a run is called: its own name, or its folder's."""
    return read_label(folder).name or folder.resolve().name


def write_label(folder: Path, label: Label) -> None:
    """Write a run's label, whole or not at all; an empty one has no file.

    Raises
    ------
    OSError
        If the file cannot be written; the old one is then untouched.
    """
    import tomli_w

    path = folder / LABEL_NAME
    if content := label.as_dict():
        write_file(path, tomli_w.dumps(content, multiline_strings=False).encode())
    elif os.path.lexists(path):
        with naming(path):
            path.unlink(missing_ok=True)
        sync_folder(folder)
