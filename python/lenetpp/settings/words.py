"""Settings in words: as a person reads them, and as the options of a command that has them."""

from collections.abc import Collection, Mapping
from typing import Any

from lenetpp.basics.language import listed, say
from lenetpp.settings.declaration import declared_settings
from lenetpp.settings.training_settings import TrainingSettings


def in_words(settings: Mapping[str, Any], always: Collection[str] = ()) -> tuple[list[str], list[str]]:
    """Return settings as words: those in `always` or not of the general default, and the others.

    Those of the others that have no meaning beside the rest, such as Adam's where the optimizer is another, are left
    out.
    """
    defaults = TrainingSettings().as_dict()
    idle = {one.name for one in declared_settings(TrainingSettings) if not one.has_meaning_in(settings)}
    changed: list[str] = []
    usual: list[str] = []
    for name, value in settings.items():
        words = say("{name} {value}", name=name_in_words(name), value=value_in_words(value))
        if name in always or value != defaults.get(name):
            changed.append(words)
        elif name not in idle:
            usual.append(words)
    return changed, usual


def name_in_words(name: str) -> str:
    """Return what a setting is called in a text: "learning rate" for ``learning_rate``; each part of a dotted name."""
    return listed((say(part) for part in name.replace("_", " ").split(".")), "{first}.{rest}")


def value_in_words(value: object) -> str:
    """Return what the value of a setting is called in a text."""
    match value:
        case bool():
            return say("yes") if value else say("no")
        case float():
            return f"{value:g}"
        case list() | tuple():
            return ",".join(map(str, value))
    return str(value)


def as_options(settings: Mapping[str, Any]) -> list[str]:
    """Return the words of a command that has these settings.

    No setting is true by default, so that no option has to switch one off.
    """
    defaults = TrainingSettings().as_dict()
    options = {setting.name: setting.option for setting in declared_settings(TrainingSettings)}
    words = []
    for name, value in settings.items():
        if value != defaults.get(name):
            exact = value_in_words(value) if isinstance(value, list) else str(value)
            words += [options[name]] if isinstance(value, bool) else [options[name], exact]
    return words
