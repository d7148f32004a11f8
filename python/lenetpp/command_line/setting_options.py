"""An option of the shell for each training setting."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, get_args, get_origin

import typer

from lenetpp.settings.declaration import DeclaredSetting, declared_settings
from lenetpp.settings.training_settings import TrainingSettings

GIVEN = "settings"
"""Name of the parameter whose place the options take."""


def takes_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Decorate a command so that it takes an option for each training setting where it has the parameter `settings`.

    It gets those that were given, by name.
    """
    declared = declared_settings(TrainingSettings)

    @wraps(command)
    def with_options(**arguments: Any) -> None:
        options = {setting: arguments.pop(setting.name) for setting in declared}
        given = {setting.name: _read(setting, value) for setting, value in options.items() if value is not None}
        command(**arguments, **{GIVEN: given})

    signature = inspect.signature(command)
    parameters: list[inspect.Parameter] = []
    for parameter in signature.parameters.values():
        parameters += map(_option, declared) if parameter.name == GIVEN else [parameter]
    with_options.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return with_options


def _option(setting: DeclaredSetting) -> inspect.Parameter:
    flags = [f"{setting.option}/--no-{setting.option[2:]}" if setting.kind is bool else setting.option]
    about = typer.Option(
        *flags,
        metavar=_metavar(setting.kind),
        help=setting.help,
        rich_help_panel=setting.about.panel,
        show_default=False,
    )
    kind = str if get_origin(setting.kind) is tuple else setting.kind
    return inspect.Parameter(
        setting.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=Annotated[kind | None, about]
    )


def _metavar(kind: Any) -> str | None:
    if get_origin(kind) is tuple:
        return "N,..."
    return {int: "N", float: "X", bool: None, str: "TEXT"}.get(kind, "NAME")


def _read(setting: DeclaredSetting, value: Any) -> Any:
    """Return an option's value as the settings take it: whole numbers with commas between come as a text."""
    if get_args(setting.kind) != (int, ...):
        return value
    try:
        return [int(number) for number in value.split(",") if number]
    except ValueError:
        raise ValueError(f"{setting.option} must be whole numbers with commas between, but is {value!r}") from None
