"""The gallery's script draws what the gallery shows."""

import re
from pathlib import Path

import pytest
from PIL import Image

import gallery

LARGEST_FILES = {".png": 60_000, ".gif": 160_000}


def test_the_gallerys_pictures_are_small_and_have_their_words(project_root: Path) -> None:
    shown = re.findall(r"!\[([^\]]+)\]\((gallery/[^)]+)\)", (project_root / "docs" / "gallery.md").read_text())
    assert shown
    for words, name in shown:
        assert words
        assert (project_root / "docs" / name).stat().st_size < LARGEST_FILES[Path(name).suffix], name


def test_the_script_makes_the_pictures(
    shared_data: Path, project_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LENETPP_DATA", str(shared_data))
    trainings = gallery.Trainings.of(tmp_path / "runs", per_class=50)
    gallery.save(gallery.pictures_of_filters(trainings) | gallery.pictures_of_runs(trainings), tmp_path)
    made = {path.name for path in tmp_path.glob("*.png")}
    # The page's picture is made in a browser; what is on the page has tests of its own.
    assert made | {"page.png"} == {path.name for path in (project_root / "docs" / "gallery").glob("*.png")}
    for name in made:
        # The layers are those of the gallery, and so are the sizes, but for the lines of their descriptions.
        with Image.open(tmp_path / name) as new, Image.open(project_root / "docs" / "gallery" / name) as old:
            assert abs(new.width - old.width) < 100
            assert abs(new.height - old.height) < 100
