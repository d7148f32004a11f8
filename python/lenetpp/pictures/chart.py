"""Chart: figures on axes; values answer when they are pointed at, and pages show it in colours of their own."""

import math
import re
from collections.abc import Callable, Iterable
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from lenetpp.basics.language import say, translated
from lenetpp.pictures.picture import PIXELS_PER_INCH, Picture

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axis import Axis
    from matplotlib.collections import Collection

WIDTH = 4.6
"""Inches; on a telephone's screen the letters stay readable, and two charts fit beside each other on a wide one."""
TIP = "tip:"
"""Begins the link of a part that is, in an SVG file, what the part says when it is pointed at."""
NEAR_BLACK = "#010101"
"""Of texts on a ground of their own: black itself becomes the page's colour of texts."""


class Chart(Picture):
    """Figures on axes; a subclass has a title, and the label of the axis of values."""

    title: str
    axis: str

    @property
    def words(self) -> str:
        """What is shown, for those who do not see it."""
        if self.title.lower() == self.axis.lower():
            return self.title
        return say("{title}: {axis}", title=self.title, axis=self.axis)

    def figure_file(self, ending: str, pixels_per_inch: int = PIXELS_PER_INCH) -> bytes:
        """Return the figure as a PNG, SVG or PDF file."""
        content = super().figure_file(ending, pixels_per_inch)
        if ending != ".svg":
            return content
        # A text with quotation marks stands between apostrophes.
        text = re.sub(rf"""<a xlink:href=(["']){TIP}(.*?)\1[^>]*>""", _point, content.decode(), flags=re.DOTALL)
        return text.replace("</a>", "</g>").encode()

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
        return f'<svg role="img" aria-label="{escape(translated(self.words))}" {box[0] if box else ""}>{text[start:]}'


def _point(link: re.Match[str]) -> str:
    """Return the beginning of a part that says something, instead of a link; the text is escaped but for quotes."""
    return f'<g class="point"><title>{link[2].replace(chr(34), "&quot;")}</title>'


def pointed_at(artist: "Artist", text: str) -> None:
    """Let a part of a chart say `text` when it is pointed at."""
    artist.set_url(f"{TIP}{translated(text)}")


def each_pointed_at(marks: "Collection", texts: Iterable[str]) -> None:
    """Let each of a row of marks say its own text when it is pointed at."""
    marks.set_urls([f"{TIP}{translated(text)}" for text in texts])


def value_range(values: Iterable[float], *, logarithmic: bool) -> tuple[float, float]:
    """Return the ends of an axis with a little room around finite values, which a logarithmic one has positive."""
    known = list(values)
    low, high = min(known, default=0.0), max(known, default=1.0)
    if logarithmic:
        return low / 1.4, high * 1.4
    room = 0.05 * (high - low) or 0.05 * abs(high) or 0.05
    return low - room, high + room


def scale_axis(axis: "Axis", show: Callable[[float], str], *, logarithmic: bool, most: int = 4) -> None:
    """Let an axis, whose ends are set, have round ticks in the words of `show`, with at most so many steps between."""
    from matplotlib.ticker import LogLocator, MaxNLocator

    low, high = axis.get_view_interval()
    if logarithmic:
        decades = math.log10(high) - math.log10(low)  # their ratio may be too large for a number
        subs = (1, 2, 5) if decades < math.log10(20) else (1, 3) if decades < math.log10(300) else (1,)
        axis.set_major_locator(LogLocator(subs=subs, numticks=most + 1))
    else:
        # Fewer steps where two of them would be the same number in those words.
        for steps in range(most, 0, -1):
            locator = MaxNLocator(steps, steps=[1, 2, 5, 10])
            texts = [translated(show(tick)) for tick in locator.tick_values(low, high)]
            if len(set(texts)) == len(texts):
                break
        axis.set_major_locator(locator)
    axis.set_major_formatter(lambda value, _: short(translated(show(value))))


def wrapped(text: str, letters: int) -> list[str]:
    """Return the lines of a text, each at most so many letters wide; those of Japanese have the width of two."""
    is_wide = any(east_asian_width(letter) in "WF" for letter in text)
    return wrap(text, letters // 2 if is_wide else letters)


def short(text: str) -> str:
    """Return a number's text without the zeros at its end: "86.50 %" as "86.5 %"."""
    return re.sub(r"\.(\d*?)0+(?!\d)", lambda match: f".{match[1]}" if match[1] else "", text)
