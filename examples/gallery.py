"""Make the pictures of docs/gallery.md: train some networks and draw what they have learned.

    python examples/gallery.py docs/gallery

It needs the extras `lenetpp[plot,images]`, and CIFAR-10 and MNIST, which are downloaded unless a folder of
`LENETPP_DATA` has them. The numbers are the same wherever it runs.
"""

import io
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from PIL import Image

import lenetpp as lp
from lenetpp.pictures.filter_matching import FilterMatch
from lenetpp.pictures.picture import Picture

COLOURS = 192
PIXELS_PER_INCH = 110
"""With so few colours and pixels the pictures are still what they are, and their files small."""


@dataclass(frozen=True)
class Trainings:
    """The runs that are drawn.

    Attributes
    ----------
    airplanes_and_ships : list of Run
        The blog's LeNet from three seeds.
    in_colour : Run
        LeNet-5 on the same images; its filters see all three colours at once.
    digits : Run
        LeNet-5 on digits.
    """

    airplanes_and_ships: list[lp.Run]
    in_colour: lp.Run
    digits: lp.Run

    @classmethod
    def of(cls, folder: Path, per_class: int | None = None) -> Self:
        """Train; `per_class` limits the training images of each class."""
        two_classes = lp.load_data("cifar10", classes=["airplane", "ship"], train_per_class=per_class or 4000)
        digits = lp.load_data("mnist", train_per_class=per_class)
        return cls(
            [trained("blog-lenet", two_classes, folder, seed) for seed in (1, 2, 3)],
            trained("lenet5", two_classes, folder),
            trained("lenet5", digits, folder),
        )


def trained(name: str, data: lp.Dataset, folder: Path, seed: int = 1) -> lp.Run:
    """Train a named network by its recipe."""
    network = lp.network(name, data.train_images.shape[1:], len(data.classes))
    return lp.train(network, data, settings=replace(lp.recipe(name, data), seed=seed), runs=folder, progress=False)


def pictures_of_filters(trainings: Trainings) -> dict[str, Picture]:
    """Return the pictures of filters by the names of their files."""
    runs = trainings.airplanes_and_ships
    networks = [run.network for run in runs]
    return {
        "filters": runs[0].filters(),
        "filters-in-colour": trainings.in_colour.filters(),
        "filters-of-planes": trainings.digits.filters(2),
        "filters-of-three-runs": FilterMatch(networks, [f"seed {run.settings.seed}" for run in runs]),
    }


def save(pictures: Mapping[str, Picture], folder: Path) -> None:
    """Write pictures as small PNG files."""
    for name, picture in pictures.items():
        image = Image.open(io.BytesIO(picture.figure_file(".png", PIXELS_PER_INCH))).convert("RGB")
        image.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
            folder / f"{name}.png", optimize=True
        )


def main() -> None:
    """Make all pictures in the folder that the command names."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as runs:
        trainings = Trainings.of(Path(runs))
        save(pictures_of_filters(trainings), folder)


if __name__ == "__main__":
    main()
