"""``lenetpp predict``: what a trained network sees in pictures."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from lenetpp.basics.files import write_file
from lenetpp.basics.language import listed, recalled, say
from lenetpp.basics.percent import percent
from lenetpp.basics.printable import text_of
from lenetpp.basics.terminal import Console, Text, echo
from lenetpp.command_line.folder_classes import folder_classes, right_in_words
from lenetpp.command_line.options import (
    AsOption,
    JsonOption,
    MirroredOption,
    ModelArgument,
    PadOption,
    fit_of,
    load_trained,
    names_in,
    trained_fit,
)
from lenetpp.command_line.output import print_json
from lenetpp.data.errors import DataError
from lenetpp.data.image_files import SUFFIXES
from lenetpp.data.left_out import LeftOut, in_words, pictures_below
from lenetpp.networks.picture_predictions import PicturePrediction, predict_files, predictions_as_csv
from lenetpp.records.labels import run_name
from lenetpp.records.recorded_data import learned_from, learning_in_words
from lenetpp.records.references import find_run

HELP = """Predict the class of each picture, with its probability.

Pictures of any size are converted to the network's size and colours, in the same way as its training images. A folder
stands for all pictures in it and in its subfolders, except hidden ones; files that are skipped are listed on the error
stream.

If folders are named after the network's classes, the accuracy is reported; if they have other names, `--as` says which
classes they are.

Exit codes: 0 all pictures were read; 1 some could not be read, and the others are printed all the same.

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
    other_names: AsOption = None,
    mirrored: MirroredOption = False,
    as_json: JsonOption = False,
) -> None:
    """Predict; see HELP."""
    network, record = load_trained(model)
    names = network.class_names or tuple(map(str, range(network.class_count)))
    files, found_in, failures, others = _files(images)
    folders = folder_classes(found_in, names, names_in(other_names))
    predictions = list(
        predict_files(
            network,
            files,
            fit_of(pad) or trained_fit(record),
            mirrored=mirrored,
            fail=lambda error: failures.append(_in_words(error)),
        )
    )
    if others:
        echo(say("note: {words}", words=in_words(others)), err=True)
    if folders.problem:
        echo(say("note: {words}", words=folders.problem), err=True)
    for message in dict.fromkeys(failures):  # once, what is not about one picture
        echo(say("error: {message}", message=recalled(message)), err=True)
    if csv is not None:
        write_file(csv, predictions_as_csv(predictions, names, folders.of_file))
    if html is not None:
        from lenetpp.pictures.prediction_page import prediction_page

        page = prediction_page(predictions, names, folders.of_file, _name_of(model, record), network, failures)
        write_file(html, page.encode())
    counts = folders.counts(predictions, names)
    if record and (seen := learned_from(record, folders.of_file)):
        counted = {"count": f"{len(seen):,}", "total": f"{len(folders.of_file):,}"}
        echo(say("note: {count} of {total} pictures: {words}", words=learning_in_words(record), **counted), err=True)
    if as_json:
        shown = [_as_json(found, names, folders.of_file.get(found.file)) for found in predictions]
        right = {name: {"right": of_class[0], "images": of_class[1]} for name, of_class in counts.items()}
        print_json({"predictions": shown, "right": right, "failures": failures, "left_out": others})
    else:
        if predictions:
            _print(names, predictions)
        if counts:
            echo(right_in_words(counts))
        for written in filter(None, (csv, html)):
            echo(say("written: {path}", path=text_of(written)))
    if failures:
        raise typer.Exit(1)


def _files(images: list[Path]) -> tuple[list[Path], dict[Path, list[Path]], list[str], LeftOut]:
    """Return all pictures, those of each folder by name, what is wrong with folders, and their other files."""
    files: list[Path] = []
    of_folders: dict[Path, list[Path]] = {}
    failures: list[str] = []
    others: LeftOut = {}
    for image in images:
        if not image.is_dir():
            files.append(image)
            continue
        try:
            pictures, left_out = pictures_below(image)
        except OSError as error:
            failures.append(say("{path}: cannot be read: {problem}", path=text_of(image), problem=error))
            continue
        if not pictures:
            kinds = ", ".join(SUFFIXES)
            failures.append(say("{path}: no pictures ({kinds}) in this folder", path=text_of(image), kinds=kinds))
        files += pictures
        of_folders[image] = pictures
        for kind, names in left_out.items():
            others[kind] = (*others.get(kind, ()), *(text_of(image / name) for name in names))
    return files, of_folders, failures, others


def _name_of(model: str, record: object) -> str:
    """Return what the network is called on a page that is read later: ``last`` may be another run then."""
    return model if record is None else run_name(find_run(model))


def _in_words(error: DataError) -> str:
    return str(error).encode(errors="replace").decode()


def _as_json(found: PicturePrediction, names: tuple[str, ...], true: int | None) -> dict[str, object]:
    return {
        "image": found.name,
        "class": names[found.predicted],
        "true_class": None if true is None else names[true],
        "probability": found.probability,
        "probabilities": dict(zip(names, map(float, found.probabilities), strict=True)),
    }


def _print(names: tuple[str, ...], predictions: list[PicturePrediction]) -> None:
    """Print a line for each picture, as far as anybody would read, and how many there are of each class."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(say("image"), overflow="fold")
    table.add_column(say("class"))
    table.add_column(say("probability"), justify="right")
    for found in predictions[:ROWS_IN_TABLE]:
        table.add_row(Text(found.name), Text(names[found.predicted]), percent(found.probability, 1))
    console = Console()
    console.print(table)
    if len(predictions) > ROWS_IN_TABLE:
        left_out = len(predictions) - ROWS_IN_TABLE
        rest = say("and {count} more: --csv FILE and --html FILE have them all", count=f"{left_out:,}")
        console.print(Text(rest, style="dim"))
    if len(predictions) > 1:
        counts = Counter(found.predicted for found in predictions)
        shown = (say("{count} {name}", count=f"{counts[number]:,}", name=names[number]) for number in sorted(counts))
        console.print(Text(say("{count} pictures: {list}", count=f"{len(predictions):,}", list=listed(shown))))
