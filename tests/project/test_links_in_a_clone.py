"""Links of the Markdown pages and reports lead to files that a clone has, not only to what the site is made of."""

import re
from pathlib import Path

import pytest

FOLDERS = ("docs", "examples", "benchmarks")
LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")
MADE = "reference"
"""A folder of the documentation that only the making of the site writes."""


def pages(root: Path) -> list[Path]:
    below = (page for folder in FOLDERS for page in sorted((root / folder).rglob("*.md")))
    return [*sorted(root.glob("*.md")), *(page for page in below if (root / "docs" / MADE) not in page.parents)]


def leads_nowhere(page: Path, link: str, root: Path) -> bool:
    path, _, place = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists() or (root / "docs" / MADE) in target.parents:
        return True
    if not place or target.suffix != ".md":
        return False
    text = target.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    places = {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
    return place not in places and f'id="{place}"' not in text


def test_every_link_leads_somewhere_in_a_clone(project_root: Path) -> None:
    found = pages(project_root)
    assert any("details" in page.parts for page in found)
    assert [
        f"{page.relative_to(project_root)}: {link}"
        for page in found
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if not re.match("[a-z]+:", link) and leads_nowhere(page, link, project_root)
    ] == []


@pytest.mark.parametrize("link", ["missing.md", "#nowhere", "docs/reference/cpp/c.md"])
def test_a_link_that_leads_nowhere_is_seen(project_root: Path, link: str) -> None:
    assert leads_nowhere(project_root / "README.md", link, project_root)
