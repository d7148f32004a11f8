"""Each trick on top of those before it: the time of a training step of blog-lenet on one thread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from measuring.markdown import ratio_range, table
from measuring.rounds import Spread, interleaved, ratios, repetitions_for, seconds_each
from optimization_ladder.compiled_rungs import BUILDS, Batch, CompiledRungs, flat
from side_by_side.lenetpp_peer import Training
from side_by_side.problems import Case, Problem, problem

LENETPP = "everything that lenetpp does"
WRITTEN_WITH_VECTORS = "+ SIMD"
TOLERANCE = 1e-5
"""Largest difference of a gradient from lenetpp's, as a share of the largest in its array."""


@dataclass(frozen=True)
class Rung:
    """One rung: seconds a step by build and round."""

    name: str
    seconds: dict[str, list[float]]


def measure_tricks(folder: Path, *, batch: int, rounds: int, seconds: float) -> list[Rung]:
    """Compile, check and measure all rungs; the last one is lenetpp.

    Parameters
    ----------
    folder : Path
        Where to compile.
    batch : int
        Images a step.
    rounds : int
        Measurements of each rung and build, in turns.
    seconds : float
        Length of a measurement.

    Raises
    ------
    CompilationError
        If there is no compiler, or it finds an error.
    ArithmeticError
        If the gradients of a rung are not lenetpp's.
    """
    task = problem("blog-lenet")
    batches = Batch.of(task.inputs, task.labels).cut(batch)
    runs: dict[tuple[str, str], Callable[[int], None]] = {}
    names: list[str] = []
    for build, flags in BUILDS.items():
        compiled = CompiledRungs(folder, flags)
        names = compiled.names
        for index, name in enumerate(names):
            if name == WRITTEN_WITH_VECTORS and "-march=native" not in flags:
                continue
            check_gradients(compiled, index, task, batch, f"{name}, {' '.join(flags)}")
            weights = flat(task.network.parameters())
            runs[name, build] = compiled.steps(index, weights, batches, task.learning_rate)
    runs[LENETPP, ""] = Training(task, Case("blog-lenet", "training", batch, threads=1)).run
    times = interleaved({key: _measurement(run, seconds) for key, run in runs.items()}, rounds)
    return [
        Rung(name, {build: by_round for (rung, build), by_round in times.items() if rung == name})
        for name in [*names, LENETPP]
    ]


def check_gradients(compiled: CompiledRungs, rung: int, task: Problem, batch: int, name: str) -> None:
    """Raise ArithmeticError unless the gradients of a rung, on the first batch, are lenetpp's."""
    _, expected = task.network.loss_and_gradients(task.images[:batch], task.labels[:batch], loss=task.loss)
    first = Batch.of(task.inputs[:batch], task.labels[:batch])
    _, given = compiled.loss_and_gradients(rung, flat(task.network.parameters()), first)
    ends = np.cumsum([values.size for values in expected.values()])
    for parameter, part in zip(expected, np.split(given, ends[:-1]), strict=True):
        values = expected[parameter].reshape(-1)
        difference = np.abs(part - values).max() / np.abs(values).max()
        if not difference <= TOLERANCE:
            raise ArithmeticError(
                f"{name}: the gradient of {parameter} differs from lenetpp's by {difference:.1e} of the largest"
            )


def tricks_markdown(rungs: Sequence[Rung], batch: int) -> str:
    """Return a table: milliseconds a step, and how many times as fast a rung is as the one before it."""
    rows = [[rungs[0].name, *(_milliseconds(rungs[0].seconds[build]) for build in BUILDS)]]
    for before, rung in pairwise(rungs):
        rows.append([rung.name, *(_cell(before, rung, build) for build in BUILDS)])
    heading = f"### The tricks one by one: blog-lenet, batch {batch}, milliseconds a step, 1 thread"
    flags = "\n".join(f"- {build}: `{' '.join(flags)}`" for build, flags in BUILDS.items())
    return f"{heading}\n\n{table(['rung', *BUILDS], rows)}\n\n{flags}"


def _measurement(run: Callable[[int], None], seconds: float) -> Callable[[], float]:
    return partial(seconds_each, run, repetitions_for(run, seconds))


def _cell(before: Rung, rung: Rung, build: str) -> str:
    seconds = rung.seconds.get(build, rung.seconds.get(""))
    if seconds is None or build not in before.seconds:
        return ""
    return f"{_milliseconds(seconds)} ({ratio_range(ratios(before.seconds[build], seconds))})"


def _milliseconds(seconds: Sequence[float]) -> str:
    return f"{1000 * Spread.of(seconds).median:.3g}"
