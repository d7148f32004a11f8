"""Runs that are trained in other folders and on other machines arrive whole; what is missing there is said first."""

import os
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import lenetpp as lp
from lenetpp.data.places import embedded_npz
from lenetpp.records.run_files import RecordError, read_record
from lenetpp.records.run_index import INDEX_NAME
from lenetpp.studies.landing import LOCKED_WITHIN_SECONDS, open_landing
from lenetpp.studies.running import run_missing
from lenetpp.studies.sent_runs import SentRun
from lenetpp.studies.worker import Delivery

from .calls import CrashingProcesses
from .elsewhere import Changing, OtherFolder, OtherMachine, Remembering
from .trainings import digests, run_names, trained_alone, training, trainings


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the study is started in."""
    folder = tmp_path / "driver"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[OtherMachine]:
    with OtherMachine(tmp_path / "elsewhere") as pool:
        yield pool


def sent(folder: Path) -> SentRun:
    trained = trained_alone(training(), folder).folder
    assert trained is not None
    return SentRun.of(trained)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != INDEX_NAME)


# Workers in other folders


def test_a_relative_folder_of_runs_is_that_of_the_study_wherever_workers_are(driver: Path, tmp_path: Path) -> None:
    with OtherFolder(tmp_path / "elsewhere") as pool:
        result = run_missing(trainings(1, 2), Path("runs"), executor=pool)
        assert not result.failures
        assert names_in(pool.folder) == []
    assert names_in(driver / "runs") == run_names(driver / "runs") == sorted(f.name for f in result.folders.values())
    assert digests(result) == {each.key: trained_alone(each).digest for each in trainings(1, 2)}


@pytest.mark.usefixtures("driver")
def test_data_at_a_relative_path_are_found_wherever_workers_are(tmp_path: Path) -> None:
    Path("own.npz").write_bytes(embedded_npz())
    with OtherFolder(tmp_path / "elsewhere") as pool:
        result = run_missing([training(1, data="own.npz")], Path("runs"), executor=pool)
    assert digests(result) == {training(1).key: trained_alone(training(1)).digest}


def test_an_unfinished_run_goes_on_where_workers_see_it(driver: Path, tmp_path: Path) -> None:
    begun = trained_alone(training(), driver / "runs").folder or Path()
    record = (begun / "run.toml").read_text(encoding="utf-8")
    (begun / "run.toml").write_text(record.replace('outcome = "finished"', 'outcome = "failed"'), encoding="utf-8")
    with OtherFolder(tmp_path / "elsewhere") as pool:
        result = run_missing([training()], Path("runs"), executor=pool)
    assert result.folders == {training().key: begun}
    assert len(read_record(begun)["resumed"]) == 1


# Machines that share no disk


def test_a_machine_without_the_folder_of_runs_sends_them(driver: Path, machine: OtherMachine) -> None:
    diverging = training(1, learning_rate=1e30, network="1x28x28 | dense 20 relu | dense 10")
    result = run_missing([*trainings(1, 2), diverging], Path("runs"), executor=machine)
    assert digests(result) == {each.key: trained_alone(each).digest for each in trainings(1, 2)}
    assert list(result.failures) == [diverging.key]
    assert names_in(driver / "runs") == run_names(driver / "runs")
    assert len(names_in(driver / "runs")) == 3
    assert names_in(machine.folder) == []
    # They are as good as others: known to the next study, replayed, and extended.
    assert run_missing([*trainings(1, 2), diverging], Path("runs"), executor=machine).folders == result.folders
    assert len(machine.seeds) == 3
    folder = result.folders[training(2).key]
    assert lp.replay(folder).same_bits
    assert lp.resume(folder, epochs=3).digest == trained_alone(training(2, epochs=3)).digest


def test_data_that_a_machine_lacks_are_sent_to_it_once(driver: Path, machine: OtherMachine) -> None:
    Path("own.npz").write_bytes(embedded_npz())
    lacking = [training(seed, data="own.npz") for seed in (1, 2, 3)]
    result = run_missing(lacking, Path("runs"), executor=machine)
    assert digests(result) == {each.key: trained_alone(each).digest for each in lacking}
    assert machine.sent_data == 1
    assert len(machine.seeds) <= 6  # each is asked for once, and once more where data were lacking
    assert names_in(machine.folder) == []
    assert len(names_in(driver / "runs")) == 3


@pytest.mark.usefixtures("driver")
def test_data_that_have_vanished_everywhere_are_named(machine: OtherMachine) -> None:
    Path("own.npz").write_bytes(embedded_npz())
    lacking = training(1, data="own.npz", epochs=3)
    Path("own.npz").unlink()
    result = run_missing([lacking, training(2)], Path("runs"), executor=machine)
    assert "own.npz: there is no such file or folder" in result.failures[lacking.key].reason
    assert list(result.folders) == [training(2).key]


def test_other_numerics_elsewhere_are_said_before_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = training(1)
    monkeypatch.setattr(type(needed), "key", property(lambda _: "0" * 64))
    with OtherFolder(tmp_path / "elsewhere") as pool:
        result = run_missing([needed], tmp_path / "runs", executor=pool)
        assert pool.seeds == [1, 1, 1]  # another worker of the pool might do it
    (failure,) = result.failures.values()
    assert failure.reason.startswith("something else would be trained there: its lenetpp ")


# Retries


def test_an_executor_that_remembers_calls_tries_again(tmp_path: Path) -> None:
    with CrashingProcesses(tmp_path / "marks", seed=2, times=2) as pool:
        result = run_missing(trainings(1, 2), tmp_path / "runs", executor=Remembering(pool))
        assert pool.tries == 3
    assert not result.failures
    assert digests(result) == {each.key: trained_alone(each).digest for each in trainings(1, 2)}


def damaged(delivery: Delivery) -> Delivery:
    sent = delivery.outcome
    assert isinstance(sent, SentRun)
    model = bytearray(sent.files["model.safetensors"])
    model[-1] ^= 1
    return replace(delivery, outcome=replace(sent, files={**sent.files, "model.safetensors": bytes(model)}))


def test_a_run_that_arrives_damaged_is_trained_again(driver: Path, machine: OtherMachine) -> None:
    result = run_missing([training()], Path("runs"), executor=Changing(machine, damaged, times=1))
    assert digests(result) == {training().key: trained_alone(training()).digest}
    assert names_in(driver / "runs") == run_names(driver / "runs")
    result = run_missing([training(2)], Path("runs"), executor=Changing(machine, damaged, times=6))
    (failure,) = result.failures.values()
    # Another worker might do it, but the executor has none.
    assert re.match(r"failed 6 times on .*, process \d+, at last with: the run '", failure.reason)
    assert failure.reason.endswith("arrived damaged: its digest is not the one it was sent with")
    assert len(names_in(driver / "runs")) == 1


# What arrives


def test_runs_of_one_name_are_both_kept(tmp_path: Path) -> None:
    run = sent(tmp_path / "there")
    runs = tmp_path / "runs"
    runs.mkdir()
    with open_landing(runs) as landing:
        folders = [landing.receive(run) for _ in range(3)]
    assert names_in(runs) == sorted(folder.name for folder in folders)
    assert len(set(folders)) == 3
    assert all(SentRun.of(folder).files == run.files for folder in folders)


@pytest.mark.parametrize("name", ["../run", "/run", ".run", "", "a/b"])
def test_a_run_whose_name_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    hostile = SentRun.of_files(name, sent(tmp_path / "there").files)
    runs = tmp_path / "runs"
    runs.mkdir()
    with open_landing(runs) as landing, pytest.raises(RecordError, match="is not the folder of a run"):
        landing.receive(hostile)
    assert names_in(runs) == []
    assert names_in(tmp_path) == ["runs", "there"]


def test_a_file_that_no_run_has_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    for name in ("../other", "other"):
        hostile = SentRun.of_files("run", {name: b""})
        with open_landing(tmp_path / "runs") as landing, pytest.raises(RecordError, match="is not the folder of a run"):
            landing.receive(hostile)
    assert names_in(tmp_path) == ["runs"]


def test_what_a_killed_study_left_is_removed_and_what_another_uses_is_not(tmp_path: Path) -> None:
    left = tmp_path / ".study-left"
    left.mkdir()
    (left / "lock").touch()
    long_ago = time.time() - 2 * LOCKED_WITHIN_SECONDS
    os.utime(left / "lock", (long_ago, long_ago))
    with open_landing(tmp_path) as used:
        os.utime(used.folder / "lock", (long_ago, long_ago))
        with open_landing(tmp_path) as other:
            assert names_in(tmp_path) == sorted((used.folder.name, other.folder.name))
    assert names_in(tmp_path) == []


def test_a_study_of_threads_leaves_runs_alone(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        run_missing(trainings(1, 2), tmp_path, executor=pool)
    assert names_in(tmp_path) == run_names(tmp_path)
