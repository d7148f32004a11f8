"""Single pictures in files (PNG, JPEG, ...), read by Pillow as bytes in one plane or three."""

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import Shape
from lenetpp.basics.kinds import as_path
from lenetpp.basics.language import say
from lenetpp.data.errors import DataError, UnreadablePicture
from lenetpp.data.heif import decoder_of
from lenetpp.data.limits import Allowance
from lenetpp.data.picture_fit import Fit, checked_fit, decoded_smaller, fitted

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
READ = (*FORMATS, "AVIF", "HEIC")
SUFFIXES = (
    *(".avif", ".bmp", ".gif", ".heic", ".heif", ".hif", ".jfif", ".jpeg", ".jpg"),
    *(".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"),
)
GREY_MODES = ("1", "L", "LA", "La")
COLOUR_MODES = ("P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "HSV")
TIFF_BITS_PER_SAMPLE = 258
GREATEST_PLANES = 4
"""Bytes for a pixel while it is decoded, in all modes that are read."""


def read_images(files: Iterable[str | Path], input_shape: Shape, *, fit: Fit | None = None) -> NDArray[np.uint8]:
    """Read pictures as a network takes them: converted to its planes and resized to its height and width.

    Parameters
    ----------
    files : iterable of str or Path
        Pictures of any size, turned upright where they say how they were taken. What is transparent becomes white.
        Grey ones of 16 bits become bytes, divided by 257 and rounded, so that 65535 is 255.
    input_shape : (int, int, int)
        Planes (1: grey, 3: red, green, blue), height and width, as in ``network.input_shape``.
    fit : {"crop", "pad"}, optional
        What becomes of a picture whose sides have another ratio, as in :func:`load_data`: by default its middle.

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
    mode, size, fit = "L" if planes == 1 else "RGB", (height, width), checked_fit(fit)
    # Resized at once, so that no two need memory at their own size.
    images = [
        fitted(converted(open_picture(as_path(file, "files"), Allowance(), size), mode), size, fit) for file in files
    ]
    if not images:
        raise DataError("files must name at least one picture, but are empty")
    return np.stack(images)


def is_picture_name(name: str) -> bool:
    """Whether a file is named as a picture, and not hidden."""
    return name.lower().endswith(SUFFIXES) and not name.startswith(".")


def open_picture(file: Path, allowance: Allowance, size: tuple[int, int] | None = None) -> "Image.Image":
    """Open and decode a picture of bytes, in one of `GREY_MODES` or `COLOUR_MODES`; its file is closed again.

    Where only a smaller `size` is wanted, it may come with less detail than the file has.

    Raises
    ------
    UnreadablePicture
        If there is no such file, it cannot be decoded, has values that are no bytes, or what reads its kind is missing.
    DataError
        If it needs more memory than allowed.
    """
    from PIL import Image

    _expect_file(file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged metadata, which say nothing about pixels
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            decoder = decoder_of(file)
            with Image.open(file, formats=FORMATS if decoder is None else (decoder,)) as picture:
                if size is not None:
                    decoded_smaller(picture, size)
                allowance.take(picture.width * picture.height * GREATEST_PLANES, str(file))
                picture.load()
                return _in_bytes(_upright(picture), _is_sixteen_bits(picture), file)
    except DataError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        most = Image.MAX_IMAGE_PIXELS or 0
        raise UnreadablePicture(
            say("{file}: has more than {most} pixels: make it smaller first", file=file, most=f"{most:,}")
        ) from error
    # Pillow's decoders raise many kinds of errors for damaged files.
    except Exception as error:
        kinds = ", ".join(READ)
        raise UnreadablePicture(
            say("{file}: not a readable picture ({kinds}): {reason}", file=file, kinds=kinds, reason=_reason(error))
        ) from error


def converted(picture: "Image.Image", mode: str) -> "Image.Image":
    """Return a picture in mode L or RGB, on white where it is transparent."""
    if picture.has_transparency_data:
        from PIL import Image

        if picture.mode in ("La", "RGBa"):  # which convert to nothing but their kin
            picture = picture.convert(picture.mode.upper())
        opaque = Image.new("RGBA", picture.size, "white")
        opaque.alpha_composite(picture.convert("RGBA"))
        picture = opaque
    return picture.convert(mode)


def _upright(picture: "Image.Image") -> "Image.Image":
    """Return a decoded picture as the camera was held; one whose metadata are damaged as it is."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # whatever Pillow raises for metadata
        return picture.copy()


def _reason(error: Exception) -> str:
    """Say what Pillow says, without the name of the file once more."""
    return say("its content is of another kind") if type(error).__name__ == "UnidentifiedImageError" else str(error)


def _expect_file(file: Path) -> None:
    if file.is_dir():
        raise UnreadablePicture(say("{file}: is a folder, but a picture was expected", file=file))
    if not file.exists():
        raise UnreadablePicture(say("{file}: there is no such file", file=file))
    if not file.is_file():  # a pipe or a device may never end
        raise UnreadablePicture(say("{file}: is no regular file", file=file))


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
    raise UnreadablePicture(
        f"{file}: has pixels of a kind (mode {picture.mode}) that is not read: convert it to grey or to red, green "
        "and blue with 8 bits each"
    )
