"""Graphs of other programs' operators as a chain with shortcuts around parts of it, which lenetpp can express."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

IMAGES = -1
"""Stands for what the graph takes, where a node's number would stand."""


class Unchainable(ValueError):  # noqa: N818  (what it says is the reason)
    """A node is no part of a chain with shortcuts.

    Attributes
    ----------
    reason : str
        Why it is none.
    node : int
        Its number.
    """

    def __init__(self, reason: str, node: int) -> None:
        super().__init__(reason, node)
        self.reason, self.node = reason, node


@dataclass(frozen=True)
class Step:
    """What comes next: a node, or the start or the end of a residual.

    Attributes
    ----------
    kind : {"node", "start", "end"}
        What it is.
    node : int
        The node; of a residual the one that adds.
    shortcut : tuple of int
        Of an end: the nodes of its shortcut.
    """

    kind: Literal["node", "start", "end"]
    node: int
    shortcut: tuple[int, ...] = ()


def chain_of(sources: Sequence[Sequence[int]], last: int, is_shortcut: Callable[[Sequence[int]], bool]) -> list[Step]:
    """Return the way from the images to a node.

    Parameters
    ----------
    sources : sequence of sequences of int
        The nodes that each node takes values of, which come before it; `IMAGES` is what the graph takes.
    last : int
        The node that gives what the graph does.
    is_shortcut : callable
        Whether nodes one behind the other can be a residual's shortcut; none are one that changes nothing.

    Raises
    ------
    Unchainable
        Naming the node that is no part of such a chain.
    """
    steps = _Graph(sources).way_to(last, is_shortcut)
    walked = {node for step in steps for node in (step.node, *step.shortcut)}
    for node in range(len(sources)):
        if node not in walked:
            raise Unchainable("it leads nowhere, but lenetpp's layers are one chain", node)
    return steps


class _Graph:
    """Nodes, and for each the last one before it that all ways to it go through."""

    def __init__(self, sources: Sequence[Sequence[int]]) -> None:
        self.sources = sources
        self.gates: dict[int, int] = {}
        self.depths = {IMAGES: 0}
        for node, taken in enumerate(sources):
            if len(taken) not in (1, 2):
                raise Unchainable(f"it takes {len(taken)} values, but lenetpp's layers are one chain", node)
            self.gates[node] = self._gate_of(taken[0], taken[-1])
            self.depths[node] = self.depths[self.gates[node]] + 1

    def _gate_of(self, one: int, other: int) -> int:
        while one != other:
            if self.depths[one] >= self.depths[other]:
                one = self.gates[one]
            else:
                other = self.gates[other]
        return one

    def way_to(self, last: int, is_shortcut: Callable[[Sequence[int]], bool]) -> list[Step]:
        """Return the steps up to `last`; residuals may be nested as deeply as a file says, so nothing calls itself."""
        pending = [_Way(IMAGES, last)]
        while True:
            way = pending[-1]
            if way.node == way.first:
                pending.pop()
                if not pending:
                    return way.backwards[::-1]
                pending[-1].branches.append(way.backwards[::-1])
            elif len(taken := self.sources[way.node]) == 1:
                way.go_on([Step("node", way.node)], self.gates[way.node])
            elif len(way.branches) < len(taken):
                pending.append(_Way(self.gates[way.node], taken[len(way.branches)]))
            else:
                within, shortcut = _residual(way.node, way.branches, is_shortcut)
                steps = [Step("start", way.node), *within, Step("end", way.node, shortcut)]
                way.go_on(steps, self.gates[way.node])


@dataclass
class _Way:
    """What was found so far of the steps from behind `first`, from their end on; `node` is the next one to look at."""

    first: int
    node: int
    backwards: list[Step] = field(default_factory=list)
    branches: list[list[Step]] = field(default_factory=list)
    """Of `node`, where it is a sum: the ways to what it adds."""

    def go_on(self, steps: list[Step], before: int) -> None:
        self.backwards += reversed(steps)
        self.branches, self.node = [], before


def _residual(
    node: int, ways: list[list[Step]], is_shortcut: Callable[[Sequence[int]], bool]
) -> tuple[list[Step], tuple[int, ...]]:
    """Return which of two ways to a sum are the layers, and which nodes the shortcut."""
    for within, way in (ways, ways[::-1]):
        nodes = tuple(step.node for step in way)
        if within and all(step.kind == "node" for step in way) and is_shortcut(nodes):
            return within, nodes
    raise Unchainable(
        "it adds two values, of which neither can be the shortcut of a residual: what lies where both begin, as it is "
        "or through 1x1 filters without bias",
        node,
    )
