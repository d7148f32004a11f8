"""A training whose process is killed goes on from its checkpoint, in its folder: once trained is not trained again."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

import lenetpp as lp
from lenetpp.records.checkpoints import Checkpoint
from lenetpp.records.labels import read_label
from lenetpp.records.run_files import CHECKPOINT_NAME, METRICS_NAME, read_metrics, read_record
from lenetpp.studies import dispatch
from lenetpp.studies.clusters.apart import train_apart
from lenetpp.studies.clusters.cluster import Cluster
from lenetpp.studies.clusters.place import Place
from lenetpp.studies.landing import open_landing
from lenetpp.studies.running import run_missing
from lenetpp.studies.runs_of_study import RunsOfStudy
from lenetpp.studies.sent_runs import SentRun
from lenetpp.studies.trainings import Training
from lenetpp.studies.worker import Assignment, Delivery, train_one

from .trainings import digests, run_names, trained_alone, training
from .waiting import training_children, wait_for

EPOCHS = 10_000
"""Some seconds, also where nothing else runs."""

posix = pytest.mark.skipif(os.name != "posix", reason="sends signals")


@pytest.fixture(scope="module")
def digest() -> str:
    """Of the training that nobody kills."""
    return trained_alone(training(epochs=EPOCHS)).digest


@contextmanager
def in_background(function: Callable[[], RunsOfStudy]) -> Iterator[Future[RunsOfStudy]]:
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(function)


def kill_the_process() -> None:
    """Kill the one that trains."""
    (process,) = training_children()
    os.kill(process, signal.SIGKILL)


def checkpoint_of(runs: Path) -> int:
    """Return when the last one was written, in nanoseconds."""
    return max((file.stat().st_mtime_ns for file in runs.glob(f"*/{CHECKPOINT_NAME}")), default=0)


def has_later_checkpoint(runs: Path, than: int) -> bool:
    return checkpoint_of(runs) > than


def epochs_of(begun: SentRun | None) -> int:
    return 0 if begun is None else begun.files[METRICS_NAME].count(b"\n")


@posix
def test_a_training_that_is_killed_at_several_moments_goes_on_in_its_folder(tmp_path: Path) -> None:
    needed = training(epochs=2 * EPOCHS)
    reached = []
    with in_background(partial(run_missing, [needed], tmp_path, jobs=1)) as study:
        wait_for(lambda: bool(run_names(tmp_path)), "begun")
        kill_the_process()  # before there is a checkpoint
        for _ in range(2):  # three kills would be too many if it did not come further
            wait_for(partial(has_later_checkpoint, tmp_path, checkpoint_of(tmp_path)), "further")
            (name,) = run_names(tmp_path)
            kill_the_process()
            reached.append(Checkpoint.read(tmp_path / name / CHECKPOINT_NAME).epoch)
        result = study.result(120)
    assert reached == sorted(reached)
    assert reached[-1] < 2 * EPOCHS
    assert digests(result) == {needed.key: trained_alone(needed).digest}
    assert [tmp_path / name for name in run_names(tmp_path)] == list(result.folders.values())
    (folder,) = result.folders.values()
    assert [epoch.epoch for epoch in read_metrics(folder)] == list(range(1, 2 * EPOCHS + 1))
    assert len(read_record(folder)["resumed"]) == 3


class Unseeing(Cluster):
    """One process on a machine that does not see the folder of runs, and how far what it was given had come."""

    def __init__(self, folder: Path) -> None:
        super().__init__(ThreadPoolExecutor(1), at_a_time=1)
        self.folder = folder
        self.begun: list[int] = []

    def train(self, training: Training, assignment: Assignment, **_: Any) -> Future[Delivery]:
        self.begun.append(epochs_of(assignment.begun))
        elsewhere = replace(assignment, landing=self.folder / "unseen")
        return self.executor.submit(train_apart, training, elsewhere, partial(Place, "w", self.folder))


@posix
def test_what_a_machine_without_the_folder_of_runs_has_trained_comes_back_in_pieces(
    tmp_path: Path, digest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "PIECE_SECONDS", 0.7)
    machine = tmp_path / "machine"
    machine.mkdir()
    cluster, runs = Unseeing(machine), tmp_path / "runs"
    with (
        cluster.executor,
        in_background(partial(run_missing, [training(epochs=EPOCHS)], runs, executor=cluster)) as study,
    ):
        wait_for(lambda: checkpoint_of(runs) > 0 and bool(training_children()), "a piece")
        (name,) = run_names(runs)
        assert read_record(runs / name)["outcome"] == "running"
        wait_for(lambda: bool(training_children()) and len(cluster.begun) > 1, "the next piece")
        lp.label(runs / name, name="mine")
        kill_the_process()
        result = study.result(120)
    assert digests(result) == {training(epochs=EPOCHS).key: digest}
    assert run_names(runs) == [name]
    assert cluster.begun == sorted(cluster.begun)
    assert len(cluster.begun) >= 4  # a first piece, one that was killed, that again, and the rest
    assert cluster.begun[1] == cluster.begun[2] > 0
    assert "resumed" not in read_record(runs / name)
    assert read_label(runs / name).name == "mine"
    assert list(machine.iterdir()) == []


def test_a_worker_waits_for_whoever_trains_the_run_and_takes_it(tmp_path: Path, digest: str) -> None:
    """As after its worker was killed, or when Dask has lost a worker from sight that goes on."""
    needed = training(epochs=EPOCHS)
    assignment = Assignment(needed.key, tmp_path / "run")
    first = Thread(target=train_one, args=(needed, assignment))
    first.start()
    wait_for(lambda: bool(run_names(tmp_path)), "begun")
    delivery = train_one(needed, assignment)
    first.join()
    assert delivery.outcome == tmp_path / "run"
    assert run_names(tmp_path) == ["run"]
    record = read_record(tmp_path / "run")
    assert record["results"]["digest"] == digest
    assert "resumed" not in record


def test_a_folder_that_somebody_else_has_is_left_to_him(tmp_path: Path) -> None:
    """Two processes may name one in the same millisecond."""
    other = trained_alone(training(2), tmp_path).folder or Path()
    before = SentRun.of(other)
    delivery = train_one(training(1), Assignment(training(1).key, other))
    assert isinstance(delivery.outcome, Path)
    assert read_record(delivery.outcome)["settings"]["seed"] == 1
    assert SentRun.of(other) == before


def pieces_of(needed: Training, folder: Path) -> list[SentRun]:
    """Return a run as it comes back from a machine that sees nothing: three pieces and the end."""
    pieces: list[SentRun] = []
    for seconds in (0.1, 0.1, 0.1, None):
        begun = pieces[-1] if pieces else None
        delivery = train_one(
            needed,
            Assignment(needed.key, Path("run"), folder / "unseen", begun=begun, pause_after=seconds, folder=folder),
        )
        assert isinstance(delivery.outcome, SentRun)
        pieces.append(delivery.outcome)
    return pieces


def test_a_driver_that_is_killed_while_a_piece_arrives_leaves_a_run_that_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is as if killed before each file that is moved."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    needed = training(epochs=4000)
    digest = trained_alone(needed).digest
    early, late, _, end = pieces_of(needed, scratch)
    assert 0 < epochs_of(early) < epochs_of(late) < 4000
    move = Path.replace

    class Killed(BaseException):
        pass

    for piece in (late, end):
        for moves in range(5):
            left = moves

            def moved(path: Path, target: Path) -> Path:
                nonlocal left
                if path.parent.parent.parent.name.startswith(".study-"):
                    if left == 0:
                        raise Killed
                    left -= 1
                return move(path, target)

            runs = tmp_path / f"{epochs_of(piece)}-{moves}"
            runs.mkdir()
            with open_landing(runs) as landing:
                folder = landing.receive(early)
                with monkeypatch.context() as patch:
                    patch.setattr(Path, "replace", moved)
                    with suppress(Killed):
                        assert landing.receive(piece, replaced=True) == folder
            if read_record(folder)["outcome"] == "running":
                lp.resume(folder, progress=False)
            assert read_record(folder)["results"]["digest"] == digest
            assert run_names(runs) == ["run"]
