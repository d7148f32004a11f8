"""ONNX's reference evaluator. Importing this needs the package onnx."""

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun


class BatchNormalization(OpRun):  # type: ignore[misc]  # onnx is not there when types are checked
    """Inference by running statistics, which the evaluator's own does not do before opset 14."""

    def _run(self, x: NDArray[Any], *parameters: NDArray[Any], epsilon: float = 1e-5, **_: Any) -> tuple[NDArray[Any]]:
        scale, bias, mean, variance = (each.reshape(-1, *[1] * (x.ndim - 2)) for each in parameters)
        return ((scale * (x - mean) / np.sqrt(variance + np.float32(epsilon)) + bias).astype(x.dtype),)


def evaluator(model: bytes) -> ReferenceEvaluator:
    """Return what runs a model."""
    return ReferenceEvaluator(onnx.load_from_string(model), new_ops=[BatchNormalization])
