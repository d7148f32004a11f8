"""One version, written in CMakeLists.txt, read by all that can read it, and repeated by the rest."""

import importlib.metadata
import re
from pathlib import Path

import pytest

import lenetpp
from lenetpp import _core


@pytest.fixture(scope="module")
def version(project_root: Path) -> str:
    match = re.search(
        r"^project\(lenetpp VERSION (\d+\.\d+\.\d+) ", (project_root / "CMakeLists.txt").read_text(), re.M
    )
    assert match
    return match[1]


def test_python_package_and_core_have_the_version_of_cmake(version: str) -> None:
    assert (importlib.metadata.version("lenetpp"), lenetpp.__version__, _core.version()) == (version,) * 3


@pytest.mark.parametrize(
    ("file", "pattern"),
    [
        ("CITATION.cff", r"^version: (.+)$"),
        ("README.md", r"^  note = \{Version (.+?),"),
        ("README.ja.md", r"^  note = \{Version (.+?),"),
        ("docs/guides/embedding.md", r"^lenetpp/(.+)$"),
        ("packaging/conda/recipe.yaml", r'^  version: "(.+)"$'),
        ("packaging/vcpkg/vcpkg.json", r'^  "version": "(.+)",$'),
    ],
)
def test_what_must_repeat_the_version_repeats_this_one(
    file: str, pattern: str, version: str, project_root: Path
) -> None:
    assert re.findall(pattern, (project_root / file).read_text(encoding="utf-8"), re.MULTILINE) == [version]


def test_newest_entry_of_the_changelog_is_this_version(version: str, project_root: Path) -> None:
    match = re.search(r"^## \[?(\d+\.\d+\.\d+)", (project_root / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert match
    assert match[1] == version


def test_installed_package_is_this_checkout(project_root: Path) -> None:
    """Otherwise every other test looks at something else; `pip install .` again."""
    sources = project_root / "python" / "lenetpp"
    installed = Path(lenetpp.__file__).parent
    files = [path.relative_to(sources) for path in sources.rglob("*.py")]
    assert [file for file in files if (installed / file).read_bytes() != (sources / file).read_bytes()] == []
