"""lenetpp delete: a run goes whole or not at all, and nothing else goes with it."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import lenetpp as lp
from lenetpp.records.deleting import DELETED
from lenetpp.records.run_writer import RunWriter

from ..command import Command
from .handmade import epoch_line, write_run

NAMES = ("20260101-000000-000", "20260102-000000-000", "20260103-000000-000")


@pytest.fixture(autouse=True)
def _runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path))
    for name in NAMES:
        write_run(tmp_path, name, [epoch_line(1), epoch_line(2)])


def there(runs: Path) -> list[str]:
    """The runs that are listed; each of them can be read."""
    rows = lp.runs(runs)
    assert {row["outcome"] for row in rows} <= {"finished"}
    return [row["run"] for row in rows]


def test_a_deleted_run_is_in_no_list_and_leaves_no_file(tmp_path: Path) -> None:
    assert there(tmp_path) == list(NAMES)
    lp.delete(NAMES[1])
    assert there(tmp_path) == [NAMES[0], NAMES[2]]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".index.json", NAMES[0], NAMES[2]]
    assert NAMES[1] not in (tmp_path / ".index.json").read_text()
    lp.delete("last")
    assert there(tmp_path) == [NAMES[0]]
    with pytest.raises(lp.RecordError, match=r"no run in .* has this name"):
        lp.delete(NAMES[1])


def test_a_run_that_cannot_be_read_can_be_deleted(tmp_path: Path) -> None:
    (tmp_path / NAMES[0] / "run.toml").write_text("damaged")
    lp.delete(NAMES[0])
    assert there(tmp_path) == list(NAMES[1:])


@pytest.mark.parametrize("stopped_at", range(4))
def test_whatever_stops_a_deletion_there_is_the_whole_run_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: int
) -> None:
    before = sorted(path.name for path in (tmp_path / NAMES[0]).iterdir())
    calls = 0

    def stop_at(act: Callable[..., None]) -> Callable[..., None]:
        def acts_or_stops(*arguments: object) -> None:
            nonlocal calls
            if calls == stopped_at:
                raise KeyboardInterrupt
            calls += 1
            act(*arguments)

        return acts_or_stops

    with monkeypatch.context() as patch:
        if stopped_at == 3:
            patch.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        patch.setattr(os, "unlink", stop_at(os.unlink))
        patch.setattr(Path, "rmdir", stop_at(Path.rmdir))
        with pytest.raises(KeyboardInterrupt):
            lp.delete(NAMES[0])
    if stopped_at == 3:
        assert there(tmp_path) == list(NAMES)
        assert sorted(path.name for path in (tmp_path / NAMES[0]).iterdir()) == before
        return
    assert there(tmp_path) == list(NAMES[1:])
    lp.delete(NAMES[1])  # which also removes what was left
    assert not list(tmp_path.glob(f"{DELETED}*"))


def test_a_run_in_training_stays(tmp_path: Path, lenetpp: Command) -> None:
    with RunWriter.reopen(tmp_path / NAMES[2]):
        with pytest.raises(lp.RecordError, match="is being trained: wait for its end, or stop it"):
            lp.delete(NAMES[2])
        assert "is being trained" in lenetpp("delete", *NAMES, "--yes", code=1, stream="errors")
    assert there(tmp_path) == list(NAMES)  # the others too: none is deleted where one cannot be


def test_what_is_not_of_a_run_is_never_deleted(tmp_path: Path) -> None:
    (tmp_path / NAMES[0] / "thesis.tex").write_text("years of work")
    with pytest.raises(lp.RecordError, match=r"also holds what is not of a run, such as 'thesis\.tex'"):
        lp.delete(NAMES[0])
    (tmp_path / NAMES[0] / "thesis.tex").unlink()
    (tmp_path / NAMES[0] / "photos").mkdir()
    with pytest.raises(lp.RecordError, match="such as 'photos'"):
        lp.delete(NAMES[0])


@pytest.mark.skipif(sys.platform == "win32", reason="makes a symbolic link")
def test_a_link_to_a_run_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / NAMES[0])
    with pytest.raises(lp.RecordError, match="is a link to"):
        lp.delete(tmp_path / "link")
    assert (tmp_path / NAMES[0] / "run.toml").exists()


def test_the_command_asks_for_yes_where_nobody_can_be_asked(tmp_path: Path, lenetpp: Command) -> None:
    assert "--yes is needed" in lenetpp("delete", "last", code=1, stream="errors")
    assert there(tmp_path) == list(NAMES)
    assert lenetpp("delete", "last", NAMES[0], NAMES[2], "--yes").splitlines() == [
        f"deleted: {tmp_path / NAMES[2]} (finished, 2 epochs, test accuracy 75.00 %, 0.0 MB)",
        f"deleted: {tmp_path / NAMES[0]} (finished, 2 epochs, test accuracy 75.00 %, 0.0 MB)",
    ]
    assert lenetpp.json("delete", "last", "--yes") == {"deleted": [str(tmp_path / NAMES[1])]}


@pytest.mark.parametrize(("answer", "left"), [("n\n", 3), ("\n", 3), ("y\n", 2)])
def test_the_command_asks_on_a_terminal(
    tmp_path: Path, lenetpp: Command, monkeypatch: pytest.MonkeyPatch, answer: str, left: int
) -> None:
    import io

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    lenetpp("delete", "last", code=0 if left == 2 else 1)
    assert len(there(tmp_path)) == left
