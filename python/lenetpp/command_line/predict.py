"""``lenetpp predict``: what a trained network sees in pictures."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from lenetpp.basics.files import write_file
from lenetpp.basics.percent import percent
from lenetpp.basics.terminal import Console, Text, echo
from lenetpp.command_line.options import (
    JsonOption,
    MirroredOption,
    ModelArgument,
    PadOption,
    fit_of,
    load_trained,
    trained_fit,
)
from lenetpp.command_line.output import print_json
from lenetpp.data.errors import DataError
from lenetpp.data.image_files import SUFFIXES, pictures_below
from lenetpp.networks.picture_predictions import PicturePrediction, predict_files, predictions_as_csv, text_of
from lenetpp.records.labels import run_name
from lenetpp.records.references import find_run

HELP = """Name the class of each picture and its probability.

Pictures of any size are brought to the network's size and colours as those were that it was trained on (this needs the
extra `lenetpp[images]`). Of a folder all the pictures are taken, by name, also those in folders inside it.

Exit codes: 0 all were read; 1 some were not: the others' classes are printed all the same.

Example: `lenetpp predict last photos --csv photos.csv --html photos.html`
"""
ROWS_IN_TABLE = 100


def predict_command(
    model: ModelArgument,
    images: Annotated[
        list[Path],
        typer.Argument(metavar="IMAGE|FOLDER...", help="Picture files, or folders of them.", show_default=False),
    ],
    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Write a table with every probability.", show_default=False),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write a page with the pictures.", show_default=False),
    ] = None,
    pad: PadOption = None,
    mirrored: MirroredOption = False,
    as_json: JsonOption = False,
) -> None:
    """Predict; see HELP."""
    network, record = load_trained(model)
    names = network.class_names or tuple(map(str, range(network.class_count)))
    files, failures = _files(images)
    predictions = list(
        predict_files(
            network,
            files,
            fit_of(pad) or trained_fit(record),
            mirrored=mirrored,
            fail=lambda error: failures.append(_in_words(error)),
        )
    )
    for message in dict.fromkeys(failures):  # once, what is not about one picture
        echo(f"error: {message}", err=True)
    if csv is not None:
        write_file(csv, predictions_as_csv(predictions, names))
    if html is not None:
        from lenetpp.pictures.prediction_page import prediction_page

        write_file(html, prediction_page(predictions, names, _name_of(model, record), network, failures).encode())
    if as_json:
        print_json({"predictions": [_as_json(found, names) for found in predictions], "failures": failures})
    else:
        if predictions:
            _print(names, predictions)
        for written in filter(None, (csv, html)):
            echo(f"written: {text_of(written)}")
    if failures:
        raise typer.Exit(1)


def _files(images: list[Path]) -> tuple[list[Path], list[str]]:
    """Return all files, those of a folder by name, and what is wrong with folders."""
    files: list[Path] = []
    failures = []
    for image in images:
        found = pictures_below(image) if image.is_dir() else [image]
        if not found:
            failures.append(f"{text_of(image)}: no pictures ({', '.join(SUFFIXES)}) in this folder")
        files += found
    return files, failures


def _name_of(model: str, record: object) -> str:
    """Return what the network is called on a page that is read later: ``last`` may be another run then."""
    return model if record is None else run_name(find_run(model))


def _in_words(error: DataError) -> str:
    return str(error).encode(errors="replace").decode()


def _as_json(found: PicturePrediction, names: tuple[str, ...]) -> dict[str, object]:
    return {
        "image": found.name,
        "class": names[found.predicted],
        "probability": found.probability,
        "probabilities": dict(zip(names, map(float, found.probabilities), strict=True)),
    }


def _print(names: tuple[str, ...], predictions: list[PicturePrediction]) -> None:
    """Print a line for each picture, as far as anybody would read, and how many there are of each class."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("image", overflow="fold")
    table.add_column("class")
    table.add_column("probability", justify="right")
    for found in predictions[:ROWS_IN_TABLE]:
        table.add_row(Text(found.name), Text(names[found.predicted]), percent(found.probability, 1))
    console = Console()
    console.print(table)
    if len(predictions) > ROWS_IN_TABLE:
        left_out = len(predictions) - ROWS_IN_TABLE
        console.print(Text(f"and {left_out:,} more: --csv FILE and --html FILE have them all", style="dim"))
    if len(predictions) > 1:
        counts = Counter(found.predicted for found in predictions)
        shown = ", ".join(f"{counts[number]:,} {names[number]}" for number in sorted(counts))
        console.print(Text(f"{len(predictions):,} pictures: {shown}"))
