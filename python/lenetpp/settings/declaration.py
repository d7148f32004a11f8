"""Setting: what there is to say about a training setting beside its name, type and default.

A field of :class:`lenetpp.TrainingSettings` carries one. Checks, the options of the command line, the words of reports
and what the compiled trainer takes are derived from it.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from lenetpp._core import trainer_options
from lenetpp.settings.advice import one_of

Taker = Literal["trainer", "schedule", "preparation", "loop"]


@dataclass(frozen=True, kw_only=True)
class Range:
    """The numbers that a setting can have; its text stands in messages: "in [1, 2**32)", "above 0"."""

    at_least: int | None = None
    above: int | None = None
    at_most: int | None = None
    below: int | None = None

    def __contains__(self, number: float) -> bool:
        return (
            (self.at_least is None or number >= self.at_least)
            and (self.above is None or number > self.above)
            and (self.at_most is None or number <= self.at_most)
            and (self.below is None or number < self.below)
        )

    def __str__(self) -> str:
        low = f"({_power(self.above)}" if self.at_least is None else f"[{_power(self.at_least)}"
        if self.at_most is not None:
            return f"in {low}, {_power(self.at_most)}]"
        if self.below is not None:
            return f"in {low}, {_power(self.below)})"
        return f"above {self.above}" if self.at_least is None else f"at least {self.at_least}"


def _power(number: int | None) -> str:
    """Return a number as it is written in ranges: large ones are powers of two."""
    assert number is not None
    exponent = number.bit_length() - 1
    return f"2**{exponent}" if exponent >= 10 and number == 2**exponent else str(number)


@dataclass(frozen=True)
class Setting:
    """What there is to say about a setting.

    Attributes
    ----------
    help : str
        What the command line says of it; ``{choices}`` stands for the values that its type allows.
    panel : str
        Under which heading.
    taken_by : {"trainer", "schedule", "preparation", "loop"}
        Whose it is: an argument of the compiled trainer, of the compiled schedule, what is done before both, or what
        is decided between two epochs.
    range : Range, optional
        Of its numbers; what the compiled trainer takes has its range there.
    flag : str, optional
        What the command line calls it where that is not its name.
    beside : (str, value, ...), optional
        Another setting and those values of it beside which alone this one has a meaning.
    """

    help: str
    panel: str
    taken_by: Taker
    range: Range | None = None
    flag: str | None = None
    beside: tuple[Any, ...] | None = None


@dataclass(frozen=True)
class DeclaredSetting:
    """A setting with its name, type and default."""

    name: str
    kind: Any
    default: Any
    about: Setting

    @property
    def option(self) -> str:
        """What the command line calls it."""
        return f"--{self.about.flag or self.name.replace('_', '-')}"

    @property
    def help(self) -> str:
        """What the command line says of it."""
        choices = get_args(self.kind) if get_origin(self.kind) is Literal else ()
        return self.about.help.replace("{choices}", one_of(*choices)) if choices else self.about.help

    def has_meaning_in(self, settings: Mapping[str, Any]) -> bool:
        """Whether a training with other settings takes it: plain SGD, for instance, has no use for Adam's."""
        if self.about.beside is None:
            return True
        other, *values = self.about.beside
        return settings.get(other) in values


@cache
def declared_settings(settings: type) -> tuple[DeclaredSetting, ...]:
    """Return the settings that a dataclass declares, in their order."""
    hints = get_type_hints(settings, include_extras=True)
    return tuple(_declared(field.name, hints[field.name], field.default) for field in fields(settings))


def _declared(name: str, hint: Any, default: Any) -> DeclaredSetting:
    kind, about = get_args(hint) if get_origin(hint) is Annotated else (hint, None)
    if not isinstance(about, Setting) or default is MISSING:
        raise TypeError(f"{name} must have a default, and a Setting beside its type: Annotated[type, Setting(...)]")
    if about.taken_by == "trainer" and about.range is None:
        about = replace(about, range=_range_of_the_core(name))
    return DeclaredSetting(name, kind, default, about)


def _range_of_the_core(name: str) -> Range | None:
    _, bounds = trainer_options()[name]
    if not bounds:
        return None
    names = ("at_least", "above", "at_most", "below")
    return Range(**{one: None if bound is None else int(bound) for one, bound in zip(names, bounds, strict=True)})
