"""Cluster: an executor, and what a study wants to know of it beyond that; a plain executor is one that knows little."""

from collections.abc import Collection
from concurrent.futures import Executor, Future
from typing import Any

from lenetpp.studies.trainings import Training
from lenetpp.studies.worker import Assignment, Delivery, train_one

MOST_AT_A_TIME = 1000
"""Trainings that an executor of unknown size is given at a time."""


class Cluster:
    """Workers that train, wherever they are.

    Parameters
    ----------
    executor : concurrent.futures.Executor
        Where calls are made.
    at_a_time : int
        Calls that it is given at a time, where the number of workers is unknown.
    """

    def __init__(self, executor: Executor, at_a_time: int = MOST_AT_A_TIME) -> None:
        self.executor = executor
        self._at_a_time = at_a_time

    def workers(self) -> int | None:
        """Return how many trainings are done at a time now; None where that is unknown."""
        return None

    def at_a_time(self) -> int:
        """Return how many trainings to hand over: some more than are done, so that no worker waits for the next."""
        workers = self.workers()
        return self._at_a_time if workers is None else max(2 * workers, 2)

    def train(
        self,
        training: Training,
        assignment: Assignment,
        *,
        only: str = "",  # noqa: ARG002
        avoiding: Collection[str] = (),  # noqa: ARG002
    ) -> Future[Delivery]:
        """Return what a worker will deliver.

        By names, it is the one of `only`, or none of `avoiding`; but any one where no such worker is there or the
        engine does not let itself be told.
        """
        return self.executor.submit(train_one, training, assignment)

    def has_others(self, than: Collection[str]) -> bool | None:  # noqa: ARG002
        """Return whether there are other workers than these; None where that is unknown."""
        return None

    def has_given_up(self, error: BaseException) -> bool:  # noqa: ARG002
        """Return whether the engine itself has tried a training again and again."""
        return False

    def is_there(self) -> bool:
        """Return whether trainings can be handed over now; where not, whoever waits asks again.

        Raises
        ------
        BrokenExecutor
            If they never can be any more.
        """
        return True

    def has_lost(self, future: Future[Any]) -> bool:  # noqa: ARG002
        """Return whether nobody knows any more of what was handed over, so that it must be again."""
        return False

    def stranded(self) -> Collection[Future[Any]]:
        """Return what waits for workers, or for a scheduler, that no longer exist."""
        return ()
