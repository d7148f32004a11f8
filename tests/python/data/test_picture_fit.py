"""Pictures of any size, colour and rotation become images of one size; what decides is recorded with a run."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

import lenetpp as lp
from lenetpp.basics.surroundings import numerics
from lenetpp.data import DataError, load_data, read_images
from lenetpp.data.picture_fit import Fit
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_facts import train_command
from lenetpp.studies.errors import StudyError
from lenetpp.studies.trainings import make_training
from lenetpp.training.frozen_recipes import FrozenRecipe

from ..command import Command
from .test_image_files import picture, write

WIDE = np.repeat(np.eye(3, dtype=np.uint8) * 255, 40, axis=0)[np.newaxis].repeat(30, axis=0)
"""Red, green and blue beside each other, (30, 120, 3)."""
FITS: tuple[Fit, Fit] = ("pad", "crop")


@pytest.mark.parametrize("size", [(10, 10), (30, 20), (7, 40), (64, 64)])
@pytest.mark.parametrize("shape", [(30, 120), (50, 20), (33, 33)])
def test_the_middle_is_what_pillow_fits(tmp_path: Path, shape: tuple[int, int], size: tuple[int, int]) -> None:
    file = write(tmp_path / "1.png", picture(5, shape))
    expected = ImageOps.fit(Image.open(file), size[::-1], Image.Resampling.BICUBIC)
    np.testing.assert_array_equal(read_images([file], (1, *size))[0, 0], np.asarray(expected))


def test_cropping_keeps_the_middle_and_padding_everything(tmp_path: Path) -> None:
    file = write(tmp_path / "1.png", WIDE)
    cropped = read_images([file], (3, 12, 12))[0]
    assert (cropped[1] == 255).mean() > 0.8
    padded = read_images([file], (3, 12, 12), fit="pad")[0]
    np.testing.assert_array_equal(padded[:, :5], padded[:, 4:5].repeat(5, axis=1))  # 3 rows of picture, 9 around them
    np.testing.assert_array_equal(padded[:, 7:], padded[:, 7:8].repeat(5, axis=1))
    assert padded[:, 0, 0].tolist() == [255, 0, 0]
    assert padded[:, -1, -1].tolist() == [0, 0, 255]
    np.testing.assert_array_equal(padded[:, 4:7], np.asarray(Image.open(file).resize((12, 3))).transpose(2, 0, 1))


def test_a_photo_as_thin_as_a_line_is_padded(tmp_path: Path) -> None:
    file = write(tmp_path / "1.png", np.full((1, 500), 9, np.uint8))
    assert (read_images([file], (1, 8, 8), fit="pad") == 9).all()


def test_what_a_jpeg_decoder_leaves_out_is_hardly_seen(tmp_path: Path) -> None:
    rows, columns = np.mgrid[0:1200, 0:1600] / 1600
    photo = np.stack([rows, columns, np.sin(20 * rows) ** 2], axis=2) * 255
    write(tmp_path / "1.jpg", photo.astype(np.uint8))
    whole = ImageOps.fit(Image.open(tmp_path / "1.jpg"), (32, 32), Image.Resampling.BICUBIC)
    small = read_images([tmp_path / "1.jpg"], (3, 32, 32))[0].transpose(1, 2, 0)
    assert np.abs(small.astype(int) - np.asarray(whole)).max() <= 3


def save_kinds(folder: Path) -> None:
    """Write the same photo in every kind of colour: its upper half is bright, its lower half dark."""
    grey = np.repeat(np.array([220, 40], np.uint8), 30)[:, np.newaxis].repeat(90, axis=1)
    photo = Image.fromarray(grey)
    exif = Image.Exif()
    exif[0x0112] = 8  # the camera was turned: rotate by 90 degrees counter-clockwise
    kinds = {
        "grey.png": photo,
        "colour.jpg": photo.convert("RGB"),
        "palette.gif": photo.convert("P"),
        "print.jpg": photo.convert("CMYK"),
        "deep.png": Image.fromarray(grey.astype(np.uint16) * 257),
    }
    folder.mkdir(parents=True)
    for name, kind in kinds.items():
        kind.save(folder / name)
    photo.rotate(-90, expand=True).save(folder / "turned.jpg", exif=exif)
    cut_out = photo.convert("RGBA")
    cut_out.putalpha(Image.fromarray(np.where(grey > 128, 0, 255).astype(np.uint8)))
    cut_out.save(folder / "cut out.png")


def test_photos_of_every_kind_become_one_shape(tmp_path: Path) -> None:
    save_kinds(tmp_path / "a")
    save_kinds(tmp_path / "b")
    data = load_data(tmp_path, size=(20, 16))
    assert data.input_shape == (3, 20, 16)
    assert data.selection == {"size": [20, 16], "fit": "crop"}
    assert load_data(tmp_path, **data.selection).digest == data.digest
    assert load_data(tmp_path, size=(20, 16), fit="pad").digest != data.digest
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    images = dict(zip(names, [*data.train_images[data.train_labels == 0], data.test_images[0]], strict=True))
    for name, image in images.items():
        bright = 255 if name == "cut out.png" else 220  # what is transparent is white
        assert np.abs(image[:, :8].astype(int) - bright).max() < 12, name
        assert np.abs(image[:, 12:].astype(int) - 40).max() < 12, name


def test_damaged_metadata_do_not_hide_a_photo(tmp_path: Path) -> None:
    content = io.BytesIO()
    Image.fromarray(picture(3, (16, 16))).save(
        content, "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12" * 60
    )
    (tmp_path / "1.jpg").write_bytes(content.getvalue())
    assert read_images([tmp_path / "1.jpg"], (1, 16, 16)).shape == (1, 1, 16, 16)


def test_a_decompression_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "1.png", np.zeros((100, 100), np.uint8))
    for limit in (6_000, 4_000):  # a warning of Pillow's, and its error
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        with pytest.raises(DataError, match=rf"1\.png: has more than {limit:,} pixels: make it smaller first"):
            read_images([tmp_path / "1.png"], (1, 8, 8))


def test_many_large_photos_need_memory_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a/1", "a/2", "b/1", "b/2"):
        write(tmp_path / f"{name}.png", np.zeros((100, 100), np.uint8))
    monkeypatch.setenv("LENETPP_DATA_LIMIT", "41000")
    assert len(load_data(tmp_path, size=(8, 8))) == 2
    with pytest.raises(
        DataError, match=r"needs 40,000 bytes after 40,000 before, .*; smaller pictures need less: size=\(32"
    ):
        load_data(tmp_path)


NO_SIZES: list[object] = [0, True, b"32", "8x", "8x8x8", "-8", "8.0", "٣", "", (8,), 8.0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"size": (8, 0)}, r"size must be height and width, 1 to 4096, such as \(32, 32\), .* but is \(8, 0\)"),
        *(({"size": size}, "size must be height and width") for size in NO_SIZES),
        ({"size": (8, 8), "fit": "stretch"}, "fit must be 'crop' or 'pad', but is 'stretch'"),
        ({"fit": "pad"}, "fit needs a size"),
        ({"source": "fashion-mnist-5000", "size": (8, 8)}, "size is for folders of pictures, but fashion-mnist-5000"),
    ],
)
def test_sizes_that_mean_nothing_are_refused(tmp_path: Path, arguments: dict[str, object], message: str) -> None:
    write(tmp_path / "a" / "1.png", picture(1))
    with pytest.raises(DataError, match=message):
        load_data(**{"source": tmp_path, **arguments})  # type: ignore[arg-type]


@pytest.mark.parametrize(("size", "shape"), [(8, (3, 8, 8)), ("8", (3, 8, 8)), ("8x6", (3, 8, 6)), ([8, 6], (3, 8, 6))])
def test_a_size_is_a_pair_a_text_or_one_number(
    tmp_path: Path, lenetpp: Command, size: int | str | list[int], shape: tuple[int, int, int]
) -> None:
    save_kinds(tmp_path / "a")
    data = load_data(tmp_path, size=size)
    assert data.input_shape == shape
    settings = {"data": str(tmp_path), "network": "blog-mlp", "size": size if isinstance(size, int | str) else "8x6"}
    for name in ("b", "c"):
        save_kinds(tmp_path / name)
    assert make_training(settings, lambda choice: choice.load()).network.startswith(f"{'x'.join(map(str, shape))} ")
    if not isinstance(size, list):
        assert lenetpp.json("data", "info", tmp_path, "--size", size)["input_shape"] == list(shape)


def test_a_run_knows_how_its_photos_were_fitted(
    tmp_path: Path, lenetpp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path / "runs"))
    for name in ("a", "b"):
        save_kinds(tmp_path / "photos" / name)
    lenetpp("train", tmp_path / "photos", "--size", "12x10", "--pad", "--epochs", 2, "--network", "blog-mlp", "--quiet")
    assert lenetpp.json("replay", "last")["same_bits"]
    lenetpp("resume", "last", "--epochs", 3, "--quiet")
    network = lp.Run.load("last").network
    photo = tmp_path / "photos" / "a" / "colour.jpg"
    as_trained, otherwise = (
        network.predict_proba(read_images([photo], (3, 12, 10), fit=fit))[0].tolist() for fit in FITS
    )
    found = lenetpp.json("predict", "last", photo)["predictions"][0]["probabilities"]
    assert list(found.values()) == as_trained != otherwise
    found = lenetpp.json("predict", "last", photo, "--crop")["predictions"][0]["probabilities"]
    assert list(found.values()) == otherwise
    elsewhere = lenetpp.json("evaluate", "last", tmp_path / "photos")
    whole = lp.load_data(tmp_path / "photos", size=(12, 10), fit="pad", test=0)
    assert elsewhere["images"] == len(whole) > lenetpp.json("evaluate", "last")["images"]
    assert elsewhere["confusion"] == lp.evaluate(network, whole, part="train").confusion.tolist()
    command = train_command(RecordedRun.read(next((tmp_path / "runs").glob("2*"))))
    assert command is not None
    assert " --size 12x10 --pad " in command


def test_a_study_and_a_recipe_bring_photos_to_a_size(tmp_path: Path) -> None:
    for name in ("a", "b"):
        save_kinds(tmp_path / name)
    settings = {"data": str(tmp_path), "size": "6x9", "fit": "pad", "network": "blog-mlp"}
    training = make_training(settings, lambda choice: choice.load())
    assert training.network.startswith("3x6x9 ")
    assert training.data_digest == load_data(tmp_path, size=(6, 9), fit="pad").digest
    recipe = FrozenRecipe(
        name="photos", about="", data=training.data, data_digest=training.data_digest, network=training.network,
        settings=training.settings, digests={}, numerics=numerics(),
    )  # fmt: skip
    (tmp_path / "recipe.toml").write_text(recipe.file_text(), encoding="utf-8")
    assert FrozenRecipe.read(tmp_path / "recipe.toml").data == training.data
    for wrong, message in (
        ({"size": "6x"}, "size: it must be height and width"),
        ({"fit": "x"}, "fit: it must be 'crop'"),
    ):
        with pytest.raises(StudyError, match=message):
            make_training({**settings, **wrong}, lambda choice: choice.load())
