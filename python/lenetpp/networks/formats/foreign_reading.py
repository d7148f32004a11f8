"""Other programs' networks, step by step: what each becomes, and what the network is up to there."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import Shape
from lenetpp.networks.formats.foreign_graph import Unchainable, chain_of
from lenetpp.networks.formats.foreign_layers import ForeignLayers


class Source(Protocol):
    """A network of another program: numbered steps, each of which computes a value of images or of other steps.

    Attributes
    ----------
    input_shape : (int, int, int)
        Planes, height and width of an image.
    pixels : numpy.dtype
        Type of the images that it takes.
    dtype : numpy.dtype
        float32 or float64, in which it computes.
    sources : sequence of sequences of int
        The steps that each step takes values of; see :func:`chain_of`.
    """

    input_shape: Shape
    pixels: np.dtype[Any]
    dtype: np.dtype[Any]

    @property
    def sources(self) -> Sequence[Sequence[int]]:
        """As above."""

    def name(self, step: int) -> str:
        """Return what messages call a step."""

    def is_shortcut(self, steps: Sequence[int]) -> bool:
        """Return whether steps one behind the other can be a residual's shortcut."""

    def read(self, step: int, layers: ForeignLayers) -> None:
        """Add to the layers what a step does."""

    def end_residual(self, step: int, shortcut: Sequence[int], layers: ForeignLayers) -> None:
        """Add the end of a residual: a step that adds, and the steps of its shortcut."""

    def values(self, images: NDArray[Any], steps: Sequence[int]) -> list[NDArray[Any]]:
        """Return what some steps make of images, a multiple of :data:`BATCH`."""

    def outputs(self, images: NDArray[Any]) -> NDArray[Any]:
        """Return what the whole makes of any number of images, run as its users run it."""


BATCH = 2
"""So many images at least are run at once, so that what mixes the images of a batch is noticed."""


class Moment(NamedTuple):
    """The layers as they were behind a step of the source."""

    step: int
    layers: ForeignLayers


def read_steps(source: Source) -> tuple[ForeignLayers, list[Moment]]:
    """Return the layers that a source becomes, and what they were behind each step that is wholly read there.

    Raises
    ------
    ValueError
        If it has a step that lenetpp's layers cannot express, which the message names.
    """
    layers, moments = ForeignLayers(source.input_shape, source.dtype), []
    try:
        steps = chain_of(source.sources, len(source.sources) - 1, source.is_shortcut)
    except Unchainable as error:
        raise ValueError(f"{source.name(error.node)}: {error.reason}") from error
    for step in steps:
        try:
            if step.kind == "start":
                layers.start_residual()
                continue
            if step.kind == "end":
                source.end_residual(step.node, step.shortcut, layers)
            else:
                source.read(step.node, layers)
        except ValueError as error:
            raise ValueError(f"{source.name(step.node)}: {error}") from error
        if not layers.is_pending:
            moments.append(Moment(step.node, layers.copy()))
    layers.finish()
    return layers, moments
