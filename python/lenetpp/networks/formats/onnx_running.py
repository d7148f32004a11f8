"""What an ONNX model makes of images, by ONNX Runtime or by ONNX's reference evaluator, whichever is there."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.extras import MissingPackage
from lenetpp.networks.formats.onnx_graph import GRAPH, OnnxGraph
from lenetpp.networks.formats.protobuf import field

OUTPUT, NAME = 12, 1
"""Numbers of fields of onnx.proto."""


class OnnxProgram:
    """A model that is run when it is first asked.

    Parameters
    ----------
    model : bytes
        What it is.
    graph : OnnxGraph
        What it says.
    names : sequence of str
        The values that it may be asked for.
    """

    def __init__(self, model: bytes, graph: OnnxGraph, names: Sequence[str]) -> None:
        self._graph = graph
        # A message whose field is there twice is one message with the parts of both.
        inner = [field(OUTPUT, field(NAME, name)) for name in names if name not in graph.outputs]
        self._model = model + field(GRAPH, b"".join(inner))
        self._runner: _Runner | None = None

    def of(self, images: NDArray[Any], names: Sequence[str]) -> list[NDArray[Any]]:
        """Return the values of these names for some images, as many at once as the model takes.

        Raises
        ------
        ValueError
            If the model cannot be run.
        MissingPackage
            If nothing is installed that could run it.
        """
        self._runner = self._runner or _runner_of(self._model)
        size = self._graph.batch or len(images)
        padded = np.resize(images, (-(-len(images) // size) * size, *images.shape[1:])).astype(self._graph.pixels)
        parts = [
            self._runner.run(names, {self._graph.images: padded[first : first + size]})
            for first in range(0, len(padded), size)
        ]
        return [np.concatenate(values)[: len(images)] for values in zip(*parts, strict=True)]


class _Runner:
    """Something that runs a model."""

    def __init__(self, session: Any, program: str) -> None:
        self._session, self._program = session, program

    def run(self, names: Sequence[str], feeds: dict[str, NDArray[Any]]) -> list[NDArray[Any]]:
        try:
            with np.errstate(all="ignore"):
                return [np.atleast_1d(values) for values in self._session.run(list(names), feeds)]
        except Exception as error:  # of a kind of its own for whatever it does not like
            raise _refusal(self._program, error) from error


def _runner_of(model: bytes) -> _Runner:
    """Return what can run a model: ONNX Runtime, or else the reference evaluator, which is slow."""
    refusal = None
    if find_spec("onnxruntime"):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.log_severity_level = 4  # what is wrong is told by exceptions
        options.intra_op_num_threads = 1
        try:
            session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            refusal = _refusal("ONNX Runtime", error)
        else:
            return _Runner(session, "ONNX Runtime")
    if find_spec("onnx"):
        from lenetpp.networks.formats.onnx_reference import evaluator

        try:
            return _Runner(evaluator(model), "ONNX's reference evaluator")
        except Exception as error:
            refusal = refusal or _refusal("ONNX's reference evaluator", error)
    if refusal:
        raise refusal
    raise MissingPackage(
        "what is read of an ONNX model is compared with the model itself, which needs a package that is not installed: "
        'pip install "lenetpp[onnx]" (or check=False reads it without comparing)'
    )


def _refusal(program: str, error: Exception) -> ValueError:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return ValueError(
        f"{program} cannot run the model, so that what was read of it cannot be compared with it: {lines[0]} "
        "(check=False reads it without comparing)"
    )
