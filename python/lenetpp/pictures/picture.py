"""Picture: what a notebook shows, what can be drawn into one's own figure and saved under a name."""

import io
import os
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import partial
from numbers import Real
from typing import TYPE_CHECKING, Any

from lenetpp.basics.file_schemas import shown
from lenetpp.basics.files import write_file
from lenetpp.basics.kinds import as_path, check_kind
from lenetpp.basics.language import translated
from lenetpp.pictures.fonts import (
    families,
    families_with,
    missing_letters,
    warn_of_boxes,
    without_fallbacks,
    without_notes_on_fonts,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FIGURE_SETTINGS = {
    "text.usetex": False,  # which a file of the working folder, a stranger's perhaps, asks for: LaTeX is a program
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.fonttype": "none",  # text stays text: it can be searched, copied and read aloud
    "svg.hashsalt": "lenetpp",  # the same picture, the same file
}
FIGURE_ENDINGS = (".png", ".svg", ".pdf")
PIXELS_PER_INCH = 150


def figure_settings() -> dict[str, Any]:
    """Return Matplotlib's settings for a figure on this machine: the fonts are those that it has."""
    return {"font.family": list(families()), **FIGURE_SETTINGS}


class Picture(ABC):
    """A picture that saves itself; the ending of the name decides how.

    A subclass draws itself in :meth:`plot` and tells the size it needs; one that can be more than a figure, such as a
    workbook, adds its endings to :meth:`writers`.
    """

    @property
    @abstractmethod
    def figure_size(self) -> tuple[float, float]:
        """Width and height in inches at which everything is readable."""

    @abstractmethod
    def _draw(self, axes: "Axes") -> None:
        """Draw into Matplotlib's axes."""

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw into given axes, or into new ones of a fitting size, and return them.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw.

        Raises
        ------
        TypeError
            If `ax` is something else.
        """
        from matplotlib import pyplot
        from matplotlib.axes import Axes

        if ax is not None:
            check_kind(ax, Axes, "ax", "Matplotlib's axes")
        with pyplot.rc_context(figure_settings()):
            if ax is None:
                ax = pyplot.subplots(figsize=self.figure_size, layout="constrained")[1]
            translated(self)._draw(ax)
        return ax

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to a file, whole or not at all.

        Parameters
        ----------
        path : path or str
            Ends in one of the endings of :meth:`writers`.

        Raises
        ------
        ValueError
            If the ending is another one.
        OSError
            If the file cannot be written.
        """
        target = as_path(path, "path")
        writers = self.writers()
        if target.suffix.lower() not in writers:
            raise ValueError(f"the name of the picture must end in {', '.join(writers)}, but is {str(target)!r}")
        write_file(target, writers[target.suffix.lower()]())

    def writers(self) -> Mapping[str, Callable[[], bytes]]:
        """Return by its ending what makes the content of a file."""
        return {ending: partial(self.figure_file, ending) for ending in FIGURE_ENDINGS}

    def figure_file(self, ending: str, pixels_per_inch: int = PIXELS_PER_INCH) -> bytes:
        """Return the figure as a PNG, SVG or PDF file.

        Raises
        ------
        ValueError
            If `ending` is not in :data:`FIGURE_ENDINGS`, or the pixels are not so many that letters can be drawn.
        """
        check_kind(ending, str, "ending", "a text")
        if ending not in FIGURE_ENDINGS:
            raise ValueError(f"ending must be one of {', '.join(FIGURE_ENDINGS)}, but is {shown(ending)}")
        check_kind(pixels_per_inch, Real, "pixels_per_inch", "a number")
        if not 10 <= pixels_per_inch <= 1200:
            raise ValueError(f"pixels_per_inch must be from 10 to 1200, but is {shown(pixels_per_inch)}")
        content, missing = self._drawn(ending, pixels_per_inch, families())
        if ending == ".svg":  # its text stays text: the fonts are those of who looks at it
            return without_fallbacks(content)
        if missing:
            content, missing = self._drawn(ending, pixels_per_inch, families_with(missing))
        if missing:
            warn_of_boxes(missing)
        return content

    def _drawn(self, ending: str, pixels_per_inch: int, fonts: tuple[str, ...]) -> tuple[bytes, frozenset[str]]:
        """Return the figure as a file, and the letters that none of the fonts has."""
        import matplotlib as mpl
        from matplotlib.figure import Figure

        content = io.BytesIO()
        with mpl.rc_context({**figure_settings(), "font.family": list(fonts)}):
            # Not pyplot's: no window shows it, and nobody has to close it.
            figure = Figure(figsize=self.figure_size, layout="constrained")
            translated(self)._draw(figure.subplots())
            # No date: the same picture, the same file.
            metadata = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(ending, {})
            with warnings.catch_warnings(record=True) as caught, without_notes_on_fonts():
                warnings.simplefilter("always")
                figure.savefig(content, format=ending.removeprefix("."), dpi=pixels_per_inch, metadata=metadata)
        return content.getvalue(), missing_letters(caught)

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        text = self.figure_file(".svg").decode()
        return text[text.index("<svg") :]
