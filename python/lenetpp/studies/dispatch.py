"""Dispatch: trainings on their way to workers and back; what fails or hangs is tried again, where it can on another."""

import math
import secrets
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Future
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Self

from lenetpp.data.choice import DataChoice
from lenetpp.data.errors import DataError
from lenetpp.studies.clusters.cluster import Cluster
from lenetpp.studies.jobs import GivenUp, Job
from lenetpp.studies.landing import Landing
from lenetpp.studies.time_limits import TimeLimits
from lenetpp.studies.worker import Assignment, Delivery, Failed, LacksData, Refusal
from lenetpp.training.interruption import InterruptGuard

if TYPE_CHECKING:
    from lenetpp.data import Dataset

TRIES = 3
WORKERS = 2
"""On so many different workers a training must have failed, where there are so many."""
MOST_TRIES = 6
"""Where it always came to the same one, which cannot be helped."""
PIECE_SECONDS = 30.0
"""As often comes back what a worker has trained that does not see the folder of runs, as often as others write
checkpoints: it may be killed then."""
POLL_SECONDS = 0.5
SILENT_TIMES = 3.0
SILENT_SECONDS = 60.0
"""A worker stops what hangs; where it does not even do that, it is not waited for much longer."""


@dataclass
class _Underway:
    job: Job
    began: float
    limit: float | None
    sent_to: str | None


class Dispatch:
    """Hands out jobs and takes what comes back.

    Parameters
    ----------
    cluster : Cluster
        The workers.
    limits : TimeLimits
        When a training hangs.
    landing : Landing, optional
        Where runs arrive from workers that do not see it.
    jobs : int, optional
        At most so many at a time.
    """

    def __init__(
        self,
        cluster: Cluster,
        limits: TimeLimits,
        *,
        landing: Landing | None = None,
        jobs: int | None = None,
    ) -> None:
        self._cluster = cluster
        self._limits = limits
        self._landing = landing
        self._jobs = jobs or math.inf
        self._done: SimpleQueue[Future[Delivery]] = SimpleQueue()
        self._underway: dict[Future[Delivery], _Underway] = {}
        self._again: deque[tuple[Job, str | None]] = deque()
        self._waiting_for_data: dict[tuple[str, str], list[Job]] = {}
        self._has_delivered = False
        # Engines drop futures in finalizers, where Python would lose a KeyboardInterrupt.
        self._interruption = InterruptGuard()
        self._given_up: list[tuple[Job, GivenUp]] = []
        self._refusals: dict[str, str] = {}
        self._new_refusals: list[str] = []

    @property
    def workers(self) -> int | None:
        """How many trainings are done at a time; None where that is unknown."""
        return self._cluster.workers()

    @property
    def has_room(self) -> bool:
        """Whether more should be handed over."""
        return self._cluster.is_there() and self.at_work < min(self._jobs, self._cluster.at_a_time())

    def new_refusals(self) -> list[str]:
        """Return which workers have refused to train since this was asked, and why."""
        new, self._new_refusals = self._new_refusals, []
        return new

    @property
    def at_work(self) -> int:
        """How many jobs have neither come back nor been given up."""
        return (
            len(self._underway)
            + len(self._again)
            + len(self._given_up)
            + sum(map(len, self._waiting_for_data.values()))
        )

    def hand_over(self, job: Job, *, sent_to: str | None = None) -> None:
        """Hand a job to a worker; `sent_to` is one that lacks its data.

        Raises
        ------
        BrokenExecutor
            If no more work is taken.
        """
        training, landing = job.training, None
        if self._landing is not None:
            landing = self._landing.folder
            training = replace(training, data=training.data.from_anywhere())
        limit = self._limits.of(training)
        assignment = Assignment(
            job.key,
            job.folder,
            landing,
            begun=None if landing is None else job.begun(),
            pause_after=PIECE_SECONDS,
            data=None if sent_to is None else _loaded(job.training.data.from_anywhere()),
            seconds=limit,
            attempt=secrets.token_hex(8),
        )
        job.checkpointed = job.last_checkpoint()
        avoided = set(self._refusals) | job.avoided | {worker for worker, _ in job.failures}
        if not self._cluster.has_others(avoided):
            avoided = set(self._refusals)
        try:
            future = self._cluster.train(training, assignment, only=sent_to or "", avoiding=avoided)
        except RuntimeError as error:  # it was shut down
            raise BrokenExecutor(str(error)) from error
        self._underway[future] = _Underway(job, time.monotonic(), limit, sent_to)
        future.add_done_callback(self._done.put)

    def deliveries(self) -> Iterator[tuple[Job, Delivery | GivenUp]]:
        """Yield what has come back, after waiting a moment for it.

        Raises
        ------
        BrokenExecutor
            If no more work is taken.
        CancelledError
            If somebody else cancelled it.
        KeyboardInterrupt
            On Ctrl-C.
        """
        self._interruption.check()
        futures = []
        with suppress(Empty):
            futures.append(self._done.get(timeout=POLL_SECONDS))
            while True:
                futures.append(self._done.get_nowait())
        for future in futures:
            if future in self._underway:
                yield from self._judge(self._taken(future), future)
        yield from self._given_up
        self._given_up.clear()
        if not futures:
            yield from self._missed()
        for _ in range(len(self._again) if self._cluster.is_there() else 0):
            job, sent_to = self._again.popleft()
            try:
                self.hand_over(job, sent_to=sent_to)
            except DataError as error:
                self._wait_no_more(job, sent_to)
                yield job, GivenUp(str(error))

    def go_on(self, job: Job) -> None:
        """Have a job brought further, of which a piece has come back."""
        job.failures.clear()
        self._again.append((job, None))

    def take_back(self, job: Job, worker: str, reason: str) -> None:
        """Take back a job whose delivery is of no use: it counts as a try that failed."""
        self._given_up.extend(self._try_again(job, worker, reason))

    def _try_again(self, job: Job, worker: str, reason: str) -> Iterator[tuple[Job, GivenUp]]:
        """Try a job again that has failed, unless that was enough without coming further."""
        if job.last_checkpoint() != job.checkpointed:
            job.failures.clear()
        job.failures.append((worker, reason))
        workers = {worker for worker, _ in job.failures}
        enough = (
            len(workers) >= WORKERS
            or "" in workers
            or self._cluster.has_others(workers) is False
            or len(job.failures) >= MOST_TRIES
        )
        if len(job.failures) >= TRIES and enough:
            count = len(job.failures)
            where = "" if "" in workers else f" on {len(workers)} workers" if len(workers) > 1 else f" on {worker}"
            yield job, GivenUp(f"failed {count} times{where}, at last with: {reason}")
        else:
            self._again.append((job, None))

    def __enter__(self) -> Self:
        self._interruption.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for future in self._underway:
            future.cancel()
        self._interruption.__exit__(kind, error, traceback)

    def _judge(self, underway: _Underway, future: Future[Delivery]) -> Iterator[tuple[Job, Delivery | GivenUp]]:
        job = underway.job
        if future.cancelled() and self._cluster.has_lost(future):
            self._again.append((job, None))
            return
        error = future.exception()
        if error is not None:
            if isinstance(error, BrokenExecutor) or not isinstance(error, Exception):
                raise error
            if self._cluster.has_given_up(error) and job.last_checkpoint() == job.checkpointed:
                yield job, GivenUp(str(error))
            else:
                yield from self._try_again(job, "", str(error))
            return
        delivery = future.result()
        match delivery.outcome:
            case LacksData():
                self._send_data(job, delivery.worker)
            case Refusal(reason=reason):
                yield from self._look_elsewhere(job, delivery.worker, reason)
            case Failed(reason=reason):
                yield from self._try_again(job, delivery.worker, reason)
            case _:
                self._has_delivered = True
                self._limits.learn(job.training, delivery.seconds)
                yield job, delivery

    def _taken(self, future: Future[Delivery]) -> _Underway:
        """Take off what is underway no more, for whatever reason."""
        underway = self._underway.pop(future)
        self._wait_no_more(underway.job, underway.sent_to)
        return underway

    def _wait_no_more(self, job: Job, sent_to: str | None) -> None:
        """Begin again what waited for the data that went to a worker with a job."""
        if sent_to is not None:
            waited = self._waiting_for_data.pop((sent_to, job.training.data_digest), [])
            self._again.extend((each, None) for each in waited)

    def _send_data(self, job: Job, worker: str) -> None:
        """Send a worker what it lacks, once, whatever it was asked for meanwhile."""
        wanted = worker, job.training.data_digest
        if wanted in self._waiting_for_data:
            self._waiting_for_data[wanted].append(job)
        else:
            self._waiting_for_data[wanted] = []
            self._again.append((job, worker))

    def _look_elsewhere(self, job: Job, worker: str, reason: str) -> Iterator[tuple[Job, GivenUp]]:
        """Have another worker do what one has refused."""
        if worker not in self._refusals:
            self._new_refusals.append(f"{worker} does not train: {reason}")
        self._refusals[worker] = reason
        others = self._cluster.has_others(self._refusals)
        if others:
            self._again.append((job, None))
        elif others is False or (len(job.failures) + 1 >= TRIES and not self._has_delivered):
            yield job, GivenUp(reason)
        else:
            yield from self._try_again(job, worker, reason)

    def _missed(self) -> Iterator[tuple[Job, GivenUp]]:
        """Try again what waits for workers that have gone, and what has been silent for too long."""
        for future in self._cluster.stranded():
            if future in self._underway:
                future.cancel()
                self._again.append((self._taken(future).job, None))
        now = time.monotonic()
        for future, underway in list(self._underway.items()):
            if underway.limit is not None and now - underway.began > SILENT_TIMES * underway.limit + SILENT_SECONDS:
                future.cancel()
                reason = f"no answer within {now - underway.began:.0f} s"
                yield from self._try_again(self._taken(future).job, "", reason)


@lru_cache(2)
def _loaded(choice: DataChoice) -> "Dataset":
    """Return data to be sent, by a path that does not depend on the working folder."""
    return choice.load()
