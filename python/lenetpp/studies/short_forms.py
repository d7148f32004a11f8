"""What a study's file says in short: lists for the levels of factors, and its quick form as what differs."""

from collections.abc import Mapping
from typing import Any

from lenetpp.settings.words import value_in_words
from lenetpp.studies.values import setting_value


def laid_over(content: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return `content` with `changes`, table by table; lists and values are replaced whole."""
    merged = dict(content)
    for name, value in changes.items():
        below = merged.get(name)
        merged[name] = laid_over(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def spread_factors(factors: Any) -> Any:
    """Turn each list of values into levels of the setting that the factor is named after."""
    if not isinstance(factors, Mapping):
        return factors
    return {name: _levels(name, levels) if isinstance(levels, list) else levels for name, levels in factors.items()}


def _levels(name: str, values: list[Any]) -> dict[str, dict[str, Any]]:
    levels: dict[str, dict[str, Any]] = {}
    for value in values:
        label = value_in_words(setting_value(value))
        if label in levels:
            raise ValueError(
                f"two levels of {name} are both called {label!r}: {levels[label][name]!r} and {value!r}; "
                "a table gives them names"
            )
        levels[label] = {name: value}
    return levels
