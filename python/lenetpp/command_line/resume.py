"""``lenetpp resume``: a run goes on where it ended."""

from typing import Annotated

import typer

from lenetpp.basics.terminal import Console
from lenetpp.command_line.options import (
    CheckpointOption,
    JsonOption,
    QuietOption,
    RecordedDataOption,
    RecordedThreadsOption,
    RunArgument,
    find_run,
    recorded_data,
)
from lenetpp.command_line.output import print_json
from lenetpp.command_line.train import print_result, results
from lenetpp.command_line.training_end import print_next, trained
from lenetpp.training.resuming import resume

HELP = """Continue a run from its last checkpoint, however it ended, or extend a finished one.

The result has the same bits as a run that was never interrupted, and stays in the same folder.

A cosine schedule ends at a learning rate of zero: with more epochs it restarts from the first rate, and the record says
so (`restarts`). With --anew, a new run in its own folder follows one longer cosine from the first epoch.

Exit codes: 0 finished; 1 cannot be continued, or diverged; 130 interrupted by Ctrl-C again.

Example: `lenetpp resume last --epochs 30`
"""


def resume_command(
    run: RunArgument,
    epochs: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Total number of epochs, to extend a run."),
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Train a new run from the first epoch; the old run is kept.")
    ] = False,
    data: RecordedDataOption = None,
    threads: RecordedThreadsOption = None,
    checkpoint_seconds: CheckpointOption = 30.0,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Resume; see HELP."""
    folder = find_run(run)
    found = recorded_data(folder, data)
    continued = trained(
        lambda: resume(
            folder,
            epochs=epochs,
            anew=anew,
            data=found,
            threads=threads,
            checkpoint_seconds=checkpoint_seconds,
            progress=not quiet,
        )
    )
    if as_json:
        print_json(results(continued))
    else:
        console = Console()
        print_result(console, continued)
        print_next(console, continued)
