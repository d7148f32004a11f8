"""Bring the catalogues up to date with what the package says: ``python tools/messages.py``.

``locale/ja/LC_MESSAGES/lenetpp.po`` has each message of the package with its translation; ``lenetpp.mo`` beside it is
what gettext reads. Messages are what ``say`` and ``template`` are called with, in Python and in templates, and what
people read of the shipped studies' files. New ones come with an empty translation, which a test finds; those that
nobody says any more are taken out.
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parents[1] / "python" / "lenetpp"
PO = Path("locale", "ja", "LC_MESSAGES", "lenetpp.po")
KEYWORDS = {"say": None, "template": None}
METHODS = [("**.py", "python"), ("**.jinja", "jinja2")]
READ = frozenset({"title", "text", "says", "not_asked", "one", "other", "source", "where"})
"""Keys of a study's file whose texts people read in its report."""


def messages() -> set[str]:
    """Return all that is said."""
    options = {"**.jinja": {"trim_blocks": "true", "lstrip_blocks": "true"}}
    found = extract_from_dir(PACKAGE, METHODS, options, KEYWORDS)
    said = {message for _, _, message, _, _ in found if isinstance(message, str)}
    for file in sorted(PACKAGE.glob("studies/questions/*/study.toml")):
        said |= set(_texts(tomllib.loads(file.read_text(encoding="utf-8"))))
    return said | set(_names())


def _texts(value: Any, key: str = "") -> Iterator[str]:
    match value:
        case dict():
            for name, below in value.items():
                yield from _texts(below, name)
        case list():
            for below in value:
                yield from _texts(below, key)
        case str() if key in READ:
            yield from filter(None, map(str.strip, value.split("\n\n")))


def _names() -> Iterator[str]:
    """Yield what settings are called."""
    from lenetpp.settings.declaration import declared_settings
    from lenetpp.settings.training_settings import TrainingSettings

    yield from (setting.name.replace("_", " ") for setting in declared_settings(TrainingSettings))


def catalogue() -> Catalog:
    """Return the catalogue as it should be: each message in the order of the alphabet, with the translation it has."""
    with (PACKAGE / PO).open("rb") as file:
        before = read_po(file)
    new = Catalog(locale="ja", project="lenetpp", version="", fuzzy=False)
    new.mime_headers = [("Content-Type", "text/plain; charset=utf-8")]
    for message in sorted(messages()):
        known = before.get(message)
        new.add(message, known.string if known else "")
    return new


def main() -> None:
    """Write both files, and say what has no translation."""
    new = catalogue()
    path = PACKAGE / PO
    with path.open("wb") as file:
        write_po(file, new, width=0, omit_header=False)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, new)
    for message in new:
        if message.id and not message.string:
            sys.stdout.write(f"{message.id}\n")


if __name__ == "__main__":
    main()
