"""Leads links to files of the repository's root to their pages, and joins the lines of Japanese."""

import re

from sphinx.application import Sphinx

PAGES = {"README.md": "index", "CONTRIBUTING.md": "contributing", "CHANGELOG.md": "changelog"}
"""The page that stands for each file; the README's is the start of the site."""


JAPANESE = "[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]"
"""Characters between which the end of a line would be shown as a space."""


def lead_to_pages(app: Sphinx, name: str, text: list[str]) -> None:  # noqa: ARG001  (Sphinx's arguments)
    """Replace links to the files by links to their pages."""
    for file, page in PAGES.items():
        text[0] = re.sub(rf"\]\((?:\.\./)+{re.escape(file)}(#[^)]*)?\)", rf"](/{page}.md\1)", text[0])
    text[0] = re.sub(rf"(?<={JAPANESE})\n *(?={JAPANESE})", "", text[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at each page as it is read."""
    app.connect("source-read", lead_to_pages)
    return {"parallel_read_safe": True}
