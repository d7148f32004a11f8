"""Studies on machines that share nothing: killed, hung, full, unlike, and in the end what one machine says."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lenetpp.data.places import embedded_npz
from lenetpp.records.run_files import read_record
from proofs.clusters import PROGRESS

from ..studies.trainings import run_names
from ..studies.waiting import wait_for
from .machines import DRIVER, Machine, can_be_had, machines
from .studies_at_the_shell import RUNS, TRAINING, Study, kill, told_from, write_study

pytestmark = [
    pytest.mark.needs("ip"),
    pytest.mark.skipif(not can_be_had(), reason="needs network namespaces: a user who may make them, as root may"),
]

MACHINES = 3
PORT = 18786
SCHEDULER, CLUSTER = f"tcp://{DRIVER}:{PORT}", f"dask://{DRIVER}:{PORT}"
WORKER = "spawn_main"
"""A word of the commands of Dask's workers, which have those that train as children."""
OWN_DATA = 'data = "own.npz",'
"""They are nowhere but where the study is begun."""

GONE = f"the scheduler {SCHEDULER} has gone: the study goes on as soon as it is back, Ctrl-C ends it"

OTHER_NUMERICS = """
from lenetpp.basics import surroundings
numerics = surroundings.numerics()
surroundings.numerics = lambda: numerics | {"version": 99}
"""


class Cluster:
    """A scheduler on this machine, and workers on the others."""

    def __init__(self, machines: list[Machine]) -> None:
        self.machines = machines
        self.start_scheduler()
        for machine in machines:
            machine.start_worker(SCHEDULER)
        self.wait_for_workers()

    def start_scheduler(self) -> None:
        command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", DRIVER, "--port", str(PORT)]
        self.scheduler = subprocess.Popen(
            [*command, "--no-dashboard"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def wait_for_workers(self) -> None:
        wait_for(lambda: all(machine.processes(WORKER) for machine in self.machines), "workers", 60)

    def training(self) -> list[int]:
        """Return the processes that train, on all machines."""
        return [process for machine in self.machines for process in machine.processes(TRAINING)]

    def end(self) -> None:
        self.scheduler.kill()
        self.scheduler.wait()


@pytest.fixture(scope="module")
def begun_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that studies begin in, which no machine sees."""
    folder = tmp_path_factory.mktemp("driver")
    (folder / "own.npz").write_bytes(embedded_npz())
    write_study(folder, OWN_DATA)
    return folder


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, begun_in: Path) -> Iterator[Cluster]:
    with machines(MACHINES, tmp_path_factory.mktemp("machines"), begun_in) as made:
        cluster = Cluster(made)
        try:
            yield cluster
        finally:
            cluster.end()


@pytest.fixture(scope="module")
def alone(begun_in: Path) -> dict[str, object]:
    """What one machine says."""
    return told_from(begun_in, begun_in / "alone")


def test_killed_workers_lose_nothing_and_an_audit_finds_the_same_bits(
    cluster: Cluster, begun_in: Path, alone: dict[str, object]
) -> None:
    study = Study(begun_in, "killed", CLUSTER, "--audit", "40%")
    for count, machine in ((2, cluster.machines[0]), (5, cluster.machines[1])):
        study.wait_for_runs(count)
        kill(machine.processes(WORKER)[0])
    content, _ = study.end()
    assert (content["runs"], content["trained"], content["failures"]) == (12, 12, [])
    audit = content["audit"]
    assert isinstance(audit, dict)
    assert audit["differing"] == {}
    assert len(audit["same"]) >= 2
    assert study.told() == alone
    assert len(run_names(study.runs)) == 12  # nothing twice
    assert all(machine.temporaries() == [] for machine in cluster.machines)


def test_data_are_sent_once_a_worker(cluster: Cluster, begun_in: Path) -> None:
    cluster.wait_for_workers()
    before = [_sent_to(machine) for machine in cluster.machines]
    write_study(begun_in, f"{OWN_DATA} validation_per_class = 1,")  # others than any worker was sent before
    try:
        assert Study(begun_in, "sent", CLUSTER).end()[0]["runs"] == RUNS
    finally:
        write_study(begun_in, OWN_DATA)
    size = 28 * 28 * 5000
    sent = [_sent_to(machine) - earlier for machine, earlier in zip(cluster.machines, before, strict=True)]
    assert all(each < 1.5 * size for each in sent), sent
    assert any(each > size for each in sent), sent


def _sent_to(machine: Machine) -> int:
    return int(Path(f"/sys/class/net/{machine.wire}/statistics/tx_bytes").read_text())


def test_a_killed_driver_leaves_workers_clean_and_the_same_command_goes_on(
    cluster: Cluster, begun_in: Path, alone: dict[str, object]
) -> None:
    study = Study(begun_in, "driver", CLUSTER)
    study.wait_for_runs(3)
    study.process.kill()
    study.process.communicate()
    wait_for(lambda: not cluster.training() and not any(each.temporaries() for each in cluster.machines), "clean")
    done = {name: (study.runs / name / "run.toml").stat().st_mtime_ns for name in run_names(study.runs)}
    study = Study(begun_in, "driver", CLUSTER)
    content, _ = study.end()
    assert content["trained"] == 12 - len(done)
    assert {name: (study.runs / name / "run.toml").stat().st_mtime_ns for name in done} == done
    assert study.told() == alone


def test_ctrl_c_leaves_workers_clean(cluster: Cluster, begun_in: Path) -> None:
    study = Study(begun_in, "interrupted", CLUSTER, "--time-limit", "60")
    study.wait_for_runs(2)
    study.process.send_signal(signal.SIGINT)
    _, errors = study.end(code=130)
    assert re.search(
        r"stopped by Ctrl-C: \d+ of 12 runs are done\nrun the same command again to continue$", errors.strip()
    ), errors
    wait_for(lambda: not cluster.training() and not any(each.temporaries() for each in cluster.machines), "clean")
    assert all(machine.processes(WORKER) for machine in cluster.machines)


def test_a_training_that_hangs_is_stopped_and_done_again(
    cluster: Cluster, begun_in: Path, alone: dict[str, object]
) -> None:
    study = Study(begun_in, "hanging", CLUSTER, "--time-limit", "4")
    study.wait_for_runs(1)
    hanging = cluster.training()[0]
    os.kill(hanging, signal.SIGSTOP)
    content, _ = study.end()
    assert content["failures"] == []
    assert study.told() == alone
    with pytest.raises(ProcessLookupError):
        os.kill(hanging, 0)


def test_a_worker_that_is_not_like_the_others_is_named_and_does_not_train(
    cluster: Cluster, begun_in: Path, tmp_path: Path, alone: dict[str, object]
) -> None:
    """One has another version of the numerics, one a disk that is full."""
    (tmp_path / "sitecustomize.py").write_text(OTHER_NUMERICS, encoding="utf-8")
    odd, full, _ = cluster.machines
    odd.stop()
    full.stop()
    odd.start_worker(SCHEDULER, variables={"PYTHONPATH": str(tmp_path)})
    full.start_worker(SCHEDULER, kilobytes=100)
    cluster.wait_for_workers()
    study = Study(begun_in, "unlike", CLUSTER)
    content, errors = study.end()
    assert (content["runs"], content["failures"]) == (12, [])
    assert re.search(
        rf"tcp://{odd.address}:\d+ does not train: something else would be trained .* numerics version 99", errors
    )
    assert study.told() == alone
    odd.stop()
    full.stop()
    odd.start_worker(SCHEDULER)
    full.start_worker(SCHEDULER)


def test_the_study_waits_for_a_scheduler_that_has_gone_and_says_so_in_one_line(
    cluster: Cluster, begun_in: Path, alone: dict[str, object]
) -> None:
    cluster.wait_for_workers()
    study = Study(begun_in, "scheduler", CLUSTER)
    study.wait_for_runs(3)
    cluster.end()
    wait_for(lambda: not cluster.training(), "clean")
    for machine in cluster.machines:
        machine.stop()
    cluster.start_scheduler()
    for machine in cluster.machines:
        machine.start_worker(SCHEDULER)
    content, errors = study.end()
    assert [line for line in errors.splitlines() if not PROGRESS.match(line)] == [GONE]
    assert (content["trained"], content["failures"]) == (RUNS, [])
    assert study.told() == alone
    assert len(run_names(study.runs)) == RUNS
    assert {read_record(study.runs / name)["outcome"] for name in run_names(study.runs)} == {"finished"}


@pytest.mark.parametrize("seconds", [1, 12], ids=["at first", "after Dask's client has given up"])
def test_ctrl_c_ends_the_waiting_for_a_scheduler(cluster: Cluster, begun_in: Path, seconds: float) -> None:
    cluster.wait_for_workers()
    study = Study(begun_in, f"waiting-{seconds}", CLUSTER)
    study.wait_for_runs(2)
    cluster.end()
    time.sleep(seconds)
    pressed = time.monotonic()
    study.process.send_signal(signal.SIGINT)
    _, errors = study.end(code=130)
    assert time.monotonic() - pressed < 5
    gone, stopped, same = (line for line in errors.splitlines() if not PROGRESS.match(line))
    assert gone == GONE
    assert re.fullmatch(r".*stopped by Ctrl-C: \d+ of 12 runs are done", stopped)
    assert same == "run the same command again to continue"
    for machine in cluster.machines:
        machine.stop()
    cluster.start_scheduler()
    for machine in cluster.machines:
        machine.start_worker(SCHEDULER)
