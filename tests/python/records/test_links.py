"""Links, pipes and devices where files of a run should be: never followed, never waited for, never lost."""

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import lenetpp as lp
from lenetpp.basics.files import write_file
from lenetpp.records.deleting import DELETED
from lenetpp.records.labels import read_label
from lenetpp.records.run_files import RUN_FILES
from lenetpp.studies.landing import LOCKED_WITHIN_SECONDS, open_landing
from lenetpp.studies.sent_runs import SentRun

from ..command import Command
from ..package.patterns import TEXT, stripes_data

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links need no rights on POSIX systems only")

PRECIOUS = b"a year of somebody's work\n" * 1000
APPENDED = ("metrics.jsonl", "snapshots.f32")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    trained = lp.train(lp.Network.parse(TEXT), stripes_data(), runs=tmp_path / "runs", epochs=2)
    assert trained.folder is not None
    return trained.folder


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    file = tmp_path / "precious.txt"
    file.write_bytes(PRECIOUS)
    return file


@pytest.mark.parametrize("link", [os.symlink, os.link], ids=["symbolic", "hard"])
@pytest.mark.parametrize("name", [*RUN_FILES, "measured.json", ".index.json"])
def test_no_file_behind_a_link_is_changed(
    run: Path, precious: Path, name: str, link: Callable[[Path, Path], None]
) -> None:
    """A stranger's folder, with a link to a file of the user's among its files."""
    place = (run.parent if name == ".index.json" else run) / name
    place.unlink(missing_ok=True)
    link(precious, place)
    actions: list[Callable[[], object]] = [
        lambda: lp.resume(run, data=stripes_data(), epochs=3),
        lambda: lp.resume(run, data=stripes_data(), epochs=3, anew=True),
        lambda: lp.replay(run, data=stripes_data()),
        lambda: lp.label(run, name="named", tags=["a"]),
        lambda: lp.label(run, name=""),
        lambda: lp.runs(run.parent),
        lambda: lp.delete(run),
    ]
    for act in actions:
        with suppress(ValueError, OSError):
            act()
    assert precious.read_bytes() == PRECIOUS


@pytest.mark.parametrize("name", APPENDED)
def test_what_training_appends_to_is_refused_as_a_link_in_words(run: Path, name: str) -> None:
    (run / name).rename(run.parent / "kept")
    (run / name).symlink_to(run.parent / "kept")
    with pytest.raises(lp.RecordError, match=rf"{name} must be a regular file, but is a link to .*kept: put the file"):
        lp.resume(run, data=stripes_data(), epochs=3)
    (run / name).unlink()
    os.link(run.parent / "kept", run / name)
    with pytest.raises(lp.RecordError, match=rf"{name} is one file with 2 names \(hard links\)"):
        lp.resume(run, data=stripes_data(), epochs=3)


def test_a_pipe_in_place_of_a_file_is_not_waited_for(run: Path) -> None:
    for name in RUN_FILES:
        (run / name).unlink(missing_ok=True)
        os.mkfifo(run / name)
        if name != "label.toml":  # a damaged label never stops what is done with a run
            with pytest.raises((ValueError, OSError), match=r"must be a regular file, but is a pipe|checkpoint"):
                lp.resume(run, data=stripes_data(), epochs=3)
    assert "a pipe" in read_label(run).problem
    assert lp.runs(run.parent)[0]["outcome"] == "unreadable"


def test_a_run_behind_a_link_to_its_folder_can_be_used(run: Path, tmp_path: Path) -> None:
    (tmp_path / "here").symlink_to(run)
    (tmp_path / "elsewhere").symlink_to(run.parent)
    assert lp.resume(tmp_path / "here", data=stripes_data(), epochs=3).outcome == "finished"
    assert lp.Run.load(tmp_path / "elsewhere" / run.name).outcome == "finished"
    assert len(lp.runs(tmp_path / "elsewhere")) == 1


# Files that are replaced


def saved(path: Path) -> None:
    network = lp.Network.parse(TEXT)
    network.initialize(1)
    network.save(path)


WRITERS: list[Callable[[Path], None]] = [saved, lambda path: write_file(path, b"content")]


@pytest.mark.parametrize("write", WRITERS, ids=["core", "python"])
def test_a_pipe_and_a_folder_are_not_replaced(tmp_path: Path, write: Callable[[Path], None]) -> None:
    pipe, link, folder = tmp_path / "pipe", tmp_path / "link", tmp_path / "folder"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    folder.mkdir()
    for place in (pipe, link):
        with pytest.raises(
            FileExistsError, match=f"a pipe is there, which no file takes the place of: '.*{place.name}'"
        ):
            write(place)
    with pytest.raises(IsADirectoryError):
        write(folder)
    assert stat.S_ISFIFO(pipe.lstat().st_mode)
    assert link.is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "link", "pipe"]


@pytest.mark.parametrize("write", WRITERS, ids=["core", "python"])
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o666])
def test_a_file_keeps_its_mode_when_it_is_replaced(tmp_path: Path, write: Callable[[Path], None], mode: int) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old")
    file.chmod(mode)
    write(file)
    assert file.read_bytes() != b"old"
    assert stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.parametrize("write", WRITERS, ids=["core", "python"])
def test_a_new_file_has_the_mode_that_new_files_have(tmp_path: Path, write: Callable[[Path], None]) -> None:
    (tmp_path / "other").touch()
    write(tmp_path / "file")
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("write", WRITERS, ids=["core", "python"])
def test_a_link_is_replaced_and_not_what_it_leads_to(
    tmp_path: Path, precious: Path, write: Callable[[Path], None]
) -> None:
    (tmp_path / "file").symlink_to(precious)
    write(tmp_path / "file")
    assert not (tmp_path / "file").is_symlink()
    assert precious.read_bytes() == PRECIOUS


# What is removed


@pytest.mark.parametrize("name", RUN_FILES)
def test_a_folder_or_link_of_a_files_name_is_not_deleted_with_a_run(run: Path, precious: Path, name: str) -> None:
    (run / name).unlink(missing_ok=True)
    (run / name).mkdir()
    (run / name / "photo.jpg").write_bytes(PRECIOUS)
    with pytest.raises(lp.RecordError, match=rf"also holds what is not of a run, such as '{name}'"):
        lp.delete(run)
    assert (run / name / "photo.jpg").read_bytes() == PRECIOUS
    (run / name / "photo.jpg").rename(run.parent / "photo.jpg")
    (run / name).rmdir()
    (run / name).symlink_to(precious)
    with pytest.raises(lp.RecordError, match=rf"also holds what is not of a run, such as '{name}'"):
        lp.delete(run)


def test_only_what_an_earlier_deletion_left_is_removed_with_a_run(run: Path) -> None:
    others = [
        ".deleted-photos/1.jpg",
        f"{DELETED}mine/run.toml",
        f"{DELETED}mine/photo.jpg",
        f"{DELETED}more/model.safetensors/a",
    ]
    for other in others:
        (run.parent / other).parent.mkdir(parents=True, exist_ok=True)
        (run.parent / other).write_bytes(PRECIOUS)
    left = run.parent / f"{DELETED}{'0' * 16}"
    left.mkdir()
    (left / "run.toml").touch()
    (left / ".lenetpp-0.tmp").touch()
    lp.delete(run)
    assert not run.exists()
    assert not left.exists()
    assert all((run.parent / other).read_bytes() == PRECIOUS for other in others)


def test_a_folder_that_looks_like_a_landing_keeps_what_is_somebody_elses(run: Path) -> None:
    old = 2 * LOCKED_WITHIN_SECONDS
    for name in (".study-mine", ".study-left"):
        (run.parent / name).mkdir()
        (run.parent / name / "lock").touch()
        os.utime(run.parent / name / "lock", (old, old))
    (run.parent / ".study-mine" / "photo.jpg").write_bytes(PRECIOUS)
    half = run.parent / ".study-left" / "half" / run.name
    half.mkdir(parents=True)
    (half / "run.toml").touch()
    with open_landing(run.parent):
        pass
    assert [path.name for path in run.parent.glob(".study-*")] == [".study-mine"]
    assert (run.parent / ".study-mine" / "photo.jpg").read_bytes() == PRECIOUS


def test_a_run_that_is_sent_takes_no_file_behind_a_link_along(run: Path, precious: Path) -> None:
    (run / "predictions.txt").unlink()
    (run / "predictions.txt").symlink_to(precious)
    with pytest.raises(lp.RecordError, match="is a link"):
        SentRun.of(run)


def test_the_command_says_which_file_is_a_link(lenetpp: Command, run: Path, precious: Path) -> None:
    (run / "snapshots.f32").unlink()
    (run / "snapshots.f32").symlink_to(precious)
    said = lenetpp("resume", run, "--epochs", 3, code=1, stream="errors")
    assert "snapshots.f32 must be a regular file, but is a link to" in said
    assert precious.read_bytes() == PRECIOUS
