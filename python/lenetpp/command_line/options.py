"""Arguments and options that several commands take, and what they stand for."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenetpp.data import Dataset, load_data
from lenetpp.finding.references import find_run
from lenetpp.networks import Network
from lenetpp.recording.records import model_file, read_record

if TYPE_CHECKING:
    from lenetpp.recording.record_schema import Record

DataArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="DATA",
        help="Name (see `lenetpp data list`) or path of a data set.",
        show_default=False,
    ),
]
ClassesOption = Annotated[
    str | None,
    typer.Option(metavar="A,B,...", help="Use only these classes, by name or number.", rich_help_panel="Data"),
]
PerClassOption = Annotated[
    int | None,
    typer.Option("--per-class", min=1, metavar="N", help="Training images of each class.", rich_help_panel="Data"),
]
TestPerClassOption = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Test images of each class.", rich_help_panel="Data")
]
ValidationPerClassOption = Annotated[
    int | None,
    typer.Option(
        min=1, metavar="N", help="Training images of each class set apart for validation.", rich_help_panel="Data"
    ),
]
ModelArgument = Annotated[
    str,
    typer.Argument(
        metavar="MODEL|RUN",
        help="A model file, a run's folder, the beginning of its name, `last` or `best`.",
        show_default=False,
    ),
]
RunArgument = Annotated[
    str,
    typer.Argument(
        metavar="RUN", help="A run's folder, the beginning of its name, `last` or `best`.", show_default=False
    ),
]
ThreadsOption = Annotated[int, typer.Option(min=1, metavar="N", help="Processor cores; they never change the result.")]
RecordedThreadsOption = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Processor cores; by default as many as before. The bits stay the same."),
]
CheckpointOption = Annotated[
    float,
    typer.Option(metavar="SECONDS", help="Longest time between two checkpoints, which `resume` goes on from."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def load_selected(
    source: str | None,
    classes: str | None,
    train_per_class: int | None = None,
    test_per_class: int | None = None,
    validation_per_class: int | None = None,
) -> Dataset:
    """Load the data that the options describe."""
    return load_data(
        source,
        classes=None if classes is None else [name.strip() for name in classes.split(",")],
        train_per_class=train_per_class,
        test_per_class=test_per_class,
        validation_per_class=validation_per_class,
    )


def load_trained(reference: str) -> tuple[Network, "Record | None"]:
    """Return the network of a model file or a run, and the run's record where it is a run."""
    path = Path(reference)
    if path.is_file():
        return Network.load(path), None
    folder = find_run(reference)
    return Network.load(model_file(folder)), read_record(folder)
