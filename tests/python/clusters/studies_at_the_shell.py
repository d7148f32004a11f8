"""Studies that somebody has begun at the shell, and what their reports say in the end."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import lenetpp as lp

from ..studies.small_studies import told
from ..studies.trainings import run_names
from ..studies.waiting import wait_for

STUDY = """
title = "Machines"
seeds = 6
base = {{ {data} network = "1x28x28 | dense 10", test_per_class = 20, batch_size = 50 }}
factors.epochs = [3, 25]
questions.epochs = {{ title = "How many epochs?", compare = "epochs" }}
"""
RUNS = 12
TRAINING = "lenetpp.studies.worker_processes"
"""A word of the commands of the processes that train."""


def write_study(folder: Path, data: str = "") -> None:
    (folder / "study.toml").write_text(STUDY.format(data=data), encoding="utf-8")


class Study:
    """`lenetpp study` in a folder that has one."""

    def __init__(
        self, folder: Path, runs: str, cluster: str, *options: str, launcher: Sequence[str] = (sys.executable,)
    ) -> None:
        self.folder, self.runs = folder, folder / runs
        command = [*launcher, "-m", "lenetpp", "study", "study.toml", "--runs", runs, "--out", f"report-{runs}"]
        self.process = subprocess.Popen(
            [*command, "--cluster", cluster, "--json", *options],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def wait_for_runs(self, count: int) -> None:
        """Wait until so many are there."""

        def are_there() -> bool:
            assert self.process.poll() is None, self.process.communicate()
            return self.runs.is_dir() and len(run_names(self.runs)) >= count

        wait_for(are_there, f"{count} runs", 120)

    def end(self, code: int | None = 0) -> tuple[dict[str, Any], str]:
        """Return what it prints as JSON, and what it says meanwhile; None as code for any error."""
        try:
            output, errors = self.process.communicate(timeout=240)
        except subprocess.TimeoutExpired:
            self.process.kill()  # whose pipes would be found open by some later test
            _, errors = self.process.communicate()
            pytest.fail(f"the study does not end: {errors}")
        assert self.process.returncode == code if code is not None else self.process.returncode != 0, errors
        return json.loads(output) if code == 0 else {}, errors

    def told(self) -> dict[str, object]:
        """Return what its report says, from the runs that are there."""
        return told_from(self.folder, self.runs)


def told_from(folder: Path, runs: Path) -> dict[str, object]:
    """Return what the report of runs says; what is missing is trained here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return told(lp.study("study.toml", runs=runs, out=folder / f"report-{runs.name}"))


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
