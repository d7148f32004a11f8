"""The page on which a LeNet learns in a browser: one file, put together from what `web/build.mjs` made.

Its parts lie in the folder `page` as they were built, and the images where the package has them anyway: the repository
grows by little when one of them changes, and an installation needs neither emscripten nor Node.js.
"""

import base64
import gzip
from pathlib import Path

from lenetpp.basics.files import write_file
from lenetpp.data.places import embedded_file

PARTS = Path(__file__).parent / "page"
CORES = ("relaxed", "plain")
"""Whose multiply-adds are the processor's, and whose are emulated."""


def learning_page(parts: Path = PARTS) -> bytes:
    """Return the page, a file that works from the disk and loads nothing, of the folder with what was built."""
    clothes = embedded_file()
    licence = clothes.with_name("LICENSE.fashion-mnist").read_text(encoding="utf-8").replace("--", "- -")
    carried = {f"core-{core}": gzip.compress((parts / f"{core}.wasm").read_bytes(), mtime=0) for core in CORES}
    carried["clothes"] = clothes.read_bytes()
    scripts = "\n".join(
        f'<script type="application/octet-stream" id="{name}">{base64.b64encode(content).decode()}</script>'
        for name, content in carried.items()
    )
    page = (parts / "page.html").read_text(encoding="utf-8")
    return page.replace("<!-- EMBEDDED -->", f"<!-- The embedded images:\n{licence}\n-->\n{scripts}").encode()


def write_learning_page(path: Path) -> None:
    """Write the page into a file, unless it is there already."""
    page = learning_page()
    if not (path.is_file() and path.read_bytes() == page):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, page)
