"""The page on which a LeNet learns in a browser: one file, which releases carry and a checkout builds."""

import importlib.resources
from pathlib import Path

FILE = "page/lenetpp.html"
BUILD = "npm install --prefix web && node web/build.mjs --package"
"""What makes it, in a checkout with emscripten, CMake and Node.js; `pip install .` then takes it along."""


def learning_page() -> Path:
    """Return the file of the page.

    Raises
    ------
    FileNotFoundError
        If this installation was made without it.
    """
    path = Path(str(importlib.resources.files(__package__) / FILE))
    if not path.is_file():
        raise FileNotFoundError(
            f"{path}: this installation was made without the page, from a checkout in which it was not built; with "
            f"emscripten, CMake and Node.js, `{BUILD}` builds it there: then install again"
        )
    return path
