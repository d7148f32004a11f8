"""What goes to a terminal: names, messages and paths are shown as they are and never obeyed.

Everything that the command prints goes through here. No text is markup, and control characters appear as escapes.
"""

from collections.abc import Iterable
from typing import Any

import rich.console
import rich.text
import typer
from rich.segment import Segment

from lenetpp.basics.language import translated
from lenetpp.basics.printable import printable


class Console(rich.console.Console):
    """Rich's console for text that others wrote."""

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, **options)

    def render_str(self, text: str, **options: Any) -> rich.text.Text:
        """Make of a string what is printed."""
        return super().render_str(printable(translated(text)), **options)

    def render(
        self, renderable: rich.console.RenderableType, options: rich.console.ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield what is to be printed: the place that all text passes before styles become control characters."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=printable(segment.text))


class Text(rich.text.Text):
    """Rich's text, whose width is known with the escapes that the console shows."""

    def __init__(self, text: str = "", *arguments: Any, **options: Any) -> None:
        super().__init__(printable(translated(text)), *arguments, **options)


def echo(message: object = "", *, err: bool = False) -> None:
    """Print a line as it is."""
    typer.echo(printable(str(translated(message))), err=err)
