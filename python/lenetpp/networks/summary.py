"""What a network consists of and costs, as data and as a table."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from lenetpp import _core
from lenetpp.basics.arrays import shape_text
from lenetpp.basics.html_tables import html_line, html_table


@dataclass(frozen=True)
class LayerSummary:
    """One layer: its text, its output shape (planes, height, width), parameters, and multiply-adds for one image."""

    text: str
    output_shape: tuple[int, int, int]
    parameters: int
    multiply_adds: int


@dataclass(frozen=True, repr=False)
class NetworkSummary:
    """What a network consists of and costs; its text is a table.

    Attributes
    ----------
    input_shape : (int, int, int)
        Planes, height, width.
    layers : tuple of LayerSummary
        In order from the input.
    parameter_bytes : int
        Size of the parameters.
    training_bytes : int
        Most memory that a training with momentum needs beside its data: two networks (the parameters, and those after
        the last epoch), gradients, momentum, workspaces, and the copy of an array that is being written.
    batch_size, threads : int
        Of that training.
    """

    input_shape: tuple[int, int, int]
    layers: tuple[LayerSummary, ...]
    parameter_bytes: int
    training_bytes: int
    batch_size: int
    threads: int

    @property
    def parameters(self) -> int:
        """Number of trained numbers."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds of one forward pass of one image."""
        return sum(layer.multiply_adds for layer in self.layers)

    def __str__(self) -> str:
        return "\n".join([*_aligned(self._rows()), self._memory()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        header, *rows = self._rows()
        return html_table(header, rows, named_rows=True) + html_line(self._memory())

    def _rows(self) -> list[tuple[str, str, str, str]]:
        rows = [("layer", "output", "parameters", "multiply-adds"), ("input", shape_text(self.input_shape), "", "")]
        rows += [
            (layer.text, _shape(layer.output_shape), _count(layer.parameters), _count(layer.multiply_adds))
            for layer in self.layers
        ]
        return [*rows, ("total", "", f"{self.parameters:,}", f"{self.multiply_adds:,}")]

    def _memory(self) -> str:
        thread_word = "thread" if self.threads == 1 else "threads"
        return (
            f"memory: parameters {_bytes(self.parameter_bytes)}; training in batches of {self.batch_size} "
            f"on {self.threads} {thread_word} {_bytes(self.training_bytes)} in all"
        )


def planned_bytes(core: _core.Network, itemsize: int, batch_size: int, threads: int) -> int:
    """Return the most memory that a training needs beside its data; `itemsize` is that of a parameter."""
    planned = core.memory_bytes(batch_size, threads)
    # The second network is what a divergence would go back to.
    always = 2 * planned["network"] + planned["trainer"]
    # Digests and files are made of one array after the other, each of them copied when it is its turn.
    copied = itemsize * max(map(math.prod, core.parameter_shapes), default=0)
    # A network keeps the workspace of an evaluation for the next one.
    return always + copied + planned["evaluation"]


def _aligned(rows: list[tuple[str, str, str, str]]) -> Iterable[str]:
    """Yield the rows as lines: words to the left, numbers to the right, long layer texts shortened."""
    longest = 40
    widths = [min(longest, max(len(row[column]) for row in rows)) for column in range(4)]
    for number, (layer, output, parameters, multiply_adds) in enumerate(rows):
        name = layer if len(layer) <= longest else f"{layer[: longest - 1]}…"
        yield (
            f"{name:<{widths[0]}}  {output:<{widths[1]}}  {parameters:>{widths[2]}}  {multiply_adds:>{widths[3]}}"
        ).rstrip()
        if number in (0, len(rows) - 2):
            yield "─" * (sum(widths) + 6)


def _shape(shape: tuple[int, int, int]) -> str:
    """Show a dense layer's output [units][1][1] as the vector it is."""
    return str(shape[0]) if shape[1:] == (1, 1) else shape_text(shape)


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def _bytes(number: int) -> str:
    return f"{number / 2**20:.1f} MiB" if number >= 2**20 else f"{number / 2**10:.0f} KiB"
