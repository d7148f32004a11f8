"""``lenetpp export``: a trained network for other programs, a recorded run for TensorBoard or MLflow."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from lenetpp.basics.files import write_file
from lenetpp.basics.language import say
from lenetpp.basics.terminal import Console, echo
from lenetpp.command_line.options import JsonOption, ModelArgument, load_trained, run_of
from lenetpp.command_line.output import print_facts, print_json
from lenetpp.exporters import compare_with_onnx_runtime, export_to_mlflow, export_to_tensorboard
from lenetpp.networks.formats.c_file import c_file
from lenetpp.networks.formats.pixels import Pixels
from lenetpp.networks.network import Network
from lenetpp.records.recorded_runs import RecordedRun

HELP = """Write a trained network for other programs, or send a recorded run to TensorBoard or MLflow.

`model.c` is the network as one C99 file, with the same bits as `predict`, for microcontrollers and for reading.
`model.onnx` is an ONNX model; `--verify` compares it with ONNX Runtime (extra `lenetpp[onnx]`). Both take raw pixels.

TensorBoard and MLflow get the settings and the figures of each epoch. They need the extras `lenetpp[tensorboard]` and
`lenetpp[mlflow]`.

Example: `lenetpp export last model.onnx`

Example: `lenetpp export best lenet.c --prefix lenet`
"""


def export_command(
    model: ModelArgument,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="What to write: FILE.c or FILE.onnx.", show_default=False),
    ] = None,
    prefix: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Prefix of the names in C; by default the file's name.",
            show_default=False,
            rich_help_panel="Network",
        ),
    ] = None,
    pixels: Annotated[Pixels, typer.Option(help="Type of the raw pixels.", rich_help_panel="Network")] = "uint8",
    verify: Annotated[
        bool,
        typer.Option("--verify", help="Compare FILE.onnx with ONNX Runtime.", rich_help_panel="Network"),
    ] = False,
    tensorboard: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write an event file for `tensorboard --logdir DIR`.",
            show_default=False,
            rich_help_panel="Run",
        ),
    ] = None,
    mlflow: Annotated[
        str | None,
        typer.Option(
            metavar="URI",
            help="Log to a server, or to sqlite:///mlflow.db.",
            show_default=False,
            rich_help_panel="Run",
        ),
    ] = None,
    experiment: Annotated[
        str, typer.Option(metavar="NAME", help="MLflow's experiment.", rich_help_panel="Run")
    ] = "lenetpp",
    as_json: JsonOption = False,
) -> None:
    """Export; see HELP."""
    if file is None and tensorboard is None and mlflow is None:
        raise typer.BadParameter("say where to: a FILE.c or FILE.onnx, --tensorboard DIR or --mlflow URI")
    if verify and (file is None or file.suffix != ".onnx"):
        raise typer.BadParameter("--verify compares a FILE.onnx")
    folder = run_of(model)
    if folder is None and (tensorboard is not None or mlflow is not None):
        raise typer.BadParameter("a model file has no figures of epochs: name its run")
    exported: dict[str, Any] = {} if folder is None else {"run": str(folder)}
    try:
        if file is not None:
            network, _ = load_trained(str(folder or model))
            exported |= _write(network, file, prefix, pixels, verify)
        if folder is not None and tensorboard is not None:
            exported["tensorboard"] = str(export_to_tensorboard(RecordedRun.read(folder), tensorboard))
        if folder is not None and mlflow is not None:
            exported["mlflow"] = export_to_mlflow(RecordedRun.read(folder), mlflow, experiment)
    except ImportError as error:
        echo(say("error: {message}", message=error), err=True)
        raise typer.Exit(1) from None
    if as_json:
        print_json(exported)
    else:
        print_facts(Console(), {WORDS.get(name, name): _shown(value) for name, value in exported.items()})
    if not exported.get("agrees", True):
        echo(say("error: ONNX Runtime computes something else with {file}; please report it", file=file), err=True)
        raise typer.Exit(1)


def _write(network: Network, file: Path, prefix: str | None, pixels: Pixels, verify: bool) -> dict[str, Any]:
    """Write a network in the format that the file's name ends with, and return what there is to say."""
    writers: dict[str, Callable[[], tuple[bytes, dict[str, Any]]]] = {
        ".c": lambda: _c(network, prefix or _name_in_c(file.stem), pixels),
        ".onnx": lambda: _onnx(network, pixels, verify),
    }
    if file.suffix not in writers:
        raise typer.BadParameter(f"the file must end in {' or '.join(writers)}, but is {file}")
    if prefix is not None and file.suffix != ".c":
        raise typer.BadParameter("--prefix is for names in a FILE.c")
    content, facts = writers[file.suffix]()
    write_file(file, content)
    return {"file": str(file), **facts}


def _c(network: Network, prefix: str, pixels: Pixels) -> tuple[bytes, dict[str, Any]]:
    written = c_file(network.contents(), prefix, pixels)
    facts = {
        "function": f"{prefix}_predict",
        "arena_bytes": written.arena_bytes,
        "weights_bytes": written.constant_bytes,
    }
    return written.text.encode(), facts


def _onnx(network: Network, pixels: Pixels, verify: bool) -> tuple[bytes, dict[str, Any]]:
    model = network.to_onnx(pixels=pixels)
    facts: dict[str, Any] = {"input": say("images, {pixels}", pixels=pixels)}
    if verify:
        agreement = compare_with_onnx_runtime(network, model, pixels)
        facts["largest_difference"], facts["largest_output"] = agreement
        facts["agrees"] = agreement.holds
    return model, facts


def _name_in_c(name: str) -> str:
    """Return a name that C allows, made of a file's."""
    plain = re.sub(r"[^A-Za-z0-9_]", "_", name).lstrip("_")
    return plain if plain[:1].isalpha() else f"network_{plain}"


WORDS = {
    "run": say("run"), "file": say("file"), "function": say("function"), "arena_bytes": say("arena"),
    "weights_bytes": say("weights"), "input": say("input"), "largest_difference": say("largest difference"),
    "largest_output": say("largest output"), "agrees": say("agrees"),
}  # fmt: skip
"""What people read of the figures that JSON has; TensorBoard and MLflow are called so everywhere."""


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, int):
        return say("{count} bytes", count=f"{value:,}")
    return value if isinstance(value, str) else str(value)
