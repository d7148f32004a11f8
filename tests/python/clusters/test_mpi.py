"""Studies on the processes of mpiexec: the same as on one machine, also after one of them was killed."""

import sys
from pathlib import Path

import psutil
import pytest

import needs

from ..studies.trainings import run_names
from ..studies.waiting import wait_for
from .studies_at_the_shell import RUNS, Study, kill, told_from, write_study

pytestmark = pytest.mark.needs("mpiexec")
LAUNCHER = (str(needs.found("mpiexec")), "-n", "3", sys.executable, "-m", "mpi4py.futures")


def processes_of(study: Study) -> dict[int, str]:
    """Return all processes that come from a study, and their commands."""
    children = psutil.Process(study.process.pid).children(recursive=True)
    return {study.process.pid: ""} | {each.pid: " ".join(each.cmdline()) for each in children}


def test_ranks_train_and_a_killed_one_costs_nothing_but_the_same_command(tmp_path: Path) -> None:
    write_study(tmp_path)
    study = Study(tmp_path, "runs", "mpi", launcher=LAUNCHER)
    study.wait_for_runs(3)
    processes = processes_of(study)
    ranks = [pid for pid, command in processes.items() if "-m mpi4py.futures" in command and "mpiexec" not in command]
    assert len(ranks) == 3
    kill(max(ranks))
    study.end(code=None)
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in processes), "gone")
    done = run_names(study.runs)

    study = Study(tmp_path, "runs", "mpi", "--audit", "10%", launcher=LAUNCHER)
    content, _ = study.end()
    assert (content["runs"], content["failures"], content["audit"]["differing"]) == (RUNS, [], {})
    assert len(content["audit"]["same"]) >= 1
    assert set(done) <= set(run_names(study.runs))
    assert len(run_names(study.runs)) == RUNS  # what was begun went on in its folder
    assert study.told() == told_from(tmp_path, tmp_path / "alone")


def test_a_single_process_is_told_how_to_begin(tmp_path: Path) -> None:
    write_study(tmp_path)
    _, errors = Study(tmp_path, "runs", "mpi").end(code=1)
    assert "--cluster mpi: there is one process and none to train: mpiexec -n 5 python -m mpi4py.futures" in errors
