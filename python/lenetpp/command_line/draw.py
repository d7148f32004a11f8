"""``lenetpp draw``: one picture of a run, or of several on one picture, as a file."""

from pathlib import Path
from typing import Annotated

import typer

from lenetpp.basics.arrays import ImageArray
from lenetpp.basics.language import say
from lenetpp.basics.terminal import echo
from lenetpp.command_line import completion
from lenetpp.command_line.options import RecordedDataOption, RunsArgument, recorded_data, trained_fit
from lenetpp.data import Dataset, read_images
from lenetpp.pictures.picture import Picture
from lenetpp.pictures.training_curves import EPOCH_MEASURES
from lenetpp.records.recorded_data import same_data
from lenetpp.records.run_files import read_record
from lenetpp.training.run import Run

OTHERS = (
    "confusion", "mistakes", "feature_maps", "winners", "patches", "ablation", "altered", "occlusion", "probe", "film",
    "augmentation",
)  # fmt: skip
PICTURES = (*EPOCH_MEASURES, *OTHERS)
HELP = f"""Draw a picture of a run into a file.

Over the epochs, also of several runs: {", ".join(EPOCH_MEASURES)}.

Of one run: confusion (which classes are mistaken for which), mistakes (the worst and the least certain answers),
feature_maps (what every layer makes of an image), winners (what passes a max-pooling), patches (what activates the
filters of a convolution most), ablation (what is lost without a filter), altered (accuracy upside down, grey, partly
hidden), occlusion (which parts of an image matter), probe (a linear classifier on each layer, before and after
training), film (how filters develop; animated as .gif), augmentation (training images as the network saw them).
 `lenetpp filters` shows the filters.

Example: `lenetpp draw gradient_norms best last --out gradients.png`
"""


def _picture_names(incomplete: str) -> list[str]:
    return completion.beginning(incomplete, PICTURES)


def draw_command(
    picture: Annotated[
        str,
        typer.Argument(
            metavar="PICTURE",
            help="What to draw.",
            show_default=False,
            autocompletion=_picture_names,
        ),
    ],
    runs: RunsArgument,
    out: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help="A .png, .svg or .pdf file; for a film also .gif or .html.", show_default=False
        ),
    ],
    image: Annotated[str, typer.Option(metavar="N|FILE", help="Number of a test image, or a picture file.")] = "0",
    layer: Annotated[
        int | None, typer.Option(metavar="N", help="Layer for winners, patches and film; by default the first.")
    ] = None,
    data: RecordedDataOption = None,
) -> None:
    """Draw; see HELP."""
    if picture not in PICTURES:
        raise ValueError(f"PICTURE must be one of {', '.join(PICTURES)}, but is {picture!r}")
    loaded = [Run.load(run) for run in runs]
    if picture in OTHERS and len(loaded) > 1:
        raise ValueError(f"{picture} is drawn of one run, but {len(loaded)} are given")
    folder = loaded[0].folder
    assert folder is not None
    _drawn(picture, loaded, image, layer, recorded_data(folder, data)).save(out)
    echo(say("written: {path}", path=out))


def _drawn(picture: str, runs: list[Run], image: str, layer: int | None, data: Dataset | None) -> Picture:
    first, *others = runs
    match picture:
        case "confusion":
            return first.confusion()
        case "mistakes":
            return first.mistakes(data=data)
        case "patches":
            return first.patches(layer, data=data)
        case "ablation":
            return first.ablation(data=data)
        case "altered":
            return first.altered(data=data)
        case "probe":
            return first.probe(data=data)
        case "augmentation":
            return first.augmentation(data=data)
        case "film":
            return first.film(layer)
        case "occlusion":
            return first.occlusion(_image(first, image, data))
        case "winners":
            return first.winners(_image(first, image, data), layer)
        case "feature_maps":
            return first.feature_maps(_image(first, image, data))
        case _:
            return first.curves(picture, *others)


def _image(run: Run, number_or_path: str, data: Dataset | None) -> ImageArray:
    """Return an unseen image of the run's data by its number, or a picture file at the network's size and colours."""
    pixels: ImageArray
    if not number_or_path.isdecimal():
        fit = None if run.folder is None else trained_fit(read_record(run.folder))
        pixels = read_images([number_or_path], run.network.input_shape, fit=fit)[0]
        return pixels
    assert run.folder is not None
    part, images, _ = same_data(read_record(run.folder)["data"], data).unseen
    number = int(number_or_path)
    if number >= len(images):
        raise ValueError(f"--image must be below {len(images)}, the number of {part} images, but is {number}")
    pixels = images[number]
    return pixels
