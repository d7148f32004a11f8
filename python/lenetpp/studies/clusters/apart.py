"""What a cluster's worker does: each training in a process of its own.

So a training that crashes or hangs costs a try and no worker, one that nobody waits for any more is stopped where
nothing is half done, and a worker that is killed leaves nothing behind: its processes notice, clean up and leave.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, wait
from dataclasses import replace

from lenetpp.studies.clusters.place import Place
from lenetpp.studies.trainings import Training
from lenetpp.studies.worker import Assignment, Delivery, Failed, Refusal, train_one
from lenetpp.studies.worker_processes import WorkerProcesses

LOOK_SECONDS = 0.25
LONGEST_PAUSE = 64.0
"""After each failure in a row a worker waits twice as long before it tells, from a second on: one with a full disk must
not be the fastest of all, and take, and fail, everything."""


class _Slot(threading.local):
    """The process of a thread of the worker, and how many of its trainings failed in a row."""

    process: WorkerProcesses | None = None
    failures = 0


_slot = _Slot()


def train_apart(training: Training, assignment: Assignment, find_place: Callable[[], Place]) -> Delivery:
    """Train in a process of its own, which has a time for it; see :func:`lenetpp.studies.worker.train_one`.

    Raises
    ------
    CancelledError
        If nobody waits for it any more; nobody hears it.
    """
    place = find_place()
    start, seconds = time.monotonic(), assignment.seconds
    _slot.process = process = _slot.process or WorkerProcesses(1)
    future = process.submit(train_one, training, replace(assignment, folder=place.folder))
    while not wait([future], LOOK_SECONDS).done:
        is_late = seconds is not None and time.monotonic() - start > seconds
        if is_late or not place.is_wanted():
            _slot.process = None
            process.interrupt()
            if not is_late:
                raise CancelledError
            return _told(place, Failed(f"it was stopped after {seconds:.0f} s, as if it hung"), start)
    error = future.exception()
    if error is not None:
        return _told(place, Failed(str(error)), start)
    delivery = future.result()
    if isinstance(delivery.outcome, Refusal):
        return _told(place, delivery.outcome, start)
    _slot.failures = 0
    return replace(delivery, worker=place.worker)


def _told(place: Place, outcome: Failed | Refusal, start: float) -> Delivery:
    """Return what went wrong, after a pause."""
    seconds = time.monotonic() - start
    end = time.monotonic() + min(2.0**_slot.failures, LONGEST_PAUSE)
    _slot.failures += 1
    while time.monotonic() < end and place.is_wanted():
        time.sleep(LOOK_SECONDS)
    return Delivery(place.worker, outcome, seconds)
