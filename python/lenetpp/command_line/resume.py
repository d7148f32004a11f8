"""``lenetpp resume``: a run goes on where it ended."""

from typing import Annotated

import typer
from rich.console import Console

from lenetpp.command_line.options import (
    CheckpointOption,
    JsonOption,
    QuietOption,
    RecordedThreadsOption,
    RunArgument,
    find_run,
)
from lenetpp.command_line.output import print_json
from lenetpp.command_line.train import print_result, results
from lenetpp.command_line.training_end import trained
from lenetpp.resuming import resume

HELP = """Continue a run from its last checkpoint, whatever ended it, or extend a finished one.

It ends with the bits of a run that was never interrupted, in the same folder.

Exit codes: 0 finished; 1 cannot be continued, or diverged; 130 interrupted by Ctrl-C once more.

Example: `lenetpp resume last --epochs 30`
"""


def resume_command(
    run: RunArgument,
    epochs: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Epochs in all, to extend a run; not with the schedule cosine."),
    ] = None,
    threads: RecordedThreadsOption = None,
    checkpoint_seconds: CheckpointOption = 30.0,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Resume; see HELP."""
    folder = find_run(run)
    continued = trained(
        lambda: resume(
            folder, epochs=epochs, threads=threads, checkpoint_seconds=checkpoint_seconds, progress=not quiet
        )
    )
    if as_json:
        print_json(results(continued))
    else:
        print_result(Console(highlight=False), continued)
