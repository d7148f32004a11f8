"""Studies on Dask whose workers and schedulers are killed: nothing that a checkpoint holds is trained again."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil

import lenetpp as lp
from lenetpp.records.run_files import CHECKPOINT_NAME, RecordError, is_being_trained, read_record

STUDY = """
title = "Killed"
seeds = {seeds}
base = {{ network = "1x28x28 | dense 10", train_per_class = 20, test_per_class = 10 }}
factors.epochs = [{epochs}]
questions.epochs = {{ title = "How many epochs?", compare = "epochs" }}
"""
LOGGED = """
import os
from lenetpp.records.run_writer import RunWriter

def logged(name, what):
    method = getattr(RunWriter, name)
    def call(self, *arguments):
        method(self, *arguments)
        line = f"{self.folder.name} {self.epochs} {what}\\n"
        file = os.open(os.environ["PROOF_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, line.encode())
        os.close(file)
    setattr(RunWriter, name, call)

logged("add_epoch", "epoch")
logged("save_checkpoint", "checkpoint")
"""
"""What workers note of each epoch and checkpoint."""
PROGRESS = re.compile(r"run \d|planning: |answering ")
LONGEST_SECONDS = 1800.0


class DaskOfTwo:
    """A scheduler and two workers of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "log"
        self.log.touch()
        (folder / "site").mkdir()
        (folder / "site" / "sitecustomize.py").write_text(LOGGED, encoding="utf-8")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()

    def start(self) -> None:
        here = ("--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")
        self.scheduler = self._started("scheduler", *here)
        there = ("--nworkers", "2", "--nthreads", "1", "--no-dashboard", "--local-directory", str(self.folder / "dask"))
        self.workers = self._started("worker", f"tcp://127.0.0.1:{self.port}", *there)

    def _started(self, what: str, *options: str) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{what}.txt").open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{what}", *options],
                env=os.environ | {"PYTHONPATH": str(self.folder / "site"), "PROOF_LOG": str(self.log)},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the scheduler in this way, and then its workers, which end by themselves, too."""
        self.scheduler.send_signal(how)
        self.scheduler.wait()
        self.workers.terminate()
        self.workers.wait()


@contextmanager
def _study(folder: Path, seeds: int, epochs: str) -> Iterator[tuple[DaskOfTwo, "subprocess.Popen[str]", Path]]:
    """Have a study that trains on Dask, and its folder of runs."""
    (folder / "study.toml").write_text(STUDY.format(seeds=seeds, epochs=epochs), encoding="utf-8")
    dask, runs = DaskOfTwo(folder), folder / "runs"
    options = ("--runs", str(runs), "--out", str(folder / "report"), "--cluster", f"dask://127.0.0.1:{dask.port}")
    command = [sys.executable, "-m", "lenetpp", "study", "study.toml", *options]
    with (folder / "errors.txt").open("w", encoding="utf-8") as errors:
        study = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=errors, text=True)
    try:
        yield dask, study, runs
    finally:
        study.kill()
        study.wait()
        dask.end()


def prove_killed_workers(folder: Path, count: int = 60, epochs: str = "600, 1000", seed: int = 1) -> str:
    """Kill workers of Dask, and the processes that they train in, until `count` trainings are done."""
    random, kills, killed_at = np.random.default_rng(seed), 0, dict[Path, int]()
    with _study(folder, count // 2, epochs) as (dask, study, runs):
        deadline = time.monotonic() + LONGEST_SECONDS
        while study.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(random.uniform(0.3, 1.5))
            for run, process in _trained_now(runs).items():
                reached = _checkpoint_time(run)
                if kills >= 3 * count or killed_at.get(run) == reached:
                    continue  # a training may be killed three times before it comes further, and then not
                killed_at[run] = reached
                victim = process if random.random() < 0.5 else _parent(process)
                if victim is not None and _kill(victim):
                    kills += 1
                break
        assert study.returncode == 0, (folder / "errors.txt").read_text(encoding="utf-8")
    _check_runs(folder, count)
    trained = _check_log(dask.log)
    needed = count // 2 * sum(map(int, epochs.split(",")))
    assert kills > 0
    return (
        f"{count} trainings on Dask, {kills} times a worker or its process was killed: {count} folders, all finished, "
        f"with the digests of trainings that nobody killed; {trained - needed} of {needed} epochs were trained twice, "
        "none that a checkpoint held"
    )


def prove_killed_schedulers(
    folder: Path, count: int = 20, seeds: int = 4, epochs: str = "40000, 60000", seed: int = 1
) -> str:
    """End the scheduler `count` times while a study trains; each time it comes back after some seconds."""
    random = np.random.default_rng(seed)
    with _study(folder, seeds, epochs) as (dask, study, runs):
        for number in range(count):
            _wait_for_trainings(study, runs)
            time.sleep(random.uniform(0, 2))
            dask.end((signal.SIGKILL, signal.SIGTERM)[number % 2])
            # Dask's client tries it for ten seconds by itself.
            time.sleep(12 if number % 5 == 4 else random.uniform(0, 3))
            dask.start()
        assert study.wait(LONGEST_SECONDS) == 0, (folder / "errors.txt").read_text(encoding="utf-8")
    said = (folder / "errors.txt").read_text(encoding="utf-8").splitlines()
    others = [line for line in said if not PROGRESS.match(line)]
    address = f"tcp://127.0.0.1:{dask.port}"
    gone = f"the scheduler {address} has gone: the study goes on as soon as it is back, Ctrl-C ends it"
    assert others == [gone] * count, others
    _check_runs(folder, 2 * seeds)
    _check_log(dask.log)
    return (
        f"{count} times a scheduler was ended, by SIGKILL and SIGTERM in turn, and begun again: the study went on, "
        f"said one line each time, and ended with exit code 0 and {2 * seeds} finished runs"
    )


def _trained_now(runs: Path) -> dict[Path, int]:
    """Return the processes that train, by the folders of the runs."""
    found = {}
    for folder in sorted(runs.glob("[!.]*")):
        try:
            if is_being_trained(folder):
                found[folder] = int(read_record(folder)["machine"]["process"])
        except (RecordError, OSError):
            continue
    return found


def _checkpoint_time(folder: Path) -> int:
    try:
        return (folder / CHECKPOINT_NAME).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _parent(process: int) -> int | None:
    try:
        return int(psutil.Process(process).ppid())
    except psutil.NoSuchProcess:
        return None


def _kill(process: int) -> bool:
    """Kill a worker or what it trains in, and nothing else."""
    try:
        command = " ".join(psutil.Process(process).cmdline())
        if "worker_processes" in command or "spawn_main" in command:
            os.kill(process, signal.SIGKILL)
            return True
    except (psutil.NoSuchProcess, ProcessLookupError):
        pass
    return False


def _wait_for_trainings(study: "subprocess.Popen[str]", runs: Path) -> None:
    deadline = time.monotonic() + LONGEST_SECONDS
    while not _trained_now(runs):
        assert study.poll() is None, "the study has ended"
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _check_runs(folder: Path, count: int) -> None:
    """Check that there are the runs of the study and nothing else, with the bits of those that one machine trains."""
    names = [path.name for path in (folder / "runs").iterdir() if path.is_dir()]
    assert len(names) == count, names
    with_kills, alone = ({}, {})  # type: ignore[var-annotated]
    lp.study(folder / "study.toml", runs=folder / "alone", out=folder / "report-alone", progress=False)
    for digests, runs in ((with_kills, folder / "runs"), (alone, folder / "alone")):
        for path in runs.glob("[!.]*/run.toml"):
            record = read_record(path.parent)
            assert record["outcome"] == "finished", path
            digests[record["settings"]["epochs"], record["settings"]["seed"]] = record["results"]["digest"]
    assert len(alone) == count
    assert with_kills == alone


def _check_log(log: Path) -> int:
    """Check that no epoch was trained again that a checkpoint held; return how many were trained."""
    held: dict[str, int] = {}
    trained = 0
    for line in log.read_text(encoding="utf-8").splitlines():
        run, epochs, what = line.split()
        if what == "checkpoint":
            held[run] = int(epochs)
        else:
            assert int(epochs) > held.get(run, 0), line
            trained += 1
    return trained
