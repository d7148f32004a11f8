"""The tools that are compared, and what they are called."""

import importlib
import importlib.metadata
from collections.abc import Callable
from dataclasses import dataclass

from side_by_side.contenders import Contender
from side_by_side.problems import Case, Problem


@dataclass(frozen=True)
class Tool:
    """A way to train or to infer.

    Attributes
    ----------
    name : str
        In the tables.
    distribution : str
        What pip calls it.
    function : str
        ``module.function`` that takes a problem and a case and returns a contender.
    """

    name: str
    distribution: str
    function: str

    @property
    def version(self) -> str | None:
        """Version, or None where it is not installed."""
        try:
            return importlib.metadata.version(self.distribution)
        except importlib.metadata.PackageNotFoundError:
            return None

    def load(self) -> Callable[[Problem, Case], Contender]:
        """Import the tool."""
        module, _, name = self.function.rpartition(".")
        function: Callable[[Problem, Case], Contender] = getattr(importlib.import_module(module), name)
        return function


LENETPP = Tool("lenetpp", "lenetpp", "side_by_side.lenetpp_peer.prepare")
PEERS = (
    Tool("PyTorch eager", "torch", "side_by_side.pytorch_peer.prepare_eager"),
    Tool("torch.compile", "torch", "side_by_side.pytorch_peer.prepare_compiled"),
    Tool("JAX jit", "jax", "side_by_side.jax_peer.prepare"),
    Tool("scikit-learn", "scikit-learn", "side_by_side.scikit_learn_peer.prepare"),
    Tool("ONNX Runtime", "onnxruntime", "side_by_side.onnx_runtime_peer.prepare"),
)
