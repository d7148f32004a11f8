"""Snapshots: the small filters of a run before its first step and after each epoch, to see how they come about.

``snapshots.f32`` holds float32 numbers, little-endian, without a header: a row for each snapshot, in which the weights
of each convolution lie as in :meth:`Network.parameters`, in the order of the layers. A convolution of many weights is
left out, so that a row costs less than a step. What is kept is read from the network and changes nothing in it.

The weights after an epoch are held to the digest that its record has of them, so that damage does not go unnoticed.
"""

import hashlib
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lenetpp import _core
from lenetpp.basics.arrays import FloatArray
from lenetpp.basics.file_reading import read_content
from lenetpp.networks.layers import Conv2D
from lenetpp.networks.network import Network
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_files import SNAPSHOTS_NAME, RecordError, reading

MOST_WEIGHTS = 4096
"""Of a convolution whose filters are kept: 16 kilobytes an epoch."""
MOST_BYTES = 2**28
"""Of the file: ten thousand epochs of a network that keeps 6,500 weights."""
NUMBERS = np.dtype("<f4")


@dataclass(frozen=True, eq=False)
class Snapshots:
    """The filters of one convolution along a training.

    Attributes
    ----------
    layer : int
        Index of the convolution.
    weights : ndarray, (epochs + 1, shape of the parameter), float32
        The first before the first step, each other after an epoch.
    """

    layer: int
    weights: NDArray[np.float32]

    @property
    def epochs(self) -> int:
        """How many epochs there are."""
        return len(self.weights) - 1

    def __repr__(self) -> str:
        return f"<Snapshots of layer {self.layer}: before training and after each of {self.epochs} epochs>"


def kept_shapes(network_text: str) -> dict[str, tuple[int, ...]]:
    """Return the names and shapes of the parameters that a snapshot has: weights of convolutions that are not large."""
    architecture = _core.Architecture(network_text)
    convolutions = {f"{index}.weight" for index, (word, _) in enumerate(architecture.layers) if word == Conv2D.word}
    shapes = zip(architecture.parameter_names, architecture.parameter_shapes, strict=True)
    return {name: shape for name, shape in shapes if name in convolutions and math.prod(shape) <= MOST_WEIGHTS}


def row_bytes(network_text: str) -> int:
    """Return the size of a snapshot; 0 where a network has no small convolution."""
    return NUMBERS.itemsize * sum(map(math.prod, kept_shapes(network_text).values()))


def snapshot_of(network: Network) -> bytes:
    """Return the row of a network as it is now."""
    names = kept_shapes(str(network))
    return b"".join(np.ascontiguousarray(network.core.parameter(name), dtype=NUMBERS).tobytes() for name in names)


def recorded_snapshots(run: RecordedRun) -> dict[int, Snapshots]:
    """Return the snapshots of a run by the index of the layer.

    Raises
    ------
    RecordError
        If there are none, or they are not those of the record; the message says how to get some.
    OSError
        If the file cannot be read.
    """
    path, text = run.folder / SNAPSHOTS_NAME, run.network_text
    with reading(run.folder):
        shapes = kept_shapes(text)
    if not shapes:
        raise RecordError(
            f"{run.folder} has no snapshots: there is no convolution with at most {MOST_WEIGHTS:,} weights in {text}"
        )
    again = "lenetpp.resume(run, anew=True) trains the same bits in a new folder"
    try:
        content = read_content(path, MOST_BYTES, RecordError)
    except FileNotFoundError:
        raise RecordError(f"{run.folder} has no {SNAPSHOTS_NAME}, as runs of earlier versions: {again}") from None
    width, count = row_bytes(text) // NUMBERS.itemsize, len(run.history) + 1
    if len(content) < count * width * NUMBERS.itemsize:
        raise RecordError(f"{path} ({len(content)} bytes) ends before the {len(run.history)} epochs do: {again}")
    table = np.frombuffer(content, NUMBERS, count * width).reshape(count, width)
    found, start = {}, 0
    for name, shape in shapes.items():
        weights = table[:, start : start + math.prod(shape)]
        start += math.prod(shape)
        if (problem := _problem(name, weights, run)) is not None:
            raise RecordError(f"{path} {problem}: {again}")
        layer = int(name.split(".")[0])
        found[layer] = Snapshots(layer, weights.reshape(-1, *shape).astype(np.float32))
    return found


def _problem(name: str, weights: FloatArray, run: RecordedRun) -> str | None:
    """Return what is wrong with the snapshots of a parameter."""
    if not np.isfinite(weights).all():
        return f"holds a number that is not finite as {name}"
    if run.table("network").get("dtype") != "float32":
        return None  # the recorded digests are those of numbers that were not rounded
    for values, epoch in zip(weights[1:], run.history, strict=True):
        digest = hashlib.sha256(np.ascontiguousarray(values).data).hexdigest()[:16]
        if epoch.parameter_digests.get(name, digest) != digest:
            return f"has other weights {name} after epoch {epoch.epoch} than the record"
    return None
