"""The parts of the page in the package are those of its sources."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from builds import PROJECT_ROOT
from lenetpp.pictures.learning_page import learning_page

PARTS = PROJECT_ROOT / "python" / "lenetpp" / "pictures" / "page"
MADE_OF = json.loads((PARTS / "made_of.json").read_text())


def digest_of_sources() -> str:
    """As web/build.mjs computes it, of the files that it lists."""
    (listed,) = re.findall(
        r"^const SOURCES = (\[.*?\]);$", (PROJECT_ROOT / "web" / "build.mjs").read_text(), re.M | re.S
    )
    paths = [PROJECT_ROOT / source for source in re.findall(r'"([^"]+)"', listed)]
    files = [file for path in paths for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file()]
    digest = hashlib.sha256()
    for name in sorted(file.relative_to(PROJECT_ROOT).as_posix() for file in files):
        digest.update(f"{name}\0".encode() + (PROJECT_ROOT / name).read_bytes() + b"\0")
    return digest.hexdigest()


def test_the_page_was_built_of_these_sources() -> None:
    how = "build it again: npm install --prefix web && node web/build.mjs"
    assert MADE_OF["sources"] == digest_of_sources(), how


def test_a_build_gives_the_same_bytes(page_build: Path) -> None:
    built = page_build / "web"
    made_of = json.loads((built / "made_of.json").read_text())
    for tool in ("emscripten", "llvm", "esbuild"):
        if made_of[tool] != MADE_OF[tool]:
            pytest.skip(f"the page was built by {tool} {MADE_OF[tool]}, and here is {made_of[tool]}")
    assert {path.name for path in PARTS.iterdir()} == {path.name for path in built.iterdir()}
    assert made_of == MADE_OF
    assert learning_page(PARTS) == learning_page(built)
