"""Films the page while a LeNet learns: docs/gallery/page-in-the-browser.webp, which the README shows.

It needs Chromium and the extra `test`. Films differ only by where in an epoch the
pictures were taken.
"""

import argparse
import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from lenetpp.pictures.learning_page import write_learning_page

ROOT = Path(__file__).resolve().parents[1]
SIZE = {"width": 1180, "height": 960}
NOT_FILMED = "#setup, .about, #state { display: none !important; } main { grid-template-columns: 1fr !important; }"
"""What is set before the training stands still, and words are there to be read on the page."""
WIDTH_OF_FILM = 900
MOST_PICTURES = 26
MILLISECONDS = 320
QUALITY = 60


def pictures(page_file: Path) -> list[Image.Image]:
    """Take pictures of the page from the start of a training to its end."""
    taken = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, color_scheme="light", bypass_csp=True)
        page.goto(page_file.as_uri() + "#epochs=8&lang=en")
        page.locator("#train:not([disabled])").wait_for()
        page.add_style_tag(content=NOT_FILMED)
        page.wait_for_timeout(500)
        taken.append(page.screenshot())
        page.click("#train")
        while len(taken) < MOST_PICTURES and "Finished" not in page.inner_text("#state"):
            page.wait_for_timeout(MILLISECONDS)
            taken.append(page.screenshot())
        browser.close()
    images = [Image.open(io.BytesIO(picture)).convert("RGB") for picture in taken]
    height = round(SIZE["height"] * WIDTH_OF_FILM / SIZE["width"])
    return [image.resize((WIDTH_OF_FILM, height), Image.Resampling.LANCZOS) for image in images]


def main() -> None:
    """Film, and write the film."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "gallery" / "page-in-the-browser.webp")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "lenetpp.html"
        write_learning_page(page)
        first, *others = pictures(page)
    durations = [900, *([MILLISECONDS] * (len(others) - 1)), 2500]
    first.save(
        arguments.out, save_all=True, append_images=others, duration=durations, loop=0, quality=QUALITY, method=6
    )


if __name__ == "__main__":
    main()
