"""StudyChart: a picture of spreads; values answer when they are pointed at, and pages show it in their own colours."""

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from lenetpp.basics.extras import needed_for
from lenetpp.pictures.picture import PIXELS_PER_INCH, Picture
from lenetpp.studies.report.spread import Spread, short

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

WIDTH = 4.6
"""Inches; on a telephone's screen the letters stay readable, and two charts fit beside each other on a wide one."""
TIP = "tip "
"""Begins the name of a part that is, in an SVG file, what the part says when it is pointed at."""
MARKS = {"published": ("◇", "D", 6), "goal": ("✕", "x", 7)}
"""What is beside a spread: as a letter, and Matplotlib's marker with its size."""
NEAR_BLACK = "#010101"
"""Of texts on a ground of their own: black itself becomes the page's colour of texts."""


class StudyChart(Picture):
    """A chart of spreads; a subclass has a title, and the label of the axis of values."""

    title: str
    axis: str

    @property
    def words(self) -> str:
        """What is shown, for those who do not see it; the figures stand in a table beside it."""
        return self.title if self.title.lower() == self.axis.lower() else f"{self.title.rstrip('?.')}: {self.axis}"

    def figure_file(self, ending: str, pixels_per_inch: int = PIXELS_PER_INCH) -> bytes:
        """Return the figure as a PNG, SVG or PDF file."""
        content = super().figure_file(ending, pixels_per_inch)
        if ending != ".svg":
            return content
        return re.sub(rf'<g id="{TIP}([^"]*)">', r'<g class="point"><title>\1</title>', content.decode()).encode()

    def for_page(self, name: str) -> str:
        """Return the chart as an SVG element in the colours of the page around it.

        Parameters
        ----------
        name : str
            Of the chart, unlike all others on the page.
        """
        text = self.figure_file(".svg").decode()
        text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
        text = re.sub(r'( id="|url\(#|href="#)', rf"\g<1>{name}-", text)
        text = text.replace("#000000", "currentColor").replace("fill: #ffffff", "fill: none")
        box = re.search(r'viewBox="[^"]*"', text)
        start = text.index(">") + 1
        return f'<svg role="img" aria-label="{escape(self.words)}" {box[0] if box else ""}>{text[start:]}'


def pointed_at(artist: "Artist", text: str) -> None:
    """Let a part of a chart say `text` when it is pointed at."""
    artist.set_gid(f"{TIP}{text}")


def singles_with_tips(spread: Spread, show: Callable[[float], str]) -> Iterator[tuple[float, str]]:
    """Yield the single values and what they say."""
    for name, value in spread.singles.items():
        yield value, f"{spread.label}, {name}: {show(value)}"


def draw_marks(
    axes: "Axes", spread: Spread, show: Callable[[float], str], *, x: float | None = None, y: float | None = None
) -> None:
    """Draw the published figure and the goal of a spread, where there are such; they are the coordinate not given."""
    for name, (_, marker, size) in MARKS.items():
        value = getattr(spread, name)
        if value is not None:
            (mark,) = axes.plot(
                value if x is None else x, value if y is None else y, marker, color="black", markerfacecolor="none",
                markersize=size, markeredgewidth=1.2, zorder=4,
            )  # fmt: skip
            pointed_at(mark, f"{spread.label}, {name}: {show(value)}")


def axis_label(text: str, spreads: Sequence[Spread]) -> str:
    """Return the label of the axis of values, with what the marks on it mean."""
    letters = [
        f"{letter} {name}"
        for name, (letter, *_) in MARKS.items()
        if any(getattr(spread, name) is not None for spread in spreads)
    ]
    return f"{text}\n{'    '.join(letters)}" if letters else text


def scale_axis(axis: "Axis", show: Callable[[float], str], *, logarithmic: bool) -> None:
    """Let an axis be linear or logarithmic, with round ticks in the words of `show`."""
    with needed_for("a chart"):
        from matplotlib.ticker import LogLocator, MaxNLocator
    axis.set_major_locator(LogLocator(numticks=5) if logarithmic else MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(lambda value, _: short(show(value)))
