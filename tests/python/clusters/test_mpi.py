"""Studies on the processes of mpiexec: the same as on one machine, also after one of them was killed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mpi4py", reason="mpi4py is not installed")
pytest.importorskip("jinja2", reason="Jinja2 is not installed")
pytest.importorskip("matplotlib", reason="Matplotlib is not installed")
pytest.importorskip("pydantic", reason="pydantic is not installed")
pytest.importorskip("scipy", reason="SciPy is not installed")

from ..studies.trainings import run_names
from ..studies.waiting import wait_for
from .studies_at_the_shell import RUNS, Study, kill, told_from, write_study

MPIEXEC = shutil.which("mpiexec")
pytestmark = pytest.mark.skipif(MPIEXEC is None, reason="there is no mpiexec")
LAUNCHER = ("mpiexec", "-n", "3", sys.executable, "-m", "mpi4py.futures")


def processes_of(study: Study) -> dict[int, str]:
    """Return all processes that come from a study, and their commands."""
    listed = subprocess.run(["ps", "-ax", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
    lines = (line.split(None, 2) for line in listed.stdout.splitlines())
    rows = [(int(pid), int(parent), rest) for pid, parent, rest in lines]
    found = {study.process.pid: ""}
    for _ in range(6):  # deep enough: mpiexec, its proxy, a rank, a training
        found |= {pid: rest for pid, parent, rest in rows if parent in found}
    return found


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
