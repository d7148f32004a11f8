"""Tiles: small images of pixels or values, beside each other, as arrays and as data that stand in a page."""

import base64
import io

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import FloatArray, ImageArray


def as_pixels(image: ImageArray) -> NDArray[np.uint8]:
    """Return an image (P, H, W) as red, green and blue (H, W, 3).

    Three planes are colours; otherwise their mean is the grey. float32 images are
    stretched from their smallest to their largest value.
    """
    values = image.astype(np.float64)
    if image.dtype != np.uint8:
        low, high = values.min(), values.max()
        values = 255 * (values - low) / (high - low) if high > low else np.zeros_like(values)
    planes = values if len(values) == 3 else np.repeat(values.mean(axis=0, keepdims=True), 3, axis=0)
    return np.rint(planes.transpose(1, 2, 0)).astype(np.uint8)


def montage(tiles: FloatArray, columns: int) -> FloatArray:
    """Return tiles (N, H, W) in rows of `columns`, with a gap of one NaN between neighbours."""
    count, height, width = tiles.shape
    rows = -(-count // columns)
    whole = np.full((rows * (height + 1) - 1, columns * (width + 1) - 1), np.nan)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        top, left = row * (height + 1), column * (width + 1)
        whole[top : top + height, left : left + width] = tile
    return whole


def columns_of(count: int, most: int) -> int:
    """Return how many of `count` tiles stand in a row: all, or else as many as make rows of equal length."""
    if count <= most:
        return count
    return max((columns for columns in range(most // 2, most + 1) if count % columns == 0), default=most)


def data_uri(pixels: NDArray[np.uint8]) -> str:
    """Return pixels (H, W, 3 or 4) as a PNG file that stands in a page's text."""
    from PIL import Image

    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()
