"""GridChart: one factor against another; in each cell the mean, and below it the interval and the seeds on a scale."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lenetpp.basics.language import say, translated
from lenetpp.pictures.chart import NEAR_BLACK, WIDTH, Chart, pointed_at, wrapped
from lenetpp.pictures.colours import TEST, Colour
from lenetpp.studies.report.spread import Spread, axis_range
from lenetpp.studies.report.spread_marks import singles_with_tips

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CELL_HEIGHT = 0.52
"""Inches."""
MEAN, STRIP, SEEDS = -0.2, 0.14, 0.32
"""Heights within a cell, from its middle downwards, in cells: the text, the interval and the dots."""
STRIP_WIDTH = 0.84
"""Of a cell's width, for the scale from the smallest to the largest value."""
LABEL_LETTERS = 14


@dataclass(frozen=True)
class GridChart(Chart):
    """Spreads in rows and columns.

    Attributes
    ----------
    title, axis : str
        What is shown, and what the values are.
    row_factor, column_factor : str
        What the rows and the columns are levels of.
    rows, columns : tuple of str
        The levels.
    cells : tuple of tuple of (Spread or None)
        A tuple for each row.
    show : callable
        Writes a value.
    """

    title: str
    axis: str
    row_factor: str
    column_factor: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Spread | None, ...], ...]
    show: Callable[[float], str]

    @property
    def figure_size(self) -> tuple[float, float]:
        """Width and height in inches."""
        return max(WIDTH, 1.2 + 0.78 * len(self.columns)), 1.3 + CELL_HEIGHT * len(self.rows)

    def _draw(self, axes: "Axes") -> None:
        """Draw into Matplotlib's axes."""
        from matplotlib.patches import Rectangle

        low, high = axis_range(self._spreads, logarithmic=False)
        best = max((spread.mean for spread in self._spreads), default=None)
        for row, line in enumerate(self.cells):
            for column, spread in enumerate(line):
                if spread is None:
                    continue
                ground = self._colour(spread.mean)
                axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=ground.hex, edgecolor="none"))
                ink = NEAR_BLACK if ground.text == (0, 0, 0) else "#fefefe"
                axes.text(
                    column, row + MEAN, translated(self.show(spread.mean)), ha="center", va="center", color=ink,
                    fontweight="bold" if spread.mean == best else "normal",
                )  # fmt: skip

                def across(value: float, column: int = column) -> float:
                    return column + STRIP_WIDTH * ((value - low) / (high - low) - 0.5)

                self._draw_strip(axes, spread, across, row, ink)
        axes.set_title(self.title, loc="left", wrap=True)
        note = say(
            "{axis}; below it interval and seeds, from {low} to {high}",
            axis=self.axis,
            low=self.show(low),
            high=self.show(high),
        )
        axes.set_xlabel(f"{self.column_factor}\n" + "\n".join(wrapped(translated(note), 58)))
        axes.set_ylabel(self.row_factor)
        axes.set_xlim(-0.5, len(self.columns) - 0.5)
        axes.set_ylim(len(self.rows) - 0.5, -0.5)
        axes.set_xticks(range(len(self.columns)), ["\n".join(wrapped(name, LABEL_LETTERS)) for name in self.columns])
        axes.set_yticks(range(len(self.rows)), ["\n".join(wrapped(name, LABEL_LETTERS)) for name in self.rows])
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)

    def _draw_strip(self, axes: "Axes", spread: Spread, across: Callable[[float], float], row: int, ink: str) -> None:
        for value, tip in singles_with_tips(spread, self.show):
            (dot,) = axes.plot(across(value), row + SEEDS, "o", color=ink, markersize=3, alpha=0.6, markeredgewidth=0)
            pointed_at(dot, tip)
        if spread.low is not None:
            ends = [across(end) for end in spread.ends]
            axes.plot(ends, [row + STRIP, row + STRIP], color=ink, linewidth=1.4, solid_capstyle="butt")
        (mean,) = axes.plot(across(spread.mean), row + STRIP, "o", color=ink, markersize=3.6)
        pointed_at(mean, spread.tip(self.show))

    @property
    def _spreads(self) -> list[Spread]:
        return [spread for line in self.cells for spread in line if spread is not None]

    def _colour(self, value: float) -> Colour:
        """Return the colour of a mean: the deeper the larger."""
        means = [spread.mean for spread in self._spreads]
        share = (value - min(means)) / (max(means) - min(means) or 1.0)
        return TEST.tint(0.08 + 0.92 * share)
