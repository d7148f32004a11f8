"""A bar on a terminal, and nothing but the data elsewhere."""

import io
import sys
from pathlib import Path

import pytest

from lenetpp.data import load_data
from lenetpp.data.progress import download_bar, shown_counting

from .cifar_files import python_files, write_archive


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def attach_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Not a fixture: between setup and test pytest puts its own error stream in place."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    return terminal


def test_reading_an_archive_shows_a_bar_on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = attach_terminal(monkeypatch)
    data = load_data(write_archive(tmp_path / "archive.tar.xz", python_files()))
    assert len(data.train_images) == 15
    assert "reading CIFAR-10" in terminal.getvalue()


def test_a_download_shows_its_bytes_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = attach_terminal(monkeypatch)
    with download_bar("file.gz", 8_000_000) as advance:
        advance(2_000_000)
        advance(6_000_000)
    assert "file.gz" in terminal.getvalue()
    assert "8.0/8.0 MB" in terminal.getvalue()


def test_without_a_terminal_there_is_no_bar(capfd: pytest.CaptureFixture[str]) -> None:
    with download_bar("file.gz", 8_000_000) as advance:
        advance(8_000_000)
    assert capfd.readouterr() == ("", "")


def test_many_files_are_counted_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = attach_terminal(monkeypatch)
    monkeypatch.setattr("lenetpp.basics.displays.REDRAW_SECONDS", 0.0)
    assert list(shown_counting(range(1200), "reading pictures")) == list(range(1200))
    assert "reading pictures" in terminal.getvalue()
    assert "1,200/1,200" in terminal.getvalue()


def test_elsewhere_files_are_counted_in_silence(capfd: pytest.CaptureFixture[str]) -> None:
    assert list(shown_counting("abc", "reading pictures")) == ["a", "b", "c"]
    assert capfd.readouterr() == ("", "")
