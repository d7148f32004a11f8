"""The page on which a LeNet learns in a browser: one file, put together from what `web/build.mjs` made.

Its parts lie in the folder `page` as they were built, and the images where the package has them anyway: the repository
grows by little when one of them changes, and an installation needs neither emscripten nor Node.js.
"""

import base64
import gzip
import tarfile
from pathlib import Path
from typing import IO, cast

from lenetpp.basics.files import write_file
from lenetpp.data.places import embedded_file, embedded_npz

PARTS = Path(__file__).parent / "page"
CORES = ("relaxed", "plain")
"""Whose multiply-adds are the processor's, and whose are emulated."""


def learning_page(parts: Path = PARTS) -> bytes:
    """Return the page, a file that works from the disk and loads nothing, of the folder with what was built."""
    licence = embedded_file().with_name("LICENSE.fashion-mnist").read_text(encoding="utf-8").replace("--", "- -")
    with tarfile.open(parts / "cores.tar.xz") as cores:
        carried = {f"core-{core}": cast(IO[bytes], cores.extractfile(f"{core}.wasm")).read() for core in CORES}
    carried["clothes"] = embedded_npz()
    scripts = "\n".join(
        f'<script type="application/octet-stream" id="{name}">{_packed(content)}</script>'
        for name, content in carried.items()
    )
    page = (parts / "page.html").read_text(encoding="utf-8")
    return page.replace("<!-- EMBEDDED -->", f"<!-- The embedded images:\n{licence}\n-->\n{scripts}").encode()


def _packed(content: bytes) -> str:
    """Return as text what a browser can unpack, which knows no xz."""
    return base64.b64encode(gzip.compress(content, compresslevel=6, mtime=0)).decode()


def write_learning_page(path: Path) -> None:
    """Write the page into a file, unless it is there already."""
    page = learning_page()
    if not (path.is_file() and path.read_bytes() == page):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, page)
