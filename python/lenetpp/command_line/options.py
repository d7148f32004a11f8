"""Arguments and options that several commands take, and what they stand for."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenetpp.basics.kinds import as_path
from lenetpp.basics.terminal import echo
from lenetpp.basics.wordings import shell_wording
from lenetpp.command_line import completion
from lenetpp.data import Dataset
from lenetpp.data.errors import DataError
from lenetpp.data.picture_fit import Fit
from lenetpp.networks.network import Network
from lenetpp.records import references
from lenetpp.records.models import recorded_model
from lenetpp.records.recorded_data import found_at
from lenetpp.records.run_files import read_record

if TYPE_CHECKING:
    from lenetpp.records.record_schema import RunRecord

DataArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="DATA",
        help="Name (see `lenetpp data list`) or path of a data set.",
        show_default=False,
        autocompletion=completion.data_names,
    ),
]
ClassesOption = Annotated[
    str | None,
    typer.Option(metavar="A,B,...", help="Use only these classes, by name or number.", rich_help_panel="Data"),
]
AsOption = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="A,B,...",
        help="If the data use other names: which of the network's classes they are, in the order of the data.",
        rich_help_panel="Data",
    ),
]
PerClassOption = Annotated[
    int | None,
    typer.Option(
        "--per-class", min=1, metavar="N", help="Use only N training images of each class.", rich_help_panel="Data"
    ),
]
TestPerClassOption = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Use only N test images of each class.", rich_help_panel="Data")
]
ValidationPerClassOption = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="Set N training images of each class aside for validation, or use N of the data's own.",
        rich_help_panel="Data",
    ),
]
ValidationOption = Annotated[
    float | None,
    typer.Option(
        metavar="SHARE",
        help="Set this share of the training images aside for validation, such as 0.2.",
        show_default=False,
        rich_help_panel="Data",
    ),
]
TestOption = Annotated[
    float | None,
    typer.Option(
        metavar="SHARE",
        help="Set this share aside as test images, if the data have none; by default a fifth of the photos in folders.",
        show_default=False,
        rich_help_panel="Data",
    ),
]
SplitSeedOption = Annotated[
    int | None,
    typer.Option(
        min=0,
        metavar="N",
        help="Seed that draws the images for --validation and --test; by default 1.",
        show_default=False,
        rich_help_panel="Data",
    ),
]
SizeOption = Annotated[
    str | None,
    typer.Option(
        metavar="HxW",
        help="Resize the photos of a folder to this height and width, such as 32x32, or 32 for both.",
        show_default=False,
        rich_help_panel="Data",
    ),
]
PadOption = Annotated[
    bool | None,
    typer.Option(
        "--pad/--crop",
        help="Photos of other proportions: pad them by repeating the border, or crop to the middle (default).",
        show_default=False,
        rich_help_panel="Data",
    ),
]
ModelArgument = Annotated[
    str,
    typer.Argument(
        metavar="MODEL|RUN",
        help="A model file, or a run: its name, its folder, the start of the folder's name, `last` or `best`.",
        show_default=False,
        autocompletion=completion.run_names,
    ),
]
RunArgument = Annotated[
    str,
    typer.Argument(
        metavar="RUN",
        help="A run: its name, its folder, the start of the folder's name, `last` or `best`.",
        show_default=False,
        autocompletion=completion.run_names,
    ),
]
RunsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="RUN...",
        help="Runs: names, folders, starts of folders' names, `last` or `best`.",
        show_default=False,
        autocompletion=completion.run_names,
    ),
]
ThreadsOption = Annotated[int, typer.Option(min=1, metavar="N", help="Number of threads; never changes the result.")]
MirroredOption = Annotated[
    bool, typer.Option("--mirrored", help="Average the probabilities of each image and its mirror image.")
]
RecordedDataOption = Annotated[
    str | None,
    typer.Option(
        "--data",
        metavar="DATA",
        help="Name or path of the run's data, if they were moved; their digest is checked.",
        show_default=False,
    ),
]
RecordedThreadsOption = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Number of threads; by default as before. The bits stay the same."),
]
CheckpointOption = Annotated[
    float,
    typer.Option(metavar="SECONDS", help="Longest time between two checkpoints, from which `resume` continues."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress on the error stream.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def names_in(text: str | None) -> list[str] | None:
    """Return the names of classes that an option lists; None where it is not given."""
    return None if text is None else [name.strip() for name in text.split(",")]


def fit_of(pad: bool | None) -> Fit | None:
    """Return what --pad or --crop says; None where neither is given."""
    return None if pad is None else "pad" if pad else "crop"


def trained_fit(record: "RunRecord | None") -> Fit | None:
    """Return how a run's photos were brought to its size; None where that is not known."""
    return None if record is None else record["data"]["selection"].get("fit")


def find_run(reference: str) -> Path:
    """Return the folder of a run; what there is to say about the choice goes to the error stream."""
    return references.find_run(reference, note=lambda text: echo(text, err=True))


def recorded_data(folder: Path, source: str | None) -> Dataset | None:
    """Load a run's data from another place, with the run's choice of them; None leaves them where the record says.

    Raises
    ------
    DataError
        If there are none, or the choice cannot be made of them.
    """
    if source is None:
        return None
    recorded = read_record(folder)["data"]
    try:
        return found_at(source, recorded)
    except DataError as error:
        raise DataError(
            f"{shell_wording(error) or error}. --data must be the run's, with classes that are called as they were, "
            f"{', '.join(recorded['classes'])}: folders of photos can be renamed"
        ) from error


def run_of(reference: str) -> Path | None:
    """Return the folder of the run that is meant; None where it is a model file."""
    return None if as_path(reference, "MODEL").is_file() else find_run(reference)


def load_trained(reference: str) -> tuple[Network, "RunRecord | None"]:
    """Return the network of a model file or a run, and the run's record where it is a run."""
    folder = run_of(reference)
    if folder is None:
        return Network.load(reference), None
    return recorded_model(folder), read_record(folder)
