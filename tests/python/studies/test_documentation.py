"""docs/studies.md: its study is run as it stands there, by the command and from Python."""

import re
import shlex
from pathlib import Path

import pytest

from lenetpp.studies.measures import MEASURES

from ..command import Command


@pytest.fixture(scope="module")
def page(project_root: Path) -> str:
    return (project_root / "docs" / "studies.md").read_text(encoding="utf-8")


def block(page: str, language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_study_is_answered(
    page: str, lenetpp: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("questions.toml").write_text(block(page, "toml"), encoding="utf-8")
    *_, command = block(page, "sh").splitlines()
    _, *words = shlex.split(command)
    assert "report.html" in lenetpp(*words, "--quick")
    exec(block(page, "python"), {})
    printed = capsys.readouterr().out
    assert "Do different seeds find the same filters?\n" in printed
    assert "The first filters of two trainings are alike by" in printed
    assert {path.name for path in Path("studies/questions-quick").iterdir()} >= {
        "report.html", "report.md", "pictures", "cells.csv", "differences.csv",
    }  # fmt: skip


def test_all_measures_are_named(page: str) -> None:
    assert [name for name in MEASURES if f"`{name}`" not in page] == []
