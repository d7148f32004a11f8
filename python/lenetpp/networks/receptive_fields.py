"""Receptive fields: the part of an image that one output of a layer can see."""

from dataclasses import dataclass

from lenetpp.basics.kinds import as_number
from lenetpp.networks.layer import Window
from lenetpp.networks.layers import ResidualEnd, ResidualStart
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
        height, width = self.size
        return as_number(top, "row") + (height - 1) / 2, as_number(left, "column") + (width - 1) / 2


def receptive_field(network: Network, index: int) -> ReceptiveField:
    """Return the receptive field of a layer; that of a residual's end has those of its layers and of its shortcut.

    Raises
    ------
    ValueError
        If the layer, or one below it, is dense or averages whole planes: its units see the whole image.
    """
    seen = ReceptiveField((1, 1), (1, 1), (0, 0))
    starts: list[ReceptiveField] = []
    for number, layer in enumerate(network.layers[: index + 1]):
        if layer.window is None:
            raise ValueError(f"layer {number} is {layer.word}: its units see the whole image")
        if isinstance(layer, ResidualStart):
            starts.append(seen)
        elif isinstance(layer, ResidualEnd):
            seen = _united(seen, starts.pop())
        else:
            seen = _seen_through(layer.window, seen)
    return seen


def _seen_through(window: Window, seen: ReceptiveField) -> ReceptiveField:
    """Return what an output sees whose window looks at outputs that see `seen`."""
    (size, strides, padding), (sizes, steps, firsts) = window, (seen.size, seen.strides, seen.first)
    return ReceptiveField(
        (sizes[0] + (size[0] - 1) * steps[0], sizes[1] + (size[1] - 1) * steps[1]),
        (steps[0] * strides[0], steps[1] * strides[1]),
        (firsts[0] - padding[0] * steps[0], firsts[1] - padding[1] * steps[1]),
    )


def _united(seen: ReceptiveField, by_shortcut: ReceptiveField) -> ReceptiveField:
    """Return the smallest field around that of a residual's layers and that of its shortcut, which moves as they do."""
    firsts = [min(pair) for pair in zip(seen.first, by_shortcut.first, strict=True)]
    ends = [
        max(of_layers + size, of_shortcut + other)
        for of_layers, size, of_shortcut, other in zip(
            seen.first, seen.size, by_shortcut.first, by_shortcut.size, strict=True
        )
    ]
    return ReceptiveField((ends[0] - firsts[0], ends[1] - firsts[1]), seen.strides, (firsts[0], firsts[1]))
