"""Recorded runs for other tools, and networks compared with them: by optional packages, after training."""

from lenetpp.exporters.mlflow import export_to_mlflow
from lenetpp.exporters.onnx_check import compare_with_onnx_runtime
from lenetpp.exporters.tensorboard import export_to_tensorboard

__all__ = ["compare_with_onnx_runtime", "export_to_mlflow", "export_to_tensorboard"]
