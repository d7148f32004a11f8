"""One case after the other: prepare every tool, see that they compute the same, measure them in turns."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from measuring.rounds import Spread, interleaved, ratios
from side_by_side.problems import Case, Task
from side_by_side.tools import LENETPP
from side_by_side.workers import ENDED, Prepared, Refusal, Worker

TOLERANCE = 1e-5
"""Largest difference of losses or outputs between tools, as a share of the largest of them."""
LEAST_CHANGE = 40 * TOLERANCE
"""Losses that do not change so much over the checked steps would agree whatever was trained."""


@dataclass(frozen=True)
class Measurement:
    """A tool in a case: seconds a batch by round, and their ratio to lenetpp's where both compute the same."""

    formulation: str
    seconds: tuple[float, ...]
    images_per_second: Spread
    ratio: Spread | None
    disagreement: str | None


@dataclass(frozen=True)
class CaseResult:
    """A case, the measurements of those tools that offer it, and the reasons of the others."""

    case: Case
    measurements: dict[str, Measurement]
    refusals: dict[str, Refusal]


def measure_case(
    case: Case, workers: Sequence[Worker], *, rounds: int, seconds: float, time_limit: float
) -> CaseResult:
    """Measure all workers, one of which is lenetpp, in a case."""
    prepared: dict[str, Prepared] = {}
    refusals: dict[str, Refusal] = {}
    for worker in workers:
        answer = worker.prepare(case, seconds, time_limit)
        if isinstance(answer, Prepared):
            prepared[worker.tool.name] = answer
        else:
            refusals[worker.tool.name] = answer
    times = interleaved(
        {worker.tool.name: worker.measure for worker in workers if worker.tool.name in prepared}, rounds
    )
    for name in [name for name, by_round in times.items() if any(map(math.isnan, by_round))]:
        refusals[name] = ENDED
        del times[name]
    if LENETPP.name not in times:
        raise RuntimeError(f"lenetpp could not be measured in {case}: {refusals[LENETPP.name].reason}")

    ours, our_times = prepared[LENETPP.name], times[LENETPP.name]
    measurements: dict[str, Measurement] = {}
    for name, by_round in times.items():
        difference = disagreement(case.task, prepared[name].values, ours.values)
        measurements[name] = Measurement(
            formulation=prepared[name].formulation,
            seconds=tuple(by_round),
            images_per_second=Spread.of([case.batch / each for each in by_round]),
            ratio=ratios(by_round, our_times) if difference is None else None,
            disagreement=difference,
        )
    return CaseResult(case, measurements, refusals)


def disagreement(task: Task, values: NDArray[np.floating[Any]], ours: NDArray[np.floating[Any]]) -> str | None:
    """Say why two tools do not compute the same, or return None where they do.

    Parameters
    ----------
    task : {"training", "inference"}
        What was done.
    values, ours : ndarray
        Losses before each step on the same batch, or outputs (N, classes).
    """
    what = "losses" if task == "training" else "outputs"
    if values.shape != ours.shape:
        return f"{what} have shape {values.shape} and not {ours.shape}"
    scale = np.abs(ours).max()
    if task == "training" and not np.ptp(ours) > LEAST_CHANGE * scale:
        return f"losses hardly change ({ours[0]:.7g} to {ours[-1]:.7g}), so they say nothing"
    difference = np.abs(values - ours).max() / scale
    if not difference <= TOLERANCE:
        return f"{what} differ by {difference:.1e} of the largest, more than {TOLERANCE:.0e}"
    return None
