"""The help of a command with many options: in short those that people change, all of them with ``--help-all``."""

from typing import Annotated, Any

import typer

from lenetpp.command_line.suggesting import SuggestingCommand

HELP_ALL = "_help_all"
"""The parameter of the option that asks for all."""
COMMON = (
    *("epochs", "batch_size", "learning_rate", "schedule", "optimizer", "momentum", "weight_decay"),
    *("flip_horizontally", "shift_pixels", "patience", "keep", "seed"),
)
"""The twelve settings that people change."""
SHOWN = (
    "network",
    "recipe",
    "weights",
    "name",
    "classes",
    "per_class",
    "validation",
    "test",
    "split_seed",
    "size",
    *COMMON,
    HELP_ALL,
    "help",
)
"""Options in the short help, by their parameters."""


def _show_all(context: typer.Context, wanted: bool) -> None:
    if wanted:
        context.params[HELP_ALL] = True
        typer.echo(context.get_help())
        raise typer.Exit


HelpAllOption = Annotated[
    bool, typer.Option("--help-all", is_eager=True, callback=_show_all, help="Show all settings and options.")
]


class ShortHelpCommand(SuggestingCommand):
    """A command whose ``--help`` is short."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help; while it is written, options that are not in the short one are hidden."""
        options: list[Any] = [each for each in self.get_params(ctx) if each.param_type_name == "option"]
        hidden = [] if ctx.params.get(HELP_ALL) else [each for each in options if each.name not in SHOWN]
        for each in hidden:
            each.hidden = True
        try:
            super().format_help(ctx, formatter)
        finally:
            for each in hidden:
                each.hidden = False
