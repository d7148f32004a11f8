"""The page that the package has, its parts built again, and a browser that shows it."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import needs
from builds import BUILDS, PROJECT_ROOT, run
from lenetpp.pictures.learning_page import write_learning_page

from ..pictures.browsing import chromium
from .opened_page import SHORT, OpenedPage, Opener

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DOCTEST = Path("/usr/include/doctest/doctest.h")
NINJA = {"CMAKE_GENERATOR": "Ninja"} if shutil.which("ninja") else {}


def installed_web() -> Path:
    """The folder of the page's sources, with what npm brings for them."""
    web = PROJECT_ROOT / "web"
    needs.program("npm")
    if not (web / "node_modules").is_dir():
        run("npm", "install", cwd=web)
    return web


def build_page() -> Path:
    for program in ("emcmake", "node"):
        needs.program(program)
    web = installed_web()
    run("node", "build.mjs", PROJECT_ROOT / "build" / "web", cwd=web, variables=NINJA)
    return PROJECT_ROOT / "build"


@BUILDS.fixture
def page_build() -> Path:
    """The folder ``build`` with the modules of the core in ``wasm`` and the parts of the page in ``web``."""
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
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the package; that it is the page of the sources: test_page_build.py."""
    path = tmp_path_factory.mktemp("page") / "lenetpp.html"
    write_learning_page(path)
    return path


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    needs.program("chromium")
    with chromium() as browser:
        yield browser


@pytest.fixture
def opened(browser: "Browser", page_file: Path) -> Iterator[Opener]:
    """Opens pages; whatever a test did, none of them may have complained or asked for anything."""
    pages: list[OpenedPage] = []

    def opened(address: str = SHORT, *, bypass: bool = False) -> OpenedPage:
        pages.append(OpenedPage(browser, page_file, address, bypass=bypass))
        return pages[-1]

    yield opened
    for page in pages:
        page.page.context.close()
        assert page.complaints == []


@pytest.fixture(scope="module")
def tab(browser: "Browser", page_file: Path) -> Iterator[OpenedPage]:
    """One tab for many tests, of which each goes to its own address: sooner than a page for each."""
    page = OpenedPage(browser, page_file)
    yield page
    page.page.context.close()
    assert page.complaints == []


class InNode:
    """Functions of one of the page's scripts, called in node."""

    def __init__(self, script: str, folder: Path) -> None:
        web = installed_web()
        self._bundle = folder / f"{script}.mjs"
        esbuild = web / "node_modules" / ".bin" / "esbuild"
        options = ("--bundle", "--format=esm", "--platform=node", "--log-level=error")
        run(str(esbuild), f"page/{script}.ts", *options, f"--outfile={self._bundle}", cwd=web)

    def __call__(self, function: str, calls: list[Any]) -> list[Any]:
        """What the function gives for each list of arguments; {"message": ...} where it throws."""
        code = (
            f"import * as all from {json.dumps(self._bundle.as_uri())}; import {{ readFileSync }} from 'node:fs';"
            f"const call = (given) => {{ try {{ return all.{function}(...given); }} "
            "catch ({ message }) { return { message }; } };"
            "const called = JSON.parse(readFileSync(0, 'utf8')).map(call);"
            "const plain = (_, value) => (ArrayBuffer.isView(value) ? [...value] : value);"
            "console.log(JSON.stringify(called, plain));"
        )
        command = ["node", "--input-type=module", "-e", code]
        finished = subprocess.run(command, input=json.dumps(calls), capture_output=True, text=True, check=False)
        assert finished.returncode == 0, finished.stderr[-3000:]
        results: list[Any] = json.loads(finished.stdout)
        return results


@pytest.fixture(scope="module")
def in_node(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], InNode]:
    return lambda script: InNode(script, tmp_path_factory.mktemp("bundled"))
