"""Receptive fields: the part of an image that one output of a layer can see."""

from dataclasses import dataclass

from lenetpp.networks.network import Network


@dataclass(frozen=True)
class ReceptiveField:
    """What the outputs of a layer see; pairs are vertical and horizontal, in pixels of the image.

    Attributes
    ----------
    size : (int, int)
        Of the part that one output sees.
    strides : (int, int)
        Between the parts that neighbouring outputs see.
    first : (int, int)
        Top and left of what output (0, 0) sees; below zero where it sees padding.
    """

    size: tuple[int, int]
    strides: tuple[int, int]
    first: tuple[int, int]

    def corner(self, row: int, column: int) -> tuple[int, int]:
        """Return top and left of what the output (row, column) sees."""
        return self.first[0] + row * self.strides[0], self.first[1] + column * self.strides[1]

    def centre(self, row: int, column: int) -> tuple[float, float]:
        """Return the place (y, x) in the middle of what the output (row, column) sees; pixel (0, 0) is at (0, 0)."""
        top, left = self.corner(row, column)
        return top + (self.size[0] - 1) / 2, left + (self.size[1] - 1) / 2


def receptive_field(network: Network, index: int) -> ReceptiveField:
    """Return the receptive field of a layer.

    Raises
    ------
    ValueError
        If the layer, or one below it, is dense: its units see the whole image.
    """
    size, strides, first = [1, 1], [1, 1], [0, 0]
    for number, layer in enumerate(network.layers[: index + 1]):
        window = layer.window
        if window is None:
            raise ValueError(f"layer {number} is {layer.word}: its units see the whole image")
        for axis in range(2):
            size[axis] += (window.size[axis] - 1) * strides[axis]
            first[axis] -= window.padding[axis] * strides[axis]
            strides[axis] *= window.strides[axis]
    return ReceptiveField((size[0], size[1]), (strides[0], strides[1]), (first[0], first[1]))
