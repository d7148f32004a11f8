"""The tools that are compared, and what they are called."""

import importlib
import importlib.metadata
from collections.abc import Callable
from dataclasses import dataclass

from lenetpp import _core
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
    instruction_set : str or None
        What lenetpp is forced to; None for its own choice.
    """

    name: str
    distribution: str
    function: str
    instruction_set: str | None = None

    @property
    def version(self) -> str | None:
        """Version, or None where it is not installed."""
        try:
            return importlib.metadata.version(self.distribution)
        except importlib.metadata.PackageNotFoundError:
            return None

    @property
    def obstacle(self) -> str | None:
        """Why it cannot be measured here, or None where it can."""
        if self.version is None:
            return f"{self.distribution} is not installed"
        if self.instruction_set not in {None, *_core.available_instruction_sets()}:
            return f"this machine has no {self.instruction_set}"
        return None

    def load(self) -> Callable[[Problem, Case], Contender]:
        """Import the tool."""
        module, _, name = self.function.rpartition(".")
        function: Callable[[Problem, Case], Contender] = getattr(importlib.import_module(module), name)
        return function


LENETPP = Tool("lenetpp", "lenetpp", "side_by_side.lenetpp_peer.prepare")
PEERS = (
    Tool("lenetpp avx2", "lenetpp", "side_by_side.lenetpp_peer.prepare", "avx2"),
    Tool("PyTorch eager", "torch", "side_by_side.pytorch_peer.prepare_eager"),
    Tool("torch.compile", "torch", "side_by_side.pytorch_peer.prepare_compiled"),
    Tool("JAX jit", "jax", "side_by_side.jax_peer.prepare"),
    Tool("scikit-learn", "scikit-learn", "side_by_side.scikit_learn_peer.prepare"),
    Tool("ONNX Runtime", "onnxruntime", "side_by_side.onnx_runtime_peer.prepare"),
)
