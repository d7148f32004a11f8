"""Values of settings, checked: as exactly the type that is declared, so that equal settings have equal words."""

import math
from collections.abc import Iterable
from operator import index
from typing import Any, get_args

from lenetpp.basics.file_schemas import shown
from lenetpp.basics.suggestions import did_you_mean


def require(name: str, value: object, fulfilled: bool, requirement: str) -> None:
    """Raise ValueError unless a requirement is fulfilled."""
    if not fulfilled:
        raise ValueError(f"{name} must be {requirement}, but is {shown(value)}")


def checked_value(name: str, value: Any, kind: Any) -> Any:
    """Return `value` as exactly the type `kind`, so that equal settings are recorded in equal words."""
    if kind is int:
        require(name, value, not isinstance(value, bool), "an integer")
        try:
            return index(value)
        except TypeError:
            raise ValueError(f"{name} must be an integer, but is {shown(value)}") from None
    if kind is float:
        require(name, value, not isinstance(value, bool | str | bytes), "a number")
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise ValueError(f"{name} must be a number, but is {shown(value)}") from None
        except OverflowError:
            number = math.inf
        require(name, value, math.isfinite(number), "finite")
        return number
    if kind is bool:
        require(name, value, not hasattr(value, "__len__") and value in (True, False), "True or False")
        return bool(value)
    if kind is str:
        require(name, value, isinstance(value, str), "a text")
        return value
    if kind == tuple[int, ...]:
        require(name, value, isinstance(value, Iterable) and not isinstance(value, str), "a sequence of integers")
        return tuple(checked_value(name, item, int) for item in value)
    choices = get_args(kind)
    if not (isinstance(value, str) and value in choices):
        hint = did_you_mean(value, choices) if isinstance(value, str) else ""
        raise ValueError(f"{name} must be one of {', '.join(choices)}, but is {shown(value)}{hint}")
    return value
