"""Tables for those who come from another tool: lenetpp's cell of every row runs, scikit-learn's is known to it."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import needs

from .documentation import blocks_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "coming-from.md"


@dataclass(frozen=True)
class Row:
    """A row of a table: the cell of the other tool, and lenetpp's."""

    tool: str
    theirs: str
    ours: str

    @property
    def code(self) -> str | None:
        """Ours, where it is code."""
        match = re.match(r"`([^`]+)`", self.ours)
        return match[1].replace(r"\|", "|") if match else None


def rows() -> list[Row]:
    found, tool = [], ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            tool = line.removeprefix("## ")
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] if line.startswith("|") else []
        if cells and not cells[0].startswith("---") and cells[0] != tool:
            found.append(Row(tool, *cells))
    return found


def test_each_tool_has_a_table_of_which_nearly_all_is_code() -> None:
    for tool in ("Keras", "PyTorch", "scikit-learn"):
        of_tool = [row for row in rows() if row.tool == tool]
        assert len(of_tool) >= 15
        assert sum(row.code is None for row in of_tool) <= 1


def test_every_cell_of_lenetpp_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LENETPP_RUNS", "runs")
    monkeypatch.setenv("MPLBACKEND", "agg")
    for name in ("bag", "shoe"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(5):
            pixels = np.full((40, 50, 3), number * 20 + len(name), np.uint8)
            Image.fromarray(pixels).save(tmp_path / "photos" / name / f"{number}.png")
    names: dict[str, object] = {}
    (example,) = (block.text for block in blocks_of(PAGE) if block.language == "python")
    exec(example, names)
    for row in rows():
        if row.code:
            assert not callable(eval(row.code, names)), row


def test_their_cells_are_names_of_scikit_learn() -> None:
    names = ("metrics", "model_selection", "neural_network", "svm")
    modules = [needs.module(f"sklearn.{name}") for name in names]
    for row in rows():
        name = re.match(r"`(\w+)\(", row.theirs)
        if row.tool == "scikit-learn" and name:
            assert any(hasattr(module, name[1]) for module in modules), row
