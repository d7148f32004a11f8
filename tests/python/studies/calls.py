"""What worker processes call in tests: calls that crash, fail, print, or do not listen."""

import os
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from lenetpp.studies.worker_processes import WorkerProcesses


def process() -> int:
    return os.getpid()


def product(one: int, other: int) -> int:
    return one * other


def crash() -> None:
    os._exit(7)


def kill_itself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def print_and_read() -> str:
    sys.stdout.write("between the answers\n")
    return sys.stdin.read()


def sleep(mark: Path, seconds: float) -> None:
    """Sleep; the mark says that it has begun, and at last how it ended."""
    mark.write_text(str(os.getpid()))
    try:
        time.sleep(seconds)
    except KeyboardInterrupt:
        mark.write_text("interrupted")
        raise


def be_deaf(mark: Path) -> None:
    signal.signal(signal.SIGINT, lambda *_: None)
    sleep(mark, 60)


def crashing(marks: Path, seed: int, times: int, function: Callable[..., Any], *args: Any) -> Any:
    """Do it, unless it is for this seed and has not crashed so often; each try leaves a mark."""
    if args[0].settings.seed == seed:
        tries = len(list(marks.iterdir()))
        (marks / str(tries)).touch()
        if tries < times:
            os._exit(7)
    return function(*args)


class CrashingProcesses(WorkerProcesses):
    """Two worker processes, one of which dies in each of the first tries for one seed."""

    def __init__(self, marks: Path, seed: int, times: int) -> None:
        super().__init__(2)
        self.marks = marks
        marks.mkdir()
        self._when = (marks, seed, times)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(crashing, *self._when, fn, *args, **kwargs)

    @property
    def tries(self) -> int:
        return len(list(self.marks.iterdir()))
