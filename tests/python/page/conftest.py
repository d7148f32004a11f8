"""The page, built as its one command builds it, and a browser that shows it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import needs
from builds import BUILDS, PROJECT_ROOT, run

from ..pictures.browsing import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DOCTEST = Path("/usr/include/doctest/doctest.h")
NINJA = {"CMAKE_GENERATOR": "Ninja"} if shutil.which("ninja") else {}


def build_page() -> Path:
    for program in ("emcmake", "node", "npm"):
        needs.program(program)
    web = PROJECT_ROOT / "web"
    if not (web / "node_modules").is_dir():
        run("npm", "install", cwd=web)
    run("node", "build.mjs", cwd=web, variables=NINJA)
    return PROJECT_ROOT / "build"


@BUILDS.fixture
def page_build() -> Path:
    """The folder ``build`` with the modules of the core, and the page made of them."""
    return build_page()


@BUILDS.fixture
def twins_for_node() -> Path:
    """The program that compares each kernel with its twin."""
    if not DOCTEST.is_file():
        needs.lacks(*needs.DOCTEST)
    folder = build_page() / "wasm"
    run("cmake", "-S", PROJECT_ROOT, "-B", folder, "-DLENETPP_BUILD_TESTS=ON")
    run("cmake", "--build", folder, "--target", "lenetpp_kernel_tests", "--parallel", "2")
    return folder / "tests" / "cpp" / "lenetpp_kernel_tests.js"


@pytest.fixture(scope="session")
def modules(page_build: Path) -> dict[str, Path]:
    """The script of each module of the core, by its instruction set."""
    folder = page_build / "wasm" / "page"
    return {name: folder / f"{name}.js" for name in ("wasm128", "wasm128_relaxed")}


@pytest.fixture(scope="session")
def page_file(page_build: Path) -> Path:
    return page_build / "web" / "lenetpp.html"


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    needs.program("chromium")
    with chromium() as browser:
        yield browser
