"""Make the pictures of docs/gallery.md: train some networks and draw what they have learned.

    python examples/gallery.py docs/gallery

It needs playwright and Chromium, and CIFAR-10 and MNIST, which are downloaded unless
a folder of `LENETPP_DATA` has them. The numbers are the same wherever it runs.
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from PIL import Image
from playwright.sync_api import sync_playwright

import lenetpp as lp
from lenetpp.pictures.augmentation import augmented_images
from lenetpp.pictures.matched_filters import FilterMatch
from lenetpp.pictures.picture import Picture

COLOURS = 192
PIXELS_PER_INCH = 110
"""With so few colours and pixels the pictures are still what they are, and their files small."""
AUGMENTED = lp.TrainingSettings(
    flip_horizontally=True,
    rotation_degrees=10,
    scaling=0.1,
    cutout_pixels=8,
    brightness=0.3,
    contrast=0.3,
    colour_noise=0.3,
)
ACTIVATED = (
    "3x32x32 | conv 5x5x5 {0} | maxpool 3/2 | conv 3x5x5 {0} | maxpool 3/2 | dense 120 {0} | dense 84 {0} | dense 2"
)


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
    sigmoid, relu : Run
        A network that has this activation everywhere, on the images of airplanes and ships, by plain steps.
    """

    airplanes_and_ships: list[lp.Run]
    in_colour: lp.Run
    digits: lp.Run
    sigmoid: lp.Run
    relu: lp.Run

    @classmethod
    def of(cls, folder: Path, per_class: int | None = None) -> Self:
        """Train; `per_class` limits the training images of each class."""
        two_classes = lp.load_data("cifar10", classes=["airplane", "ship"], train_per_class=per_class or 4000)
        digits = lp.load_data("mnist", train_per_class=per_class)
        return cls(
            [trained("blog-lenet", two_classes, folder, seed) for seed in (1, 2, 3)],
            trained("lenet5", two_classes, folder),
            trained("lenet5", digits, folder),
            *(with_activation(activation, two_classes, folder) for activation in ("sigmoid", "relu")),
        )


def trained(name: str, data: lp.Dataset, folder: Path, seed: int = 1) -> lp.Run:
    """Train a named network by its recipe."""
    network = lp.network(name, data.train_images.shape[1:], len(data.classes))
    return lp.train(network, data, settings=replace(lp.recipe(name, data), seed=seed), runs=folder, progress=False)


def with_activation(activation: str, data: lp.Dataset, folder: Path) -> lp.Run:
    """Train a network with one activation everywhere by plain steps."""
    network = lp.Network.parse(ACTIVATED.format(activation))
    return lp.train(network, data, epochs=8, momentum=0, runs=folder, progress=False)


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


def pictures_of_runs(trainings: Trainings) -> dict[str, Picture]:
    """Return the pictures of trainings and of what layers do by the names of their files."""
    run, digits = trainings.airplanes_and_ships[0], trainings.digits
    zero = lp.load_data("mnist").test_images[3]
    return {
        "accuracy": run.curves("accuracy"),
        "gradients": trainings.sigmoid.curves("gradient_norms", trainings.relu),
        "feature-maps": digits.feature_maps(zero),
        "winners": digits.winners(zero),
        "confusion": digits.confusion(),
        "patches": run.patches(),
        "mistakes": run.mistakes(),
        **pictures_of_looking(run),
    }


def pictures_of_looking(run: lp.Run) -> dict[str, Picture]:
    """Return the pictures of what a network looks at, and how it came to, by the names of their files."""
    data = lp.load_data("cifar10", classes=["airplane", "ship"])
    return {
        "altered": run.altered(),
        "ablation": run.ablation(),
        "occlusion": run.occlusion(data.test_images[1]),
        "augmentation": augmented_images(run.network, data, AUGMENTED, images=3, epochs=5),
        "probe": run.probe(),
        "film": run.film(),
    }


def save(pictures: Mapping[str, Picture], folder: Path) -> None:
    """Write pictures as small PNG files."""
    for name, picture in pictures.items():
        write_image(Image.open(io.BytesIO(picture.figure_file(".png", PIXELS_PER_INCH))), folder / f"{name}.png")


def save_page(run: lp.Run, folder: Path) -> None:
    """Write how Chromium shows the page of a run, from its curves on."""
    with tempfile.TemporaryDirectory() as pages, sync_playwright() as playwright:
        run.page(Path(pages) / "run.html")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1250, "height": 1650}, device_scale_factor=0.68)
        page.goto((Path(pages) / "run.html").as_uri() + "#curves")
        write_image(Image.open(io.BytesIO(page.screenshot())), folder / "page.png")
        browser.close()


def write_image(image: Image.Image, path: Path) -> None:
    """Write an image with few colours."""
    quantized = image.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    quantized.save(path, optimize=True)


def main() -> None:
    """Make all pictures in the folder that the command names."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as runs:
        trainings = Trainings.of(Path(runs))
        save(pictures_of_filters(trainings), folder)
        save(pictures_of_runs(trainings), folder)
        trainings.airplanes_and_ships[0].film().save(folder / "film.gif")
        save_page(trainings.airplanes_and_ships[0], folder)


if __name__ == "__main__":
    main()
