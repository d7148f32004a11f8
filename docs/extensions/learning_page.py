"""Shows the page on which a LeNet learns inside the site."""

import tempfile
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from lenetpp.pictures.learning_page import write_learning_page

FRAME = """
```{raw} html
<iframe src="lenetpp.html" title="The page on which a LeNet learns" class="learning-page" loading="lazy"></iframe>
```
"""


def take_along(app: Sphinx, config: Config) -> None:  # noqa: ARG001  (Sphinx's arguments)
    """Write the page for the site, which copies what lies in such a folder."""
    folder = Path(tempfile.mkdtemp())
    write_learning_page(folder / "lenetpp.html")
    config.html_extra_path = [*config.html_extra_path, str(folder)]


def show(app: Sphinx, name: str, text: list[str]) -> None:  # noqa: ARG001  (Sphinx's arguments)
    """Show it behind the first paragraphs of its own page."""
    if name == "browser":
        text[0] = text[0].replace("\nWhat to do there:\n", f"{FRAME}\nWhat to do there:\n", 1)


def setup(app: Sphinx) -> dict[str, bool]:
    """Take part in the site's making."""
    app.connect("config-inited", take_along)
    app.connect("source-read", show)
    return {"parallel_read_safe": True}
