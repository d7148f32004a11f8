"""``lenetpp predict``: what a trained network sees in pictures."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from lenetpp.command_line.options import JsonOption, ModelArgument, load_trained
from lenetpp.command_line.output import print_json
from lenetpp.data import read_images
from lenetpp.terminal import Console, Text

HELP = """Name the class of each picture and its probability.

Pictures are brought to the network's size and colours (this needs the extra `lenetpp[images]`).

Example: `lenetpp predict last plane.png ship.jpg`
"""


def predict_command(
    model: ModelArgument,
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE...", help="Picture files.", show_default=False)],
    as_json: JsonOption = False,
) -> None:
    """Predict; see HELP."""
    network, _ = load_trained(model)
    names = network.class_names or tuple(map(str, range(network.class_count)))
    pixels = read_images(images, network.input_shape)
    probabilities, winners = network.predict_proba(pixels), network.predict(pixels)
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
                    for image, winner, row in zip(images, winners, probabilities, strict=True)
                ]
            }
        )
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("image", overflow="fold")
    table.add_column("class")
    table.add_column("probability", justify="right")
    for image, winner, row in zip(images, winners, probabilities, strict=True):
        table.add_row(Text(str(image)), Text(names[winner]), f"{row[winner]:.1%}")
    Console().print(table)
