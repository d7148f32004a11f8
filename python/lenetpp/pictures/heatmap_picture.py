"""HeatmapPicture: a picture that is a grid of heatmaps, in the terminal, in a notebook, as a figure and in a file."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from lenetpp.basics.language import translated
from lenetpp.pictures.figure import GridLayout, draw_grid
from lenetpp.pictures.heatmaps import HeatmapGrid
from lenetpp.pictures.html import grid_fragment, grid_page
from lenetpp.pictures.picture import Picture
from lenetpp.pictures.workbook import grid_workbook

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from rich.console import Console, ConsoleOptions
    from rich.text import Text


class HeatmapPicture(Picture):
    """A picture that is a grid of heatmaps; a subclass tells which."""

    @abstractmethod
    def grid(self) -> HeatmapGrid:
        """Return the heatmaps."""

    @property
    def figure_size(self) -> tuple[float, float]:
        """Width and height in inches at which everything is readable."""
        layout = GridLayout(translated(self.grid()))
        return layout.width + 0.1, layout.height + 0.1

    def _draw(self, axes: "Axes") -> None:
        """Draw into Matplotlib's axes."""
        draw_grid(translated(self.grid()), axes)

    def writers(self) -> Mapping[str, Callable[[], bytes]]:
        """Return by its ending what makes the content of a file: the figure's, ``.html`` and ``.xlsx``."""
        return {
            **super().writers(),
            ".html": lambda: grid_page(self.grid()),
            ".xlsx": lambda: grid_workbook(translated(self.grid()), "filters"),
        }

    def _repr_html_(self) -> str:
        return grid_fragment(self.grid())

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "Iterator[Text]":
        from lenetpp.pictures.terminal import grid_lines

        yield from grid_lines(translated(self.grid()), console, options.max_width)
