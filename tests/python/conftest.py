"""What tests of the Python package share."""

import pytest

from .command import Command


@pytest.fixture
def lenetpp(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capsys)
