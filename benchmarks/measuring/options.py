"""Lists on the command line: values with commas between."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import typer

NO_GROUPS: Mapping[str, Sequence[str]] = MappingProxyType({})


def names(option: str, text: str, known: Sequence[str], groups: Mapping[str, Sequence[str]] = NO_GROUPS) -> list[str]:
    """Return the names in `text`, each once, and of a group all; raise `typer.BadParameter` where one is not known."""
    values = [name.strip() for name in text.split(",") if name.strip()]
    for name in values:
        if name not in known and name not in groups:
            choices = ", ".join([*groups, *known])
            raise typer.BadParameter(f"{option}: there is no {name!r}; choose from {choices}")
    return list(dict.fromkeys(member for name in values for member in groups.get(name, [name])))


def numbers(option: str, text: str, largest: int) -> list[int]:
    """Return the whole numbers in `text`; raise `typer.BadParameter` unless all are in 1..`largest`."""
    try:
        values = [int(number) for number in text.split(",") if number.strip()]
    except ValueError:
        raise typer.BadParameter(f"{option}: expected whole numbers with commas between, got {text!r}") from None
    if not all(1 <= value <= largest for value in values):
        raise typer.BadParameter(f"{option}: expected numbers from 1 to {largest}, got {text!r}")
    return values
