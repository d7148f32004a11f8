"""Leads links to files of the repository to their pages on the site, and joins the lines of Japanese.

In a clone, which has no reference, the same links lead to the sources that it is made of.
"""

import posixpath
import re

from sphinx.application import Sphinx

PAGES = {
    "../README.md": "index",
    "../CONTRIBUTING.md": "contributing",
    "../CHANGELOG.md": "changelog",
    "../cpp/include/lenetpp": "reference/cpp/index",
    "../cpp/include/lenetpp/c.h": "reference/cpp/c",
    "../python/lenetpp/__init__.py": "reference/python/index",
}
"""The page that stands for each file; the README's is the start of the site, and the reference is made of sources."""
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(((?:\.\./)+[^)#]+)(#[^)]*)?\)")
JAPANESE = "[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]"
"""Characters between which the end of a line would be shown as a space."""


def rewrite(app: Sphinx, name: str, text: list[str]) -> None:  # noqa: ARG001  (Sphinx's arguments)
    """Change links to what lies outside of the site, and the ends of lines in Japanese."""

    def lead(link: re.Match[str]) -> str:
        words, path, place = link.groups()
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
        if target in PAGES:
            return f"[{words}](/{PAGES[target]}.md{place or ''})"
        return words if target.startswith("../") else link.group()

    text[0] = re.sub(rf"(?<={JAPANESE})\n *(?={JAPANESE})", "", LINK.sub(lead, text[0]))


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at each page as it is read."""
    app.connect("source-read", rewrite)
    return {"parallel_read_safe": True}
