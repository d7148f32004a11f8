"""IntervalChart: a row for each value, its mean with its interval, and below it the single seeds as dots."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from lenetpp.basics.language import say, translated
from lenetpp.pictures.chart import WIDTH, Chart, pointed_at, scale_axis, wrapped
from lenetpp.pictures.colours import RUNS, Colour
from lenetpp.studies.report.spread import Spread, axis_range, spans_decades
from lenetpp.studies.report.spread_marks import axis_label, draw_published, singles_with_tips

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABEL_LETTERS = 26
"""Longest line of a row's label."""
ROW, LINE, FRAME = 0.32, 0.165, 1.2
"""Inches: least height of a row, height of a line of its label, and of all around the rows."""
SEEDS_BELOW = 0.27
"""Of a row's height: the dots of the seeds do not hide the interval."""


@dataclass(frozen=True)
class Row:
    """A row of the chart; those of one group stand together."""

    spread: Spread
    group: str = ""
    colour: Colour = RUNS[0]


@dataclass(frozen=True)
class IntervalChart(Chart):
    """Means with intervals and seeds.

    Attributes
    ----------
    title, axis : str
        What is shown, and the label of the axis.
    rows : tuple of Row
        From above.
    show : callable
        Writes a value.
    singles : str
        What the dots are.
    """

    title: str
    axis: str
    rows: tuple[Row, ...]
    show: Callable[[float], str]
    singles: str = say("single trainings")

    @property
    def figure_size(self) -> tuple[float, float]:
        """Width and height in inches."""
        # All rows have the height that the two tallest labels beside each other need: the half of each.
        lines = [len(self._label(row)) for row in self.rows]
        most = max((one + other for one, other in pairwise(lines)), default=2 * lines[0]) / 2
        return WIDTH, FRAME + max(ROW, LINE * most) * (self._places[-1] + 1)

    def _draw(self, axes: "Axes") -> None:
        """Draw into Matplotlib's axes."""
        spreads = [row.spread for row in self.rows]
        logarithmic = spans_decades(spreads)
        low, high = axis_range(spreads, logarithmic=logarithmic)
        for row, place in zip(self.rows, self._places, strict=True):
            _draw_row(axes, row, place, self.show, lowest=low if logarithmic else None)
            axes.annotate(
                translated(self.show(row.spread.mean)), (1, place), xycoords=axes.get_yaxis_transform(), xytext=(5, 0),
                textcoords="offset points", va="center", annotation_clip=False,
            )  # fmt: skip
        axes.set_title(self.title, loc="left", x=0, wrap=True)
        axes.set_xlabel(axis_label(self.axis, spreads, self.singles))
        axes.set_xscale("log" if logarithmic else "linear")
        axes.set_xlim(low, high)
        axes.set_ylim(self._places[-1] + 0.7, -0.6)
        axes.set_yticks(self._places, ["\n".join(self._label(row)) for row in self.rows])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        scale_axis(axes.xaxis, self.show, logarithmic=logarithmic)
        axes.minorticks_off()
        axes.grid(axis="x", alpha=0.4)
        axes.set_axisbelow(True)

    @property
    def _places(self) -> list[float]:
        """The rows' places from above, with some room between groups."""
        places, place = [], 0.0
        for number, row in enumerate(self.rows):
            place += 0 if number == 0 else 1 if row.group == self.rows[number - 1].group else 1.5
            places.append(place)
        return places

    def _label(self, row: Row) -> list[str]:
        return wrapped(translated(row.spread.label), LABEL_LETTERS) or [""]


def _draw_row(axes: "Axes", row: Row, place: float, show: Callable[[float], str], lowest: float | None) -> None:
    # What a logarithmic axis cannot show at all, such as zero, is clipped; it stands at the end of its row as a number.
    spread, colour = row.spread, row.colour.hex
    for value, tip in singles_with_tips(spread, show):
        (dot,) = axes.plot(value, place + SEEDS_BELOW, "o", color=colour, markersize=3.6, alpha=0.55, markeredgewidth=0)
        pointed_at(dot, tip)
    low, high = spread.ends
    if lowest is not None:  # what a logarithmic axis cannot show begins at its end
        low = max(low, lowest)
    if spread.low is not None:
        axes.plot([low, high], [place, place], color=colour, linewidth=1.8, solid_capstyle="butt")
        axes.plot([low, high], [place, place], "|", color=colour, markersize=6, markeredgewidth=1.4)
    (mean,) = axes.plot(spread.mean, place, "o", color=colour, markersize=6)
    pointed_at(mean, spread.tip(show))
    draw_published(axes, spread, show, y=place)
