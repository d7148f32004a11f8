"""Values of settings in a study's file: which there are."""

from typing import Any, TypeAlias

from lenetpp.basics.file_schemas import shown

Value: TypeAlias = str | bool | int | float | list[str]

LARGEST = 2**64
"""No setting has a number that takes more bits."""


def setting_value(value: Any) -> Value:
    """Return a value of a type that some setting has.

    Raises
    ------
    ValueError
        If it has none of these types, or is a whole number that no setting can have.
    """
    if isinstance(value, int) and abs(value) >= LARGEST:
        raise ValueError(f"a whole number must be between -2^64 and 2^64, but is {shown(value)}")
    if isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return value
    raise ValueError(f"it must be a text, a number, true, false or a list of texts, but is {shown(value)}")
