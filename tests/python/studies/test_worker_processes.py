"""WorkerProcesses: a crash costs one call, an interruption is heard, and nobody is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, wait
from pathlib import Path

import pytest

from lenetpp.studies import worker_processes
from lenetpp.studies.worker_processes import WorkerError, WorkerProcesses

from . import calls
from .waiting import is_alive, wait_for

needs_posix = pytest.mark.skipif(os.name != "posix", reason="looks for processes by their numbers")


@pytest.fixture
def one() -> Iterator[WorkerProcesses]:
    with WorkerProcesses(1) as pool:
        yield pool


def test_calls_have_their_results_in_another_process(one: WorkerProcesses) -> None:
    products = [one.submit(calls.product, number, 7) for number in range(5)]
    assert [future.result(30) for future in products] == [0, 7, 14, 21, 28]
    processes = {one.submit(calls.process).result(30) for _ in range(3)}
    assert len(processes) == 1
    assert os.getpid() not in processes


def test_an_error_is_told_in_words_and_the_process_goes_on(one: WorkerProcesses) -> None:
    process = one.submit(calls.process).result(30)
    with pytest.raises(WorkerError, match=r"^TypeError: can't multiply sequence by non-int"):
        one.submit(calls.product, "a", "b").result(30)  # type: ignore[arg-type]
    assert one.submit(calls.process).result(30) == process


def test_a_process_that_dies_costs_one_call(one: WorkerProcesses) -> None:
    first, crash, last = one.submit(calls.process), one.submit(calls.crash), one.submit(calls.process)
    with pytest.raises(WorkerError, match=rf"^its process {first.result(30)} died with the exit code 7$"):
        crash.result(30)
    assert last.result(30) != first.result()


@needs_posix
def test_a_signal_that_killed_is_named(one: WorkerProcesses) -> None:
    with pytest.raises(WorkerError, match=r"died of the signal SIGKILL$"):
        one.submit(calls.kill_itself).result(30)


def test_what_is_called_may_print_and_read(one: WorkerProcesses) -> None:
    assert one.submit(calls.print_and_read).result(30) == ""
    assert one.submit(calls.product, 2, 3).result(30) == 6


def test_no_process_is_left_at_the_end() -> None:
    with WorkerProcesses(2) as pool:
        processes = {future.result(30) for future in [pool.submit(calls.process) for _ in range(8)]}
    assert not any(map(is_alive, processes))


def test_processes_that_cannot_start_break_the_executor(monkeypatch: pytest.MonkeyPatch, one: WorkerProcesses) -> None:
    monkeypatch.setattr(worker_processes, "__name__", "lenetpp.no_such_module")
    with pytest.raises(BrokenExecutor, match=r"^a worker process cannot be started: its process \d+ died with"):
        one.submit(calls.process).result(30)
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(BrokenExecutor, match=r"^a worker process cannot be started: .*/no/such/python"):
        one.submit(calls.process).result(30)


def test_an_interruption_is_heard_and_what_has_not_begun_is_cancelled(tmp_path: Path) -> None:
    pool = WorkerProcesses(2)
    marks = [tmp_path / "first", tmp_path / "second"]
    futures = [pool.submit(calls.sleep, mark, 60) for mark in (*marks, tmp_path / "third")]
    wait_for(lambda: all(mark.exists() and mark.read_text() for mark in marks), "both begun")
    processes = [int(mark.read_text()) for mark in marks]
    pool.interrupt()
    assert [mark.read_text() for mark in marks] == ["interrupted", "interrupted"]
    assert not any(map(is_alive, processes))
    assert len(wait(futures[:2], 5).done) == 2
    assert futures[2].cancelled()
    assert not (tmp_path / "third").exists()


@needs_posix
def test_a_process_that_does_not_listen_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_processes, "STOP_SECONDS", 0.3)
    pool, mark = WorkerProcesses(1), tmp_path / "mark"
    pool.submit(calls.be_deaf, mark)
    wait_for(lambda: mark.exists() and bool(mark.read_text()), "begun")
    pool.interrupt()
    assert not is_alive(int(mark.read_text()))


SCRIPT = """
import sys
from pathlib import Path
from python.studies import calls
from lenetpp.studies.worker_processes import WorkerProcesses

with WorkerProcesses(2) as pool:
    idle = pool.submit(calls.process).result()
    Path(sys.argv[1]).write_text(str(idle))
    pool.submit(calls.sleep, Path(sys.argv[2]), 60).result()
"""


@needs_posix
def test_processes_do_not_outlive_a_killed_parent_nor_run_its_script_again(tmp_path: Path, project_root: Path) -> None:
    script, idle, busy = (tmp_path / name for name in ("script.py", "idle", "busy"))
    script.write_text(SCRIPT)  # without the guard that multiprocessing asks for
    environment = os.environ | {"PYTHONPATH": str(project_root / "tests")}
    parent = subprocess.Popen([sys.executable, script, idle, busy], env=environment)
    wait_for(lambda: busy.exists() and bool(busy.read_text()), "begun")
    processes = [int(idle.read_text()), int(busy.read_text())]
    assert all(map(is_alive, processes))
    parent.send_signal(signal.SIGKILL)
    parent.wait(30)
    wait_for(lambda: not any(map(is_alive, processes)), "gone")
    assert busy.read_text() == "interrupted"
