"""Single pictures in files (PNG, JPEG, ...), read by Pillow as bytes in one plane or three."""

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import Shape
from lenetpp.data.errors import DataError
from lenetpp.data.limits import Allowance

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
GREY_MODES = ("1", "L", "LA", "La")
COLOUR_MODES = ("P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "HSV")
TIFF_BITS_PER_SAMPLE = 258
GREATEST_PLANES = 4
"""Bytes for a pixel while it is decoded, in all modes that are read."""


def read_images(files: Iterable[str | Path], input_shape: Shape) -> NDArray[np.uint8]:
    """Read pictures as a network takes them: converted to its planes and resized to its height and width.

    Parameters
    ----------
    files : iterable of str or Path
        Pictures of any size, turned upright where they say how they were taken. Grey ones of 16 bits become bytes,
        divided by 257 and rounded, so that 65535 is 255.
    input_shape : (int, int, int)
        Planes (1: grey, 3: red, green, blue), height and width, as in ``network.input_shape``. A picture of another
        size is resized as a whole, without keeping its proportions.

    Returns
    -------
    ndarray, (N, P, H, W), uint8

    Raises
    ------
    DataError
        If a picture cannot be read, there are none, or the network takes neither 1 nor 3 planes.
    """
    planes, height, width = input_shape
    if planes not in (1, 3):
        raise DataError(f"input_shape has {planes} planes, but pictures have 1 (grey) or 3 (red, green, blue)")
    mode, size = "L" if planes == 1 else "RGB", (width, height)
    # Resized at once, so that no two need memory at their own size.
    images = [to_planes(_resized(converted(open_picture(Path(file), Allowance()), mode), size)) for file in files]
    if not images:
        raise DataError("files must name at least one picture, but are empty")
    return np.stack(images)


def open_picture(file: Path, allowance: Allowance) -> "Image.Image":
    """Open and decode a picture of bytes, in one of `GREY_MODES` or `COLOUR_MODES`; its file is closed again.

    Raises
    ------
    DataError
        If there is no such file, it cannot be decoded, or has values that are no bytes.
    """
    try:
        from PIL import Image, ImageOps
    except ImportError as error:
        raise DataError('pictures need Pillow: pip install "lenetpp[images]"') from error
    _expect_file(file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged metadata, which say nothing about pixels
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=FORMATS) as picture:
                allowance.take(picture.width * picture.height * GREATEST_PLANES, str(file))
                return _in_bytes(ImageOps.exif_transpose(picture), _is_sixteen_bits(picture), file)
    except DataError:
        raise
    # Pillow's decoders raise many kinds of errors for damaged files.
    except Exception as error:
        raise DataError(f"{file}: not a readable picture ({', '.join(FORMATS)}): {error}") from error


def converted(picture: "Image.Image", mode: str) -> "Image.Image":
    """Return a picture in mode L or RGB."""
    if picture.mode == "P" and "transparency" in picture.info:
        picture = picture.convert("RGBA")  # Pillow warns when a palette with transparency goes straight to RGB
    if picture.mode in ("La", "RGBa"):  # which convert to nothing but their kin
        picture = picture.convert(picture.mode.upper())
    return picture.convert(mode)


def to_planes(picture: "Image.Image") -> NDArray[np.uint8]:
    """(P, H, W) of a picture in mode L or RGB."""
    pixels = np.asarray(picture, dtype=np.uint8)
    return pixels[np.newaxis] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)


def _expect_file(file: Path) -> None:
    if file.is_dir():
        raise DataError(f"{file}: is a folder, but a picture was expected")
    if not file.exists():
        raise DataError(f"{file}: there is no such file")
    if not file.is_file():  # a pipe or a device may never end
        raise DataError(f"{file}: is no regular file")


def _is_sixteen_bits(picture: Any) -> bool:
    """Whether the values of a picture in mode I or I;16 go from 0 to 65535."""
    if picture.format == "TIFF":
        return bool(picture.mode.startswith("I;16") and picture.tag_v2.get(TIFF_BITS_PER_SAMPLE) == (16,))
    return bool(picture.mode.startswith("I") and picture.format in ("PNG", "PPM"))


def _in_bytes(picture: "Image.Image", is_sixteen_bits: bool, file: Path) -> "Image.Image":
    from PIL import Image

    if picture.mode in GREY_MODES + COLOUR_MODES:
        return picture
    if is_sixteen_bits:
        values = np.asarray(picture).astype(np.uint32)
        return Image.fromarray(((values + 128) // 257).astype(np.uint8))
    raise DataError(
        f"{file}: has pixels of a kind (mode {picture.mode}) that is not read: convert it to grey or to red, green "
        "and blue with 8 bits each"
    )


def _resized(picture: "Image.Image", size: tuple[int, int]) -> "Image.Image":
    from PIL import Image

    return picture if picture.size == size else picture.resize(size, Image.Resampling.BILINEAR)
