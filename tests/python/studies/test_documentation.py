"""docs/studies.md names all measures; its study is run by tests/project/test_documentation.py."""

from pathlib import Path

from lenetpp.studies.measures import MEASURES


def test_all_measures_are_named(project_root: Path) -> None:
    page = (project_root / "docs" / "studies.md").read_text(encoding="utf-8")
    assert [name for name in MEASURES if f"`{name}`" not in page] == []
