"""How pictures of any size become images of one size: in their own proportions, cut or padded around the middle."""

import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.file_schemas import shown
from lenetpp.basics.wordings import worded
from lenetpp.data.errors import DataError

if TYPE_CHECKING:
    from PIL import Image

Fit: TypeAlias = Literal["crop", "pad"]
"""What becomes of a picture whose sides have another ratio: the middle of it, or all of it with its border repeated."""
DEFAULT_FIT: Fit = "crop"
"""What one photographs is in the middle, and padding would show the network each photo's format."""
Size: TypeAlias = int | str | Sequence[int]
"""Height and width as a pair or as "32x32", or one number for both."""
GREATEST_SIDE = 4096
LONGEST_SIDE = 10
"""Characters of a number in a text."""
PIXELS_KEPT_IN_DECODING = 4
"""For each pixel that is wanted of a side: so many a JPEG decoder may not leave out."""


def checked_fit(fit: Any) -> Fit:
    """Return a fit, the default one for None.

    Raises
    ------
    DataError
        If there is no such fit.
    """
    if fit is None:
        return DEFAULT_FIT
    if fit not in get_args(Fit):
        raise DataError(f"fit must be {' or '.join(map(repr, get_args(Fit)))}, but is {fit!r}")
    return fit  # type: ignore[no-any-return]


def checked_size(size: Any) -> tuple[int, int]:
    """Return height and width of a pair, of one number for both, or of a text such as "32x32" or "32".

    Raises
    ------
    DataError
        If they are not one or two whole numbers of at least 1.
    """
    sides = _sides_of_text(size) if isinstance(size, str) else size
    try:
        if isinstance(size, bool | bytes):
            raise TypeError
        height, width = map(operator.index, sides if hasattr(sides, "__iter__") else (sides, sides))
    except (TypeError, ValueError):
        height = width = 0
    if not (1 <= height <= GREATEST_SIDE and 1 <= width <= GREATEST_SIDE):
        what, given = f"must be height and width, 1 to {GREATEST_SIDE}, such as", shown(size)
        raise worded(
            DataError(f"size {what} (32, 32), or one number for both, but is {given}"),
            in_shell=f"--size {what} 32x32, or one number for both, but is {given}",
        )
    return height, width


def _sides_of_text(text: str) -> list[int]:
    """Return the one or two numbers of a text, none where it has anything else."""
    sides = text.lower().split("x")
    are_numbers = all(side.isascii() and side.strip().isdigit() and len(side) < LONGEST_SIDE for side in sides)
    return [int(side) for side in (sides * 2 if len(sides) == 1 else sides)] if are_numbers else []


def decoded_smaller(picture: "Image.Image", size: tuple[int, int]) -> None:
    """Let the decoder of an opened JPEG leave out detail that `size` has no room for; of other formats nothing."""
    if picture.format in ("JPEG", "MPO"):  # of HEIC the decoder would take the thumbnail, made by somebody else
        side = PIXELS_KEPT_IN_DECODING * max(size)
        picture.draft(None, (side, side))


def fitted(picture: "Image.Image", size: tuple[int, int], fit: Fit) -> NDArray[np.uint8]:
    """Return a picture in mode L or RGB as planes (P, height, width).

    Bicubic over all pixels of the original: integers and polynomials, so that it is the same on every machine.
    """
    from PIL import Image

    height, width = size
    if picture.size == (width, height):
        return to_planes(picture)
    scales = width / picture.width, height / picture.height
    if fit == "crop":
        seen = width / max(scales), height / max(scales)  # of the picture's own pixels
        left, top = ((whole - part) / 2 for whole, part in zip(picture.size, seen, strict=True))
        box = (max(0.0, left), max(0.0, top), min(left + seen[0], picture.width), min(top + seen[1], picture.height))
        return to_planes(picture.resize((width, height), Image.Resampling.BICUBIC, box))
    inner = max(1, round(picture.width * min(scales))), max(1, round(picture.height * min(scales)))
    left_gap, top_gap = (width - inner[0]) // 2, (height - inner[1]) // 2
    rows = (top_gap, height - inner[1] - top_gap)
    columns = (left_gap, width - inner[0] - left_gap)
    return np.pad(to_planes(picture.resize(inner, Image.Resampling.BICUBIC)), ((0, 0), rows, columns), mode="edge")


def to_planes(picture: "Image.Image") -> NDArray[np.uint8]:
    """(P, H, W) of a picture in mode L or RGB."""
    pixels = np.asarray(picture, dtype=np.uint8)
    return pixels[np.newaxis] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
