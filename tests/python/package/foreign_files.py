"""Model files as other programs write them."""

from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file


def rewrite_as_another_program(model: Path, **changes: str) -> None:
    """Keep tensors and metadata, beside `changes`, but not those of the digest; the normalization is in tensors."""
    with safe_open(model, "numpy") as file:
        metadata = file.metadata()
    tensors = load_file(model)
    del metadata["lenetpp.sha256"], metadata["lenetpp.format"]
    for name in ("mean", "deviation"):
        numbers = metadata.pop(f"lenetpp.{name}", None)
        if numbers is not None:
            tensors[f"normalization.{name}"] = np.array(numbers.split(), np.float32)
    save_file(tensors, model, metadata=metadata | changes)
