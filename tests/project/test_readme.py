"""What the README promises: its commands, and that it is short. That its blocks run: test_documentation.py."""

import re
from pathlib import Path

import pytest

from .documentation import blocks_of

MOST_WORDS = 700


@pytest.fixture
def commands(project_root: Path) -> list[str]:
    blocks = blocks_of(project_root / "README.md")
    return [command for block in blocks if block.language == "sh" for command in block.commands]


def test_the_first_command_installs_and_trains(commands: list[str]) -> None:
    assert commands[0] == "pip install . && lenetpp train"


def test_continuous_integration_runs_the_readmes_test_command(commands: list[str], project_root: Path) -> None:
    (tests,) = (command for command in commands if "pytest" in command)
    assert tests in (project_root / ".ci" / "run").read_text().splitlines()


def test_the_readme_is_short(project_root: Path) -> None:
    assert len((project_root / "README.md").read_text().split()) <= MOST_WORDS


def test_plain_bibtex_knows_the_kind_of_the_citation(project_root: Path) -> None:
    # Of plain.bst; @software is of biblatex alone, and BibTeX takes it for @misc with a warning.
    kinds = {"article", "book", "booklet", "inbook", "incollection", "inproceedings", "manual", "mastersthesis", "misc",
             "phdthesis", "proceedings", "techreport", "unpublished"}  # fmt: skip
    for name in ("README.md", "README.ja.md"):
        entries = re.findall(r"^@(\w+){lenetpp,", (project_root / name).read_text(encoding="utf-8"), re.MULTILINE)
        assert entries
        assert set(entries) <= kinds
