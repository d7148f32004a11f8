"""What people read, in their language: English sentences that know how they were made, and their translations.

Everything within says English: records, JSON, tables of figures and what Python returns are the same in every language.
Only where text reaches a person, on a terminal, a page or a picture, does :func:`translated` put it into the language
that was chosen. The catalogues in ``locale/`` are gettext's; ``tools/messages.py`` writes them.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import gettext

LANGUAGES = ("en", "ja")
LOCALE = Path(__file__).parent / "locale"
DOMAIN = "lenetpp"
PLACE = re.compile(r"\{(\w+)\}")
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Where a POSIX system says which language its messages have; the first that is set counts."""

LEAST_LETTERS = 15
"""Of a template without its places, by which a recorded text is known to be of it."""

Value = TypeVar("Value")

_chosen = "en"


class Message(str):
    """An English text with the template and the values that it was made of."""

    template: str
    values: Mapping[str, object]

    def capitalized(self) -> "Message":
        """Return the message with a capital, as it begins a sentence or a title; a translation stays as it is."""
        return _message(f"{self[:1].upper()}{self[1:]}", self.template, self.values)


def _message(english: str, template: str, values: Mapping[str, object]) -> Message:
    message = Message(english)
    message.template, message.values = template, values
    return message


def say(template: str, **values: object) -> Message:
    """Return a text with values in the places ``{name}``; places without a value stay as they are.

    The template is what catalogues translate; values are put in as they are, except those that are messages themselves.
    """
    return _message(_filled(template, values), template, values)


def listed(parts: Iterable[str], template: str = "{first}, {rest}") -> str:
    """Return texts one behind the other, as `template` joins the first with those that follow.

    Halves are joined: a list of thousands is not so many messages within each other.
    """
    first, *others = found = list(parts)
    if not others:
        return first
    half = len(found) // 2
    return say(template, first=listed(found[:half], template), rest=listed(found[half:], template))


def say_as(english: str, template: str) -> Message:
    """Return an English text as it stands that has the translation of a template without places."""
    return _message(english, template, {})


def capitalized(text: str) -> str:
    """Return a text with a capital; see :meth:`Message.capitalized`."""
    return text.capitalized() if isinstance(text, Message) else f"{text[:1].upper()}{text[1:]}"


def sentence(words: str) -> Message:
    """Return words as a sentence: with a capital, and with its end."""
    return say("{words}.", words=capitalized(words))


def follow(*sentences: str) -> str:
    """Return sentences one behind the other; those that are empty are left out."""
    return listed(filter(None, sentences), "{first} {rest}")


def paragraphs(text: str) -> str:
    """Return a text that others wrote as a message: each of its paragraphs may have a translation."""
    found = [" ".join(each.split()) for each in re.split(r"\n\s*\n", text.strip())]
    return listed(map(say, found), "{first}\n\n{rest}")


def template(text: str) -> str:
    """Return a template as it is: here it is written, and :func:`say` fills it elsewhere."""
    return text


def translated(value: Value) -> Value:
    """Return a text in the chosen language, and so the texts within tuples, lists, mappings and data classes.

    What no catalogue has stays English.
    """
    if _chosen == "en":
        return value
    changed: Any = value
    match value:
        case Message() if value.template:
            values = {name: translated(part) for name, part in value.values.items()}
            changed = _filled(_catalogue(_chosen).gettext(value.template), values)
        case tuple() if not hasattr(value, "_fields"):
            changed = tuple(map(translated, value))
        case tuple():
            changed = type(value)(*map(translated, value))
        case list():
            changed = list(map(translated, value))
        case dict():
            changed = {translated(key): translated(each) for key, each in value.items()}
        case _ if is_dataclass(value) and not isinstance(value, type):
            found = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
            new = {name: translated(each) for name, each in found.items()}
            changed = replace(value, **new) if any(new[name] is not each for name, each in found.items()) else value
    return changed  # type: ignore[no-any-return]  # of the same type


def recalled(text: str, *templates: str) -> str:
    """Return the message that a text was, which was recorded in English; the text itself where it is none.

    What stands in its places may have been a message, too. Of `templates`, where they are given, it must be one.
    """
    if _chosen == "en" or isinstance(text, Message):
        return text
    for template, pattern in list(map(_with_pattern, templates)) or _patterns(_chosen):
        if found := pattern.fullmatch(text):
            values = {name: recalled(value, *templates) for name, value in found.groupdict().items()}
            return _message(text, template, values)
    return text


def said_by(error: BaseException) -> str:
    """Return the message of an error, with its translation where it has one."""
    message = error.args[0] if len(error.args) == 1 else None
    return message if isinstance(message, Message) else recalled(str(error))


def choose_language(code: str) -> None:
    """Choose the language of what people read from now on.

    Raises
    ------
    ValueError
        If there is no such language.
    """
    global _chosen
    if code not in LANGUAGES:
        raise ValueError(f"the language must be one of {', '.join(LANGUAGES)}, but is {code!r}")
    _chosen = code


def chosen_language() -> str:
    """Return the code of the language that was chosen."""
    return _chosen


def language_of_surroundings() -> str:
    """Return the language that the environment asks for, as far as there is one of it; else English."""
    wanted = next(filter(None, map(os.environ.get, VARIABLES)), None) or _language_of_windows()
    return next((code for code in LANGUAGES if re.match(rf"{code}([_.@-]|$)", wanted)), "en")


def _language_of_windows() -> str:
    if os.name != "nt":
        return ""
    import ctypes
    import locale

    number: int = ctypes.windll.kernel32.GetUserDefaultUILanguage()  # type: ignore[attr-defined]  # on Windows alone
    return locale.windows_locale.get(number, "")


@cache
def _catalogue(code: str) -> "gettext.NullTranslations":
    import gettext

    return gettext.translation(DOMAIN, LOCALE, [code])


@cache
def _patterns(code: str) -> list[tuple[str, re.Pattern[str]]]:
    """Return the templates, those that say most first, each with what finds their values in a text."""
    import gettext

    with (LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        known: Mapping[str, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    telling = [each for each in known if len(PLACE.sub("", each)) >= LEAST_LETTERS]
    templates = sorted(telling, key=lambda template: -len(PLACE.sub("", template)))
    return list(map(_with_pattern, templates))


def _with_pattern(template: str) -> tuple[str, re.Pattern[str]]:
    parts = PLACE.split(template)
    seen: set[str] = set()
    for number in range(1, len(parts), 2):
        name = parts[number]
        parts[number] = f"(?P={name})" if name in seen else f"(?P<{name}>.+)"
        seen.add(name)
    parts[::2] = map(re.escape, parts[::2])
    return template, re.compile("".join(parts), re.DOTALL)


def _filled(template: str, values: Mapping[str, object]) -> str:
    return PLACE.sub(lambda place: str(values[place[1]]) if place[1] in values else place[0], template)
