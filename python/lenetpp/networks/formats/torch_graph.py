"""PyTorch modules as graphs of functions. Importing this needs PyTorch.

`torch.export` follows a module as it is called, with its hooks, and `run_decompositions` replaces what changes values
in place by functions that give new ones: a value is then what its node gives, whoever uses it when.
"""

import logging
import operator
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch.fx.node import map_arg

from lenetpp.basics.arrays import Shape
from lenetpp.networks.formats.foreign_reading import BATCH

Node: TypeAlias = torch.fx.Node
OF_SHAPE_ALONE = {"new_zeros", "new_ones", "new_full", "new_empty", "zeros_like", "ones_like", "full_like"}
"""Functions that take of a value its shape only."""


class TorchGraph:
    """What a module computes in evaluation mode of images (N, planes, height, width).

    Raises
    ------
    ValueError
        If it does not take such images, gives something else than one tensor, or cannot be followed.

    Attributes
    ----------
    images : torch.fx.Node
        What it takes.
    last : torch.fx.Node
        What it gives.
    nodes : list of torch.fx.Node
        What computes something of images, in order.
    constants : dict of torch.fx.Node
        The values of the others.
    """

    def __init__(self, module: torch.nn.Module, input_shape: Shape) -> None:
        self._module = module
        self.pixels, self._device = _kind_of(module)
        example = torch.zeros((BATCH, *input_shape), dtype=self.pixels, device=self._device)
        self.outputs(example)  # whether it can at all
        try:
            with _quietly():
                exported = torch.export.export(module, (example,), strict=False)
                program = exported.run_decompositions({})
        except Exception as error:  # whatever a forward does with values that are not there yet
            raise ValueError(
                f"its forward cannot be followed by torch.export (does it depend on values?): {_first_line(error)}"
            ) from error
        signature = program.graph_signature
        if signature.buffers_to_mutate:
            raise ValueError(f"it changes its buffers {list(signature.buffers_to_mutate.values())} when it is called")
        self._before = {node.name: node for node in exported.graph.nodes}
        self.constants: dict[Node, Any] = {}
        self.nodes: list[Node] = []
        arrays = program.state_dict | program.constants
        names = (
            signature.inputs_to_parameters | signature.inputs_to_buffers | signature.inputs_to_lifted_tensor_constants
        )
        for node in program.graph.nodes:
            if node.op == "placeholder" and node.name in names:
                self.constants[node] = arrays[names[node.name]]
            elif node.op == "placeholder":
                self.images = node
            elif node.op == "call_function":
                self._take(node)
        (last,) = signature.user_outputs
        self.last = next(node for node in program.graph.nodes if node.name == last)

    def _take(self, node: Node) -> None:
        """Keep a node, or what it gives where images do not matter."""
        if torch.Tag.nondeterministic_seeded in getattr(node.target, "tags", ()):
            raise ValueError(f"{self.name(node)}: it draws random numbers, in evaluation mode, too")
        taken = [each for each in node.all_input_nodes if each not in self.constants]
        if not taken:
            self.constants[node] = self._call(node, self.constants)
        elif function_of(node) in OF_SHAPE_ALONE:
            shapes = {each: each.meta["val"] for each in taken}
            some = {
                each: torch.empty(like.shape, dtype=like.dtype, device=self._device) for each, like in shapes.items()
            }
            self.constants[node] = self._call(node, self.constants | some)
        else:
            self.nodes.append(node)

    def _call(self, node: Node, values: dict[Node, Any]) -> Any:
        return node.target(*map_arg(node.args, values.get), **map_arg(node.kwargs, values.get))

    def values(self, images: NDArray[Any], wanted: Sequence[Node]) -> list[NDArray[Any]]:
        """Return what some nodes give for `BATCH` images; of those that give several values the first."""
        values = {**self.constants, self.images: self._tensor(images)}
        for node in self.nodes:
            values[node] = self._call(node, values)
        firsts = (values[node][0] if isinstance(values[node], tuple | list) else values[node] for node in wanted)
        return [first.detach().cpu().numpy() for first in firsts]

    def outputs(self, images: "NDArray[Any] | torch.Tensor") -> NDArray[Any]:
        """Return what the module itself gives for any number of images."""
        try:
            given = self._module(self._tensor(images))
        except Exception as error:  # of the module's own making
            shape = tuple(images.shape)
            raise ValueError(f"the module does not take images of the shape {shape}: {_first_line(error)}") from error
        if not isinstance(given, torch.Tensor):
            raise ValueError(f"the module must give one tensor, but gives {type(given).__name__}")
        array: NDArray[Any] = given.detach().cpu().numpy()
        return array

    def _tensor(self, images: "NDArray[Any] | torch.Tensor") -> torch.Tensor:
        """Return images as the module takes them; it may change them."""
        return torch.as_tensor(images).to(self._device, self.pixels, copy=True)

    def original(self, node: Node) -> Node:
        """Return what a node was before values were no longer changed in place, such as a dropout that does nothing."""
        origins = node.meta.get("from_node") or []
        return self._before.get(origins[-1].name, node) if origins else node

    def arguments(self, node: Node) -> dict[str, Any]:
        """Return the arguments of a function by their names; nodes that images matter to stay nodes."""
        schema = getattr(node.target, "_schema", None)
        parameters = schema.arguments if schema else []
        given = dict(zip((each.name for each in parameters), node.args, strict=False)) | node.kwargs
        usual = {each.name: each.default_value for each in parameters if each.has_default_value()}
        return {name: map_arg(value, self._constant) for name, value in (usual | given).items()}

    def _constant(self, node: Node) -> Any:
        return self.constants.get(node, node)

    def name(self, node: Node) -> str:
        """Return what messages call a node: its name and that of its module."""
        stack = list((node.meta.get("nn_module_stack") or {}).values())
        path, kind = stack[-1] if stack else ("", "")
        if not path:
            return f"the step {node.name!r}"
        kind = kind if isinstance(kind, str) else kind.__name__
        return f"the step {node.name!r} of the module {path!r} ({kind.rpartition('.')[2]})"


def function_of(node: Node) -> str:
    """Return the name of the function that a node calls, whatever the types of its arguments."""
    if node.target is operator.getitem:
        return "getitem"
    schema = getattr(node.target, "_schema", None)
    return schema.name.rpartition("::")[2] if schema else getattr(node.target, "__name__", str(node.target))


def _kind_of(module: torch.nn.Module) -> tuple[torch.dtype, torch.device]:
    """Return the type that images have for a module, and where they lie."""
    arrays = [*module.parameters(), *module.buffers()]
    if any(array.is_meta for array in arrays):
        raise ValueError("its parameters have no values (they are on the device meta)")
    kinds = [array.dtype for array in arrays if array.dtype.is_floating_point] or [torch.float32]
    if not {*kinds} <= {torch.float32, torch.float64}:
        raise ValueError(
            f"its parameters are of the types {sorted({*map(str, kinds)})}: make them module.float() first"
        )
    return kinds[0], arrays[0].device if arrays else torch.device("cpu")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


@contextmanager
def _quietly() -> Iterator[None]:
    """Leave it to exceptions to say what cannot be followed."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), redirect_stderr(StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


@contextmanager
def evaluating(module: torch.nn.Module) -> Iterator[None]:
    """Leave a module and PyTorch as they were, and have it in evaluation mode in between, on one thread."""
    training = [(each, each.training) for each in module.modules()]
    buffers = [(buffer, buffer.detach().clone()) for buffer in module.buffers()]
    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        try:
            torch.set_num_threads(1)  # a few small images, and threads may have to wait for each other
            module.eval()
            yield
        finally:
            torch.set_num_threads(threads)
            for each, was in training:
                each.training = was
            for buffer, before in buffers:
                if not torch.equal(buffer, before):
                    buffer.copy_(before)


def as_array(tensor: Any) -> NDArray[Any]:
    """Return a constant as an array."""
    return np.asarray(tensor.detach().cpu().numpy() if isinstance(tensor, torch.Tensor) else tensor)
