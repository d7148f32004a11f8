"""Charts as Matplotlib draws them."""

from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from lenetpp.pictures.picture import Picture, figure_settings

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def laid_out(chart: Picture) -> "Axes":
    """Return the chart's axes, with everything where it is in the picture."""
    with mpl.rc_context(figure_settings()):
        figure = Figure(figsize=chart.figure_size, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        chart.plot(axes)
        figure.canvas.draw()
    return axes
