"""A cluster whose workers answer as a test says, at once and in this thread."""

from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from lenetpp.studies.clusters.cluster import Cluster
from lenetpp.studies.trainings import Training
from lenetpp.studies.worker import Assignment, Delivery


@dataclass(frozen=True)
class Asked:
    """What was handed to a worker."""

    worker: str
    seed: int
    assignment: Assignment
    only: str
    avoiding: Collection[str] = field(default_factory=set)


class HandmadeCluster(Cluster):
    """Workers by their names; `answer` says what one delivers, or None to stay silent, or raises."""

    def __init__(self, workers: str, answer: Callable[[Asked], Any], *, can_choose: bool = True) -> None:
        super().__init__(ThreadPoolExecutor(1))
        self.names, self.asked = list(workers), list[Asked]()
        self._answer, self._can_choose = answer, can_choose
        self.waiting_for_gone: list[Future[Delivery]] = []

    def workers(self) -> int | None:
        return len(self.names)

    def has_others(self, than: Collection[str]) -> bool | None:
        return bool(set(self.names) - set(than)) if self._can_choose else None

    def train(
        self, training: Training, assignment: Assignment, *, only: str = "", avoiding: Collection[str] = ()
    ) -> Future[Delivery]:
        fitting = [name for name in self.names if name not in avoiding] if self._can_choose else []
        worker = only if only and self._can_choose else (fitting or self.names)[0]
        asked = Asked(worker, training.settings.seed, assignment, only, set(avoiding))
        self.asked.append(asked)
        future: Future[Delivery] = Future()
        try:
            outcome = self._answer(asked)
        except Exception as error:
            future.set_exception(error)
        else:
            if outcome is not None:
                future.set_result(Delivery(worker, outcome, 1.0))
        return future

    def stranded(self) -> Collection[Future[Any]]:
        gone, self.waiting_for_gone = self.waiting_for_gone, []
        return gone
