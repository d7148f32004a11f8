"""Settings in words: as a person reads them, and as the options of a command that has them."""

from collections.abc import Collection, Mapping
from typing import Any

from lenetpp.settings.declaration import declared_settings
from lenetpp.settings.training_settings import TrainingSettings


def in_words(settings: Mapping[str, Any], always: Collection[str] = ()) -> tuple[list[str], list[str]]:
    """Return settings as words: those in `always` or not of the general default, and the others."""
    defaults = TrainingSettings().as_dict()
    words = {name: f"{name} {_value(value)}" for name, value in settings.items()}
    changed = [word for name, word in words.items() if name in always or settings[name] != defaults.get(name)]
    return changed, [word for word in words.values() if word not in changed]


def as_options(settings: Mapping[str, Any]) -> list[str]:
    """Return the words of a command that has these settings.

    No setting is true by default, so that no option has to switch one off.
    """
    defaults = TrainingSettings().as_dict()
    options = {setting.name: setting.option for setting in declared_settings(TrainingSettings)}
    words = []
    for name, value in settings.items():
        if value != defaults.get(name):
            exact = _value(value) if isinstance(value, list) else str(value)
            words += [options[name]] if isinstance(value, bool) else [options[name], exact]
    return words


def _value(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case list():
            return ",".join(map(str, value))
    return str(value)
