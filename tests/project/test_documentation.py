"""Every page does what it says: its blocks are followed in their order, as a reader would."""

import re
from pathlib import Path

import pytest

import needs
from builds import SEARCH_PATH, Run

from .documentation import Block, Reader, blocks_of

ROOT = Path(__file__).resolve().parents[2]
GENERATED = ROOT / "docs" / "reference"
FOLLOWED_ELSEWHERE = {ROOT / "docs" / "exporting.md"}
"""tests/python/formats/test_documentation.py knows what to do with C, and without PyTorch."""
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
TRANSLATED = {ROOT / "README.ja.md": ROOT / "README.md", ROOT / "docs" / "ja" / "start.md": ROOT / "docs" / "start.md"}
"""Pages with the blocks of others, which are followed there."""

MEASURES = "minutes to hours, and figures of this machine; scripts: tests/python/benchmarks/test_scripts.py"
NOT_HERE = {
    "python -m venv .venv": "tests/project/test_wheel.py installs into a fresh environment",
    "source .venv/bin/activate": "likewise",
    "pip install scikit-build-core pybind11 cmake ninja": "tests/project/test_editing.py has them",
    'pip install --no-build-isolation --editable ".[test]"': "likewise",
    "pytest": "this is pytest",
    'pytest -m "not build"': "likewise",
    "cmake -B build": "`installed_library` in tests/project/conftest.py builds and installs",
    "cmake --build build": "likewise",
    "cmake --install build": "likewise",
    "conan create packaging/conan -s compiler.cppstd=20": "tests/project/test_packaging.py",
    "conan install . -s compiler.cppstd=20 --output-folder build": "likewise, by `conan create` itself",
    "cmake -B build -DCMAKE_TOOLCHAIN_FILE=conan_toolchain.cmake -DCMAKE_BUILD_TYPE=Release": "likewise",
    "vcpkg install lenetpp --overlay-ports=packaging/vcpkg": "vcpkg is in no package registry; likewise, its port",
    "rattler-build build --recipe packaging/conda --channel conda-forge": "needs that channel; likewise, the recipe",
    "conda install --channel ./output --channel conda-forge lenetpp": "likewise",
    "sphinx-build --fail-on-warning docs build/site": "tests/project/test_site.py",
    "lenetpp page": "tests/python/page",
    "npm install --prefix web": "likewise",
    "node web/build.mjs": "likewise",
    "lenetpp study blog": "half an hour; its plan: tests/python/studies/test_shipped_studies.py",
    "lenetpp study history": "hours; likewise",
    "lenetpp study recipe-search": "hours; likewise",
    "lenetpp study digit-recipes": "half an hour; likewise",
    "lenetpp study photo-recipes": "hours; likewise",
    "lenetpp study questions.toml": "minutes",
    "lenetpp study questions.toml --runs runs-of-slurm --cluster slurm --jobs 2": "tests/python/clusters/test_slurm.py",
    "lenetpp train --recipe best-airplane-ship": "minutes; tests/python/package/test_frozen_recipes.py",
    "lenetpp train --recipe best-airplane-ship-residual": "likewise",
    "lenetpp train --recipe quick-cifar10 --threads 2": "likewise",
    "lenetpp train --recipe best-cifar10 --threads 2": "likewise",
    "lenetpp train --recipe historic-lenet5": "likewise",
    "lenetpp train --recipe historic-lenet5-distorted": "likewise",
    "lenetpp train --recipe best-mnist": "likewise",
    "lenetpp train --recipe best-mnist-normalized": "likewise",
    "build/benchmarks/lenetpp_kernel_benchmark": "tests/project/test_kernel_benchmark.py",
    "build/benchmarks/lenetpp_function_errors": "tests/project/test_function_errors.py",
    "cmake --preset benchmarks": "`cmake_build` in tests/project/conftest.py",
    "cmake --build --preset benchmarks": "likewise",
    "cmake --build --preset benchmarks --target lenetpp_function_errors": "likewise",
}
"""Commands that are not followed here, and where they are or why not."""


def is_measurement(command: str) -> bool:
    return command.startswith("python benchmarks/") or command == 'pip install ".[benchmark]"'


def pages_to_follow() -> list[Path]:
    elsewhere = FOLLOWED_ELSEWHERE | set(TRANSLATED)
    return [page for page in PAGES if GENERATED not in page.parents and page not in elsewhere and blocks_of(page)]


def shows(page: Path, pattern: str) -> bool:
    return any(re.search(pattern, block.text) for block in blocks_of(page) if block.language)


def follow(page: Path, reader: Reader, patch: pytest.MonkeyPatch) -> None:
    patch.chdir(reader.folder)
    patch.delenv("LENETPP_RUNS")
    for name, value in reader.variables.items():
        patch.setenv(name, value)
    for block in blocks_of(page):
        reader.follow(block)


def marked(page: Path) -> object:
    marks = [pytest.mark.build] if shows(page, r"#include <lenetpp") else []
    return pytest.param(page, id=page.relative_to(ROOT).as_posix(), marks=marks)


@pytest.mark.parametrize("page", [marked(page) for page in pages_to_follow()])
def test_a_reader_can_follow_the_page(
    page: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    variables = {"PATH": SEARCH_PATH, "MPLBACKEND": "agg"}
    if shows(page, r"\b(?<!-)(cifar10|mnist)\b"):
        variables["LENETPP_DATA"] = str(request.getfixturevalue("shared_data"))
    if shows(page, r"\bpkg-config "):
        needs.program("pkg-config")
    if shows(page, r"#include <lenetpp"):
        variables["CMAKE_PREFIX_PATH"] = str(request.getfixturevalue("installed_library"))
        variables["CMAKE_GENERATOR"] = "Ninja"
        (description,) = request.getfixturevalue("installed_library").rglob("lenetpp.pc")
        variables["PKG_CONFIG_PATH"] = str(description.parent)
    commands = {part for block in blocks_of(page) for command in block.commands for part in command.split(" && ")}
    not_here = {command: MEASURES for command in commands if is_measurement(command)} | NOT_HERE
    follow(page, Reader(tmp_path, run, variables, not_here), monkeypatch)


def test_what_is_not_followed_is_still_there() -> None:
    blocks = [block for page in PAGES for block in blocks_of(page) if block.language == "sh"]
    commands = {part for block in blocks for command in block.commands for part in command.split(" && ")}
    assert set(NOT_HERE) - commands == set()


def without_comments(block: Block) -> str:
    return re.sub(r"\s*(#|//) .*", "", block.text)


@pytest.mark.parametrize(("page", "original"), list(TRANSLATED.items()), ids=lambda path: path.name)
def test_translations_have_the_blocks_chapters_and_tables_of_their_originals(page: Path, original: Path) -> None:
    assert list(map(without_comments, blocks_of(page))) == list(map(without_comments, blocks_of(original)))
    assert outline(page) == outline(original)


def outline(page: Path) -> list[str]:
    """The depth of each heading, and the figures of each line of a table."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    lines = re.findall(r"^(?:#+ |\|.*$)", text, flags=re.MULTILINE)
    return [" ".join(re.findall(r"[\d,.]*\dx?", line)) if line.startswith("|") else line for line in lines]


# The mechanism itself: what is wrong on a page is found.


@pytest.fixture
def reader(run: Run, tmp_path: Path) -> Reader:
    return Reader(tmp_path, run, {}, {})


def page_of(folder: Path, text: str) -> list[Block]:
    page = folder / "page.md"
    page.write_text(text, encoding="utf-8")
    return blocks_of(page)


def test_files_are_written_and_what_is_printed_is_compared(reader: Reader, tmp_path: Path) -> None:
    text = "```python\n# x.py\nprint(6 * 7)\n```\n```sh\npython x.py && echo \\\n  more\n```\n```text\n42 ...re\n```\n"
    for block in page_of(tmp_path, text):
        reader.follow(block)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("```python\nprint(1)\n```\n```text\n2\n```\n", "but this was printed:\n1"),
        ("```text\n2\n```\n", "nothing was run before"),
        ("```pyton\nprint(1)\n```\n", "what is done with pyton"),
        ("```python\n1 / 0\n```\n", "division"),
        ('```sh\npip install "lenetpp[nonsense]"\n```\n', "nonsense"),
        ("```sh\npip install numpy\n```\n", "numpy is not lenetpp"),
        ("```sh\nfalse && true\n```\n", "exited with 1"),
    ],
)
def test_what_is_wrong_is_found(reader: Reader, tmp_path: Path, text: str, error: str) -> None:
    *first, last = page_of(tmp_path, text)
    for block in first:
        reader.follow(block)
    with pytest.raises((AssertionError, ArithmeticError, pytest.fail.Exception), match=error):
        reader.follow(last)
