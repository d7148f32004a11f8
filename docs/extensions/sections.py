"""Keeps the sidebar short: it lists the sections, and the first page of each lists the pages below it."""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

STUDIES = ["blog-study", "history-study", "photo-recipes", "digit-recipes", "recipe-search"]
"""Published studies: each begins a section of its own pages, which it lists at its end."""
BELOW = {
    "architecture": ["numerics"],
    "contributing": ["changelog"],
    "studies": ["guides/clusters"],
    "tutorials/from-cpp": ["guides/embedding"],
    "published-studies": STUDIES,
}
"""Pages that the text of another one links to, by that page."""
TRANSLATION = "ja/start"
"""The first page in Japanese, with all others in this language below it."""


def list_of(pages: list[str], *options: str) -> str:
    """Return a table of contents, whose pages are named from the site's root."""
    return "\n".join(["", "```{toctree}", *options, "", *(f"/{page}" for page in pages), "```", ""])


def pages_below(root: Path, folder: str) -> list[str]:
    """Return the pages in a folder, in the order of the numbers in their names."""
    names = [path.relative_to(root).with_suffix("").as_posix() for path in (root / folder).glob("**/*.md")]
    return sorted(names, key=lambda name: [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)])


def add_lists(app: Sphinx, name: str, text: list[str]) -> None:
    """Give a section's first page the list of those below it."""
    if name in BELOW:
        text[0] += list_of(BELOW[name], ":hidden:")
    if name in STUDIES and (pages := pages_below(Path(app.srcdir), name)):
        text[0] += "\n## All pages of this study\n" + list_of(pages, ":maxdepth: 1")
    if name == TRANSLATION:
        others = [page for page in pages_below(Path(app.srcdir), "ja") if page != TRANSLATION]
        text[0] += list_of(others, ":hidden:")


def show_sections(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: object) -> None:  # noqa: ARG001
    """Let the theme's sidebar have one level, whatever depth it asks for."""
    whole = context.get("toctree")
    if whole:
        context["toctree"] = lambda **options: whole(**{**options, "maxdepth": 1})


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at each page as it is read, and before the theme writes it."""
    app.connect("source-read", add_lists)
    app.connect("html-page-context", show_sections, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
