"""Which display a training has: that of a terminal, of a notebook, lines, or none."""

from collections.abc import Collection

from lenetpp.basics.surface import surface
from lenetpp.training.progress import PARTS, LinesDisplay, TerminalDisplay, TrainingDisplay


def training_display(
    show: bool | None, epochs: int, image_count: int, epochs_done: int = 0, *, parts: Collection[str] = PARTS
) -> TrainingDisplay:
    """Return the display that was asked for; None asks for one on a terminal and in a notebook."""
    match surface(show):
        case "terminal":
            return TerminalDisplay(epochs, image_count, epochs_done, parts=parts)
        case "notebook":
            from lenetpp.training.notebook_progress import NotebookDisplay

            return NotebookDisplay(epochs, image_count, epochs_done, parts=parts)
        case "lines":
            return LinesDisplay(parts=parts)
    return TrainingDisplay()
