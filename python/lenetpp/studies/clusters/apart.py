"""What a cluster's worker does: each training in a process of its own.

So a training that crashes or hangs costs a try and no worker, one that nobody waits for any more is stopped where
nothing is half done, and a worker that is killed leaves nothing behind: its processes notice, clean up and leave.
"""

import shutil
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, wait
from dataclasses import replace
from threading import Lock, Timer, local

from lenetpp.studies.clusters.place import Place
from lenetpp.studies.trainings import Training
from lenetpp.studies.worker import Assignment, Delivery, Failed, Refusal, train_one
from lenetpp.studies.worker_processes import WorkerProcesses

LOOK_SECONDS = 0.25
IDLE_SECONDS = 5.0
"""A process without work leaves, so that a study leaves none behind."""
LONGEST_PAUSE = 64.0
"""After each failure in a row a worker waits twice as long before it tells, from a second on: one with a full disk must
not be the fastest of all, and take, and fail, everything."""


def train_apart(training: Training, assignment: Assignment, find_place: Callable[[], Place]) -> Delivery:
    """Train in a process of its own, which has a time for it; see :func:`lenetpp.studies.worker.train_one`.

    Raises
    ------
    CancelledError
        If nobody waits for it any more; nobody hears it.
    """
    place, slot = find_place(), _this_slot()
    start, seconds = time.monotonic(), assignment.seconds
    process = slot.take()
    future = process.submit(train_one, training, replace(assignment, folder=place.folder))
    while not wait([future], LOOK_SECONDS).done:
        is_late = seconds is not None and time.monotonic() - start > seconds
        if is_late or not place.is_wanted():
            process.interrupt()
            _remove_what_is_left(place, assignment)
            if not is_late:
                raise CancelledError
            return slot.told(place, Failed(f"it was stopped after {seconds:.0f} s, as if it hung"), start)
    slot.give_back(process)
    error = future.exception()
    if error is not None:
        _remove_what_is_left(place, assignment)
        return slot.told(place, Failed(str(error)), start)
    delivery = future.result()
    if isinstance(delivery.outcome, Refusal):
        return slot.told(place, delivery.outcome, start)
    slot.failures = 0
    return replace(delivery, worker=place.worker)


def _remove_what_is_left(place: Place, assignment: Assignment) -> None:
    """Remove the folders of a process that could not do so itself, as it crashed or was killed."""
    for folder in place.folder.glob(f"{assignment.temporary_prefix}*"):
        shutil.rmtree(folder, ignore_errors=True)


class _Slot:
    """A thread of the worker: its process, as long as there is work, and how many trainings failed in a row."""

    def __init__(self) -> None:
        self.failures = 0
        self._lock = Lock()
        self._process: WorkerProcesses | None = None
        self._leaving: Timer | None = None

    def take(self) -> WorkerProcesses:
        """Return a process that is the caller's until it is given back."""
        with self._lock:
            process, self._process = self._process, None
            if self._leaving is not None:
                self._leaving.cancel()
        return process or WorkerProcesses(1)

    def give_back(self, process: WorkerProcesses) -> None:
        """Keep a process for the next training, if there is one soon."""
        with self._lock:
            self._process = process
            self._leaving = Timer(IDLE_SECONDS, self._leave)
            self._leaving.daemon = True
            self._leaving.start()

    def told(self, place: Place, outcome: Failed | Refusal, start: float) -> Delivery:
        """Return what went wrong, after a pause."""
        seconds = time.monotonic() - start
        end = time.monotonic() + min(2.0**self.failures, LONGEST_PAUSE)
        self.failures += 1
        while time.monotonic() < end and place.is_wanted():
            time.sleep(LOOK_SECONDS)
        return Delivery(place.worker, outcome, seconds)

    def _leave(self) -> None:
        with self._lock:
            if self._process is not None:
                self._process.shutdown(wait=False)
                self._process = None


_slots = local()


def _this_slot() -> _Slot:
    if not hasattr(_slots, "slot"):
        _slots.slot = _Slot()
    slot: _Slot = _slots.slot
    return slot
