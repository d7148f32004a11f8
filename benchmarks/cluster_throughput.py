"""How many workers one driver feeds: ``python benchmarks/cluster_throughput.py --help``."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import psutil
import typer
from distributed import Client

from lenetpp.data.choice import DataChoice
from lenetpp.studies.clusters.dask_cluster import DaskCluster
from lenetpp.studies.running import run_missing
from lenetpp.studies.trainings import SeededTraining, Training, make_training
from lenetpp.studies.worker import Assignment, Delivery
from measuring.machine import circumstances, circumstances_markdown
from measuring.markdown import table

NOTES = """\
Trainings of a millisecond, each a run with its record, on Dask's workers of one thread, which are processes of this
machine, as is the scheduler. Processor time by whom, per run; that of the driver and that of the scheduler are what one
process of each must do for every run, wherever the workers are: the larger of the two is the bound. What it lets one
driver feed is in the last columns: runs a second, and workers with trainings of ten seconds."""

SECONDS = 10.0


class SendingCluster(DaskCluster):
    """Its workers take it that they do not see the folder of runs."""

    def train(
        self, training: Training, assignment: Assignment, *, only: str = "", avoiding: Collection[str] = ()
    ) -> Future[Delivery]:
        """Return what a worker will deliver."""
        return super().train(
            training, replace(assignment, landing=Path("/seen/by/nobody")), only=only, avoiding=avoiding
        )


def main(
    workers: Annotated[str, typer.Option(metavar="N,N,...", help="Numbers of workers.")] = "1,2,4,8,16",
    runs: Annotated[int, typer.Option(min=1, metavar="N", help="Runs of each measurement.")] = 400,
) -> None:
    """Measure runs a second and processor time per run, with a shared disk and with runs that are sent; print Markdown.

    Example: python benchmarks/cluster_throughput.py --workers 1,2 --runs 200
    """
    training = make_training(
        {"network": "1x28x28 | dense 10", "train_per_class": 2, "test_per_class": 1, "epochs": 1}, DataChoice.load
    )
    facts = circumstances()
    rows = [
        [str(count), way, *_measured(kind, training, count, runs)]
        for count in map(int, workers.split(","))
        for way, kind in (("shared disk", DaskCluster), ("sent", SendingCluster))
    ]
    header = ["workers", "runs", "runs/s", "driver, ms", "scheduler, ms", "workers, ms", "bound, runs/s", "feeds"]
    print(circumstances_markdown(facts), NOTES, sep="\n\n", end="\n\n")
    print(table(header, rows))


def _measured(kind: type[DaskCluster], training: Training, workers: int, runs: int) -> list[str]:
    with _cluster(workers) as (client, scheduler, others), tempfile.TemporaryDirectory() as folder:
        cluster = kind(client)
        run_missing(
            [SeededTraining(training, range(10**6, 10**6 + 2 * workers))], Path(folder, "first"), executor=cluster
        )
        before = _seconds([psutil.Process()]), _seconds([scheduler]), _seconds(_tree(others))
        start = time.perf_counter()
        found = run_missing([SeededTraining(training, range(runs))], Path(folder, "runs"), executor=cluster)
        elapsed = time.perf_counter() - start
        after = _seconds([psutil.Process()]), _seconds([scheduler]), _seconds(_tree(others))
        assert len(found.folders) == runs
    driver, scheduling, work = ((late - early) / runs for early, late in zip(before, after, strict=True))
    bound = 1 / max(driver, scheduling)
    milliseconds = [f"{1000 * each:.1f}" for each in (driver, scheduling, work)]
    return [f"{runs / elapsed:.0f}", *milliseconds, f"{bound:.0f}", f"{bound * SECONDS:,.0f}"]


@contextmanager
def _cluster(workers: int) -> Iterator[tuple[Client, psutil.Process, list[psutil.Process]]]:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        address = Path(folder, "scheduler.json")

        def start(program: str, *options: str) -> psutil.Process:
            command = [sys.executable, "-m", f"distributed.cli.dask_{program}", "--scheduler-file", str(address)]
            process = subprocess.Popen(
                [*command, "--no-dashboard", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
            return psutil.Process(process.pid)

        scheduler = start("scheduler", "--host", "127.0.0.1", "--port", "0")
        options = ["--nthreads", "1", "--no-nanny", "--memory-limit", "0", "--local-directory", folder]
        others = [start("worker", *options) for _ in range(workers)]
        client = stack.enter_context(Client(scheduler_file=str(address)))
        client.wait_for_workers(workers)
        yield client, scheduler, others


def _tree(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [each for process in processes for each in (process, *process.children(recursive=True))]


def _seconds(processes: list[psutil.Process]) -> float:
    """Return their processor time."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)


if __name__ == "__main__":
    typer.run(main)
