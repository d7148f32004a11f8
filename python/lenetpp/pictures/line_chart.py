"""LineChart: curves over the epochs, as a Matplotlib figure and as the places of lines and texts in a drawing."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from lenetpp.basics.extras import needed_for
from lenetpp.pictures.colours import Colour
from lenetpp.pictures.picture import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DASHES = {"-": "", "--": "6 3", ":": "1.5 2.5", "-.": "7 2.5 1.5 2.5"}
"""Matplotlib's line styles as SVG writes them."""


@dataclass(frozen=True)
class Line:
    """A curve: its label, its values in the epochs 1, 2, ..., its colour and Matplotlib's line style."""

    label: str
    values: tuple[float, ...]
    colour: Colour
    style: str


@dataclass(frozen=True)
class Placed:
    """A text or a point, and where it lies."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class PlacedLine:
    """A line in a drawing: its unbroken pieces as SVG's points, its epochs, and its label beside its end."""

    pieces: tuple[str, ...]
    points: tuple[Placed, ...]
    label: Placed
    colour: Colour
    dashes: str


@dataclass(frozen=True)
class Drawing:
    """A chart in units of pixels from the upper left corner; `left`, `right`, `top`, `bottom` bound the lines."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    x_ticks: tuple[Placed, ...]
    y_ticks: tuple[Placed, ...]
    lines: tuple[PlacedLine, ...]


@dataclass(frozen=True)
class LineChart(Picture):
    """Curves over the epochs.

    Attributes
    ----------
    title, axis : str
        What is shown, and the label of the vertical axis with its unit.
    lines : tuple of Line
        The curves.
    show : callable
        Writes a value.
    logarithmic : bool
        Whether the vertical axis is.
    """

    title: str
    axis: str
    lines: tuple[Line, ...]
    show: Callable[[float], str]
    logarithmic: bool = False

    @property
    def figure_size(self) -> tuple[float, float]:
        """Width and height in inches."""
        return 6.4, 3.4

    @property
    def is_zero(self) -> bool:
        """Whether there is nothing to see: all values are zero."""
        return not any(value for line in self.lines for value in line.values)

    def draw(self, axes: "Axes") -> None:
        """Draw into Matplotlib's axes."""
        for line in self.lines:
            # A single epoch has no line; a dot marks it.
            marker = "o" if len(line.values) == 1 else ""
            epochs = range(1, len(line.values) + 1)
            values = [value if self._can_show(value) else math.nan for value in line.values]
            axes.plot(
                epochs, values, color=line.colour.hex, linestyle=line.style, marker=marker, markersize=4,
                label=line.label,
            )  # fmt: skip
        axes.set(title=self.title, xlabel="epoch", ylabel=self.axis)
        axes.set_yscale("log" if self.logarithmic else "linear")
        axes.set_ylim(*self._range)
        axes.set_xlim(*_epoch_range(self._epochs))
        axes.xaxis.set_major_locator(_locator(logarithmic=False, whole=True))
        axes.yaxis.set_major_locator(_locator(logarithmic=self.logarithmic))
        axes.yaxis.set_major_formatter(lambda value, _: self.show(value))
        axes.minorticks_off()
        axes.grid(axis="y", alpha=0.3)
        # Lines of one colour are told apart by their dashes, which only a legend shows.
        if len({line.colour for line in self.lines}) < len(self.lines):
            axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, fontsize="small")
            return
        for line, height in zip(self.lines, self._label_heights(gap=0.075), strict=True):
            axes.annotate(
                line.label, (1, height), xycoords="axes fraction", xytext=(6, 0), textcoords="offset points",
                va="center", color=line.colour.hex, annotation_clip=False,
            )  # fmt: skip

    def drawing(self, width: float, height: float) -> Drawing:
        """Return where everything lies in a drawing of a size in pixels, for texts of 11 pixels."""
        low, high = self._range
        ticks = [
            value for value in _locator(logarithmic=self.logarithmic).tick_values(low, high) if low <= value <= high
        ]
        character = 6.4
        left = round(10 + character * max(len(self.show(value)) for value in ticks or [low]), 1)
        right = round(width - 22 - character * max(len(line.label) for line in self.lines), 1)
        top, bottom = 8.0, height - 22.0
        first, last = _epoch_range(self._epochs)

        def x(epoch: float) -> float:
            return round(left + (epoch - first) / (last - first) * (right - left), 1)

        def y(share: float) -> float:
            return round(bottom - share * (bottom - top), 1)

        epochs = [int(tick) for tick in _locator(logarithmic=False, whole=True).tick_values(1, self._epochs)]
        placed = []
        for line, label_height in zip(self.lines, self._label_heights(gap=13 / (bottom - top)), strict=True):
            pieces: list[list[Placed]] = [[]]
            for epoch, value in enumerate(line.values, start=1):
                if self._can_show(value):
                    text = f"{line.label}, epoch {epoch}: {self.show(value)}"
                    pieces[-1].append(Placed(x(epoch), y(self._share(value)), text))
                else:
                    pieces.append([])
            placed.append(
                PlacedLine(
                    pieces=tuple(" ".join(f"{point.x},{point.y}" for point in piece) for piece in pieces if piece),
                    points=tuple(point for piece in pieces for point in piece),
                    label=Placed(right + 18, y(label_height), line.label),
                    colour=line.colour,
                    dashes=DASHES[line.style],
                )
            )
        return Drawing(
            width, height, left, right, top, bottom,
            tuple(Placed(x(epoch), bottom, str(epoch)) for epoch in epochs if 1 <= epoch <= self._epochs),
            tuple(Placed(left, y(self._share(value)), self.show(value)) for value in ticks),
            tuple(placed),
        )  # fmt: skip

    def _can_show(self, value: float) -> bool:
        return math.isfinite(value) and (value > 0 or not self.logarithmic)

    @cached_property
    def _epochs(self) -> int:
        return max(len(line.values) for line in self.lines)

    @cached_property
    def _range(self) -> tuple[float, float]:
        """Ends of the vertical axis: all values, with a little room."""
        values = [value for line in self.lines for value in line.values if self._can_show(value)] or [1.0]
        low, high = min(values), max(values)
        if self.logarithmic:
            return low / 1.5, high * 1.5
        room = 0.05 * (high - low) or 0.05 * abs(high) or 0.05
        # What cannot be negative does not seem to be.
        return low - room if low < 0 else max(0.0, low - room), high + room

    def _share(self, value: float) -> float:
        """Return how high a value lies, from 0 at the lower end to 1 at the upper one."""
        scale = math.log if self.logarithmic else float
        low, high = (scale(end) for end in self._range)
        return (scale(value) - low) / (high - low)

    def _label_heights(self, gap: float) -> list[float]:
        """Return the labels' heights: beside the ends of their lines, but at least `gap` apart."""
        ends = [next((value for value in reversed(line.values) if self._can_show(value)), None) for line in self.lines]
        return spread([0.0 if end is None else self._share(end) for end in ends], gap)


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Return places in [0, 1], in the order of the wanted ones and near them, that are at least `gap` apart.

    Where there are too many for that, they reach below 0.
    """
    order = sorted(range(len(wanted)), key=lambda number: wanted[number])
    places = list(wanted)
    free = -math.inf
    for number in order:
        places[number] = free = max(wanted[number], free + gap)
    free = 1.0 + gap
    for number in reversed(order):
        places[number] = free = min(places[number], free - gap)
    return places


def _epoch_range(epochs: int) -> tuple[float, float]:
    return (1.0, float(epochs)) if epochs > 1 else (0.5, 1.5)


def _locator(*, logarithmic: bool, whole: bool = False):  # type: ignore[no-untyped-def]
    """Return what chooses round numbers for the ticks."""
    with needed_for("a chart"):
        from matplotlib.ticker import LogLocator, MaxNLocator
    return LogLocator(numticks=6) if logarithmic else MaxNLocator(5, integer=whole, steps=[1, 2, 5, 10])
