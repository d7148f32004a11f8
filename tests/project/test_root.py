"""What lies in the root of the repository: what somebody forgot there is found."""

import subprocess
from pathlib import Path

import pytest

import needs

FILES = {
    ".clang-format",
    ".clang-tidy",
    ".gitignore",
    ".pre-commit-config.yaml",
    "CHANGELOG.md",
    "CITATION.cff",
    "CMakeLists.txt",
    "CMakePresets.json",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.ja.md",
    "README.md",
    "pyproject.toml",
}
FOLDERS = {
    ".ci",
    ".github",
    "benchmarks",
    "cmake",
    "containers",
    "cpp",
    "docs",
    "examples",
    "packaging",
    "python",
    "tests",
    "tools",
    "web",
}


def test_the_root_has_these_entries_and_no_others(project_root: Path) -> None:
    """A new one that belongs there is added here."""
    paths = files_of_the_repository(project_root)
    assert {path.parts[0] for path in paths if len(path.parts) == 1} == FILES
    assert {path.parts[0] for path in paths if len(path.parts) > 1} == FOLDERS


def files_of_the_repository(root: Path) -> list[Path]:
    if not (root / ".git").exists():
        pytest.skip("the files of the repository are known in a checkout by git, not in an archive of sources")
    needs.program("git")
    # -z: names as they are, whatever Git's settings quote. Files that are staged count, and those removed do not.
    done = subprocess.run(("git", "ls-files", "-z"), cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"git does not tell the files of the repository: {done.stderr.strip()}")
    return [Path(name) for name in done.stdout.split("\0") if name]
