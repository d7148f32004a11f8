"""The record of a run: complete, plain, whole or not there."""

import json
import multiprocessing
import os
import subprocess
import tomllib
from dataclasses import asdict
from itertools import chain
from pathlib import Path

import pytest

import lenetpp as lp
from lenetpp import Network, TrainingSettings
from lenetpp.basics import files
from lenetpp.records import run_files as records
from lenetpp.records.run_files import read_metrics
from lenetpp.records.run_writer import RunWriter

from ..records import handmade
from .patterns import TEXT, stripes_data


def record_run(runs: Path, **changes: int) -> lp.Run:
    run = lp.train(Network.parse(TEXT), stripes_data(validation=6), epochs=2, runs=runs, **changes)  # type: ignore[arg-type]
    assert run.folder is not None
    return run


def test_a_record_spells_everything_out(tmp_path: Path) -> None:
    run = record_run(tmp_path, seed=9)
    assert run.folder is not None
    assert run.folder.parent == tmp_path
    content = tomllib.loads((run.folder / "run.toml").read_text(encoding="utf-8"))
    data = stripes_data(validation=6)
    assert TrainingSettings(**content["settings"]) == run.settings
    assert content["settings"].keys() == TrainingSettings().as_dict().keys()
    assert content["network"]["text"] == TEXT
    assert content["network"]["start"] == "seed"
    assert content["data"]["name"] == "stripes"
    assert content["data"]["digest"] == data.digest
    assert content["data"]["classes"] == ["horizontal", "vertical", "diagonal"]
    assert content["data"]["images"] == {"train": 60, "validation": 6, "test": 30}
    assert content["data"]["selection"] == {}
    assert content["numerics"]["version"] >= 1
    assert content["machine"]["threads"] == 1
    assert {"lenetpp", "python", "numpy", "system"} <= content["software"].keys()
    assert content["outcome"] == "finished"
    assert content["started"] <= content["ended"]
    assert content["results"]["digest"] == run.digest
    assert content["results"]["test_accuracy"] == run.test_accuracy
    rows = [[int(count) for count in row.split()] for row in content["results"]["confusion"]]
    assert run.evaluation is not None
    assert rows == run.evaluation.confusion.tolist()


def test_metrics_have_a_line_for_each_epoch(tmp_path: Path) -> None:
    run = record_run(tmp_path)
    assert run.folder is not None
    lines = (run.folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [asdict(record) for record in run.history]


def test_the_record_is_enough_to_train_the_same_bits_again(tmp_path: Path) -> None:
    run = record_run(tmp_path)
    assert run.folder is not None
    content = records.read_record(run.folder)
    again = lp.train(Network.parse(content["network"]["text"]), stripes_data(), runs=None, **content["settings"])
    assert again.digest == content["results"]["digest"]


def test_a_run_comes_back_from_its_folder(tmp_path: Path) -> None:
    run = record_run(tmp_path)
    assert run.folder is not None
    loaded = lp.Run.load(run.folder)
    assert loaded.network == run.network
    assert loaded.digest == run.digest
    assert loaded.history == run.history
    assert loaded.settings == run.settings
    assert loaded.outcome == "finished"
    assert loaded.test_accuracy == run.test_accuracy
    assert loaded.evaluation is not None
    assert run.evaluation is not None
    assert loaded.evaluation.confusion.tolist() == run.evaluation.confusion.tolist()
    assert loaded.network.class_names == run.network.class_names
    assert "finished: 2 epochs" in repr(loaded)


def test_a_training_of_given_weights_says_so(tmp_path: Path) -> None:
    network = Network.parse(TEXT)
    network.initialize(seed=77)
    digest = network.digest
    run = lp.train(network, stripes_data(), epochs=1, runs=tmp_path)
    assert run.folder is not None
    content = records.read_record(run.folder)["network"]
    assert (content["start"], content["initial_digest"]) == ("given weights", digest)


def test_an_unfinished_folder_can_be_recognised(tmp_path: Path) -> None:
    record = RunWriter.create(tmp_path, handmade.record(outcome="running", results=None))
    assert records.read_record(record.folder)["outcome"] == "running"
    with pytest.raises(lp.RecordError, match=r"has no model\.safetensors: its outcome is 'running'"):
        lp.Run.load(record.folder)


def test_a_failure_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(RunWriter, "add_epoch", fail)
    network = Network.parse(TEXT)
    with pytest.raises(OSError, match="No space left"):
        lp.train(network, stripes_data(), epochs=1, runs=tmp_path)
    content = records.read_record(next(tmp_path.iterdir()))
    assert content["outcome"] == "failed"
    assert "No space left on device" in content["message"]
    assert network.initialized


def test_the_folder_of_runs_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path / "chosen"))
    run = lp.train(Network.parse(TEXT), stripes_data(), epochs=1)
    assert run.folder is not None
    assert run.folder.parent == tmp_path / "chosen"
    monkeypatch.delenv("LENETPP_RUNS")
    monkeypatch.chdir(tmp_path)
    run = lp.train(Network.parse(TEXT), stripes_data(), epochs=1)
    assert run.folder is not None
    assert run.folder.parent == Path("runs")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    network = Network.parse(TEXT)
    with pytest.raises(OSError, match="file"):
        lp.train(network, stripes_data(), epochs=1, runs=tmp_path / "file")
    assert not network.initialized


@pytest.mark.needs("git")
def test_the_revision_of_the_working_folder_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    (tmp_path / "script.py").write_text("first")
    for arguments in (["init", "-q"], ["add", "script.py"], [*identity, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *arguments], check=True)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    clean = record_run(tmp_path / "runs")
    (tmp_path / "script.py").write_text("second")
    dirty = record_run(tmp_path / "runs")
    assert clean.folder is not None
    assert dirty.folder is not None
    assert records.read_record(clean.folder)["git"] == {"commit": commit, "dirty": False}
    assert records.read_record(dirty.folder)["git"] == {"commit": commit, "dirty": True}


# Folders


def make_folders(runs: Path, count: int) -> list[str]:
    return [RunWriter.create(runs, {}).folder.name for _ in range(count)]


def test_folders_of_many_processes_never_collide(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        names = list(chain.from_iterable(pool.starmap(make_folders, [(tmp_path, 20)] * 3)))
    assert len(set(names)) == 60
    assert sorted(names) == sorted(path.name for path in tmp_path.iterdir())


def test_folders_sort_by_time(tmp_path: Path) -> None:
    names = make_folders(tmp_path, 5)
    assert names == sorted(names)


# Malformed records


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a = 1\nb\nc = 2", "run.toml: .*line 2"),
        ("format = 99", "format must be 1, but is 99"),
        ("", "format must be 1, but is None"),
        (b"\xff\xfe", "run.toml: .*utf-8"),
    ],
)
def test_a_malformed_record_is_refused_by_name(tmp_path: Path, content: str | bytes, message: str) -> None:
    (tmp_path / "run.toml").write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(lp.RecordError, match=message):
        records.read_record(tmp_path)


def test_a_record_with_a_hole_is_refused(tmp_path: Path) -> None:
    run = record_run(tmp_path)
    assert run.folder is not None
    path = run.folder / "run.toml"
    path.write_text(path.read_text().replace("momentum", "momentun"))
    with pytest.raises(lp.RecordError, match="momentun"):
        lp.Run.load(run.folder)


def test_a_folder_without_a_record_is_refused(tmp_path: Path) -> None:
    with pytest.raises(lp.RecordError, match="is not the folder of a run"):
        lp.Run.load(tmp_path)


def test_a_line_cut_short_by_a_crash_is_left_out(tmp_path: Path) -> None:
    first, second = (json.dumps(handmade.epoch_line(epoch)) for epoch in (1, 2))
    (tmp_path / "metrics.jsonl").write_text(f"{first}\n{second}\n{second[:5]}")
    assert [epoch.epoch for epoch in read_metrics(tmp_path)] == [1, 2]
    (tmp_path / "metrics.jsonl").write_text(f"{first}\n{second[:5]}\n{second}\n")
    with pytest.raises(lp.RecordError, match=r"metrics\.jsonl, line 2"):
        read_metrics(tmp_path)


# Files


def test_a_write_that_fails_leaves_the_old_file_and_no_rubbish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.toml"
    files.write_file(path, b"old")

    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    for target, name in ((os, "fsync"), (Path, "replace")):
        with monkeypatch.context() as patch:
            patch.setattr(target, name, fail)
            with pytest.raises(OSError, match="Input/output error"):
                files.write_file(path, b"new")
        assert path.read_bytes() == b"old"
        assert [entry.name for entry in tmp_path.iterdir()] == ["run.toml"]
    files.write_file(path, b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX")
def test_written_files_can_be_read_by_whom_the_umask_allows(tmp_path: Path) -> None:
    files.write_file(tmp_path / "run.toml", b"content")
    (tmp_path / "plain").write_bytes(b"")
    assert (tmp_path / "run.toml").stat().st_mode == (tmp_path / "plain").stat().st_mode
