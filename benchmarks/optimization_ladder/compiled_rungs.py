"""The rungs, compiled in several ways and called through ctypes."""

import ctypes
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lenetpp.basics.arrays import FloatArray
from lenetpp.networks.network_structure import DataType
from side_by_side.problems import whole_batches

SOURCES = Path(__file__).parent / "rungs"
NO_VECTORS = "no vectors"
BUILDS = {
    NO_VECTORS: ("-O2", "-fno-tree-vectorize"),
    "compiler's vectors": ("-O3", "-march=native"),
    "and sums in any order": (
        "-O3",
        "-march=native",
        "-fassociative-math",
        "-fno-signed-zeros",
        "-fno-trapping-math",
    ),
}
"""What the compiler may do, and the flags that say so. -ffast-math would do the same and more: loading such a library
makes the processor flush subnormal numbers in all of this process."""
WORDS = {"float32": "float", "float64": "double"}
"""Of C++, for the types of numbers."""
SLACK = 16
"""Numbers behind the images that vectors may read (see rungs/network.h)."""


class CompilationError(Exception):
    """The rungs could not be compiled; the message says why."""


@dataclass(frozen=True)
class Batch:
    """Images (N, 3, 32, 32), normalized, with slack behind, and labels (N,)."""

    inputs: FloatArray
    labels: NDArray[np.int32]

    @classmethod
    def of(cls, inputs: NDArray[np.float32], labels: NDArray[np.int32], data_type: DataType = "float32") -> "Batch":
        """Copy the images to where there is slack behind them."""
        memory = np.zeros(inputs.size + SLACK, dtype=data_type)
        copied = memory[: inputs.size].reshape(inputs.shape)
        copied[...] = inputs
        return cls(copied, np.ascontiguousarray(labels, dtype=np.int32))

    def cut(self, size: int) -> list["Batch"]:
        """Return batches of exactly `size`; what is left over is left out."""
        pairs = zip(whole_batches(self.inputs, size), whole_batches(self.labels, size), strict=True)
        return [Batch(inputs, labels) for inputs, labels in pairs]


class CompiledRungs:
    """One build of all rungs, whose sources are in float; with double they have that word in its place.

    Raises
    ------
    CompilationError
        If there is no compiler, or it finds an error.
    """

    def __init__(self, folder: Path, flags: tuple[str, ...], data_type: DataType = "float32") -> None:
        self._number = {"float32": ctypes.c_float, "float64": ctypes.c_double}[data_type]
        self._library = ctypes.CDLL(str(_compile(folder, flags, data_type)))
        self._library.ladder_rung_name.restype = ctypes.c_char_p
        self._library.ladder_gradients.restype = self._number
        count = self._library.ladder_rung_count()
        self.names: list[str] = [self._library.ladder_rung_name(rung).decode() for rung in range(count)]

    def loss_and_gradients(self, rung: int, parameters: FloatArray, batch: Batch) -> tuple[float, FloatArray]:
        """Return the mean loss of a batch and its gradients, flat as the parameters are."""
        gradients = np.empty_like(parameters)
        arguments = _pointers(parameters, batch)
        loss: float = self._library.ladder_gradients(rung, *arguments, len(batch.labels), _pointer(gradients))
        return loss, gradients

    def steps(
        self, rung: int, parameters: FloatArray, batches: list[Batch], learning_rate: float
    ) -> Callable[[int], None]:
        """Return a function that trains the parameters in place, so many steps, batch after batch."""
        rate = self._number(learning_rate)
        arguments = [(rung, *_pointers(parameters, batch), len(batch.labels), rate) for batch in batches]

        def run(repetitions: int) -> None:
            for repetition in range(repetitions):
                self._library.ladder_step(*arguments[repetition % len(arguments)])

        return run


def flat(arrays: dict[str, FloatArray]) -> NDArray[np.float32]:
    """Return parameters or gradients of lenetpp as the rungs take them: one behind the other."""
    return np.concatenate([values.reshape(-1) for values in arrays.values()]).astype(np.float32)


def _compile(folder: Path, flags: tuple[str, ...], data_type: DataType) -> Path:
    compiler = os.environ.get("CXX", "c++")
    if shutil.which(compiler) is None:
        raise CompilationError(f"the compiler {compiler} is not installed; set CXX to GCC or Clang")
    sources = folder / data_type
    sources.mkdir(exist_ok=True)
    for file in SOURCES.iterdir():
        text = file.read_text(encoding="utf-8")
        (sources / file.name).write_text(re.sub(r"\bfloat\b", WORDS[data_type], text), encoding="utf-8")
    library = sources / f"rungs{'-'.join(flags)}.so"
    command = [compiler, "-std=c++20", *flags, "-Wno-psabi", "-shared", "-fPIC", "-o", str(library)]
    finished = subprocess.run(
        [*command, *map(str, sorted(sources.glob("*.cpp")))], capture_output=True, text=True, check=False
    )
    if finished.returncode != 0:
        raise CompilationError(f"{' '.join(command)} failed:\n{finished.stderr}")
    return library


def _pointers(parameters: FloatArray, batch: Batch) -> tuple[Any, Any, Any]:
    return _pointer(parameters), _pointer(batch.inputs), batch.labels.ctypes.data_as(ctypes.POINTER(ctypes.c_int))


def _pointer(array: FloatArray) -> Any:
    return array.ctypes.data_as(ctypes.c_void_p)
