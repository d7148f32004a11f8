"""Studies on Slurm: a real one, of one node that is this machine."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..studies.waiting import wait_for
from .studies_at_the_shell import RUNS, Study, told_from, write_study

pytestmark = [
    pytest.mark.needs("slurmctld", "slurmd", "sbatch"),
    pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="needs the user root: Slurm's daemons run as it"),
]

CONFIGURATION = """
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/slurm
CredType=auth/slurm
AuthInfo=use_client_ids
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
MpiDefault=none
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs=4 RealMemory=4000
PartitionName=all Nodes={host} Default=YES
"""


@pytest.fixture
def slurm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder, host = tmp_path / "slurm", socket.gethostname().partition(".")[0]
    for name in ("state", "spool"):
        (folder / name).mkdir(parents=True)
    (folder / "slurm.conf").write_text(CONFIGURATION.format(folder=folder, host=host), encoding="utf-8")
    key = folder / "slurm.key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o600)
    monkeypatch.setenv("SLURM_CONF", str(folder / "slurm.conf"))
    processes = []
    try:
        for command in (["slurmctld", "-D", "-i"], ["slurmd", "-D", "-N", host]):
            with (folder / f"{command[0]}.out").open("wb") as log:
                processes.append(subprocess.Popen(command, stdout=log, stderr=log))

        def is_idle() -> bool:
            said = subprocess.run(["sinfo", "-h", "-o", "%T"], capture_output=True, text=True, check=False)
            return said.stdout.strip() == "idle"

        wait_for(is_idle, "a node", 60)
        yield
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(30)


@pytest.mark.usefixtures("slurm")
def test_jobs_train_and_end_with_the_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project_root: Path) -> None:
    guide = (project_root / "docs" / "guides" / "clusters.md").read_text(encoding="utf-8")
    configuration = tmp_path / "jobqueue.yaml"
    configuration.write_text(guide.partition("```yaml\n# jobqueue.yaml\n")[2].partition("```")[0], encoding="utf-8")
    monkeypatch.setenv("DASK_CONFIG", str(configuration))
    write_study(tmp_path)
    content, errors = Study(tmp_path, "runs", "slurm", "--jobs", "2", "--audit", "10%").end()
    assert (content["runs"], content["failures"], content["audit"]["differing"]) == (RUNS, [], {})
    assert "dashboard: http://" in errors

    def are_gone() -> bool:
        said = subprocess.run(["squeue", "-h"], capture_output=True, text=True, check=True)
        return not said.stdout.strip()

    wait_for(are_gone, "the end of all jobs", 60)
    assert told_from(tmp_path, tmp_path / "runs") == told_from(tmp_path, tmp_path / "alone")
