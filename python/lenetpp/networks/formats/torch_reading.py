"""PyTorch modules as layers of lenetpp: a chain of functions that these can express. Importing this needs PyTorch."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from lenetpp.basics.arrays import Shape
from lenetpp.networks.formats.foreign_constants import NotExpressible
from lenetpp.networks.formats.foreign_graph import IMAGES
from lenetpp.networks.formats.foreign_layers import ForeignLayers
from lenetpp.networks.formats.foreign_network import check_size
from lenetpp.networks.formats.foreign_reading import BATCH
from lenetpp.networks.formats.torch_functions import FUNCTIONS, PASSING, RESHAPING, two_sides
from lenetpp.networks.formats.torch_graph import Node, TorchGraph, as_array, evaluating, function_of
from lenetpp.networks.formats.torch_responses import Responses, responses_of

Shortcut: TypeAlias = tuple[NDArray[Any] | None, tuple[int, int], int | None]
"""The filters (F, P) of a residual's shortcut, its strides, and how many planes of zeros it adds."""


@contextmanager
def torch_source(module: torch.nn.Module, input_shape: Shape) -> Iterator["TorchSource"]:
    """Give a module as a source, in evaluation mode as long as it is one.

    Raises
    ------
    ValueError
        If it does not take such images, gives something else than one tensor, or cannot be followed.
    """
    if not isinstance(module, torch.nn.Module):
        raise ValueError(f"module must be a torch.nn.Module, but is {type(module).__name__}")
    with evaluating(module):
        yield TorchSource(module, input_shape)


class TorchSource:
    """A PyTorch module as :class:`lenetpp.networks.formats.foreign_reading.Source`; its steps are functions."""

    def __init__(self, module: torch.nn.Module, input_shape: Shape) -> None:
        check_size(input_shape)
        self.input_shape = input_shape
        self._graph = TorchGraph(module, input_shape)
        self.pixels = self.dtype = np.dtype(np.float64 if self._graph.pixels == torch.float64 else np.float32)
        matches = ((node, responses_of(self._graph, node)) for node in self._graph.nodes)
        self._responses: dict[Node, Responses] = {node: match for node, match in matches if match}
        self._nodes = self._nodes_that_matter()
        numbers = {self._graph.images: IMAGES} | {node: number for number, node in enumerate(self._nodes)}
        self.sources = [[numbers[each] for each in self._taken(node)] for node in self._nodes]

    def _taken(self, node: Node) -> list[Node]:
        """Return the nodes that a node takes values of: of a sum of a value with itself twice the same."""
        if node in self._responses:
            return [self._responses[node].values]
        given = [*node.args, *node.kwargs.values()]
        flat = [part for each in given for part in (each if isinstance(each, list | tuple) else [each])]
        return [each for each in flat if isinstance(each, torch.fx.Node) and each not in self._graph.constants]

    def _nodes_that_matter(self) -> list[Node]:
        """Return the nodes that the outputs depend on, in order."""
        wanted = {self._graph.last}
        for node in reversed(self._graph.nodes):
            if node in wanted:
                wanted.update(self._taken(node))
        return [node for node in self._graph.nodes if node in wanted]

    def name(self, step: int) -> str:
        """Return what messages call a function."""
        return self._graph.name(self._nodes[step])

    def is_shortcut(self, steps: Sequence[int]) -> bool:
        """Return whether functions do what lenetpp's shortcuts do."""
        return self._shortcut(steps) is not None

    def read(self, step: int, layers: ForeignLayers) -> None:
        """Add what a function does."""
        node = self._nodes[step]
        function, taken = function_of(node), self._taken(node)
        if node in self._responses:
            self._responses[node].add_to(layers)
        elif len(taken) != 1:
            raise NotExpressible("it takes two values that depend on the images")
        elif function in RESHAPING:
            _reshape(taken[0], node, layers)
        elif self._leaves_out(node):
            layers.leave_out(self._graph.arguments(self._graph.original(node))["p"])
        elif function not in FUNCTIONS:
            raise NotExpressible(f"lenetpp has no layer that computes {function}")
        else:
            FUNCTIONS[function]({**self._graph.arguments(node), "given": _shape_of(node)}, layers)
        self._check_value(node, layers)

    def _leaves_out(self, node: Node) -> bool:
        """Return whether a function does nothing because it is dropout in evaluation mode."""
        return function_of(self._graph.original(node)) in ("dropout", "dropout_")

    def _check_value(self, node: Node, layers: ForeignLayers) -> None:
        """Refuse another shape or type than what was read has."""
        value = node.meta.get("val")
        if not isinstance(value, torch.Tensor):
            return
        if value.dtype not in (torch.float32, torch.float64):
            raise NotExpressible(f"it computes in {value.dtype}")
        if tuple(value.shape) != (BATCH, *layers.value_shape):
            raise NotExpressible(f"it gives {tuple(value.shape[1:])} of an image, which no layer of lenetpp does here")

    def end_residual(self, step: int, shortcut: Sequence[int], layers: ForeignLayers) -> None:
        """Add the end of a residual."""
        node, parts = self._nodes[step], self._shortcut(shortcut)
        if function_of(node) != "add" or self._graph.arguments(node).get("alpha", 1) != 1 or parts is None:
            raise NotExpressible("it takes two values that depend on the images, and does not just add them")
        weight, strides, zeros = parts
        layers.end_residual(weight, strides, zeros=zeros)
        self._check_value(node, layers)

    def _shortcut(self, steps: Sequence[int]) -> Shortcut | None:
        """Return what functions one behind the other do, where a shortcut does it."""
        strides, weight, zeros = [1, 1], None, None
        for number, node in enumerate(self._nodes[step] for step in steps):
            given, function, is_last = self._graph.arguments(node), function_of(node), number == len(steps) - 1
            if function in PASSING and not self._leaves_out(node):
                continue
            if function == "slice" and not given["start"] and given["end"] >= 1 << 62:
                if given["dim"] not in (2, 3) and given["step"] != 1:
                    return None
                if given["dim"] in (2, 3):
                    strides[given["dim"] - 2] *= given["step"]
            elif function in ("conv2d", "linear") and is_last and given["bias"] is None:
                weight = as_array(given["weight"])
                if function == "conv2d":
                    padding = given["padding"] if isinstance(given["padding"], str) else two_sides(given["padding"])
                    if weight.shape[2:] != (1, 1) or padding not in ((0, 0), "valid", "same") or given["groups"] != 1:
                        return None
                    down, across = two_sides(given["stride"])
                    strides, weight = [strides[0] * down, strides[1] * across], weight[:, :, 0, 0]
            elif function == "cat" and is_last and given["dim"] == 1 and len(given["tensors"]) == 2:
                planes = given["tensors"][1]
                if not isinstance(planes, torch.Tensor) or planes.any():
                    return None
                zeros = planes.shape[1]
            else:
                return None
        if zeros is None and weight is None and strides != [1, 1]:
            zeros = 0
        return weight, (strides[0], strides[1]), zeros

    def values(self, images: NDArray[Any], steps: Sequence[int]) -> list[NDArray[Any]]:
        """Return what functions make of images."""
        return self._graph.values(images, [self._nodes[step] for step in steps])

    def outputs(self, images: NDArray[Any]) -> NDArray[Any]:
        """Return what the module makes of images."""
        return self._graph.outputs(images)


def _shape_of(node: Node) -> tuple[int, ...]:
    value = node.meta.get("val")
    return tuple(value.shape) if isinstance(value, torch.Tensor) else ()


def _reshape(before: Node, after: Node, layers: ForeignLayers) -> None:
    """Take what leaves a value in its shape, or flattens it."""
    old, new = _shape_of(before), _shape_of(after)
    if new == old:
        return
    if new != (BATCH, int(np.prod(old[1:]))) or old[0] != BATCH:
        raise NotExpressible(f"only (N, {np.prod(layers.shape)}), which flattens, has a layer in lenetpp")
    layers.flatten()
