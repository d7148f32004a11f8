"""Checkpoint: the state of a training between two steps, and when it is worth writing."""

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeAlias

from lenetpp import _core
from lenetpp.basics.arrays import FloatArray
from lenetpp.basics.file_schemas import checked, checked_json, shown
from lenetpp.networks.network import Network
from lenetpp.records.run_files import RecordError
from lenetpp.records.tensor_files import TensorsOnDemand, pack_tensors, read_tensors

EpochPart: TypeAlias = tuple[int, float, int, int, tuple[tuple[float, float, float], ...]]
"""Steps, sum of the losses, correct predictions, measured steps, sums of their figures: the core's ``done``."""
NOTHING_DONE: EpochPart = (0, 0.0, 0, 0, ())
BEST = "best."
"""Before the names of the arrays of the best epoch's network."""
NORMALIZATION = ("normalization.mean", "normalization.deviation")
WRITING_SHARE = 0.01
"""Checkpoints at the end of an epoch may cost so much of the time; short epochs share one."""
FIRST_COST = 0.01
"""Seconds that writing one is taken to cost before it was done: a training of less than a second needs none."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """Everything that training goes on from: order of images and augmentation are functions of seed and epoch.

    Attributes
    ----------
    network : Network
        Parameters, state of its layers and normalization.
    state : mapping of arrays
        What the optimizer keeps, by the array's and the parameter's name: ``("velocity", "0.weight")``.
    epoch : int
        Complete epochs; the history has as many records.
    done : EpochPart
        Of the running epoch.
    seconds : float
        Time of training in the running epoch.
    trained : mapping or None
        What the record will say about the training part of the running epoch, once that is complete.
    run_seconds : float
        Time of the whole run, evaluation included.
    best : Network, optional
        The network after the best epoch so far, where the settings keep it; it does not change.
    """

    network: Network
    state: Mapping[tuple[str, str], FloatArray] = field(default_factory=dict)
    epoch: int = 0
    done: EpochPart = NOTHING_DONE
    seconds: float = 0.0
    trained: Mapping[str, Any] | None = None
    run_seconds: float = 0.0
    best: Network | None = None

    def snapshot(self) -> Self:
        """Return a copy that stays as it is when training goes on."""
        best = None if self.best is None else self.best.copy()
        return replace(self, network=self.network.copy(), state=dict(self.state), best=best)

    def content(self) -> Iterator[bytes | memoryview]:
        """Yield the content of a checkpoint file, part by part."""
        core = self.network.core
        readers = _readers(core)
        if self.best is not None:
            readers |= {BEST + name: read for name, read in _readers(self.best.core).items()}
        if core.normalization is not None:
            mean, deviation = core.normalization
            readers |= zip(NORMALIZATION, (lambda: mean, lambda: deviation), strict=True)
        readers |= {".".join(names): partial(self.state.__getitem__, names) for names in self.state}
        position = {name: getattr(self, name) for name in ("epoch", "done", "seconds", "trained", "run_seconds")}
        texts = {
            "lenetpp.network": str(self.network),
            "lenetpp.dtype": self.network.dtype,
            "lenetpp.numerics": str(_core.numerics_version()),
            "lenetpp.position": json.dumps(position),
        }
        return pack_tensors(TensorsOnDemand(readers), texts)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the checkpoint that a file holds.

        Raises
        ------
        RecordError
            If the file is malformed or damaged.
        OSError
            If it cannot be read.
        """
        from lenetpp.records.record_schema import CHECKPOINT_TEXTS, POSITION

        tensors, texts = read_tensors(path)
        try:
            described = checked(CHECKPOINT_TEXTS, texts)
            position = checked_json(POSITION, described["lenetpp.position"])
            part = position["done"]
            done: EpochPart = part if len(part) == 5 else (*part, 0, ())
            normalization = [tensors.pop(name) for name in NORMALIZATION if name in tensors]
            # Before the network takes the memory of its parameters: any text may stand there.
            architecture = _core.Architecture(described["lenetpp.network"])
            parameters = {name: tensors.pop(name) for name in architecture.parameter_names if name in tensors}
            layer_state = {name: tensors.pop(name) for name in architecture.state_names if name in tensors}
            best = {name: tensors.pop(BEST + name) for name in _array_names(architecture) if BEST + name in tensors}
            state = {_state_names(name): values for name, values in tensors.items()}
            expected = dict(zip(architecture.parameter_names, architecture.parameter_shapes, strict=True))
            *_, measured, sums = done
            if len(sums) != (len(expected) if measured else 0):
                raise ValueError(
                    f"it has figures of {len(sums)} arrays and {measured} steps, of {len(expected)} arrays"
                )
            _check_shapes(expected, parameters)
            expected_state = dict(zip(architecture.state_names, architecture.state_shapes, strict=True))
            _check_shapes(expected_state, layer_state)
            _check_shapes(expected | expected_state, best)
            for array in {array for array, _ in state}:
                _check_shapes(expected, {name: values for (other, name), values in state.items() if other == array})
            network = Network.parse(described["lenetpp.network"], dtype=described["lenetpp.dtype"])
            if normalization:
                mean, deviation = normalization
                network.normalization = (mean, deviation)
            if parameters:
                network.set_parameters(parameters)
            network.set_state(layer_state)
            rest: dict[str, Any] = {**position, "done": done}
            return cls(network=network, state=state, best=_with_arrays(network, best) if best else None, **rest)
        except (TypeError, ValueError) as error:
            raise RecordError(f"{path} holds no checkpoint that this version can read: {error}") from error


def _readers(core: _core.Network) -> dict[str, Callable[[], FloatArray]]:
    """Return what reads each array of parameters and state, by its name."""
    readers: dict[str, Callable[[], FloatArray]] = {
        name: partial(core.parameter, name) for name in core.parameter_names
    }
    return readers | {name: partial(core.state, name) for name in core.state_names}


def _array_names(architecture: _core.Architecture) -> list[str]:
    return [*architecture.parameter_names, *architecture.state_names]


def _with_arrays(network: Network, arrays: Mapping[str, FloatArray]) -> Network:
    """Return a copy with other parameters and other state."""
    copy = network.copy()
    copy.set_parameters({name: arrays[name] for name in network.core.parameter_names})
    copy.set_state({name: arrays[name] for name in network.core.state_names})
    return copy


def _check_shapes(expected: Mapping[str, tuple[int, ...]], arrays: Mapping[str, FloatArray]) -> None:
    """Check that arrays, if there are any, are all those that a network has."""
    shapes = {name: values.shape for name, values in arrays.items()}
    if arrays and shapes != expected:
        raise ValueError(f"its arrays have the shapes {shown(shapes)}, but the network's are {shown(expected)}")


def _state_names(tensor: str) -> tuple[str, str]:
    """Split ``"velocity.0.weight"`` into the names of the optimizer's array and of the parameter."""
    array, _, parameter = tensor.partition(".")
    return array, parameter


class CheckpointPace:
    """When to write a checkpoint: every so many seconds, and after each epoch as long as that costs little.

    Parameters
    ----------
    seconds : float
        Longest time between two checkpoints.
    pause_after : float, optional
        Seconds after which one is due that training pauses at: it is done in pieces, by different processes.
    """

    def __init__(self, seconds: float, pause_after: float | None = None) -> None:
        if not 0 < seconds < math.inf:
            raise ValueError(f"checkpoint_seconds must be above 0, but is {shown(seconds)}")
        self._seconds = seconds
        self._pause_after = pause_after
        self._began = self._last = time.monotonic()
        self._cost = FIRST_COST

    @property
    def is_in_pieces(self) -> bool:
        """Whether training pauses at all."""
        return self._pause_after is not None

    @property
    def is_pause_due(self) -> bool:
        """Whether training should pause at the next checkpoint, which is due."""
        return self._pause_after is not None and time.monotonic() - self._began >= self._pause_after

    def is_due(self, *, epoch_is_complete: bool) -> bool:
        """Whether a checkpoint should be written now."""
        elapsed = time.monotonic() - self._last
        is_cheap = epoch_is_complete and elapsed * WRITING_SHARE >= self._cost
        return elapsed >= self._seconds or is_cheap or self.is_pause_due

    def note_written(self, cost: float) -> None:
        """Take note that a checkpoint was written, in so many seconds."""
        self._last = time.monotonic()
        self._cost = cost
