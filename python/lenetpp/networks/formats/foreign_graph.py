"""Graphs of other programs' operators as a chain with shortcuts around parts of it, which lenetpp can express."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

IMAGES = -1
"""Stands for what the graph takes, where a node's number would stand."""


class Unchainable(ValueError):  # noqa: N818  (what it says is the reason)
    """A node is no part of a chain with shortcuts.

    Attributes
    ----------
    node : int
        Its number.
    """

    def __init__(self, node: int, reason: str) -> None:
        super().__init__(reason)
        self.node = node


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
    graph = _Graph(sources)
    steps = graph.way(IMAGES, last, is_shortcut)
    walked = {node for step in steps for node in (step.node, *step.shortcut)}
    for node in range(len(sources)):
        if node not in walked:
            raise Unchainable(node, "it leads nowhere, but lenetpp's layers are one chain")
    return steps


class _Graph:
    """Nodes, and for each the last one before it that all ways to it go through."""

    def __init__(self, sources: Sequence[Sequence[int]]) -> None:
        self.sources = sources
        self.gates: dict[int, int] = {}
        self.depths = {IMAGES: 0}
        for node, taken in enumerate(sources):
            if len(taken) not in (1, 2):
                raise Unchainable(node, f"it takes {len(taken)} values, but lenetpp's layers are one chain")
            self.gates[node] = self._gate_of(taken[0], taken[-1])
            self.depths[node] = self.depths[self.gates[node]] + 1

    def _gate_of(self, one: int, other: int) -> int:
        while one != other:
            if self.depths[one] >= self.depths[other]:
                one = self.gates[one]
            else:
                other = self.gates[other]
        return one

    def way(self, first: int, last: int, is_shortcut: Callable[[Sequence[int]], bool]) -> list[Step]:
        """Return the steps behind `first` up to `last`."""
        backwards: list[Step] = []
        node = last
        while node != first:
            if len(self.sources[node]) == 1:
                backwards.append(Step("node", node))
            else:
                ways = [self.way(self.gates[node], source, is_shortcut) for source in self.sources[node]]
                within, shortcut = _residual(node, ways, is_shortcut)
                backwards += [Step("end", node, shortcut), *reversed(within), Step("start", node)]
            node = self.gates[node]
        return backwards[::-1]


def _residual(
    node: int, ways: list[list[Step]], is_shortcut: Callable[[Sequence[int]], bool]
) -> tuple[list[Step], tuple[int, ...]]:
    """Return which of two ways to a sum are the layers, and which nodes the shortcut."""
    for within, way in (ways, ways[::-1]):
        nodes = tuple(step.node for step in way)
        if within and all(step.kind == "node" for step in way) and is_shortcut(nodes):
            return within, nodes
    raise Unchainable(
        node,
        "it adds two values, of which neither can be the shortcut of a residual: what lies where both begin, as it is "
        "or through 1x1 filters without bias",
    )
