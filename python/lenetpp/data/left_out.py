"""Files in folders of pictures that are not used: each is named by its kind, so that none is dropped in silence."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from lenetpp.basics import language
from lenetpp.basics.language import say
from lenetpp.basics.printable import text_of
from lenetpp.data.image_files import is_picture_name

LeftOut: TypeAlias = dict[str, tuple[str, ...]]
"""The files of each kind, by name."""

HIDDEN = say("hidden")
NO_FILE = say("that are no files")
OTHER_PLACE = say("pictures outside the folders of the classes")
NO_SUFFIX = say("without an ending")
LITTER = ("thumbs.db", "desktop.ini", "__macosx")
"""What Windows leaves in folders, and archives made by macOS bring; other systems hide theirs."""
MOST_NAMED = 3


def files_below(folder: Path, followed: int = 0) -> Iterator[Path]:
    """Yield all that is in a folder and in those inside it and is no folder, by name.

    A link to a folder is one such thing itself, except in the first `followed` levels.
    """
    waiting = [(folder, followed + 1)]
    while waiting:
        path, levels = waiting.pop()
        if path.is_dir() and (levels > 0 or not path.is_symlink()):
            waiting += [(inner, levels - 1) for inner in sorted(path.iterdir(), reverse=True)]
        else:
            yield path


def pictures_below(folder: Path) -> tuple[list[Path], LeftOut]:
    """Return the pictures in a folder and in those inside it, by name, without what is hidden; and all other files."""
    found = list(files_below(folder))
    pictures = [path for path in found if is_picture_name(path.name) and not _is_hidden_in(path, folder)]
    return pictures, left_out(found, pictures, folder)


def left_out(found: Iterable[Path], used: Iterable[Path], folder: Path) -> LeftOut:
    """Return the files that were found and not used, by kind; their names are those within the folder."""
    known = set(used)
    kinds: dict[str, list[str]] = {}
    for path in found:
        if path not in known:
            kinds.setdefault(_kind(path, folder), []).append(text_of(path.relative_to(folder)))
    return {kind: tuple(names) for kind, names in sorted(kinds.items())}


def in_words(files: Mapping[str, tuple[str, ...]]) -> str:
    """Return a sentence that names them: "left out: 2 .txt (a/1.txt, a/2.txt), 1 hidden (.DS_Store)"; or nothing."""
    said = (
        say("{count} {kind} ({names})", count=f"{len(names):,}", kind=kind, names=listed(names))
        for kind, names in files.items()
    )
    return say("left out: {list}", list=language.listed(said)) if files else ""


def listed(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    shown = ", ".join(names[:MOST_NAMED])
    left_out = len(names) - MOST_NAMED
    return say("{list} and {count} more", list=shown, count=f"{left_out:,}") if left_out > 0 else shown


def is_hidden(name: str) -> bool:
    """Whether a file or folder is one that nobody put there on purpose."""
    return name.startswith(".") or name.lower() in LITTER


def _is_hidden_in(path: Path, folder: Path) -> bool:
    return any(map(is_hidden, path.relative_to(folder).parts))


def _kind(path: Path, folder: Path) -> str:
    if _is_hidden_in(path, folder):
        return HIDDEN
    if not path.is_file():  # links that lead nowhere or to a folder, pipes, devices
        return NO_FILE
    if is_picture_name(path.name):
        return OTHER_PLACE
    return text_of(Path(path.suffix.lower())) if path.suffix else NO_SUFFIX
