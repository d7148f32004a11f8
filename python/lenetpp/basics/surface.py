"""Where progress can be shown: on a terminal, in a notebook, or line by line on a stream that somebody reads later."""

import sys
from contextlib import suppress
from html import escape
from typing import Any, Literal, TypeAlias

from lenetpp.basics.language import translated

Surface: TypeAlias = Literal["terminal", "notebook", "lines", "nothing"]


def surface(show: bool | None) -> Surface:
    """Return where progress is shown, if it was asked for; None asks for it where a person looks at this moment."""
    if show is False:
        return "nothing"
    if is_notebook():
        return "notebook"
    if is_terminal():
        return "terminal"
    return "lines" if show else "nothing"


def is_terminal() -> bool:
    """Whether the error stream is a terminal; a program without a console has none at all."""
    return sys.stderr is not None and sys.stderr.isatty()


def is_notebook() -> bool:
    """Whether this process is the kernel of a notebook, whose streams are no terminals, but which shows HTML."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None


def write_line(line: str) -> None:
    """Write a line to the error stream at once; that nobody reads it any more is no reason to stop working."""
    with suppress(OSError, ValueError, AttributeError):
        print(translated(line), file=sys.stderr, flush=True)  # noqa: T201


class NotebookArea:
    """A place below a notebook's cell whose content can be replaced. Rich would need widgets for that."""

    def __init__(self) -> None:
        self._handle: Any = None

    def show(self, html: str, text: str) -> None:
        """Replace the content, as HTML and as what is shown where there is no HTML."""
        from IPython.display import display

        content = {"text/html": html, "text/plain": text}
        if self._handle is None:
            self._handle = display(content, raw=True, display_id=True)
        else:
            self._handle.update(content, raw=True)


def bar_html(share: float, text: str) -> str:
    """Return a bar with a text beside it."""
    return f'<div><progress value="{share:.4f}" max="1"></progress> {escape(text)}</div>'
