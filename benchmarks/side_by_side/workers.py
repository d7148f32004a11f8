"""A process for each tool: threads, memory and settings of one do not touch another, and none can end the session."""

import math
import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from measuring.rounds import repetitions_for, seconds_each
from side_by_side.contenders import NotOfferedError
from side_by_side.problems import Case, problem
from side_by_side.tools import Tool


@dataclass(frozen=True)
class Prepared:
    """A tool that is ready for a case; `values` must be the same in every tool (see `Contender.values`)."""

    formulation: str
    values: NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Refusal:
    """A tool that cannot be measured in a case, and whether that is a fault."""

    reason: str
    is_fault: bool


ENDED = Refusal("its process ended", is_fault=True)


class Worker:
    """The process of one tool, limited to some threads and as many cores."""

    def __init__(self, tool: Tool, threads: int) -> None:
        self.tool = tool
        self.threads = threads
        self._start()

    def prepare(self, case: Case, seconds: float, time_limit: float) -> Prepared | Refusal:
        """Let the tool prepare a case, to be measured for about `seconds`; start it anew where it takes too long."""
        try:
            self._connection.send((case, seconds))
            if self._connection.poll(time_limit):
                answer: Prepared | Refusal = self._connection.recv()
                return answer
            failure = Refusal(f"not ready after {time_limit:g} s", is_fault=True)
        except (EOFError, OSError):
            failure = ENDED
        self.stop()
        self._start()
        return failure

    def measure(self) -> float:
        """Return seconds a batch, from the first weights on; NaN where the process has ended."""
        try:
            self._connection.send(None)
            seconds: float = self._connection.recv()
        except (EOFError, OSError):
            return math.nan
        return seconds

    def stop(self) -> None:
        """End the process, whatever it does."""
        self._connection.close()
        self._process.terminate()
        self._process.join()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, other_end = context.Pipe()
        forced = self.tool.instruction_set
        variables = {} if forced is None else {"LENETPP_INSTRUCTION_SET": forced}
        with _changed(os.environ, variables), _limited_to(self.threads):
            self._process = context.Process(target=_serve, args=(other_end, self.tool), daemon=True)
            self._process.start()
        other_end.close()


@contextmanager
def _limited_to(threads: int) -> Iterator[None]:
    """Let a process that is started now have so many cores, and libraries in it so many threads."""
    variables = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
    # A compiler that runs in processes of its own would outlive a time limit.
    variables["TORCHINDUCTOR_COMPILE_THREADS"] = "1"
    with _changed(os.environ, variables):
        if not hasattr(os, "sched_setaffinity"):
            yield
            return
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, sorted(cores)[:threads])
        try:
            yield
        finally:
            os.sched_setaffinity(0, cores)


@contextmanager
def _changed(environment: MutableMapping[str, str], variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(environment)
    environment.update(variables)
    try:
        yield
    finally:
        environment.clear()
        environment.update(before)


def _serve(connection: Connection, tool: Tool) -> None:
    """Answer a case with how it was prepared, and None with a measurement of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the session's to answer
    contender, repetitions = None, 0
    while True:
        try:
            request = connection.recv()
        except EOFError:
            return
        if request is None and contender is not None:
            contender.reset()
            connection.send(seconds_each(contender.run, repetitions))
            continue
        case, seconds = request
        try:
            contender = tool.load()(problem(case.network), case)
            contender.reset()
            answer: Prepared | Refusal = Prepared(contender.formulation, contender.values())
            repetitions = repetitions_for(contender.run, seconds)
        except NotOfferedError as error:
            answer = Refusal(str(error), is_fault=False)
        except Exception as error:  # whatever a tool raises is its result
            first_line = (str(error).splitlines() or [""])[0]
            answer = Refusal(f"{type(error).__name__}: {first_line}", is_fault=True)
        connection.send(answer)
