"""SpeedChart: how fast each rung of a ladder is, by build, on a logarithmic axis."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lenetpp.pictures.chart import WIDTH, Chart, pointed_at, scale_axis, wrapped
from lenetpp.pictures.colours import RUNS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABEL_LETTERS = 26
MARKERS = ("o", "s", "^", "D")
"""Of the builds, which are told apart by colour as well."""


@dataclass(frozen=True)
class SpeedChart(Chart):
    """Speeds by rung and build.

    Dots and no bars: a logarithmic axis has no zero at which a bar could begin.

    Attributes
    ----------
    title, axis : str
        What is shown, and the label of the axis.
    rungs : tuple of str
        From above.
    speeds : mapping of str to tuple of float
        By build, for each rung; NaN where a rung has no such build.
    """

    title: str
    axis: str
    rungs: tuple[str, ...]
    speeds: Mapping[str, tuple[float, ...]]

    @property
    def figure_size(self) -> tuple[float, float]:
        """Width and height in inches."""
        return WIDTH, 1.1 + 0.32 * len(self.rungs) + 0.19 * len(self.speeds)

    def _draw(self, axes: "Axes") -> None:
        """Draw into Matplotlib's axes."""
        for number, (build, speeds) in enumerate(self.speeds.items()):
            colour, marker = RUNS[number % len(RUNS)].hex, MARKERS[number % len(MARKERS)]
            known = self._known(build)
            axes.plot([speeds[rung] for rung in known], known, color=colour, linewidth=1)
            for rung in known:
                (dot,) = axes.plot(speeds[rung], rung, marker, color=colour, markersize=6, clip_on=False)
                pointed_at(dot, self._tip(rung, build))
            axes.plot([], [], marker, color=colour, markersize=6, label=build or "lenetpp")
        axes.set_title(self.title, loc="left", x=0, wrap=True)
        axes.set_xlabel(self.axis)
        axes.set_xscale("log")
        scale_axis(axes.xaxis, show_speed, logarithmic=True)
        axes.minorticks_off()
        axes.set_yticks(range(len(self.rungs)), ["\n".join(wrapped(rung, LABEL_LETTERS)) for rung in self.rungs])
        axes.set_ylim(len(self.rungs) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x", alpha=0.4)
        axes.set_axisbelow(True)
        axes.figure.legend(loc="outside lower left", frameon=False)

    def _known(self, build: str) -> list[int]:
        return [rung for rung, speed in enumerate(self.speeds[build]) if math.isfinite(speed)]

    def _tip(self, rung: int, build: str) -> str:
        name = f"{self.rungs[rung]}, {build}" if build else self.rungs[rung]
        return f"{name}: {show_speed(self.speeds[build][rung])}"


def show_speed(value: float) -> str:
    """Write images a second with three digits."""
    return f"{float(f'{value:.3g}'):,.0f}"
