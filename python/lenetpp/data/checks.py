"""What images, labels and class names must be, with errors that say what to do."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lenetpp.basics.arrays import ImageArray, read_only
from lenetpp.data.errors import DataError

SMALLEST_PICTURE = 8
"""Rows and columns that any picture has."""
PIXELS_AT_ONCE = 1 << 18
"""Pixels looked at together, so that going over many images needs little memory."""


def checked_images(images: ArrayLike, argument: str) -> ImageArray:
    """Return `images` as a read-only, C-contiguous array (N, P, H, W) of uint8 or finite float32.

    An array that is already so is not copied. Numbers of float64 become float32 where all are from 0 to 1, as image
    libraries make them; others are refused, since their digits may mean something.

    Parameters
    ----------
    images : array_like, (N, P, H, W) or (N, H, W) for one plane, uint8, float32 or float64 from 0 to 1
        Raw pixels.
    argument : str
        What to call the images in an error.

    Raises
    ------
    DataError
        If shape, dtype or values are not these.
    """
    array = _as_array(images, argument)
    if array.dtype == np.float64 and array.size and array.min() >= 0 and array.max() <= 1:
        array = array.astype(np.float32)
    if array.dtype not in (np.uint8, np.float32):
        raise DataError(
            f"{argument} must be uint8 or float32, but are {array.dtype}: convert with images.astype(numpy.float32), "
            "or numpy.uint8 where they are whole numbers from 0 to 255"
        )
    if array.ndim == 3:
        array = array[:, np.newaxis]
    if array.ndim != 4:
        raise DataError(
            f"{argument} must have shape (N, planes, height, width) or (N, height, width), not {array.shape}"
        )
    if array.size == 0:
        raise DataError(f"{argument} must not be empty, but have shape {array.shape}")
    if array.dtype == np.float32:
        _refuse_not_finite(array, argument)
    return read_only(np.require(array, requirements=["C_CONTIGUOUS", "ALIGNED"]))


def checked_labels(labels: ArrayLike, argument: str, image_count: int, class_count: int) -> NDArray[np.int32]:
    """Return `labels` as a read-only int32 array (N,), one for each image, all in ``0..class_count - 1``.

    Raises
    ------
    DataError
        If they are not integers, not as many as images, or outside the classes.
    """
    array = _as_array(labels, argument)
    if array.dtype.kind not in "iu":
        raise DataError(f"{argument} must be integers, but are {array.dtype}: convert with labels.astype(numpy.int32)")
    if array.ndim == 2 and array.shape[1] > 1:
        raise DataError(f"{argument} must have shape (N,), not {array.shape}: from one-hot rows, labels.argmax(axis=1)")
    if array.ndim != 1:
        raise DataError(f"{argument} must have shape (N,), not {array.shape}: bring them there with labels.reshape(-1)")
    if len(array) != image_count:
        raise DataError(f"{argument} must be one for each of the {image_count} images, but there are {len(array)}")
    outside = (array < 0) | (array >= class_count)
    if outside.any():
        first = int(np.argmax(outside))
        raise DataError(
            f"{argument} must be in 0..{class_count - 1}, the {class_count} classes, "
            f"but label {first} is {array[first]}"
        )
    return read_only(np.require(array, np.int32, ["C_CONTIGUOUS", "ALIGNED"]))


def checked_weights(weights: ArrayLike, argument: str, image_count: int) -> NDArray[np.float64]:
    """Return `weights` as a read-only float64 array (N,), one for each image, finite and not negative.

    Raises
    ------
    DataError
        If they are not numbers, not as many as images, negative or not finite, or all 0.
    """
    array = _as_array(weights, argument)
    if array.dtype.kind not in "fiu":
        raise DataError(f"{argument} must be numbers, but are {array.dtype}")
    if array.shape != (image_count,):
        raise DataError(f"{argument} must be one for each of the {image_count} images, but have shape {array.shape}")
    checked = np.require(array, np.float64, ["C_CONTIGUOUS", "ALIGNED"])
    wrong = ~((checked >= 0) & (checked <= np.finfo(np.float32).max))
    if wrong.any():
        first = int(np.argmax(wrong))
        raise DataError(f"{argument} must be finite and at least 0, but weight {first} is {array[first]}")
    if not checked.any():
        raise DataError(f"{argument} must not all be 0: nothing would be learned")
    return read_only(checked)


def checked_classes(classes: Sequence[Any]) -> tuple[str, ...]:
    """Return the names of the classes as a tuple.

    Raises
    ------
    DataError
        Unless there is at least one name and all are different, non-empty strings.
    """
    if isinstance(classes, str):
        raise DataError(f"classes must be a sequence of names, not the one string {classes!r}")
    dtype = getattr(classes, "dtype", None)
    if isinstance(dtype, np.dtype) and dtype.kind not in "UO":
        raise DataError(f"classes must be a sequence of names, but are an array of {dtype}")
    names = tuple(classes)
    if not names:
        raise DataError("classes must have at least one name, but are empty")
    first_index: dict[str, int] = {}
    for index, name in enumerate(names):
        if not isinstance(name, str) or not name:
            raise DataError(f"classes must be non-empty strings, but class {index} is {name!r}")
        if first_index.setdefault(name, index) != index:
            raise DataError(f"classes must differ, but {name!r} is class {first_index[name]} and class {index}")
        try:
            name.encode()
        except UnicodeEncodeError as error:
            raise DataError(f"classes must be valid Unicode, but class {index} is {name!r}") from error
    return names


def refuse_planes_last(images: ArrayLike, argument: str, otherwise: str) -> None:
    """Refuse (N, H, W, 1), (N, H, W, 3) and (N, H, W, 4), which would pass as H planes of few columns: nonsense.

    Only a guess, for where nothing else says what the shape of an image is; `otherwise` is how to say it.
    """
    shape = _as_array(images, argument).shape
    if len(shape) == 4 and shape[3] in (1, 3, 4) and min(shape[1:3]) >= SMALLEST_PICTURE:
        raise DataError(
            f"{argument} must have shape (N, planes, height, width), but the shape {shape} looks like planes "
            f"last; bring the planes to the front with {argument}.transpose(0, 3, 1, 2), or, if they are {shape[1]} "
            f"planes of {shape[2]} rows and {shape[3]} columns, {otherwise}"
        )


def in_slices(images: NDArray[Any]) -> Iterator[tuple[int, NDArray[Any]]]:
    """Go over `images` (N, P, H, W) some at a time: the index of the first, and they."""
    step = max(1, PIXELS_AT_ONCE // math.prod(images.shape[1:]))
    for start in range(0, len(images), step):
        yield start, images[start : start + step]


def _as_array(values: ArrayLike, argument: str) -> NDArray[Any]:
    try:
        return np.asarray(values)
    except ValueError as error:
        raise DataError(f"{argument} must be an array, but cannot be made one: {error}") from error


def _refuse_not_finite(images: NDArray[Any], argument: str) -> None:
    for start, some in in_slices(images):
        finite = np.isfinite(some).all(axis=(1, 2, 3))
        if not finite.all():
            raise DataError(
                f"{argument} must be finite, but image {start + int(np.argmin(finite))} has NaN or infinity"
            )
