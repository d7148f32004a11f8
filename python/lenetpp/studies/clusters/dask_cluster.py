"""DaskCluster: the workers of Dask, wherever they came from."""

import time
from collections.abc import Callable, Collection
from concurrent.futures import BrokenExecutor, Future
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lenetpp.basics.extras import needed_for
from lenetpp.basics.surface import write_line
from lenetpp.studies.clusters.apart import train_apart
from lenetpp.studies.clusters.cluster import Cluster
from lenetpp.studies.clusters.place import Place
from lenetpp.studies.trainings import Training
from lenetpp.studies.worker import Assignment, Delivery

with needed_for("a Dask cluster", "cluster"):
    import dask
    from distributed import Client, KilledWorker, get_worker

if TYPE_CHECKING:
    from distributed import Worker


LOOK_SECONDS = 1.0
CLOSE_SECONDS = 5.0


class DaskCluster(Cluster):
    """The workers of a scheduler, which come and go.

    Parameters
    ----------
    client : distributed.Client
        Connected to the scheduler.
    reconnect : callable, optional
        Connects to a scheduler that has come back, or raises OSError; where there is none, its end is that of the work.
    """

    def __init__(self, client: "Client", reconnect: Callable[[], "Client"] | None = None) -> None:
        super().__init__(client.get_executor(pure=False))
        self._client, self._reconnect = client, reconnect
        self._address, self._is_waiting = client.scheduler.address, False
        self._of_client_before: set[Future[Delivery]] = set()
        self._chosen: dict[Future[Delivery], set[str]] = {}
        self._found: dict[str, Any] = {}
        self._looked = -LOOK_SECONDS

    def workers(self) -> int:
        """Return the number of their threads."""
        return sum(worker["nthreads"] for worker in self._workers().values())

    def train(
        self, training: Training, assignment: Assignment, *, only: str = "", avoiding: Collection[str] = ()
    ) -> Future[Delivery]:
        """Return what a worker will deliver; workers are known by their addresses."""
        chosen = {only} & self._workers().keys()
        if avoiding and not chosen:
            chosen = self._workers().keys() - set(avoiding)
        limits = {"workers": sorted(chosen)} if chosen else {}
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 PB"}):  # data go to a worker once
            future: Future[Delivery] = self.executor.submit(train_apart, training, assignment, dask_place, **limits)
        self._chosen[future] = chosen
        future.add_done_callback(self._forget)
        return future

    def is_there(self) -> bool:
        """Return whether the scheduler is; where it is not, try to reach it, and say so the first time."""
        client, comm = self._client, self._client.scheduler_comm
        if client.status == "running" and comm is not None and not comm.comm.closed():
            self._is_waiting = False
            return True
        if self._reconnect is None:
            raise BrokenExecutor("the scheduler has gone")
        if not self._is_waiting:
            self._is_waiting = True
            write_line(
                f"the scheduler {self._address} has gone: the study goes on as soon as it is back, Ctrl-C ends it"
            )
        if client.status == "connecting":  # the client tries it by itself, for some seconds
            return False
        try:
            self._client = self._reconnect()
        except OSError:
            return False
        self.executor = self._client.get_executor(pure=False)
        self._of_client_before |= self._chosen.keys()
        with suppress(Exception):
            client.close(CLOSE_SECONDS)
        return True

    def has_lost(self, future: Future[Any]) -> bool:  # noqa: ARG002
        """Return whether it may come back: what a scheduler was given goes with it."""
        return self._reconnect is not None

    def close(self) -> None:
        """End the connection."""
        self._client.close(CLOSE_SECONDS)

    def has_others(self, than: Collection[str]) -> bool:
        """Return whether there are other workers than these."""
        return bool(self._workers().keys() - set(than))

    def has_given_up(self, error: BaseException) -> bool:
        """Return whether several workers died of a training, which the scheduler therefore hands to no other."""
        return isinstance(error, KilledWorker)

    def stranded(self) -> Collection[Future[Any]]:
        """Return what waits for workers that no longer exist: begun again, they have other addresses."""
        here = self._workers().keys()
        return [
            future
            for future, chosen in list(self._chosen.items())
            if future in self._of_client_before or (chosen and not chosen & here)
        ]

    def _forget(self, future: Future[Delivery]) -> None:
        self._chosen.pop(future, None)
        self._of_client_before.discard(future)

    def _workers(self) -> dict[str, Any]:
        """Return them by their addresses, as of a second ago."""
        if time.monotonic() - self._looked > LOOK_SECONDS and self.is_there():
            info = self._client.scheduler_info(n_workers=-1)
            self._found, self._looked = info.get("workers", self._found), time.monotonic()
        return self._found


class DaskPlace(Place):
    """Where a worker of Dask is. Its folder goes with it, or, where it was killed, when the next one begins."""

    def __init__(self, worker: "Worker") -> None:
        super().__init__(worker.address, Path(worker.local_directory))
        self._tasks, self._key = worker.state.tasks, worker.get_current_task()

    def is_wanted(self) -> bool:
        """Return whether the scheduler has not cancelled the task, as it does when the driver has gone."""
        task = self._tasks.get(self._key)
        return task is not None and task.state in ("executing", "long-running")


def dask_place() -> Place:
    """Return where this worker is."""
    return DaskPlace(get_worker())
