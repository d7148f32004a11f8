"""How commands that train end: what comes next, or why they end early, with the exit codes that scripts can rely on."""

import sys
from collections.abc import Callable

import typer

from lenetpp.basics.language import recalled, say, translated
from lenetpp.basics.shell_words import run_command
from lenetpp.basics.terminal import Console, Text, echo
from lenetpp.networks.layers import Conv2D
from lenetpp.settings.advice import recalled_divergence
from lenetpp.training.errors import RecordingFailed, TrainingDiverged, TrainingInterrupted
from lenetpp.training.run import Run

INTERRUPTED, DIVERGED = 130, 1


def trained(train: Callable[[], Run]) -> Run:
    """Return the run that `train` makes; an early end is said on the error stream and ends the command.

    Where the run's folder can no longer be written, a user at a terminal may name another one.
    """
    try:
        return train()
    except TrainingInterrupted as early:
        echo(recalled(str(early)), err=True)
        if early.run.folder:
            echo(say("continue with: {command}", command=run_command("resume", str(early.run.folder))), err=True)
        raise typer.Exit(INTERRUPTED) from None
    except TrainingDiverged as early:
        echo(recalled_divergence(str(early), early.run.settings.as_dict()), err=True)
        echo(say("see what happened with: {command}", command=run_command("show", str(early.run.folder))), err=True)
        raise typer.Exit(DIVERGED) from None
    except RecordingFailed as error:
        echo(say("error: {message}", message=error), err=True)
        if not sys.stdin.isatty():
            command = run_command("resume", str(error.run.folder))
            echo(say("free some space, then continue with: {command}", command=command), err=True)
            raise typer.Exit(1) from None
        _save_elsewhere(error)
        raise typer.Exit(1) from None


def print_next(console: Console, run: Run) -> None:
    """Print the two commands that come next, each on a line of its own however narrow the terminal is."""
    folder = str(run.folder)
    has_filters = any(isinstance(layer, Conv2D) for layer in run.network.layers)
    look = ("filters",) if has_filters else ("draw", "accuracy", "--out", "accuracy.png")
    console.print()
    console.print(Text(say("next:")))
    for command in (run_command(*look, folder), run_command("show", folder)):
        console.print(Text(f"  {command}"), soft_wrap=True)


def _save_elsewhere(error: RecordingFailed) -> None:
    """Ask for a new folder until one can be written, or none is given."""
    question = str(translated(say("another folder to save the run in (empty: give up)")))
    while folder := typer.prompt(question, default="", show_default=False):
        try:
            run = error.save(folder)
        except OSError as again:
            echo(say("error: {message}", message=again), err=True)
        else:
            echo(say("saved; continue with: {command}", command=run_command("resume", str(run.folder))), err=True)
            return
