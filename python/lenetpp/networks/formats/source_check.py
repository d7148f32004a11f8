"""Whether a network that was read computes what its source does: both are run on the same images, step by step."""

import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import ImageArray
from lenetpp.networks.formats.foreign_layers import ForeignLayers
from lenetpp.networks.formats.foreign_reading import BATCH, Moment, Source
from lenetpp.networks.formats.source_images import images_for

if TYPE_CHECKING:
    from lenetpp.networks.network_weights import NetworkWeights

ROUNDING = 2e-5
"""So far apart may values be, in parts of the largest that an image has at that step: sums in another order."""
ROUNDING_TO_ZERO = 1e-9
"""And in parts of the largest of all images: what is next to nothing may be nothing, as in a saturated sigmoid."""
ROUNDING_OF_FLOAT32 = 32
"""Or so many times as far as the network's float32 is from its float64: where large numbers cancel each other."""
MOST_VALUES = 1 << 26
"""All that is made of one image, and what is kept of all of them, may be so many numbers."""
MOST_STEPS, MOST_OPERATIONS = 64, 1e10
"""So much is compared; of more steps every second or n-th, and all before one that differs."""
MOST_IMAGES, FEWEST_IMAGES = 20, 4

Build: TypeAlias = "Callable[[ForeignLayers], NetworkWeights]"


def check_against_source(source: Source, moments: Sequence[Moment], build: Build) -> None:
    """Refuse layers that compute something else than their source.

    Parameters
    ----------
    source : Source
        What was read.
    moments : sequence of Moment
        What the layers are behind each step of it.
    build : callable
        Makes a network of layers.

    Raises
    ------
    ValueError
        If they do, naming the first step whose values differ, or if the source cannot be run or is too large for that.
    """
    sizes = [int(np.prod(moment.layers.shape)) for moment in moments]
    if sum(sizes) > MOST_VALUES:
        raise ValueError(
            f"the steps make {sum(sizes)} numbers of one image, and only up to 2^26 are compared with the source; "
            "check=False reads it without comparing"
        )
    network = build(moments[-1].layers)
    chosen, count = _share(moments, sizes, network.core.multiply_adds)
    images = images_for(source, network.normalization, count)
    before = -1
    for place, expected in zip(chosen, _values(source, images, [moments[i] for i in chosen]), strict=True):
        if _difference(moments[place], expected, images, build):
            suspects = moments[before + 1 : place + 1]
            for moment, values in zip(suspects, _values(source, images, suspects), strict=True):
                if found := _difference(moment, values, images, build):
                    raise ValueError(f"{source.name(moment.step)}: {found}")
        before = place
    for some in (images, images[:1]):
        if found := _difference(moments[-1], source.outputs(some), some, build):
            raise ValueError(f"run as a whole on {len(some)} images, {found}")


def _share(moments: Sequence[Moment], sizes: Sequence[int], multiply_adds: Sequence[int]) -> tuple[list[int], int]:
    """Return which moments are compared, and on how many images."""
    up_to = np.concatenate([[0], np.cumsum(multiply_adds)])
    operations = np.array([up_to[min(len(moment.layers.layers), len(up_to) - 1)] for moment in moments])
    operations = operations + np.cumsum(sizes)
    for every in itertools.count(1):
        chosen = sorted({*range(every - 1, len(moments), every), len(moments) - 1})
        cost, values = float(operations[chosen].sum()), sum(sizes[place] for place in chosen)
        count = min(MOST_IMAGES, int(MOST_OPERATIONS / (cost + 1)), MOST_VALUES // (values + 1)) // BATCH * BATCH
        if len(chosen) == 1 or (count >= FEWEST_IMAGES and len(chosen) <= MOST_STEPS):
            break
    return chosen, max(count, BATCH)


def _values(source: Source, images: ImageArray, moments: Sequence[Moment]) -> list[NDArray[Any]]:
    """Return what the source makes of the images at each moment; few of them are run at once."""
    steps = [moment.step for moment in moments]
    parts = [source.values(images[first : first + BATCH], steps) for first in range(0, len(images), BATCH)]
    return [np.concatenate(values) for values in zip(*parts, strict=True)]


def _difference(moment: Moment, expected: NDArray[Any], images: ImageArray, build: Build) -> str:
    """Return how what was read differs from the source; nothing if it does not."""
    shape = len(images), *moment.layers.value_shape
    if expected.shape != shape:
        return f"it gives an array of the shape {expected.shape}, but was read as one of {shape}"
    network = build(moment.layers.by_itself())
    with np.errstate(all="ignore"):
        given = network.core.compute_outputs(images).astype(np.float64)
        wanted = expected.reshape(given.shape).astype(np.float64)
        apart = np.where((given == wanted) | (np.isnan(given) & np.isnan(wanted)), 0, np.abs(given - wanted)).max(
            axis=1
        )
        largest = np.abs(wanted).max(axis=1)
        least = ROUNDING_TO_ZERO * largest[np.isfinite(largest)].max(initial=0)
        suspects = ~(apart <= ROUNDING * largest + least) | np.isinf(apart)
        if suspects.any():  # rarely, so that usually nothing is computed twice
            other = network.astype("float32" if network.dtype == "float64" else "float64")
            rounding = np.abs(given - other.core.compute_outputs(images)).max(axis=1)
            suspects &= ~(apart <= ROUNDING_OF_FLOAT32 * rounding) | np.isinf(apart)
        if not suspects.any():
            return ""
        worst = int(np.argmax(np.where(suspects, np.nan_to_num(apart / largest, nan=np.inf), -1)))
    return (
        f"what was read of it computes something else: {apart[worst]:.3g} apart where the largest number is "
        f"{largest[worst]:.3g} (please report it; check=False reads it all the same)"
    )
