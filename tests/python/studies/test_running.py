"""run_missing(): nothing is trained twice, a failure costs its own run, and the bits are those of lenetpp.train."""

import os
import shutil
import threading
import time
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

import lenetpp as lp
from lenetpp.basics import surroundings
from lenetpp.records import recorded_runs
from lenetpp.records.run_files import CHECKPOINT_NAME, is_being_trained, read_record
from lenetpp.records.run_writer import RunWriter
from lenetpp.studies.running import run_missing
from lenetpp.studies.runs_by_key import RunsByKey

from .calls import CrashingProcesses
from .trainings import DENSE, digests, run_names, trained_alone, training, trainings
from .waiting import wait_for


class InOrder(ThreadPoolExecutor):
    """One thread, and what it was given to train, in order."""

    def __init__(self) -> None:
        super().__init__(1)
        self.given: list[Any] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.given.append(args[0])
        return super().submit(fn, *args, **kwargs)


# The same runs, whoever trains them


def test_any_executor_gives_the_bits_of_train(tmp_path: Path) -> None:
    needed = [*trainings(1, 2), training(1, dtype="float64"), training(1, network="lenet5", train_per_class=10)]
    expected = {each.key: trained_alone(each).digest for each in needed}
    assert len(set(expected.values())) == 4
    assert digests(run_missing(needed, tmp_path / "one", jobs=1)) == expected
    assert digests(run_missing(needed, tmp_path / "two", jobs=2)) == expected
    with ThreadPoolExecutor(2) as pool:
        assert digests(run_missing(needed, tmp_path / "threads", executor=pool)) == expected
        assert pool.submit(int, "7").result() == 7  # it is the caller's


def test_a_run_that_exists_is_never_trained_again(tmp_path: Path) -> None:
    by_hand = trained_alone(training(2), tmp_path)
    extended = lp.resume(trained_alone(training(3, epochs=1), tmp_path).folder or "", epochs=2)
    with InOrder() as pool:
        first = run_missing(trainings(1, 2, 3, 3), tmp_path, executor=pool)
        assert [each.settings.seed for each in pool.given] == [1]
        assert first.trained == {training(1).key}
        assert first.folders[training(2).key] == by_hand.folder
        assert first.folders[training(3).key] == extended.folder
        # Another study, which shares two of them.
        second = run_missing(trainings(2, 1, 4), tmp_path, executor=pool)
        assert [each.settings.seed for each in pool.given] == [1, 4]
        assert second.trained == {training(4).key}
        assert all(second.folders[key] == first.folders[key] for key in (training(1).key, training(2).key))
    assert len(run_names(tmp_path)) == 4


def test_of_equal_runs_the_oldest_finished_one_counts(tmp_path: Path) -> None:
    folders = [trained_alone(training(), tmp_path).folder or Path() for _ in range(3)]
    (folders[0] / "model.safetensors").unlink()
    found = run_missing([training()], tmp_path)
    assert found.folders == {training().key: folders[1]}
    assert not found.trained


def test_what_is_no_run_or_another_one_is_passed_over(tmp_path: Path) -> None:
    whole = trained_alone(training(), tmp_path).folder or Path()
    for name, change in {
        "a": (f"version = {surroundings.numerics()['version']}\n", "version = 99\n"),
        "b": ("seed = 1", "seed = 7"),
        "c": ("[settings]", "[settings"),
        "d": (f'text = "{DENSE}"', "text = 3"),
    }.items():
        shutil.copytree(whole, tmp_path / name)
        record = (whole / "run.toml").read_text(encoding="utf-8")
        assert change[0] in record
        (tmp_path / name / "run.toml").write_text(record.replace(*change), encoding="utf-8")
    (tmp_path / "e").mkdir()
    (tmp_path / "f").write_text("no folder")
    shutil.copytree(whole, tmp_path / "g")
    (tmp_path / "g" / "metrics.jsonl").write_text("{\n")
    shutil.rmtree(whole)
    result = run_missing([training()], tmp_path, jobs=1)
    assert result.trained == {training().key}
    assert result.folders[training().key].name not in {"a", "b", "c", "d", "e", "f", "g"}


def test_the_longest_trainings_come_first(tmp_path: Path) -> None:
    short, long = training(epochs=1), training(epochs=3)
    # 64 times the multiply-adds, a tenth of the images: 6.4 times the work of `short`.
    large = training(epochs=1, network="1x28x28 | dense 640 | dense 10", train_per_class=2)
    with InOrder() as pool:
        run_missing([short, long, large], tmp_path, executor=pool)
    assert pool.given == [large, long, short]


# What was begun, and what others do


def test_an_unfinished_run_goes_on_in_its_folder(tmp_path: Path) -> None:
    wanted = training(epochs=3)
    whole = trained_alone(training(epochs=2), tmp_path)
    record = whole.folder / "run.toml" if whole.folder else Path()
    # As if it had been killed after the second epoch of three.
    text = record.read_text(encoding="utf-8").replace('outcome = "finished"', 'outcome = "running"')
    record.write_text(text.replace("epochs = 2", "epochs = 3"), encoding="utf-8")
    result = run_missing([wanted], tmp_path, jobs=1)
    assert result.folders == {wanted.key: whole.folder}
    assert len(read_record(record.parent)["resumed"]) == 1
    assert digests(result) == {wanted.key: trained_alone(wanted).digest}


def test_an_unfinished_run_that_cannot_go_on_is_trained_anew(tmp_path: Path) -> None:
    begun = trained_alone(training(), tmp_path).folder or Path()
    record = (begun / "run.toml").read_text(encoding="utf-8")
    (begun / "run.toml").write_text(record.replace('outcome = "finished"', 'outcome = "failed"'), encoding="utf-8")
    (begun / CHECKPOINT_NAME).write_bytes(b"damaged")
    result = run_missing([training()], tmp_path, jobs=1)
    assert result.folders[training().key] != begun
    assert digests(result) == {training().key: trained_alone(training()).digest}


def test_a_run_that_another_process_trains_is_waited_for(tmp_path: Path) -> None:
    wanted = training(epochs=500)
    other = threading.Thread(target=trained_alone, args=(wanted, tmp_path))
    other.start()
    wait_for(lambda: any(tmp_path.glob("*/run.toml")), "begun")
    (folder,) = (path.parent for path in tmp_path.glob("*/run.toml"))
    assert is_being_trained(folder)
    result = run_missing([wanted, training(2)], tmp_path, jobs=1)
    other.join()
    assert result.trained == {training(2).key}
    assert result.folders[wanted.key] == folder
    assert len(run_names(tmp_path)) == 2


def test_a_run_that_ends_while_it_is_looked_at_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = trained_alone(training(), tmp_path).folder or Path()
    finished = (folder / "run.toml").read_text(encoding="utf-8")

    def ends_now(looked_at: Path) -> bool:
        (folder / "run.toml").write_text(finished, encoding="utf-8")
        return is_being_trained(looked_at)

    known = RunsByKey(tmp_path, {training().data_digest})
    (folder / "run.toml").write_text(finished.replace('"finished"', '"running"', 1), encoding="utf-8")
    monkeypatch.setattr(recorded_runs, "is_being_trained", ends_now)
    found = known.find(training().key)
    assert found is not None
    assert found.state == "finished"


def test_a_process_that_does_nothing_is_not_waited_for(tmp_path: Path) -> None:
    model = trained_alone(training(), tmp_path / "elsewhere").folder or Path()
    content = read_record(model)
    with RunWriter.create(
        tmp_path, {name: content[name] for name in ("network", "data", "settings", "numerics")}
    ) as held:
        long_ago = time.time() - 600
        for path in held.folder.iterdir():
            os.utime(path, (long_ago, long_ago))
        result = run_missing([training()], tmp_path, jobs=1)
    assert result.trained == {training().key}
    assert result.folders[training().key] != held.folder


# Failures


def test_a_divergence_is_reported_at_once_and_never_trained_again(tmp_path: Path) -> None:
    bad = training(learning_rate=1e30, network="1x28x28 | dense 20 relu | dense 10")
    with InOrder() as pool:
        for _ in range(2):
            result = run_missing([bad, training(2)], tmp_path, executor=pool)
            assert list(result.failures) == [bad.key]
            assert result.failures[bad.key].reason.startswith(
                "training diverged (NaN or infinite values): in epoch 1, step"
            )
            assert list(result.folders) == [training(2).key]
        assert len(pool.given) == 2


def test_a_crash_costs_one_try(tmp_path: Path) -> None:
    with CrashingProcesses(tmp_path / "marks", seed=2, times=1) as pool:
        result = run_missing(trainings(1, 2, 3), tmp_path / "runs", executor=pool)
        assert pool.tries == 2
    assert not result.failures
    assert digests(result) == {each.key: trained_alone(each).digest for each in trainings(1, 2, 3)}


def test_three_crashes_are_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    with CrashingProcesses(tmp_path / "marks", seed=2, times=3) as pool:
        result = run_missing(trainings(1, 2, 3), tmp_path / "runs", executor=pool)
        assert pool.tries == 3
        (failure,) = result.failures.values()
        assert failure.training == training(2)
        assert failure.reason.startswith("failed 3 times, at last with: its process ")
        assert failure.reason.endswith(" died with the exit code 7")
        assert len(result.folders) == 2
        # The next study tries again.
        assert len(run_missing(trainings(1, 2, 3), tmp_path / "runs", executor=pool).folders) == 3


def test_data_that_have_changed_are_reported(tmp_path: Path) -> None:
    changed = replace(training(1), data_digest="0" * 64)
    result = run_missing([changed, training(2)], tmp_path, jobs=1)
    assert "have changed since the study was planned" in result.failures[changed.key].reason
    assert list(result.folders) == [training(2).key]


def broken_processes() -> Executor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=os._exit, initargs=(1,))


def closed_threads() -> Executor:
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    return pool


@pytest.mark.parametrize("broken", [broken_processes, closed_threads])
def test_a_broken_executor_is_an_error_that_says_what_is_done(tmp_path: Path, broken: Any) -> None:
    done = trained_alone(training(1), tmp_path).folder
    with pytest.raises(
        BrokenExecutor, match=r"^the executor takes no more work \(.+\): 1 of 3 runs are done and kept$"
    ):
        run_missing(trainings(1, 2, 3), tmp_path, executor=broken())
    assert run_missing(trainings(1), tmp_path).folders == {training(1).key: done}


def test_what_the_caller_cancels_is_an_error_and_no_endless_wait(tmp_path: Path) -> None:
    class Cancelled(Executor):
        def submit(self, _fn: Any, /, *_args: Any, **_kwargs: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.cancel()
            return future

    with pytest.raises(BrokenExecutor, match="CancelledError"):
        run_missing([training()], tmp_path, executor=Cancelled())


def test_a_folder_that_cannot_be_made_is_an_error_at_once(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("no folder")
    with pytest.raises(OSError, match="runs"):
        run_missing([training()], tmp_path / "runs")


@pytest.mark.parametrize("jobs", [0, -1])
def test_jobs_must_be_positive(tmp_path: Path, jobs: int) -> None:
    with pytest.raises(ValueError, match=f"^jobs must be at least 1, but is {jobs}$"):
        run_missing([training()], tmp_path, jobs=jobs)


def test_nothing_to_do_makes_no_folder(tmp_path: Path) -> None:
    assert run_missing([], tmp_path / "runs").folders == {}
    assert not (tmp_path / "runs").exists()
