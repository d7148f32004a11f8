"""``python -m tests.proofs [NAME...]``: the proofs in full, one line of figures each; some minutes."""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from . import (
    addresses,
    clusters,
    early_interrupts,
    failing_calls,
    foreign_networks,
    full_disk,
    hostile_values,
    interrupts,
    kills,
    photo_folders,
    replays,
    stops,
)

CIFAR10 = Path(__file__).resolve().parents[3] / "shared" / "data" / "cifar-10-batches-py.tar.xz"


def prove_interrupts(folder: Path) -> str:
    """With the largest data there are."""
    return interrupts.prove(folder, source=str(CIFAR10) if CIFAR10.exists() else None)


PROOFS: dict[str, Callable[[Path], str]] = {
    "replays": replays.prove,
    "stops": stops.prove,
    "kills": kills.prove,
    "killed-workers": clusters.prove_killed_workers,
    "killed-schedulers": clusters.prove_killed_schedulers,
    "failing-calls": failing_calls.prove,
    "full-disk": full_disk.prove,
    "photo-folders": photo_folders.prove,
    "onnx-graphs": foreign_networks.prove_onnx,
    "torch-modules": foreign_networks.prove_torch,
    "interrupts": prove_interrupts,
    "early-interrupts": early_interrupts.prove,
    "addresses": addresses.prove,
    "hostile-values": hostile_values.prove,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or PROOFS:
        start = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            print(f"{name}: {PROOFS[name](Path(folder))} ({time.monotonic() - start:.0f} s)", flush=True)  # noqa: T201
