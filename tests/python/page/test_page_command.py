"""``lenetpp page``: it opens what the installation has, or says how to get it."""

import importlib.resources
import webbrowser
from pathlib import Path

import pytest

from ..command import Command


@pytest.fixture
def resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the command looks, in the place of the installation's."""
    monkeypatch.setattr(importlib.resources, "files", lambda _: tmp_path)
    return tmp_path


@pytest.fixture
def page(resources: Path) -> Path:
    path = resources / "page" / "lenetpp.html"
    path.parent.mkdir()
    path.write_text("<!doctype html>")
    return path


def test_an_installation_without_the_page_says_how_to_build_it(lenetpp: Command, resources: Path) -> None:
    said = lenetpp("page", code=1, stream="errors")
    assert str(resources) in said
    assert "node web/build.mjs --package" in said


@pytest.mark.parametrize(("has_browser", "words"), [(True, "opened: "), (False, "there is no browser here")])
def test_the_page_is_opened_where_there_is_a_browser(
    lenetpp: Command, page: Path, monkeypatch: pytest.MonkeyPatch, has_browser: bool, words: str
) -> None:
    asked: list[str] = []

    def opens(address: str) -> bool:
        asked.append(address)
        return has_browser

    monkeypatch.setattr(webbrowser, "open", opens)
    said = lenetpp("page")
    assert said.startswith(words)
    assert str(page) in said
    assert asked == [page.as_uri()]


def test_the_page_is_written_elsewhere(lenetpp: Command, page: Path, tmp_path: Path) -> None:
    lenetpp("page", "--out", tmp_path / "copy.html")
    assert (tmp_path / "copy.html").read_bytes() == page.read_bytes()
