"""Recorded runs for other tools: written from the record, after training, by optional packages."""

from lenetpp.exporters.mlflow import export_to_mlflow
from lenetpp.exporters.tensorboard import export_to_tensorboard

__all__ = ["export_to_mlflow", "export_to_tensorboard"]
