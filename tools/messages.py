"""Bring the catalogues up to date with what the package says: ``python tools/messages.py``.

``locale/ja/LC_MESSAGES/lenetpp.po`` has each message of the package with its translation; ``lenetpp.mo`` beside it is
what gettext reads. Messages are what ``say`` and ``template`` are called with, in Python and in templates, and what
people read of the shipped studies' files. New ones come with an empty translation, which a test finds; those that
nobody says any more are taken out.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

PACKAGE = Path(__file__).parents[1] / "python" / "lenetpp"
PO = Path("basics", "locale", "ja", "LC_MESSAGES", "lenetpp.po")
SAYS = ("say", "template")
"""Functions whose first argument is a message."""
NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)
"""The same messages, the same files."""
READ = frozenset({"title", "text", "says", "not_asked", "one", "other", "source", "where"})
"""Keys of a study's file whose texts people read in its report."""


def messages() -> set[str]:
    """Return all that is said."""
    said = {message for file in sorted(PACKAGE.rglob("*.py")) for message in _in_python(file)}
    for file in sorted(PACKAGE.rglob("*.jinja")):
        with file.open("rb") as source:
            found = babel_extract(source, SAYS, (), {"silent": "false"})
            said |= {text[0] if isinstance(text, tuple) else text for _, _, text, _ in found if text is not None}
    for file in sorted(PACKAGE.glob("studies/questions/*/study.toml")):
        said |= set(_texts(tomllib.loads(file.read_text(encoding="utf-8"))))
    return said | set(_names())


def _in_python(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(message)), *_]) if name in SAYS:
                yield message
            case ast.Call(func=ast.Name(id="listed"), args=[_, ast.Constant(value=str(message))]):
                yield message


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
    """Yield what settings, records, choices of data, factors and levels of studies are called, and commands do."""
    from lenetpp.command_line import summaries
    from lenetpp.records import record_schema as records
    from lenetpp.records.comparison import SURROUNDINGS
    from lenetpp.settings.declaration import declared_settings
    from lenetpp.settings.training_settings import TrainingSettings
    from lenetpp.studies.level_numbers import numbers_of
    from lenetpp.studies.study_file import shipped_studies
    from lenetpp.studies.study_reading import read_study
    from lenetpp.studies.trainings import COUNTS, SHARES

    yield from summaries().values()
    yield from (name.replace("_", " ") for name in (*COUNTS, *SHARES))
    for study in shipped_studies():
        file = read_study(study)
        for factors in (
            file.factors,
            *(question.factors for question in file.questions.values() if hasattr(question, "factors")),
        ):
            yield from (name.replace("_", " ") for name in factors)
            yield from (level for levels in factors.values() for level in levels if numbers_of([level]) is None)
    yield from (setting.name.replace("_", " ") for setting in declared_settings(TrainingSettings))
    yield from SURROUNDINGS
    for table in (
        *(records.NetworkTable, records.DataTable, records.ImageCounts, records.SelectionTable),
        *(records.NumericsTable, records.SoftwareTable, records.MachineTable, records.GitTable, records.ResultsTable),
    ):
        yield from (key.replace("_", " ") for key in table.__annotations__)


def catalogue() -> Catalog:
    """Return the catalogue as it should be: each message in the order of the alphabet, with the translation it has."""
    with (PACKAGE / PO).open("rb") as file:
        before = read_po(file)
    new = Catalog(locale="ja", project="lenetpp", header_comment="# Japanese", fuzzy=False)
    for message in sorted(messages()):
        known = before.get(message)
        new.add(message, known.string if known else "")
    new.creation_date = new.revision_date = NO_DATE
    return new


def main() -> None:
    """Write both files, and say what has no translation."""
    new = catalogue()
    path = PACKAGE / PO
    with path.open("wb") as file:
        write_po(file, new, width=0)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, new)
    for message in new:
        if message.id and not message.string:
            sys.stdout.write(f"{message.id}\n")


if __name__ == "__main__":
    main()
