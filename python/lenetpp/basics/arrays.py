"""Types of the arrays that cross the package, and checks of shapes and parameters that users hand in."""

from collections.abc import Iterable, Mapping, Sequence
from operator import index
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lenetpp.basics.kinds import check_kind

ImageArray: TypeAlias = NDArray[np.uint8] | NDArray[np.float32]
FloatArray: TypeAlias = NDArray[np.floating[Any]]
Array = TypeVar("Array", bound=NDArray[Any])
Shape: TypeAlias = tuple[int, int, int]
"""Planes, height, width."""


def as_shape(input_shape: Sequence[int]) -> Shape:
    """Return planes, height and width as plain integers.

    Raises
    ------
    ValueError
        If they are not three integers.
    """
    try:
        planes, height, width = (index(side) for side in input_shape)
    except (TypeError, ValueError):
        raise ValueError(
            f"input_shape must be three integers (planes, height, width), but is {input_shape!r}"
        ) from None
    return planes, height, width


def shape_text(shape: Iterable[int]) -> str:
    """Return sides as people and networks' texts write them: "3x32x32"."""
    return "x".join(map(str, shape))


def read_only(array: Array) -> Array:
    """Return a view that cannot be written to: what is written into a copy would change nothing, without a word."""
    view = array.view()
    view.flags.writeable = False
    return view


def as_named_arrays(
    values: Mapping[str, ArrayLike], shapes: Mapping[str, tuple[int, ...]], dtype: np.dtype[Any], *, what: str
) -> dict[str, FloatArray]:
    """Return `values` as finite arrays of `dtype` that have exactly the names and the shapes of `shapes`.

    Errors call the arrays `what`.

    Raises
    ------
    ValueError
        If a name is missing or unknown, a shape differs, or a value is not a finite number of `dtype`.
    """
    check_kind(values, Mapping, "values", f"a mapping of the names of {what}s to arrays")
    if set(values) != set(shapes):
        missing = ", ".join(name for name in shapes if name not in values) or "none"
        unknown = ", ".join(str(name) for name in values if name not in shapes) or "none"
        exactly = ", ".join(shapes) or "none"
        raise ValueError(f"{what} names must be exactly {exactly}; missing: {missing}; unknown: {unknown}")
    return {name: _as_array(f"{what} {name}", values[name], shape, dtype) for name, shape in shapes.items()}


def _as_array(name: str, values: ArrayLike, shape: tuple[int, ...], dtype: np.dtype[Any]) -> FloatArray:
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        raise ValueError(f"{name} must hold real numbers, but is {array.dtype}")
    if array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, but has {array.shape}")
    with np.errstate(over="ignore"):
        converted = np.ascontiguousarray(array, dtype=dtype)
    if not np.isfinite(converted).all():
        raise ValueError(f"{name} must be finite in {dtype}, but has NaN, infinity or a number too large")
    return converted
