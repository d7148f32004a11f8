"""What type the raw pixels have that an exported network takes."""

from typing import Literal, TypeAlias

Pixels: TypeAlias = Literal["uint8", "float32"]


def check_pixels(pixels: str) -> None:
    """Refuse what is neither.

    Raises
    ------
    ValueError
        Unless `pixels` is a type of pixels.
    """
    if pixels not in ("uint8", "float32"):
        raise ValueError(f'pixels must be "uint8" or "float32", but are {pixels!r}')
