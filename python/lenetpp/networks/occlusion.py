"""Occlusion: where an image matters. A patch is covered, place by place, and the predicted class becomes less probable.

After Zeiler and Fergus: Visualizing and Understanding Convolutional Networks, 2014.
"""

from dataclasses import dataclass

import numpy as np

from lenetpp.basics.arrays import FloatArray, ImageArray, read_only
from lenetpp.basics.percent import percent
from lenetpp.networks.measurement import SLICE_SIZE
from lenetpp.networks.network import Network


@dataclass(frozen=True, eq=False, repr=False)
class OcclusionMap:
    """By how much the predicted class becomes less probable where a patch is covered.

    Attributes
    ----------
    image : ndarray, (P, H, W)
        Raw pixels.
    class_name : str
        The class that the whole image is taken for.
    probability : float
        Of this class, for the whole image.
    size : int
        Height and width of the patch.
    stride : int
        Pixels from one place of the patch to the next.
    falls : ndarray, (rows, columns), float64
        Fall of the probability with the patch at each place, whose upper left corner is ``stride * row`` and
        ``stride * column``; below zero where the class becomes more probable.
    """

    image: ImageArray
    class_name: str
    probability: float
    size: int
    stride: int
    falls: FloatArray

    @property
    def by_pixel(self) -> FloatArray:
        """For each pixel (H, W) the mean fall over the patches that cover it; NaN where none does."""
        height, width = self.image.shape[1:]
        sums, counts = np.zeros((height, width)), np.zeros((height, width))
        for (row, column), fall in np.ndenumerate(self.falls):
            top, left = row * self.stride, column * self.stride
            sums[top : top + self.size, left : left + self.size] += fall
            counts[top : top + self.size, left : left + self.size] += 1
        means: FloatArray = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
        return read_only(means)

    def __repr__(self) -> str:
        return (
            f"<OcclusionMap: {self.class_name} {percent(self.probability, 1)}, patches of {self.size}x{self.size}, "
            f"largest fall {percent(float(self.falls.max()), 1)}>"
        )


def occlusion_map(
    network: Network, image: ImageArray, *, size: int | None = None, stride: int = 1, threads: int = 1
) -> OcclusionMap:
    """Cover a square patch of an image at each place and return how the probability of the predicted class falls.

    The patch has the pixel that the network's normalization turns into zero: the mean of its training images.

    Parameters
    ----------
    network : Network
        A network with weights.
    image : ndarray, (P, H, W), uint8 or float32
        Raw pixels.
    size : int, optional
        Height and width of the patch; by default a quarter of the image's smaller side.
    stride : int
        Pixels from one place of the patch to the next.
    threads : int
        Processor cores to use; the result does not depend on it.

    Raises
    ------
    ValueError
        If the network has no weights, the image does not fit it, or the patch or the stride is too small or too large.
    """
    images = np.asarray(image)[np.newaxis]
    probabilities = network.predict_proba(images, threads=threads)[0]
    best = int(probabilities.argmax())
    _, height, width = network.input_shape
    smaller = min(height, width)
    size = max(1, smaller // 4) if size is None else size
    _check("size", size, smaller)
    _check("stride", stride, smaller)
    blank = np.zeros(len(images[0])) if network.normalization is None else network.normalization[0]
    pixel = np.rint(blank) if images.dtype == np.uint8 else blank
    tops, lefts = range(0, height - size + 1, stride), range(0, width - size + 1, stride)
    corners = [(top, left) for top in tops for left in lefts]
    falls: list[float] = []
    for start in range(0, len(corners), SLICE_SIZE):
        some = corners[start : start + SLICE_SIZE]
        covered = np.repeat(images, len(some), axis=0)
        for each, (top, left) in zip(covered, some, strict=True):
            each[:, top : top + size, left : left + size] = pixel[:, np.newaxis, np.newaxis]
        falls += (probabilities[best] - network.predict_proba(covered, threads=threads)[:, best]).tolist()
    names = network.class_names or tuple(map(str, range(network.class_count)))
    table = np.array(falls).reshape(len(tops), len(lefts))
    return OcclusionMap(images[0], names[best], float(probabilities[best]), size, stride, table)


def _check(name: str, value: int, most: int) -> None:
    if not 1 <= value <= most:
        raise ValueError(f"{name} must be a whole number from 1 to {most}, the image's smaller side, but is {value!r}")
