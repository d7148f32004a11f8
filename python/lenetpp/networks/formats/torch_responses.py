"""PyTorch's local response normalization, which is several functions of ATen. Importing this needs PyTorch."""

from typing import NamedTuple

import torch

from lenetpp.networks.formats.foreign_constants import NotExpressible
from lenetpp.networks.formats.foreign_layers import ForeignLayers
from lenetpp.networks.formats.torch_graph import Node, TorchGraph, function_of

STEPS = ["pow", "add", "mul", "view", "squeeze", "avg_pool3d", "pad", "view", "mul"]
"""What makes of values what they are divided by, backwards."""


class Responses(NamedTuple):
    """A normalization of `values` by their neighbours in other planes."""

    values: Node
    size: int
    alpha: float
    beta: float
    k: float

    def add_to(self, layers: ForeignLayers) -> None:
        """Add it to layers."""
        if len(layers.value_shape) != 3:
            raise NotExpressible("a normalization of values that were flattened before")
        layers.normalize_responses(self.size, self.alpha, self.beta, self.k)


def responses_of(graph: TorchGraph, node: Node) -> Responses | None:
    """Return what a division does, where `torch.nn.functional.local_response_norm` ends with it."""
    if function_of(node) != "div" or not isinstance(node.args[1], torch.fx.Node):
        return None
    values, divisor = node.args
    found: list[Node] = []
    for function in STEPS:
        if not isinstance(divisor, torch.fx.Node) or function_of(divisor) != function:
            return None
        found.append(divisor)
        divisor = divisor.args[0]
    power, offset, factor, _, _, average, padding, _, square = found
    if square.args != (values, values) or "val" not in average.meta:
        return None
    size, *others = average.args[1]
    if others != [1, 1] or list(average.args[2]) != [1, 1, 1] or graph.arguments(average)["divisor_override"]:
        return None
    if list(padding.args[1]) != [0, 0, 0, 0, size // 2, (size - 1) // 2]:
        return None
    numbers = [step.args[1] for step in (factor, power, offset)]
    if not all(isinstance(number, int | float) for number in numbers):
        return None
    return Responses(values, size, *map(float, numbers))
