"""Model files as other programs write them."""

from pathlib import Path

from safetensors import safe_open
from safetensors.numpy import load_file, save_file


def rewrite_as_another_program(model: Path, **changes: str) -> None:
    """Keep tensors and metadata, beside `changes`, but not those of the digest."""
    with safe_open(model, "numpy") as file:
        metadata = file.metadata()
    del metadata["lenetpp.sha256"], metadata["lenetpp.format"]
    save_file(load_file(model), model, metadata=metadata | changes)
