"""Noise as smooth as filters are: what chance makes of their spectrum.

Learned filters are smooth, and few smooth patterns fit into few cells: they are alike, and look like something, more
often than white noise does. So filters are held against noise of the same spectrum: normally distributed, with the mean
power of the filters at each spatial frequency, as a discrete Fourier transform tells it, and with random phases. The
three colours of an image keep their part in common; other planes, whose order means nothing, are taken for alike and
independent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import FloatArray
from lenetpp.filters.layer_filters import LayerFilters


@dataclass(frozen=True, eq=False)
class SmoothNoise:
    """Noise with the spectrum of filters.

    Attributes
    ----------
    roots : ndarray, (height, width, planes, planes), complex128
        For each frequency the root of the power, between all planes that go together.
    """

    roots: NDArray[np.complex128]

    @classmethod
    def of(cls, sets: Sequence[LayerFilters]) -> Self:
        """Return the noise that is as smooth as the filters of some sets are together, all of the same layer."""
        weights = np.concatenate([filters.weights for filters in sets])
        planes = weights.shape[1] if sets[0].sees_rgb else 1
        samples = weights.reshape(-1, planes, *weights.shape[2:])
        waves = np.fft.fft2(samples[~np.isnan(samples).any(axis=(1, 2, 3))])
        powers = np.einsum("nphw,nqhw->hwpq", waves, waves.conj()) / len(waves)
        squares, directions = np.linalg.eigh(powers)
        roots = directions * np.sqrt(np.clip(squares, 0.0, None))[..., np.newaxis, :]
        return cls(roots @ directions.conj().swapaxes(-1, -2))

    def draw(self, like: FloatArray, generator: np.random.Generator) -> FloatArray:
        """Return noise in the place of filters (filters, planes, height, width), NaN where they see nothing."""
        height, width, planes, _ = self.roots.shape
        count = like.size // (planes * height * width)
        white = np.fft.fft2(generator.standard_normal((count, planes, height, width)), norm="ortho")
        smooth = np.fft.ifft2(np.einsum("hwpq,nqhw->nphw", self.roots, white)).real
        noise: FloatArray = np.where(np.isnan(like), np.nan, smooth.reshape(like.shape))
        return noise
