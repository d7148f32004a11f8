"""LineChart: curves over the epochs, with labels beside their ends or, where dashes tell them apart, a legend."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeGuard

from lenetpp.basics.language import say, translated
from lenetpp.pictures.chart import WIDTH, Chart, each_pointed_at, scale_axis, value_range, wrapped
from lenetpp.pictures.colours import Colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT, FRAME = 2.7, 0.75
"""Inches: of the whole, and of what is above and below the lines."""
SHORT_LABEL, LETTER = 12, 0.085
"""Letters of a label that a chart of the usual width has room for, and inches of each further one."""
AXIS_LETTERS = 32
"""Longest line of the label beside the vertical axis."""
UNSEEN = 0.001
"""Opacity of dots: what has none at all is not drawn, and cannot be pointed at."""
MARKED_TITLE_PAD = 16
"""Points between the lines and a title, with room for the mark of the epoch that was kept."""
LABEL_GAP = 11 / 72 / (HEIGHT - FRAME)
"""Least distance between two labels, as a share of the lines' height."""


@dataclass(frozen=True, repr=False)
class Line:
    """A curve: its label, its values in the epochs 1, 2, ..., its colour and Matplotlib's line style.

    A value is None where an epoch was not evaluated; dots then mark those that were.
    """

    label: str
    values: tuple[float | None, ...]
    colour: Colour
    style: str

    def __repr__(self) -> str:
        return f"<Line {self.label}: {len(self.values)} values>"


@dataclass(frozen=True, repr=False)
class LineChart(Chart):
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
    kept : int or None
        The epoch that was chosen and is marked.
    """

    title: str
    axis: str
    lines: tuple[Line, ...]
    show: Callable[[float], str]
    logarithmic: bool = False
    kept: int | None = None

    def __repr__(self) -> str:
        return f"<LineChart {self.title}: {', '.join(line.label for line in self.lines)}>"

    @property
    def words(self) -> str:
        """What is shown, for those who do not see it."""
        words = say("{words}, by epoch", words=super().words)
        return (
            words if self.kept is None else say("{words}; that of epoch {epoch} is kept", words=words, epoch=self.kept)
        )

    @property
    def figure_size(self) -> tuple[float, float]:
        """Width and height in inches; the longest label has room."""
        longest = max(len(line.label) for line in self.lines)
        legend_height = 0.17 * len(self.lines) if self._needs_legend else 0.0
        return WIDTH + LETTER * max(0, longest - SHORT_LABEL), max(HEIGHT, 0.4 + legend_height)

    @property
    def is_zero(self) -> bool:
        """Whether there is nothing to see: all values are zero."""
        return not any(value for line in self.lines for value in line.values)

    def _draw(self, axes: "Axes") -> None:
        """Draw into Matplotlib's axes."""
        from matplotlib.ticker import MaxNLocator

        for line in self.lines:
            self._draw_line(axes, line)
        if self.kept is not None:
            axes.axvline(self.kept, color="grey", linestyle=":", linewidth=1, zorder=0)
            kept = translated(say("epoch {epoch} kept", epoch=self.kept))
            axes.annotate(
                kept, (self.kept, 1), xycoords=("data", "axes fraction"), xytext=(0, 2),
                textcoords="offset points", ha="right" if 2 * self.kept > self._epochs else "left", fontsize="small",
            )  # fmt: skip
        axes.set_title(self.title, loc="left", pad=None if self.kept is None else MARKED_TITLE_PAD)
        axes.set_xlabel(translated(say("epoch")))
        axes.set_ylabel("\n".join(wrapped(self.axis, AXIS_LETTERS)))
        axes.set_yscale("log" if self.logarithmic else "linear")
        axes.set_ylim(*self._range)
        axes.set_xlim(*((1, self._epochs) if self._epochs > 1 else (0.5, 1.5)))
        scale_axis(axes.yaxis, self.show, logarithmic=self.logarithmic, most=5)
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
        axes.minorticks_off()
        axes.grid(axis="y", alpha=0.4)
        axes.set_axisbelow(True)
        if self._needs_legend:
            axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, fontsize="small")
            return
        for line, height in zip(self.lines, self._label_heights(), strict=True):
            axes.annotate(
                line.label, (1, height), xycoords="axes fraction", xytext=(22, 0), textcoords="offset points",
                va="center", annotation_clip=False,
                arrowprops={  # without a head: a sample of the line
                    "arrowstyle": "-", "color": line.colour.hex, "linestyle": line.style, "linewidth": 1.5,
                    "relpos": (0, 0.5), "shrinkA": 1, "shrinkB": 4,
                },
            )  # fmt: skip

    def _draw_line(self, axes: "Axes", line: Line) -> None:
        """Draw a line, which what cannot be shown interrupts, and dots that nobody sees until they are pointed at."""
        known = {epoch: value for epoch, value in enumerate(line.values, start=1) if value is not None}
        epochs, values = list(known), [value if self._can_show(value) else math.nan for value in known.values()]
        # A single epoch has no line; a dot marks it.
        marker = "o" if len(values) == 1 or len(values) < len(line.values) else ""
        axes.plot(
            epochs, values, color=line.colour.hex, linestyle=line.style, marker=marker, markersize=4, label=line.label,
        )  # fmt: skip
        shown = [(epoch, value) for epoch, value in zip(epochs, values, strict=True) if self._can_show(value)]
        dots = axes.scatter(
            [epoch for epoch, _ in shown], [value for _, value in shown], s=60, color=line.colour.hex, alpha=UNSEEN,
            linewidths=0, clip_on=False, zorder=3,
        )  # fmt: skip
        each_pointed_at(
            dots,
            [
                say("{line}, epoch {epoch}: {value}", line=line.label, epoch=epoch, value=self.show(value))
                for epoch, value in shown
            ],
        )

    @property
    def _needs_legend(self) -> bool:
        """Whether lines of one colour are told apart by their dashes, which only a legend shows."""
        return len({line.colour for line in self.lines}) < len(self.lines)

    def _can_show(self, value: float | None) -> TypeGuard[float]:
        return value is not None and math.isfinite(value) and (value > 0 or not self.logarithmic)

    @cached_property
    def _epochs(self) -> int:
        return max(len(line.values) for line in self.lines)

    @cached_property
    def _range(self) -> tuple[float, float]:
        """Ends of the vertical axis."""
        values = [value for line in self.lines for value in line.values if self._can_show(value)] or [1.0]
        low, high = value_range(values, logarithmic=self.logarithmic)
        # What cannot be negative does not seem to be.
        return (max(0.0, low) if min(values) >= 0 else low), high

    def _label_heights(self) -> list[float]:
        """Return the labels' heights: beside the ends of their lines, from 0 at the lower end of the axis to 1."""
        scale = math.log if self.logarithmic else float
        low, high = map(scale, self._range)
        ends = [next((value for value in reversed(line.values) if self._can_show(value)), None) for line in self.lines]
        return spread([0.0 if end is None else (scale(end) - low) / (high - low) for end in ends], LABEL_GAP)


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
