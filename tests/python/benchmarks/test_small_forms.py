"""Every tool computes the wider networks as lenetpp does; in small form, since layers and not sizes are in question."""

from collections.abc import Iterator
from dataclasses import fields

import pytest

from side_by_side import lenetpp_peer
from side_by_side.problems import Case, Task, problem
from side_by_side.session import disagreement
from side_by_side.tools import PEERS, Tool
from side_by_side.workers import Prepared, Refusal, Worker

from .small_tool import SmallTool, small

TASKS: dict[str, Task] = {"PyTorch eager": "training", "JAX jit": "training", "ONNX Runtime": "inference"}
"""Losses after steps depend on outputs, too; compilation takes longer than all others."""


@pytest.fixture(scope="module", params=[tool for tool in PEERS if tool.name in TASKS], ids=lambda tool: tool.name)
def worker(request: pytest.FixtureRequest) -> Iterator[Worker]:
    tool: Tool = request.param
    if tool.obstacle is not None:
        pytest.skip(tool.obstacle)
    started = Worker(SmallTool(*(getattr(tool, field.name) for field in fields(tool))), threads=1)
    yield started
    started.stop()


# What lenet5 has not: convolutions behind one another, strides, and normalizations in residuals.
@pytest.mark.parametrize("network", ["vgg-small", "strided", "resnet20"])
def test_a_tool_computes_the_same(worker: Worker, network: str) -> None:
    case = Case(network, TASKS[worker.tool.name], batch=3, threads=1)
    answer = worker.prepare(case, seconds=0.001, time_limit=120)
    if isinstance(answer, Refusal) and not answer.is_fault:
        pytest.skip(answer.reason)
    assert isinstance(answer, Prepared), answer
    ours = lenetpp_peer.prepare(small(problem(network)), case).values()
    assert disagreement(case.task, answer.values, ours) is None
