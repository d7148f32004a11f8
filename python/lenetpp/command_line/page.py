"""``lenetpp page``: a LeNet that learns in the browser while one looks."""

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from lenetpp.basics.language import chosen_language, say
from lenetpp.basics.terminal import echo
from lenetpp.data.places import cache_folder
from lenetpp.pictures.learning_page import write_learning_page

HELP = """Open a page on which a LeNet learns while you watch: clothes, digits, or your own pictures.

It is one file with the same core compiled for browsers: it gives the same bits as `lenetpp train` and loads nothing.

Example: `lenetpp page`
"""


def page_command(
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the page to this file instead of opening it.")
    ] = None,
) -> None:
    """Open; see HELP."""
    page = cache_folder() / "lenetpp.html" if out is None else out
    write_learning_page(page)
    if out is not None:
        echo(say("written: {path}", path=out))
        return
    # Without a word about it the browser's own language counts.
    language = "" if chosen_language() == "en" else f"#lang={chosen_language()}"
    if webbrowser.open(f"{page.as_uri()}{language}"):
        echo(say("opened: {path}", path=page))
    else:
        echo(say("no browser was found; open this file yourself: {path}", path=page))
