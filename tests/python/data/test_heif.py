"""HEIC and AVIF: read as the same picture in a PNG is, and refused in words where something is missing or broken."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import needs
from lenetpp.data import DataError, load_data, read_images

pillow_heif = needs.module("pillow_heif")

KINDS = {"avif": "AVIF", "heic": "HEIF"}
MOST_LOST = 10
"""In encoding at the best quality, of 255."""


def gradients(planes: int = 3) -> np.ndarray:
    """Pixels (48, 64, planes) or (48, 64) that no turn or mirror leaves as they are, and that are easily encoded."""
    y, x = np.mgrid[:48, :64]
    pixels = np.stack([x * 4, y * 5, 255 - x * 2 - y, np.full_like(x, 255)], -1).astype(np.uint8)
    return pixels[..., 0] if planes == 1 else pixels[..., :planes]


def write(file: Path, picture: Any, **options: Any) -> Path:
    pillow_heif.register_heif_opener()
    picture.save(file, KINDS[file.suffix[1:]], quality=100, **options)
    return file


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_upright_as_the_same_png_is(tmp_path: Path, kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = Image.fromarray(gradients())
    photo.save(tmp_path / "photo.png", exif=exif)
    write(tmp_path / f"photo.{kind}", photo, exif=exif.tobytes())
    sides = (3, 64, 48) if orientation > 4 else (3, 48, 64)
    expected = read_images([tmp_path / "photo.png"], sides).astype(int)
    np.testing.assert_allclose(read_images([tmp_path / f"photo.{kind}"], sides), expected, atol=MOST_LOST)


@pytest.mark.parametrize("kind", KINDS)
def test_grey_and_transparent_photos(tmp_path: Path, kind: str) -> None:
    write(tmp_path / f"grey.{kind}", Image.fromarray(gradients(1)))
    grey = read_images([tmp_path / f"grey.{kind}"], (1, 48, 64))
    np.testing.assert_allclose(grey[0, 0], gradients(1), atol=MOST_LOST)
    pixels = gradients(4)
    pixels[:, 32:] = 0
    write(tmp_path / f"transparent.{kind}", Image.fromarray(pixels))
    planes = read_images([tmp_path / f"transparent.{kind}"], (3, 48, 64))
    assert (planes[0, :, :, 40:] >= 255 - MOST_LOST).all()


def test_a_heic_photo_of_ten_bits_is_read(tmp_path: Path) -> None:
    values = gradients().astype(np.uint16) * 257
    file = pillow_heif.from_bytes("RGB;16", (64, 48), values.tobytes())
    file.save(tmp_path / "photo.heic", quality=100)
    read = read_images([tmp_path / "photo.heic"], (3, 48, 64))
    np.testing.assert_allclose(read[0], gradients().transpose(2, 0, 1), atol=MOST_LOST)


@pytest.mark.parametrize("kind", KINDS)
def test_of_several_pictures_in_a_file_the_first_is_taken(tmp_path: Path, kind: str) -> None:
    others = [Image.fromarray(np.full((48, 64, 3), value, np.uint8)) for value in (0, 255)]
    write(tmp_path / f"burst.{kind}", Image.fromarray(gradients()), save_all=True, append_images=others)
    read = read_images([tmp_path / f"burst.{kind}"], (3, 48, 64))
    np.testing.assert_allclose(read[0], gradients().transpose(2, 0, 1), atol=MOST_LOST)


def test_the_thumbnail_within_a_heic_photo_is_not_what_is_seen(tmp_path: Path) -> None:
    y, x = np.mgrid[:128, :128]
    pixels = np.stack([x * 37 + y * 91, x * y, y * 7], -1).astype(np.uint8)
    for name, thumbnails in (("photo", [64]), ("plain", [])):
        photo = pillow_heif.from_pillow(Image.fromarray(pixels))
        photo.info["thumbnails"] = thumbnails
        photo.save(tmp_path / f"{name}.heic", quality=100)
    one, other = (read_images([tmp_path / name], (3, 8, 8)) for name in ("photo.heic", "plain.heic"))
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_of_a_photo_is_in_its_content(tmp_path: Path, kind: str) -> None:
    write(tmp_path / f"photo.{kind}", Image.fromarray(gradients())).rename(tmp_path / "photo.jpg")
    read = read_images([tmp_path / "photo.jpg"], (3, 48, 64))
    np.testing.assert_allclose(read[0], gradients().transpose(2, 0, 1), atol=MOST_LOST)


def test_a_folder_of_all_kinds_is_read(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for kind in KINDS:
            write(tmp_path / name / f"1.{kind}", Image.fromarray(gradients()))
        Image.fromarray(gradients()).save(tmp_path / name / "1.JFIF", "JPEG", quality=100)
    data = load_data(tmp_path)
    assert (len(data.train_images), len(data.test_images), data.left_out) == (4, 2, {})


@pytest.mark.parametrize("kind", KINDS)
def test_a_photo_of_too_many_pixels_is_not_decoded(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path / f"photo.{kind}", Image.fromarray(gradients()))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 48 * 64 - 1)
    with pytest.raises(DataError, match=f"photo.{kind}: has more than 3,071 pixels"):
        read_images([file], (3, 8, 8))
    monkeypatch.undo()
    monkeypatch.setenv("LENETPP_DATA_LIMIT", "1000")
    with pytest.raises(DataError, match=f"photo.{kind}"):
        read_images([file], (3, 8, 8))


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_photo_is_named(tmp_path: Path, kind: str) -> None:
    content = write(tmp_path / f"photo.{kind}", Image.fromarray(gradients())).read_bytes()
    for length in (0, 3, 8, 11, 12, 20, 40, 200, len(content) // 2, len(content) - 30):
        (tmp_path / f"photo.{kind}").write_bytes(content[:length])
        with pytest.raises(DataError, match=rf"photo.{kind}: not a readable picture \(.*, AVIF, HEIC\)"):
            read_images([tmp_path / f"photo.{kind}"], (3, 48, 64))


def test_without_the_plug_in_a_heic_photo_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("1", "2"):
        (tmp_path / "a").mkdir(exist_ok=True)
        write(tmp_path / "a" / f"{name}.heic", Image.fromarray(gradients()))
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(DataError, match=r'1.heic: a HEIC photo needs pillow-heif: pip install "lenetpp\[heif\]"'):
        read_images([tmp_path / "a" / "1.heic"], (3, 48, 64))
    with pytest.raises(DataError, match=r"2 pictures cannot be read; .*2.heic: a HEIC photo needs pillow-heif"):
        load_data(tmp_path)


def test_a_pillow_without_avif_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path / "1.avif", Image.fromarray(gradients()))
    monkeypatch.setattr("PIL.features.check", lambda feature: feature != "avif")
    with pytest.raises(DataError, match=r"1.avif: this Pillow reads no AVIF: pip install --upgrade"):
        read_images([file], (3, 48, 64))


def test_other_photos_need_no_plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.fromarray(gradients()).save(tmp_path / "1.jpg")
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    assert read_images([tmp_path / "1.jpg"], (3, 48, 64)).shape == (1, 3, 48, 64)
