"""Constants that other programs multiply values by or add to them, as normalization, bias or weight of lenetpp."""

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import Shape
from lenetpp.networks.formats.contents import numbers_in_windows
from lenetpp.networks.layers import AvgPool2D


class NotExpressible(ValueError):  # noqa: N818  (what it says is the reason)
    """No layer of lenetpp computes this."""


def by_plane(values: NDArray[np.float64], planes: int, *, is_flat: bool) -> NDArray[np.float64]:
    """Return one constant, or one for each plane, as a vector."""
    if values.ndim > (2 if is_flat else 4):
        raise NotExpressible(f"constants of the shape {values.shape}, which give a value more dimensions than it has")
    if values.size != 1 and (is_flat or (1,) * (4 - values.ndim) + values.shape != (1, planes, 1, 1)):
        raise NotExpressible(f"constants must be one, or one a plane, but have the shape {values.shape}")
    return values.reshape(-1)


def weight_of_sums(
    values: NDArray[np.float64], averages: AvgPool2D, pooled: Shape, shape: Shape
) -> NDArray[np.float64]:
    """Return the weight of each plane by which sums become what these values make of averages.

    The averages are those of planes of the shape `pooled`, and have the shape `shape`.
    """
    window = averages.window
    if values.ndim < 3 or values.shape[-2:] != shape[1:]:
        first, last = (_numbers_in_window(averages, pooled, at) for at in ((0, 0), (shape[1] - 1, shape[2] - 1)))
        if first != last:
            raise NotExpressible("averages of clipped windows, all multiplied by the same")
        return np.broadcast_to(by_plane(values, shape[0], is_flat=False) / first, shape[:1])
    if values.ndim > 4 or (1,) * (4 - values.ndim) + values.shape not in ((1, *shape), (1, 1, *shape[1:])):
        raise NotExpressible(f"numbers of the shape {values.shape} for planes of {shape}")
    weights = np.broadcast_to(values.reshape(-1, *shape[1:]), shape) / numbers_in_windows(window, pooled, shape)
    if not np.allclose(weights, weights[:, :1, :1], rtol=1e-6, atol=0):
        raise NotExpressible("a multiplication by numbers that differ within a plane")
    return np.asarray(weights[:, 0, 0], np.float64)


def _numbers_in_window(pooling: AvgPool2D, pooled: Shape, place: tuple[int, int]) -> int:
    """Return how many numbers one window of a plane holds."""
    sides = zip(pooling.window.size, pooling.window.strides, pooled[1:], place, strict=True)
    rows, columns = (min(extent, side - stride * at) for extent, stride, side, at in sides)
    return rows * columns
