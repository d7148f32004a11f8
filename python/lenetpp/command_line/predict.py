"""``lenetpp predict``: what a trained network sees in pictures."""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.table import Table

from lenetpp.basics.arrays import Shape
from lenetpp.basics.percent import percent
from lenetpp.basics.terminal import Console, Text, echo
from lenetpp.command_line.options import JsonOption, MirroredOption, ModelArgument, load_trained
from lenetpp.command_line.output import print_json
from lenetpp.data import DataError, read_images
from lenetpp.data.image_files import SUFFIXES

HELP = """Name the class of each picture and its probability.

Pictures are brought to the network's size and colours (this needs the extra `lenetpp[images]`). Of a folder all the
pictures in it are taken, by name.

Exit codes: 0 all were read; 1 some were not: the others' classes are printed all the same.

Example: `lenetpp predict last plane.png ship.jpg`
"""


def predict_command(
    model: ModelArgument,
    images: Annotated[
        list[Path],
        typer.Argument(metavar="IMAGE|FOLDER...", help="Picture files, or folders of them.", show_default=False),
    ],
    mirrored: MirroredOption = False,
    as_json: JsonOption = False,
) -> None:
    """Predict; see HELP."""
    network, _ = load_trained(model)
    names = network.class_names or tuple(map(str, range(network.class_count)))
    read, failures = _read(images, network.input_shape)
    for message in dict.fromkeys(failures):  # once, what is not about one picture
        echo(f"error: {message}", err=True)
    answers = []
    if read:
        files, pixels = zip(*read, strict=True)
        stacked = np.stack(pixels)
        predicted, shares = (ask(stacked, mirrored=mirrored) for ask in (network.predict, network.predict_proba))
        answers = list(zip(files, predicted, shares, strict=True))
    if as_json:
        print_json(
            {
                "predictions": [
                    {
                        "image": str(image),
                        "class": names[winner],
                        "probability": float(row[winner]),
                        "probabilities": dict(zip(names, row.tolist(), strict=True)),
                    }
                    for image, winner, row in answers
                ],
                "failures": failures,
            }
        )
    elif answers:
        _print(names, answers)
    if failures:
        raise typer.Exit(1)


def _read(images: list[Path], shape: Shape) -> tuple[list[tuple[Path, NDArray[np.uint8]]], list[str]]:
    """Return the pictures that can be read, those of a folder by name, and what is wrong with the others."""
    read: list[tuple[Path, NDArray[np.uint8]]] = []
    failures = []
    for image in images:
        files = _pictures(image) if image.is_dir() else [image]
        if not files:
            failures.append(f"{image}: no pictures ({', '.join(SUFFIXES)}) in this folder")
        for file in files:
            try:
                read.append((file, read_images([file], shape)[0]))
            except DataError as error:
                failures.append(str(error))
    return read, failures


def _pictures(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    )


def _print(names: tuple[str, ...], answers: list[tuple[Path, np.intp, NDArray[np.floating]]]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("image", overflow="fold")
    table.add_column("class")
    table.add_column("probability", justify="right")
    for image, winner, row in answers:
        table.add_row(Text(str(image)), Text(names[winner]), percent(row[winner], 1))
    Console().print(table)
