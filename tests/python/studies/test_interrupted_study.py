"""``lenetpp study`` that is stopped or killed half way goes on where it was, and says the same in the end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

import lenetpp as lp
from lenetpp.records.run_files import is_being_trained, read_record
from lenetpp.studies.result import StudyResult

from ..command import Command
from .small_studies import told, write_study
from .trainings import run_names
from .waiting import wait_for

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends signals")

LONG_AND_SHORT = """
title = "Long"
seeds = 2
base = { network = "1x28x28 | dense 10", train_per_class = 10, test_per_class = 10 }
factors.epochs = [2, 1000]
questions.epochs = { title = "How many epochs?", compare = "epochs" }
"""
"""The long trainings come first: while the second of them is done, one run has finished and two have not begun."""


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    folder = tmp_path_factory.mktemp("uninterrupted")
    file = write_study(folder, LONG_AND_SHORT, "long.toml")
    return lp.study(file, jobs=2, runs=folder / "runs", out=folder / "report")


def outcomes(runs: Path) -> dict[str, str]:
    """By the names of the runs; one whose process was killed still says that it is running."""
    return {name: str(read_record(runs / name)["outcome"]) for name in run_names(runs)}


def stopped_half_way(file: Path, runs: Path, sent: signal.Signals) -> "subprocess.CompletedProcess[str]":
    """Start a study, send it a signal while its second run is being trained, and wait until nobody trains any more."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lenetpp", "study", str(file), "--runs", str(runs), "--jobs", "1"],
        cwd=file.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    def second_is_trained() -> bool:
        assert process.poll() is None, process.communicate()
        found = {outcome: name for name, outcome in outcomes(runs).items()}
        if set(found) != {"finished", "running"}:
            return False
        metrics = runs / found["running"] / "metrics.jsonl"
        return metrics.exists() and metrics.stat().st_size > 0

    wait_for(second_is_trained, "half way")
    # Its worker stands still until the study knows, however busy the machine is; for ten seconds it is waited for.
    workers = psutil.Process(process.pid).children(recursive=True)
    for worker in workers:
        worker.suspend()
    assert second_is_trained()
    process.send_signal(sent)
    time.sleep(3)
    for worker in workers:
        worker.resume()
    output, errors = process.communicate(timeout=30)
    wait_for(lambda: not any(is_being_trained(runs / name) for name in run_names(runs)), "stopped")
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def state_of(folder: Path) -> dict[str, Any]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT], ids=lambda sent: sent.name)
def test_a_study_goes_on_and_says_what_it_would_have_said_without_the_interruption(
    uninterrupted: StudyResult, lenetpp: Command, tmp_path: Path, sent: signal.Signals
) -> None:
    file, runs, report = write_study(tmp_path, LONG_AND_SHORT, "long.toml"), tmp_path / "runs", tmp_path / "report"
    stopped = stopped_half_way(file, runs, sent)
    if sent == signal.SIGINT:
        assert stopped.returncode == 130
        planning, begins, done, *last = stopped.stderr.splitlines()
        assert planning.startswith("planning: ")
        assert begins == "run 0/4: the time left is known after the first run"
        assert done.startswith("run 1/4 done, ")
        assert last == ["stopped by Ctrl-C: 1 of 4 runs are done", "run the same command again to continue"]
    else:
        assert stopped.returncode == -signal.SIGKILL
    assert not (tmp_path / "studies" / "long" / "report.md").exists()
    (finished,) = (name for name, outcome in outcomes(runs).items() if outcome == "finished")
    (begun,) = set(run_names(runs)) - {finished}
    epochs = (runs / begun / "metrics.jsonl").read_bytes()
    assert 0 < epochs.count(b"\n") < 1000
    before = state_of(runs / finished)

    content = lenetpp.json("study", file, "--runs", runs, "--out", report, "--jobs", 2)
    assert (content["runs"], content["trained"], content["failures"]) == (4, 3, [])
    assert state_of(runs / finished) == before
    assert len(run_names(runs)) == 4
    # Its worker process had the time to keep what it had done: nothing is trained a second time.
    assert len(read_record(runs / begun)["resumed"]) == 1
    assert (runs / begun / "metrics.jsonl").read_bytes().startswith(epochs)

    found = lp.study(file, runs=runs, out=report)
    assert found.trained == 0
    assert told(found) == told(uninterrupted)
