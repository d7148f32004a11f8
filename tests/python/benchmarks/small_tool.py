"""A tool that is given networks with an eighth of their filters and units: all kinds of layers, in little time."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import lenetpp as lp
from lenetpp.networks.layer import Layer
from side_by_side.contenders import Contender
from side_by_side.problems import Case, Problem
from side_by_side.tools import Tool


@dataclass(frozen=True)
class SmallTool(Tool):
    """A tool as the benchmark runs it, except for the size of its networks."""

    def load(self) -> Callable[[Problem, Case], Contender]:
        prepare = super().load()
        return lambda problem, case: prepare(small(problem), case)


def small(problem: Problem) -> Problem:
    *layers, last = problem.layers
    network = lp.Network(problem.network.input_shape, [*map(narrow, layers), last])
    network.initialize(seed=1)
    network.normalization = problem.network.normalization
    return replace(problem, network=network)


def narrow(layer: Layer) -> Layer:
    if isinstance(layer, lp.Conv2D):
        return replace(layer, filters=layer.filters // 8)
    return replace(layer, units=layer.units // 8) if isinstance(layer, lp.Dense) else layer
