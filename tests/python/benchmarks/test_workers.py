"""A tool that fails, hangs or ends its process costs its own figures and nothing else."""

import math
from collections.abc import Iterator

import pytest

from side_by_side.problems import Case
from side_by_side.tools import Tool
from side_by_side.workers import ENDED, Prepared, Refusal, Worker

from . import fragile_tool


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    started = Worker(Tool("fragile", "lenetpp", "python.benchmarks.fragile_tool.prepare"), threads=1)
    yield started
    started.stop()


def prepare(worker: Worker, batch: int, time_limit: float = 60) -> Prepared | Refusal:
    return worker.prepare(Case("blog-mlp", "training", batch, threads=1), seconds=0.002, time_limit=time_limit)


def works(worker: Worker) -> bool:
    return isinstance(prepare(worker, fragile_tool.WORKS), Prepared) and 0.001 <= worker.measure() < 60


def test_a_tool_that_works_is_measured(worker: Worker) -> None:
    assert works(worker)


def test_a_tool_that_is_never_ready_is_ended_and_started_anew(worker: Worker) -> None:
    assert prepare(worker, fragile_tool.NEVER_READY, time_limit=0.5) == Refusal("not ready after 0.5 s", is_fault=True)
    assert works(worker)


def test_a_tool_that_raises_gives_its_reason_in_a_line(worker: Worker) -> None:
    assert prepare(worker, fragile_tool.RAISES) == Refusal("ArithmeticError: first line", is_fault=True)
    assert works(worker)


def test_a_process_that_ends_is_started_anew(worker: Worker) -> None:
    assert prepare(worker, fragile_tool.ENDS_WHILE_PREPARED) == ENDED
    assert works(worker)


def test_a_process_that_ends_while_measured_gives_no_figure(worker: Worker) -> None:
    assert isinstance(prepare(worker, fragile_tool.ENDS_WHILE_MEASURED), Prepared)
    assert math.isnan(worker.measure())
    assert math.isnan(worker.measure())
    assert prepare(worker, fragile_tool.WORKS) == ENDED
    assert works(worker)
