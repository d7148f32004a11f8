"""Files of images as a visitor has them on the disk: in the formats of MNIST and CIFAR-10, with noise for images."""

import gzip
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def mnist_like(folder: Path, seed: int, *, training: int = 200, test: int = 50, classes: int = 10) -> list[Path]:
    """Write the four files, of random images of 28x28, and return them."""
    folder.mkdir(exist_ok=True)
    generator = np.random.default_rng(seed)
    for part, count in (("train", training), ("t10k", test)):
        _write_idx(folder / f"{part}-images-idx3-ubyte.gz", generator.integers(0, 256, (count, 28, 28), np.uint8))
        _write_idx(folder / f"{part}-labels-idx1-ubyte.gz", (np.arange(count) % classes).astype(np.uint8))
    return sorted(folder.glob("*.gz"))


def _write_idx(file: Path, array: NDArray[Any]) -> None:
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    file.write_bytes(gzip.compress(header + array.tobytes()))


def cifar_like(folder: Path, seed: int) -> list[Path]:
    """Write the six files of the binary version, with two random images of each class in each, and return them."""
    generator = np.random.default_rng(seed)
    for name in [*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin"]:
        records = generator.integers(0, 256, (20, 3073), np.uint8)
        records[:, 0] = np.arange(20) % 10
        (folder / name).write_bytes(records.tobytes())
    return sorted(folder.glob("*.bin"))
