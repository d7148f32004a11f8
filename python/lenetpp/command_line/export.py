"""``lenetpp export``: a recorded run for TensorBoard or MLflow."""

from pathlib import Path
from typing import Annotated

import typer

from lenetpp.basics.terminal import echo
from lenetpp.command_line.options import JsonOption, RunArgument, find_run
from lenetpp.command_line.output import print_json
from lenetpp.exporters import export_to_mlflow, export_to_tensorboard
from lenetpp.records.recorded_runs import RecordedRun

HELP = """Give a recorded run to TensorBoard or MLflow: settings, and the figures of each epoch.

They need the extras `lenetpp[tensorboard]` and `lenetpp[mlflow]`.

Example: `lenetpp export last --tensorboard logs`
"""


def export_command(
    run: RunArgument,
    tensorboard: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write an event file for `tensorboard --logdir DIR`.", show_default=False),
    ] = None,
    mlflow: Annotated[
        str | None,
        typer.Option(metavar="URI", help="Log to a server, or to sqlite:///mlflow.db.", show_default=False),
    ] = None,
    experiment: Annotated[str, typer.Option(metavar="NAME", help="MLflow's experiment.")] = "lenetpp",
    as_json: JsonOption = False,
) -> None:
    """Export; see HELP."""
    if tensorboard is None and mlflow is None:
        raise typer.BadParameter("say where to: --tensorboard DIR or --mlflow URI")
    recorded = RecordedRun.read(find_run(run))
    exported = {}
    try:
        if tensorboard is not None:
            exported["tensorboard"] = str(export_to_tensorboard(recorded, tensorboard))
        if mlflow is not None:
            exported["mlflow"] = export_to_mlflow(recorded, mlflow, experiment)
    except ImportError as error:
        echo(f"error: {error}", err=True)
        raise typer.Exit(1) from None
    if as_json:
        print_json({"run": str(recorded.folder), **exported})
    else:
        for tool, place in exported.items():
            echo(f"{tool}: {place}")
