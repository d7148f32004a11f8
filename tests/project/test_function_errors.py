"""docs/numerics.md quotes what the measurement of the functions' errors prints, and no error is larger than that."""

import re
from pathlib import Path

import pytest

from builds import Run

from .conftest import CMakeBuild

pytestmark = pytest.mark.build


def errors(table: str) -> dict[tuple[str, str], float]:
    """The largest error in ulp of each (type, function)."""
    rows = re.findall(r"^\| (float32|float64) \| (\S+) \| \d+ \| ([\d.]+) \|", table, re.MULTILINE)
    return {(number_type, function): float(error) for number_type, function, error in rows}


def test_no_error_is_larger_than_the_documentation_says(cmake_build: CMakeBuild, project_root: Path, run: Run) -> None:
    printed = run(cmake_build.folder / "lenetpp_function_errors", "100003", "400000")
    found, stated = errors(printed), errors((project_root / "docs" / "numerics.md").read_text(encoding="utf-8"))
    assert "NaN became numbers" not in printed
    assert found.keys() == stated.keys(), printed
    assert {name: error for name, error in found.items() if error > stated[name]} == {}
