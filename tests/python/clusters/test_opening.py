"""Opening a cluster changes nothing of the process that does so."""

import subprocess
import sys

import pytest

PROGRAM = """
import signal
from lenetpp.studies.clusters.opening import open_cluster
from lenetpp.studies.errors import StudyError

before = signal.getsignal(signal.SIGINT)
try:
    with open_cluster("slurm"):
        pass
except StudyError as error:
    print(error)
print(signal.getsignal(signal.SIGINT) is before)
"""


def test_ctrl_c_does_what_it_did_before_a_cluster_of_slurm_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASK_CONFIG", "/nonexistent")
    finished = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    *said, is_the_same = finished.stdout.splitlines()
    assert said[0].startswith("--cluster slurm: ")
    assert is_the_same == "True"
