"""``lenetpp page``: it opens the page, or says where it is."""

import webbrowser
from pathlib import Path

import pytest

from lenetpp.pictures.learning_page import learning_page

from ..command import Command


@pytest.mark.parametrize(("has_browser", "words"), [(True, "opened: "), (False, "no browser was found")])
def test_the_page_is_opened_where_there_is_a_browser(
    lenetpp: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_browser: bool, words: str
) -> None:
    asked: list[str] = []

    def opens(address: str) -> bool:
        asked.append(address)
        return has_browser

    monkeypatch.setattr(webbrowser, "open", opens)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    said = lenetpp("page")
    assert said.startswith(words)
    page = Path(said.split(": ", 1)[1].strip())
    assert asked == [page.as_uri()]
    assert page.read_bytes() == learning_page()


def test_the_page_is_written_elsewhere_and_has_no_more_than_5_megabytes(lenetpp: Command, tmp_path: Path) -> None:
    lenetpp("page", "--out", tmp_path / "copy.html")
    assert (tmp_path / "copy.html").read_bytes() == learning_page()
    assert (tmp_path / "copy.html").stat().st_size <= 5_000_000
