"""How commands that train report an early end, with the exit codes that scripts can rely on."""

import sys
from collections.abc import Callable

import typer

from lenetpp.basics.shell_words import run_command
from lenetpp.basics.terminal import echo
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
        hint = f"\ngo on with: {run_command('resume', str(early.run.folder))}" if early.run.folder else ""
        echo(f"{early}{hint}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    except TrainingDiverged as early:
        echo(f"{early}\nthe work so far: {early.run.folder}", err=True)
        raise typer.Exit(DIVERGED) from None
    except RecordingFailed as error:
        echo(f"error: {error}", err=True)
        if not sys.stdin.isatty():
            echo(f"make room, then go on with: {run_command('resume', str(error.run.folder))}", err=True)
            raise typer.Exit(1) from None
        _save_elsewhere(error)
        raise typer.Exit(1) from None


def _save_elsewhere(error: RecordingFailed) -> None:
    """Ask for a new folder until one can be written, or none is given."""
    while folder := typer.prompt("new folder to save the run in (empty: give up)", default="", show_default=False):
        try:
            run = error.save(folder)
        except OSError as again:
            echo(f"error: {again}", err=True)
        else:
            echo(f"saved; go on with: {run_command('resume', str(run.folder))}", err=True)
            return
