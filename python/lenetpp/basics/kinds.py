"""Arguments of another kind than is expected: refused by their name, before something within fails at them."""

from typing import Any


def check_kind(value: object, kinds: type | tuple[type, ...], name: str, expected: str) -> None:
    """Raise TypeError unless a value is of one of some types; `expected` says in words what it must be."""
    if not isinstance(value, kinds):
        raise TypeError(f"{name} must be {expected}, but is {type(value).__name__}")


def check_has(value: Any, attribute: str, name: str, expected: str) -> None:
    """Raise TypeError unless a value has an attribute, as all have that are what is expected."""
    if not hasattr(value, attribute):
        raise TypeError(f"{name} must be {expected}, but is {type(value).__name__}")
