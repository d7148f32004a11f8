"""Pages in Chromium: what the tests of all pages share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import needs

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OVERFLOWING = """
() => [...document.querySelectorAll(
  "h1, h2, h3, p, a, code, td, th, figcaption, summary, button, svg text"
)].filter((element) => {
  const place = element.getBoundingClientRect(), scroll = element.closest(".scroll"), drawing = element.closest("svg");
  const right = scroll ? scroll.getBoundingClientRect().left + scroll.scrollWidth
                       : document.documentElement.clientWidth;
  const leavesDrawing = drawing && place.right > drawing.getBoundingClientRect().right + 1;
  return place.width > 0 && (place.left < -1 || place.right > right + 1 || leavesDrawing);
}).map((element) => element.outerHTML.slice(0, 200))
"""
"""Elements with text that reach beyond the screen, the region in which they can be scrolled, or their drawing."""


@contextmanager
def chromium() -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Chromium's own sandbox does not work for the user root, which containers run as.
        browser = playwright.chromium.launch(executable_path=needs.found("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


def violations(page: "Page") -> list[tuple[str, list[str]]]:
    """What the accessibility checker finds: rules and the first elements that break them."""
    axe = needs.module("axe_playwright_python.sync_playwright")
    results = axe.Axe().run(page)
    return [(rule["id"], [node["html"][:150] for node in rule["nodes"][:3]]) for rule in results.response["violations"]]
