"""The command ``lenetpp``: one module for each of its words."""

import gc
import io
import sys
from typing import Annotated

import typer

from lenetpp._core import version
from lenetpp.basics.extras import MissingPackage
from lenetpp.basics.terminal import echo
from lenetpp.command_line import (
    data,
    diff,
    doctor,
    draw,
    evaluate,
    export,
    filters,
    page,
    predict,
    replay,
    resume,
    runs,
    show,
    study,
    train,
)
from lenetpp.command_line.suggesting import SuggestingCommand
from lenetpp.records.needed_arguments import ArgumentNeeded

app = typer.Typer(
    name="lenetpp",
    help="Train and understand small convolutional networks on a CPU.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lenetpp {version()}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool, typer.Option("--version", "-V", is_eager=True, callback=_print_version, help="Print the version.")
    ] = False,
) -> None:
    pass


app.command(name="train", cls=SuggestingCommand, help=train.HELP)(train.train_command)
app.command(name="evaluate", cls=SuggestingCommand, help=evaluate.HELP)(evaluate.evaluate_command)
app.command(name="predict", cls=SuggestingCommand, help=predict.HELP)(predict.predict_command)
app.command(name="study", cls=SuggestingCommand, help=study.HELP)(study.study_command)
app.command(name="runs", cls=SuggestingCommand, help=runs.HELP)(runs.runs_command)
app.command(name="show", cls=SuggestingCommand, help=show.HELP)(show.show_command)
app.command(name="filters", cls=SuggestingCommand, help=filters.HELP)(filters.filters_command)
app.command(name="draw", cls=SuggestingCommand, help=draw.HELP)(draw.draw_command)
app.command(name="page", cls=SuggestingCommand, help=page.HELP)(page.page_command)
app.command(name="diff", cls=SuggestingCommand, help=diff.HELP)(diff.diff_command)
app.command(name="replay", cls=SuggestingCommand, help=replay.HELP)(replay.replay_command)
app.command(name="resume", cls=SuggestingCommand, help=resume.HELP)(resume.resume_command)
app.command(name="export", cls=SuggestingCommand, help=export.HELP)(export.export_command)
app.add_typer(data.app, name="data")
app.command(name="doctor", cls=SuggestingCommand, help=doctor.HELP)(doctor.doctor_command)


def main() -> None:
    """Run the command; what a user can put right is one line on the error stream and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Characters that a terminal does not have become question marks instead of an error.
            stream.reconfigure(errors="replace")
    try:
        app(prog_name="lenetpp")
    except ArgumentNeeded as error:
        echo(f"error: {error.in_shell}", err=True)
        sys.exit(1)
    except (ValueError, ArithmeticError, OSError, RuntimeError, MissingPackage) as error:
        echo(f"error: {error}", err=True)
        sys.exit(1)
    finally:
        # Python would look through all modules for cycles before it leaves, longer than it takes to load them.
        gc.freeze()
