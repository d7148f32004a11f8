"""Lists on the command line: values with commas between."""

from collections.abc import Sequence

import typer


def names(option: str, text: str, known: Sequence[str]) -> list[str]:
    """Return the names in `text`; raise `typer.BadParameter` where one is not known."""
    values = [name.strip() for name in text.split(",") if name.strip()]
    for name in values:
        if name not in known:
            raise typer.BadParameter(f"{option}: there is no {name!r}; choose from {', '.join(known)}")
    return values


def numbers(option: str, text: str, largest: int) -> list[int]:
    """Return the whole numbers in `text`; raise `typer.BadParameter` unless all are in 1..`largest`."""
    try:
        values = [int(number) for number in text.split(",") if number.strip()]
    except ValueError:
        raise typer.BadParameter(f"{option}: expected whole numbers with commas between, got {text!r}") from None
    if not all(1 <= value <= largest for value in values):
        raise typer.BadParameter(f"{option}: expected numbers from 1 to {largest}, got {text!r}")
    return values
