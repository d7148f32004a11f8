"""LevelChart: lines over the levels of a factor, with the interval and the single seeds of every point."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lenetpp.pictures.chart import WIDTH, Chart, pointed_at, scale_axis, wrapped
from lenetpp.pictures.colours import Colour
from lenetpp.studies.report.spread import LOGARITHMIC_FROM, Spread, axis_range, spans_decades
from lenetpp.studies.report.spread_marks import axis_label, draw_published, singles_with_tips

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STEP_ASIDE, MOST_ASIDE = 3.5, 20.0
"""Points between the marks of neighbouring lines, so that none hides another, and of all lines together at most."""
LEGEND_LETTERS = 56
"""Letters of the legend that fit beside each other."""
AXIS_LETTERS = 34
"""Of a line of the upright axis's label."""
TICK_LETTER = 0.085
"""Inches of a letter at an axis."""
TURNED_LINE = 0.19
"""Inches along the axis that a line of text takes which is turned by 45 degrees."""


@dataclass(frozen=True)
class Series:
    """A line: its label, a spread or nothing for each level, its colour and Matplotlib's line style."""

    label: str
    spreads: tuple[Spread | None, ...]
    colour: Colour
    style: str = "-"


@dataclass(frozen=True)
class LevelChart(Chart):
    """Spreads over levels.

    Attributes
    ----------
    title, over, axis : str
        What is shown, and the labels of both axes.
    levels : tuple of str
        As they are written at the axis.
    places : tuple of float
        Where they are; numbers that are far apart are shown on a logarithmic axis.
    series : tuple of Series
        The lines.
    show : callable
        Writes a value.
    """

    title: str
    over: str
    axis: str
    levels: tuple[str, ...]
    places: tuple[float, ...]
    series: tuple[Series, ...]
    show: Callable[[float], str]

    @property
    def figure_size(self) -> tuple[float, float]:
        """Width and height in inches."""
        return WIDTH, 3.3 + 0.19 * -(-len(self.series) // self._legend_columns)

    def _draw(self, axes: "Axes") -> None:
        """Draw into Matplotlib's axes."""
        spreads = [spread for line in self.series for spread in line.spreads if spread is not None]
        logarithmic = spans_decades(spreads)
        low, high = axis_range(spreads, logarithmic=logarithmic)
        step = min(STEP_ASIDE, MOST_ASIDE / len(self.series))
        for number, line in enumerate(self.series):
            aside = step * (number - (len(self.series) - 1) / 2)
            self._draw_line(axes, line, aside, lowest=low if logarithmic else None)
        axes.set_title(self.title, loc="left", wrap=True)
        axes.set_ylabel("\n".join(wrapped(self.axis, AXIS_LETTERS)))
        axes.set_xlabel(axis_label(self.over, spreads))
        axes.set_yscale("log" if logarithmic else "linear")
        axes.set_ylim(low, high)
        axes.set_xscale("log" if self._is_wide else "linear")
        axes.set_xlim(*self._x_range)
        scale_axis(axes.yaxis, self.show, logarithmic=logarithmic)
        axes.set_xticks(self.places, self.levels)
        axes.minorticks_off()
        if self._levels_are_close:
            self._turn_names(axes)
        axes.grid(axis="y", alpha=0.4)
        axes.set_axisbelow(True)
        if len(self.series) > 1:
            axes.figure.legend(loc="outside lower left", ncols=self._legend_columns, frameon=False)

    def _draw_line(self, axes: "Axes", line: Series, aside: float, lowest: float | None) -> None:
        from matplotlib.transforms import ScaledTranslation

        beside = axes.transData + ScaledTranslation(aside / 72, 0, axes.figure.dpi_scale_trans)
        colour = line.colour.hex
        known = [(place, spread) for place, spread in zip(self.places, line.spreads, strict=True) if spread is not None]
        axes.plot(
            [place for place, _ in known], [spread.mean for _, spread in known], line.style, color=colour,
            linewidth=1.4, label=line.label, transform=beside,
        )  # fmt: skip
        for place, spread in known:
            for value, tip in singles_with_tips(spread, self.show):
                (dot,) = axes.plot(
                    place, value, "o", color=colour, markersize=3.2, alpha=0.45, markeredgewidth=0,
                    transform=beside,
                )  # fmt: skip
                pointed_at(dot, tip)
            if spread.low is not None:
                low, high = spread.ends
                if lowest is not None:  # what a logarithmic axis cannot show begins at its end
                    low = max(low, lowest)
                axes.plot([place, place], [low, high], color=colour, linewidth=1.4, transform=beside)
                axes.plot(
                    [place, place], [low, high], "_", color=colour, markersize=6, markeredgewidth=1.2, transform=beside
                )
            (mean,) = axes.plot(place, spread.mean, "o", color=colour, markersize=5, transform=beside)
            pointed_at(mean, spread.tip(self.show))
            draw_published(axes, spread, self.show, x=place)

    def _turn_names(self, axes: "Axes") -> None:
        """Turn the levels' names, and move those apart that would still lie on each other."""
        from matplotlib.transforms import ScaledTranslation

        for name, aside in zip(axes.get_xticklabels(), apart(self._inches, TURNED_LINE), strict=True):
            name.set(rotation=45, rotation_mode="anchor", ha="right")
            name.set_transform(name.get_transform() + ScaledTranslation(aside, 0, axes.figure.dpi_scale_trans))

    @property
    def _is_wide(self) -> bool:
        return min(self.places) > 0 and max(self.places) / min(self.places) > LOGARITHMIC_FROM / 3

    @property
    def _x_range(self) -> tuple[float, float]:
        low, high = min(self.places), max(self.places)
        if self._is_wide:
            room = (high / low) ** 0.07
            return low / room, high * room
        room = 0.07 * (high - low) or 0.5
        return low - room, high + room

    @property
    def _levels_are_close(self) -> bool:
        """Whether the levels' names would run into each other."""
        room = np.diff(np.sort(self._inches))
        return bool(len(room) and room.min() < TICK_LETTER * (max(map(len, self.levels)) + 1))

    @property
    def _inches(self) -> NDArray[np.float64]:
        """Where the levels are on the axis, at least so far from each other."""
        scaled = np.log(self.places) if self._is_wide else np.array(self.places)
        return scaled / (np.ptp(scaled) or 1.0) * 0.7 * WIDTH

    @property
    def _legend_columns(self) -> int:
        longest = max(len(line.label) for line in self.series) + 6
        return max(1, min(len(self.series), LEGEND_LETTERS // longest))


def apart(places: NDArray[np.float64], room: float) -> NDArray[np.float64]:
    """Return how far each of some places has to move so that there is room between them, to both sides alike."""
    order = np.argsort(places, kind="stable")
    steps = room * np.arange(len(places))
    from_left = np.maximum.accumulate(places[order] - steps) + steps
    from_right = np.minimum.accumulate((places[order] - steps)[::-1])[::-1] + steps
    moved = np.empty_like(places)
    moved[order] = (from_left + from_right) / 2
    return moved - places
