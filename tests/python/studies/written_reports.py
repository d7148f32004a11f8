"""What a written report says, read with other people's parsers."""

import re
from html.parser import HTMLParser
from pathlib import Path

from markdown_it import MarkdownIt


class Tables(HTMLParser):
    """The tables of an HTML text: rows of (text, what it links to)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[list[list[tuple[str, str]]]] = []
        self._cell: list[str] | None = None
        self._link = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell, self._link = [], ""
        elif tag == "a" and self._cell is not None:
            self._link = dict(attrs).get("href") or ""

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            self.tables[-1][-1].append(("".join(self._cell).strip(), self._link))
            self._cell = None

    def with_header(self, *texts: str) -> list[dict[str, tuple[str, str]]]:
        """All rows below headers that have these texts; of columns with the same name the first."""
        found = []
        for header, *rows in self.tables:
            names = [text for text, _ in header]
            if set(texts) <= set(names):
                found += [dict(reversed(list(zip(names, row, strict=True)))) for row in rows]
        return found


def as_html(markdown: str) -> str:
    html: str = MarkdownIt("commonmark").enable("table").render(markdown)
    return html


def text_of(report: Path, form: str) -> str:
    """All that a form of a report says: the page, or the Markdown of the answers and of the pages behind them."""
    files = [report / form, *(sorted(report.glob("details/*.md")) if form.endswith(".md") else [])]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def tables_of(report: Path, form: str) -> Tables:
    text = text_of(report, form)
    return Tables(as_html(text) if form.endswith(".md") else text)


def entry_of(report: Path, form: str, anchor: str) -> str:
    """The text from an anchor to the next one."""
    found = re.search(rf'id="{re.escape(anchor)}"(.*?)(?:<details id=|<a id=|\Z)', text_of(report, form), re.DOTALL)
    assert found, anchor
    return found[1]
