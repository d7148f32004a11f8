"""Random ONNX graphs and PyTorch modules are read rightly or refused; the oracle is ONNX Runtime or PyTorch itself.

Those that only the comparison with the source refuses are read again without it, which tells what it is good for.
"""

import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import lenetpp as lp

BY_COMPARISON = re.compile("what was read of it computes something else|but was read as one of")
TOLERANCE = 1e-3
"""Of the largest output of an image: far more than rounding, far less than what another network would give."""

Outputs = Callable[[NDArray[np.float32]], NDArray[Any] | None]
Read = Callable[..., lp.Network]


def outcome_of(read: Read, outputs: Outputs, shape: tuple[int, ...], seed: int) -> str:
    """Read a network with the comparison, and without it where that refuses it."""
    try:
        network = read()
    except ValueError as error:
        if not BY_COMPARISON.search(str(error)):
            return "refused"
        wrong = is_wrong(read(check=False), outputs, shape, seed)
        return "found by the comparison" if wrong else "refused by the comparison for less than the oracle's tolerance"
    return "wrong" if is_wrong(network, outputs, shape, seed) else "right"


def is_wrong(network: lp.Network, outputs: Outputs, shape: tuple[int, ...], seed: int) -> bool:
    """Whether a network gives other outputs for images of several scales, none of which the reader has seen."""
    random = np.random.default_rng([seed, 4711])
    for scale in (0.3, 1.0, 10.0, 255.0):
        images = random.normal(scale * random.uniform(-0.5, 1), scale, (5, *shape)).astype(np.float32)
        expected = outputs(images)
        if expected is None or expected.shape[0] != 5:
            return True
        given = network.core.compute_outputs(images)
        if expected[0].size != given[0].size:
            return True
        expected = expected.reshape(given.shape)
        finite = np.isfinite(expected).all(axis=1)
        if (np.isfinite(given).all(axis=1) != finite).any():
            return True
        apart = np.abs(given - expected)[finite].max(axis=1)
        if (apart > TOLERANCE * np.abs(expected[finite]).max(axis=1) + 1e-6).any():
            return True
    return False


def prove_onnx(_folder: Path, count: int = 1000, first: int = 0) -> str:
    """Read so many random ONNX graphs."""
    from .random_onnx import OnnxOracle, random_graph

    totals: Counter[str] = Counter()
    for seed in range(first, first + count):
        graph = random_graph(seed, OnnxOracle.shape_of)
        model = graph.model()
        oracle = OnnxOracle(model)

        def read(content: bytes = model, **settings: Any) -> lp.Network:
            return lp.Network.from_onnx(content, **settings)

        outcome = outcome_of(read, oracle, graph.input_shape, seed)
        assert outcome != "wrong", f"graph {seed} is read wrongly: {graph.nodes}"
        totals[outcome] += 1
        _show(totals)
    return _sentence(totals, "ONNX graphs")


def prove_torch(_folder: Path, count: int = 1000, first: int = 0) -> str:
    """Read so many random PyTorch modules."""
    import torch

    from .random_modules import random_module

    totals: Counter[str] = Counter()
    for seed in range(first, first + count):
        module, shape = random_module(seed)
        module.eval()

        def outputs(images: NDArray[np.float32], module: Any = module) -> NDArray[Any] | None:
            with torch.no_grad():
                try:
                    given: NDArray[Any] = module(torch.from_numpy(images.copy())).numpy()
                except Exception:  # which is no oracle any more: it takes no batch of five
                    return None
            return given

        def read(module: Any = module, shape: Any = shape, **settings: Any) -> lp.Network:
            return lp.Network.from_torch(module, shape, **settings)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            outcome = outcome_of(read, outputs, shape, seed)
        assert outcome != "wrong", f"module {seed} is read wrongly: {module}"
        totals[outcome] += 1
        _show(totals)
    return _sentence(totals, "PyTorch modules")


def _show(totals: Counter[str]) -> None:
    """Show how far it is, where somebody looks."""
    if sys.stderr.isatty():
        print(f"\r{totals.total()}: {dict(totals)}", end="", file=sys.stderr, flush=True)  # noqa: T201


def _sentence(totals: Counter[str], what: str) -> str:
    parts = ", ".join(f"{number} {outcome}" for outcome, number in totals.most_common())
    return f"of {totals.total()} random {what} 0 were read wrongly: {parts}"
