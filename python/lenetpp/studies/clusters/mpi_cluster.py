"""MpiCluster: the processes of mpiexec, the first of which runs the study."""

import atexit
import shutil
from collections.abc import Collection
from concurrent.futures import Future
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from lenetpp.basics.extras import needed_for
from lenetpp.studies.clusters.apart import train_apart
from lenetpp.studies.clusters.cluster import Cluster
from lenetpp.studies.clusters.place import Place
from lenetpp.studies.trainings import Training
from lenetpp.studies.worker import Assignment, Delivery

with needed_for("a cluster of MPI", "cluster"):
    from mpi4py.futures import MPIPoolExecutor


class MpiCluster(Cluster):
    """Their number does not change: MPI ends them all if one dies, and the same command goes on.

    Parameters
    ----------
    executor : mpi4py.futures.MPIPoolExecutor
        Made in the first process.
    """

    def __init__(self, executor: "MPIPoolExecutor") -> None:
        super().__init__(executor)
        self._workers = int(executor.num_workers)

    def workers(self) -> int:
        """Return the number of processes that train."""
        return self._workers

    def train(
        self,
        training: Training,
        assignment: Assignment,
        *,
        only: str = "",  # noqa: ARG002
        avoiding: Collection[str] = (),  # noqa: ARG002
    ) -> Future[Delivery]:
        """Return what a worker will deliver: any, they cannot be chosen."""
        return self.executor.submit(train_apart, training, assignment, mpi_place)


@cache
def mpi_place() -> Place:
    """Return where this worker is."""
    from mpi4py import MPI

    folder = mkdtemp(prefix="lenetpp-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Place(f"{MPI.Get_processor_name()}, rank {MPI.COMM_WORLD.Get_rank()}", Path(folder))
