"""No test of data sees the developer's cache, or downloads from anywhere but this machine."""

from pathlib import Path

import pooch  # type: ignore[import-untyped]
import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that lenetpp takes for its cache; it does not exist yet."""
    folder = tmp_path / "cache"
    monkeypatch.setattr(pooch, "os_cache", lambda project: folder / project)
    return folder / "lenetpp"
