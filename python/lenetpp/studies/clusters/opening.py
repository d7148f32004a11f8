"""open_cluster(): from the words of the command line to workers."""

import logging
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from socket import create_connection
from typing import TYPE_CHECKING, Any

from lenetpp.basics.extras import needed_for
from lenetpp.basics.surface import write_line
from lenetpp.basics.surroundings import available_cores
from lenetpp.studies.clusters.cluster import Cluster
from lenetpp.studies.errors import StudyError

if TYPE_CHECKING:
    from distributed import Client
    from distributed.deploy import Cluster as DaskDeployment

KINDS = "dask://HOST:PORT, dask+tls://HOST:PORT, dask, mpi or slurm"
CONNECT_SECONDS = 10.0
REACH_SECONDS = 0.5


@contextmanager
def open_cluster(cluster: str, jobs: int | None = None) -> Iterator[Cluster]:
    """Have a cluster as long as a with statement lasts; what was started for it ends with it.

    Parameters
    ----------
    cluster : str
        ``dask://HOST:PORT``, a scheduler that runs, ``dask+tls://HOST:PORT``, one with certificates, which stand in
        Dask's configuration; ``dask``, processes of this machine; ``mpi``, those of
        ``mpiexec -n N python -m mpi4py.futures -m lenetpp``; ``slurm``, jobs as Dask's configuration describes them.
    jobs : int, optional
        How many workers are started, by ``dask`` (by default one for each core) and ``slurm`` (by default 1).

    Raises
    ------
    StudyError
        If there is no such cluster.
    MissingPackage
        If a package of the extra ``cluster`` is not installed.
    """
    if re.fullmatch(r"dask(\+tls)?://[^/\s]+:\d+", cluster):
        with _dask_at(cluster) as opened:
            yield opened
    elif cluster == "dask":
        with needed_for("a Dask cluster", "cluster"):
            from distributed import LocalCluster
        workers = jobs or available_cores()
        with _deployed(LocalCluster(workers, threads_per_worker=1, dashboard_address=":0")) as opened:
            yield opened
    elif cluster == "slurm":
        with needed_for("a cluster of Slurm", "cluster"), _ctrl_c_as_it_was():
            from dask_jobqueue import SLURMCluster
        try:
            deployment = SLURMCluster()
        except ValueError as error:  # of what its configuration lacks
            raise StudyError(f"--cluster slurm: {error}") from error
        deployment.scale(jobs=jobs or 1)
        with _deployed(deployment) as opened:
            yield opened
    elif cluster == "mpi":
        with _mpi() as opened:
            yield opened
    else:
        raise StudyError(f"--cluster must be {KINDS}, but is {cluster!r}")


@contextmanager
def _dask_at(cluster: str) -> Iterator[Cluster]:
    """Have the workers of a scheduler that runs, and that is waited for if it goes."""
    with needed_for("a Dask cluster", "cluster"):
        import dask
        from distributed import Client
    from lenetpp.studies.clusters.dask_cluster import DaskCluster

    address = cluster.replace("dask+tls://", "tls://").replace("dask://", "tcp://")
    host, _, port = address.partition("://")[2].rpartition(":")

    def connect() -> "Client":
        return Client(address, timeout=CONNECT_SECONDS)

    def reconnect() -> "Client":
        with create_connection((host.strip("[]"), int(port)), REACH_SECONDS):  # sooner refused than by Dask
            pass
        return connect()

    with _no_logs_on_the_terminal(), dask.config.set({"distributed.comm.timeouts.connect": CONNECT_SECONDS}):
        try:
            client = connect()
        except (OSError, TypeError) as error:  # TypeError: Dask's configuration names no certificates
            raise StudyError(f"--cluster {cluster}: there is no scheduler: {error}") from error
        opened = DaskCluster(client, reconnect)
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def _no_logs_on_the_terminal() -> Iterator[None]:
    """Leave it to the study to say that a scheduler has gone; Dask would write tracebacks, too."""
    loggers = [logging.getLogger(name) for name in ("distributed", "tornado", "tornado.application")]
    handlers = [each for logger in loggers for each in logger.handlers if getattr(each, "stream", None) is sys.stderr]
    quieted: list[Any] = [*handlers, logging.getLogger("asyncio")]
    levels = [each.level for each in quieted]
    for each in quieted:
        each.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for each, level in zip(quieted, levels, strict=True):
            each.setLevel(level)


@contextmanager
def _ctrl_c_as_it_was() -> Iterator[None]:
    """Keep what Ctrl-C does: dask-jobqueue, when it is imported, lets it end the process wherever it is."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _deployed(deployment: "DaskDeployment") -> Iterator[Cluster]:
    from distributed import Client

    write_line(f"dashboard: {deployment.dashboard_link}")
    with deployment, Client(deployment) as client, _dask(client) as opened:
        yield opened


@contextmanager
def _dask(client: "Client") -> Iterator[Cluster]:
    from lenetpp.studies.clusters.dask_cluster import DaskCluster

    yield DaskCluster(client)


@contextmanager
def _mpi() -> Iterator[Cluster]:
    with needed_for("a cluster of MPI", "cluster"):
        from mpi4py import MPI
        from mpi4py.futures import MPIPoolExecutor
    from lenetpp.studies.clusters.mpi_cluster import MpiCluster

    if MPI.COMM_WORLD.Get_size() < 2:
        raise StudyError(
            "--cluster mpi: there is one process and none to train: "
            "mpiexec -n 5 python -m mpi4py.futures -m lenetpp study ... --cluster mpi"
        )
    with MPIPoolExecutor() as executor:
        yield MpiCluster(executor)
