"""What a page holds, read by the standard library's parser."""

from html.parser import HTMLParser

LOADS = {"src", "href", "action", "data", "poster", "srcset", "xlink:href", "formaction", "ping"}
"""Attributes that can make a browser load something."""


class Page(HTMLParser):
    """What a page holds: texts of its elements by their tag, and what it refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.references: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        for name, value in attrs:
            if name in LOADS and value:
                self.references.append(value)
            if name == "id" and value:
                self.anchors.add(value)
            if name == "title" and value:
                self.texts.setdefault("tip", []).append(value)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and data.strip():
            self.texts.setdefault(self.open[-1], []).append(data.strip())
