"""How runs become a table that a person reads: which columns are worth a place, their headings, their cells."""

from collections.abc import Mapping, Sequence
from typing import Any

from lenetpp.basics.language import say, say_as
from lenetpp.basics.percent import percent
from lenetpp.records.comparable import accuracy_column
from lenetpp.records.outcomes import outcome_in_words
from lenetpp.settings.words import value_in_words

SHOWN_IF_THERE = ("name", "tags")
"""What people say about runs: shown where one of them has it."""
SHOWN_IF_DIFFERENT = ("outcome", "data.name", "network.text")
TOLD_BY_OTHERS = ("settings.epochs",)
"""Settings without a column of their own by default: the epochs done say "2 of 5" where the setting is another."""
SHORT_HEADINGS = {
    "results.test_accuracy": "test",
    "results.validation_accuracy": "validation",
    "data.name": "data",
    "data.images.train": "training images",
    "data.images.test": "test images",
}
HEADINGS_IN_WORDS = {
    "run": say("run"), "test": say("test"), "validation": say("validation"), "data": say("data"),
    "training images": say("training images"), "test images": say("test images"), "epochs": say("epochs"),
    "name": say("name"), "tags": say("tags"), "note": say("note"), "outcome": say("outcome"), "stuck": say("stuck"),
    "network": say("network"),
}  # fmt: skip
"""Of the usual columns; those of settings are the words that ``--columns`` and ``--where`` take."""
LONGEST_TEXT = 24


def always_shown(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns that every table has: among them each accuracy that one of its runs is judged by."""
    judged = {accuracy_column(row) for row in rows if row.get(accuracy_column(row)) is not None}
    accuracies = sorted(judged) or ["results.test_accuracy"]
    return ["run", *accuracies, "results.epochs"]


def differing(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[str]:
    """Return the columns, of those worth a place, in which the runs are not all alike; a single run shows them all.

    Names and tags come first, where there are any.

    A run that cannot be read has an outcome and nothing else, which would make every setting a difference.
    """
    said = [name for name in (*SHOWN_IF_THERE, "stuck") if any(row.get(name) for row in rows)]
    settings = (name for name in columns if name.startswith("settings.") and name not in TOLD_BY_OTHERS)
    candidates = [*SHOWN_IF_DIFFERENT, "data.images.train", "data.images.test", *settings]
    if len(rows) == 1:
        return [*said, *SHOWN_IF_DIFFERENT]
    readable = [row for row in rows if row.get("outcome") != "unreadable"]
    return said + [
        name
        for name in candidates
        if len({repr(row.get(name)) for row in (rows if name == "outcome" else readable)}) > 1
    ]


def headings(names: Sequence[str]) -> dict[str, str]:
    """Return a short heading for each column; what a setting and a result share stays whole in both."""
    short = {
        name: SHORT_HEADINGS.get(name, name.removeprefix("settings.").removeprefix("results.").removesuffix(".text"))
        for name in names
    }
    taken = list(short.values())
    return {
        name: HEADINGS_IN_WORDS.get(heading, heading) if taken.count(heading) == 1 else name
        for name, heading in short.items()
    }


def heading_in_words(name: str, heading: str) -> str:
    """Return the heading of a column as people read it; that of a setting is also the word that options take."""
    return say_as(heading, heading.replace("_", " ")) if heading == name.removeprefix("settings.") else heading


def cell(name: str, row: Mapping[str, Any]) -> str:
    """Return what a run's cell says."""
    value = row.get(name)
    if name == "network.text":
        value = row.get("network.name") or value
    if name == "results.epochs" and value != row.get("settings.epochs", value):
        return say("{done} of {epochs}", done=value or 0, epochs=row["settings.epochs"])
    match value:
        case None:
            return ""
        case float() if name.endswith("accuracy"):
            return percent(value)
        case str() if name == "outcome":
            return outcome_in_words(value)
        case str() if len(value) > LONGEST_TEXT and name != "run":
            return f"{value[: LONGEST_TEXT - 1]}…"
    return value_in_words(value)
