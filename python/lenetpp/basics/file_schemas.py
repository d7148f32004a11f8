"""What files say, checked: TOML and JSON whose every flaw is a ValueError; problems in words that begin with a path.

pydantic, which knows the types, is imported by those who define what a file may say, and only when one is read.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from lenetpp.basics.suggestions import did_you_mean

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError
    from pydantic_core import ErrorDetails

T = TypeVar("T")

LONGEST_SHOWN = 80
"""Characters of a value or key in a message."""
PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
DEEP_KEY = re.compile(r"""(?<![A-Za-z0-9_-])(?:(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){50}""")
"""Python's reader takes a time that grows with the square of a dotted key's length: hours for one of a megabyte."""
AT_KEY = "at_key"
"""Type of a problem of a table that a check other than pydantic's found; its context names the key."""


def parse_toml(text: str) -> dict[str, Any]:
    """Return the content of a TOML file; everything that is wrong with it is a ValueError."""
    if DEEP_KEY.search(text):
        raise ValueError("a key of more than 50 parts cannot be read")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def parse_json(text: str | bytes) -> Any:
    """Return the value that JSON describes; everything that is wrong with it is a ValueError."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def checked(schema: "TypeAdapter[T]", value: object) -> T:
    """Return a value as the schema describes it.

    Raises
    ------
    ValueError
        If it is not what it should be; the message begins with the path of the key.
    """
    return _in_words(schema.validate_python, value)


def checked_json(schema: "TypeAdapter[T]", text: str | bytes) -> T:
    """Return the value that JSON describes, as the schema does; raises as :func:`checked`."""
    return _in_words(schema.validate_json, text)


def first_problem(error: "ValidationError") -> str:
    """Return the first problem, as of :func:`problems`, and how many more there are."""
    first, *others = problems(error)
    is_about_a_key = bool(error.errors(include_url=False)[0]["loc"])
    return f"{first}; {len(others)} more to put right" if others and is_about_a_key else first


def problems(
    error: "ValidationError",
    unions: Mapping[str, Sequence[str]] | None = None,
    keys_at: "Callable[[Sequence[int | str]], Iterable[str]] | None" = None,
) -> list[str]:
    """Return all problems, each in a sentence that begins with the path of its key.

    Parameters
    ----------
    error : ValidationError
        Of pydantic.
    unions : mapping, optional
        Tables whose entries are of several kinds, and the kinds. pydantic names an entry's kind within the path,
        where the file has no such key.
    keys_at : callable, optional
        Returns the keys that the table at a place may have, one of which an unknown key may be meant to be.
    """
    return [_in_a_sentence(problem, unions or {}, keys_at) for problem in error.errors(include_url=False)]


def _in_a_sentence(
    problem: "ErrorDetails",
    unions: Mapping[str, Sequence[str]],
    keys_at: "Callable[[Sequence[int | str]], Iterable[str]] | None",
) -> str:
    place = problem["loc"]
    kinds = unions.get(str(place[0]), ()) if place else ()
    path = ""
    for number, step in enumerate(place):
        if isinstance(step, int):
            path += f"[{step}]"
        elif not (number == 2 and step in kinds):
            path = _with_key(path, step)
    message, given = problem["msg"].removeprefix("Value error, "), ""
    match problem["type"]:
        case "union_tag_invalid":
            path = _with_key(path, "kind")
            message, given = f"must be one of {', '.join(kinds)}", _given(problem["ctx"]["tag"])
        case "extra_forbidden" | "unexpected_keyword_argument":
            hint = did_you_mean(str(place[-1]), keys_at(place[:-1])) if keys_at else ""
            message = f"there is no such key{hint}"
        case "missing":
            message = "must be given"
        case "dict_type" | "model_type" | "model_attributes_type":
            message, given = "must be a table of keys and values", _given(problem["input"])
        case "at_key":
            path = _with_key(path, problem["ctx"]["key"])
        case kind if kind not in ("value_error", "json_invalid"):  # they say what was given, or where
            given = _given(problem["input"])
    message = f"{message[:1].lower()}{message[1:]}{given}"
    return f"{path}: {message}" if path else message


def shown(value: object) -> str:
    """Return a value as a message shows it: in Python's words, cut off where it is long."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # an integer of too many digits; lists in lists
        return f"{type(value).__name__} that is too long to be shown"
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def _in_words(validate: Callable[[Any], T], given: object) -> T:
    """Let the problems that pydantic found be a ValueError in words."""
    from pydantic import ValidationError

    try:
        return validate(given)
    except ValidationError as error:
        raise ValueError(first_problem(error)) from None


def _with_key(path: str, key: str) -> str:
    name = key if PLAIN_KEY.fullmatch(key) and len(key) <= LONGEST_SHOWN else shown(key)
    return f"{path}.{name}" if path else name


def _given(value: object) -> str:
    return f" (given: {shown(value)})"
