"""Put the report of a study into ``docs/``, word for word, with the pictures that it shows.

lenetpp study blog && python tools/publish_study.py studies/blog docs/blog-study.md
"""

import argparse
import io
import re
import shutil
from pathlib import Path

from PIL import Image

COLOURS = 128
"""Of a picture in the documentation: charts need no more, and take a third of the room."""


def main() -> None:
    """Write the page and its folder of pictures anew."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("report", type=Path, help="folder of the report")
    parser.add_argument("page", type=Path, help="file to write")
    arguments = parser.parse_args()
    pictures = arguments.page.with_suffix("")
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    text = (arguments.report / "report.md").read_text(encoding="utf-8")
    for name in sorted(set(re.findall(r"\(pictures/([^)]+\.png)\)", text))):
        picture = Image.open(arguments.report / "pictures" / name).convert("RGB")
        content = io.BytesIO()
        picture.quantize(COLOURS).save(content, "PNG", optimize=True)
        (pictures / name).write_bytes(content.getvalue())
    arguments.page.write_text(text.replace("(pictures/", f"({pictures.name}/"), encoding="utf-8")


if __name__ == "__main__":
    main()
