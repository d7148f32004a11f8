"""The page, built as its one command builds it, and a browser that shows it."""

import functools
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ..pictures.browsing import CHROMIUM, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@functools.cache
def built(project_root: Path) -> Path:
    """The folder ``build`` with the modules of the core, and the page made of them."""
    for program, package in (("emcmake", "emscripten"), ("cmake", "cmake"), ("node", "nodejs"), ("npm", "npm")):
        if shutil.which(program) is None:
            pytest.skip(f"the page cannot be built without {program} (Debian: apt-get install {package})")
    web = project_root / "web"
    environment = {**os.environ, "CMAKE_GENERATOR": "Ninja" if shutil.which("ninja") else "Unix Makefiles"}
    commands = [] if (web / "node_modules").is_dir() else [["npm", "install"]]
    for command in [*commands, ["node", "build.mjs"]]:
        finished = subprocess.run(command, cwd=web, env=environment, capture_output=True, text=True, check=False)
        assert finished.returncode == 0, finished.stdout[-10_000:] + finished.stderr[-10_000:]
    return project_root / "build"


@pytest.fixture(scope="session")
def modules(project_root: Path) -> dict[str, Path]:
    """The script of each module of the core, by its instruction set."""
    folder = built(project_root) / "wasm" / "page"
    return {name: folder / f"{name}.js" for name in ("wasm128", "wasm128_relaxed")}


@pytest.fixture(scope="session")
def page_file(project_root: Path) -> Path:
    return built(project_root) / "web" / "lenetpp.html"


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with chromium() as browser:
        yield browser
