"""``lenetpp data``: which data sets there are, what is in them, and fetching them."""

from typing import Annotated

import numpy as np
import typer
from rich.table import Table

from lenetpp.basics.language import say
from lenetpp.basics.terminal import Console, Text, echo
from lenetpp.command_line import completion
from lenetpp.command_line.options import (
    ClassesOption,
    DataArgument,
    JsonOption,
    PadOption,
    PerClassOption,
    SizeOption,
    SplitSeedOption,
    TestOption,
    ValidationOption,
    fit_of,
    names_in,
)
from lenetpp.command_line.output import data_in_words, print_facts, print_json
from lenetpp.command_line.suggesting import SuggestingCommand
from lenetpp.data import available_data, fetch_data, load_data, per_plane_statistics
from lenetpp.data.parts import part_in_words

app = typer.Typer(
    help="List, describe and fetch data sets.\n\nExample: `lenetpp data info mnist`",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@app.command(name="list", cls=SuggestingCommand)
def list_command(as_json: JsonOption = False) -> None:
    """List the named data sets and where they are.

    The variable LENETPP_DATA names folders with your own copies. A data set may take 2 GiB of memory, or the number of
    bytes in LENETPP_DATA_LIMIT.

    Example: `lenetpp data list`
    """
    data = available_data()
    if as_json:
        print_json(
            {
                "data": [
                    {
                        "name": item.name,
                        "description": item.description,
                        "licence": item.licence,
                        "found": item.found,
                        "location": None if item.location is None else str(item.location),
                    }
                    for item in data
                ]
            }
        )
        return
    console = Console()
    for item in data:
        console.print(Text(item.name, style="bold"))
        place = (
            say("not downloaded yet: `lenetpp data fetch` or first use does it")
            if item.location is None
            else item.location
        )
        print_facts(console, {say("  what"): item.description, say("  licence"): item.licence, say("  where"): place})


@app.command(name="info", cls=SuggestingCommand)
def info_command(
    data: DataArgument = None,
    classes: ClassesOption = None,
    per_class: PerClassOption = None,
    validation: ValidationOption = None,
    test: TestOption = None,
    split_seed: SplitSeedOption = None,
    size: SizeOption = None,
    pad: PadOption = None,
    as_json: JsonOption = False,
) -> None:
    """Describe a data set: images per class and part, pixel statistics, digest.

    Example: `lenetpp data info mnist`
    """
    dataset = load_data(
        data,
        classes=names_in(classes),
        train_per_class=per_class,
        validation=validation,
        test=test,
        split_seed=split_seed,
        size=size,
        fit=fit_of(pad),
    )
    counts = {part: np.bincount(labels, minlength=len(dataset.classes)).tolist() for part, _, labels in dataset.parts()}
    mean, deviation = per_plane_statistics(dataset.train_images)
    if as_json:
        print_json(
            {
                "name": dataset.name,
                "input_shape": dataset.input_shape,
                "dtype": str(dataset.train_images.dtype),
                "classes": dataset.classes,
                "images": counts,
                "note": dataset.note,
                "left_out": dataset.left_out,
                "mean": mean.tolist(),
                "deviation": deviation.tolist(),
                "digest": dataset.digest,
            }
        )
        return
    console = Console()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(say("class"))
    for part in counts:
        table.add_column(say("{part} images", part=part_in_words(part)), justify="right")
    for label, name in enumerate(dataset.classes):
        table.add_row(Text(f"{label} {name}"), *(f"{count[label]:,}" for count in counts.values()))
    console.print(table)
    console.print()
    print_facts(
        console,
        {
            say("data"): data_in_words(dataset),
            **({say("note"): dataset.note} if dataset.note else {}),
            say("pixels"): dataset.train_images.dtype,
            say("mean"): "  ".join(f"{value:.6g}" for value in mean),
            say("deviation"): "  ".join(f"{value:.6g}" for value in deviation),
            say("digest"): dataset.digest,
        },
    )


@app.command(name="fetch", cls=SuggestingCommand)
def fetch_command(
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME...", help="See `lenetpp data list`.", autocompletion=completion.data_names),
    ],
) -> None:
    """Download data sets into the cache and verify them.

    Example: `lenetpp data fetch mnist cifar10`
    """
    for name in names:
        echo(fetch_data(name))
