"""Put the report of a study into ``docs/``, with its story, if there is one, in every language.

lenetpp study blog && python tools/publish_study.py studies/blog docs/blog-study.md

The report goes into a folder beside the page, ``docs/blog-study/``: its text word for word, pictures, recipes, runs.csv
and figures.json. The page is the story, ``tools/stories/blog-study.en.md.jinja``, with the numbers of the report; other
languages go to ``docs/ja/blog-study.md`` and the like. Without a story the page is the front of the report.
"""

import argparse
import io
import re
import shutil
from pathlib import Path

from PIL import Image

from story import TEMPLATES, read_figures, render

COLOURS = 128
"""Of a picture in the documentation: charts need no more, and take a third of the room."""
LINK = re.compile(r"(?<=[^\\]\]\()(?![a-z]+:)[^)#]+")
"""The path that Markdown leads to, unless it is an address elsewhere."""


def main() -> None:
    """Write the page, its translations and its folder anew."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("report", type=Path, help="folder of the report")
    parser.add_argument("page", type=Path, help="file to write")
    arguments = parser.parse_args()
    publish(arguments.report, arguments.page)


def publish(report: Path, page: Path) -> None:
    """Write the page, its translations and its folder anew; stories are made before anything is written."""
    pages = stories(report, page) or {page: moved((report / "report.md").read_text(encoding="utf-8"), page.stem)}
    folder = page.with_suffix("")
    shutil.rmtree(folder, ignore_errors=True)
    for name in sorted(reachable(report)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(published(report / name))
    for path, text in pages.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def stories(report: Path, page: Path) -> dict[Path, str]:
    """Return the texts of a study's story by the files that they belong into; none where it has no story."""
    found = {}
    for template in sorted(TEMPLATES.glob(f"{page.stem}.*.md.jinja")):
        language = template.name.split(".")[1]
        path = page if language == "en" else page.parent / language / page.name
        folder = page.stem if language == "en" else f"../{page.stem}"
        found[path] = render(page.stem, language, read_figures(report), folder=folder)
    return found


def reachable(report: Path) -> set[str]:
    """Return the files of a report that links lead to, from its front on."""
    found, waiting = set(), {"report.md"}
    while waiting:
        name = waiting.pop()
        found.add(name)
        if name.endswith(".md"):
            text = (report / name).read_text(encoding="utf-8")
            targets = ((report / name).parent / link for link in LINK.findall(text))
            waiting |= {str(target.resolve().relative_to(report.resolve())) for target in targets} - found
    return found


def published(file: Path) -> bytes:
    """Return a file as it stands in the documentation: pictures with few colours."""
    content = file.read_bytes()
    return content if file.suffix != ".png" else small_picture(content)


def small_picture(picture: bytes) -> bytes:
    """Return a PNG file with few colours."""
    content = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS).save(content, "PNG", optimize=True)
    return content.getvalue()


def moved(text: str, folder: str) -> str:
    """Return the front of a report as it stands above its folder."""
    return LINK.sub(lambda link: f"{folder}/{link[0]}", text)


if __name__ == "__main__":
    main()
