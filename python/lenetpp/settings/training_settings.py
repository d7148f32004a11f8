"""How a network is trained: every setting that decides the bits of the result, in one validated value."""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from operator import index
from typing import Any, Literal, TypedDict, get_args, get_type_hints

from lenetpp.basics.file_schemas import shown
from lenetpp.basics.html_tables import html_table
from lenetpp.settings.names import names_what_is_meant

Schedule = Literal["constant", "step", "cosine"]
Loss = Literal["cross_entropy", "squared_error", "binary_cross_entropy"]
Reduction = Literal["mean", "sum"]
Initialization = Literal["he", "glorot", "lecun", "blog"]
NormalizationScheme = Literal["standard", "unit", "none"]


@names_what_is_meant
@dataclass(frozen=True, kw_only=True)
class TrainingSettings:
    """Everything that decides a training, beside the network and the data.

    Same settings, network and data give the same bits, with any number of threads and on any machine.

    Parameters
    ----------
    epochs : int
        Passes over the training images.
    batch_size : int
        Images whose gradients make one step.
    learning_rate : float
        Factor on a step; the largest one of the schedule.
    schedule : {"constant", "step", "cosine"}
        ``"step"`` multiplies the rate by `step_factor` every `step_epochs` epochs; ``"cosine"`` lets it fall to zero
        along half a cosine over all epochs, or to each of the `restarts`.
    restarts : tuple of int
        Numbers of epochs after which the schedule ``"cosine"`` has come down to zero and begins anew at
        `learning_rate`: rising, each below `epochs`. :func:`lenetpp.resume` adds one where it extends a finished run.
        (Loshchilov and Hutter: SGDR, stochastic gradient descent with warm restarts, 2017.)
    step_epochs : int
        Epochs between the changes of the schedule ``"step"``.
    step_factor : float
        Factor of the schedule ``"step"``, in (0, 1].
    warmup_epochs : float
        The rate rises linearly from zero over so many epochs, whatever the schedule.
    momentum : float
        ``v = momentum v + g; w -= rate v``, in [0, 1).
    nesterov : bool
        Nesterov's form of the momentum.
    weight_decay : float
        ``g += weight_decay w`` for every parameter.
    gradient_clip_norm : float
        Largest norm of all gradients together; 0 for no limit.
    loss : {"cross_entropy", "squared_error", "binary_cross_entropy"}
        Cross-entropy is that of softmax(outputs); the squared error, halved, and the binary cross-entropy are against
        one-hot targets, summed over the outputs.
    reduction : {"mean", "sum"}
        Whether a batch's gradient is the mean or the sum over its images.
    initialization : {"he", "glorot", "lecun", "blog"}
        Distribution of the initial weights; see :meth:`Network.initialize`.
    normalization : {"standard", "unit", "none"}
        What the network does to pixels first: ``"standard"`` subtracts each plane's mean over the training images and
        divides by its standard deviation, ``"unit"`` divides bytes by 255.
    flip_horizontally : bool
        Mirror each training image with probability 1/2.
    shift_pixels : int
        Move each training image by up to so many pixels in both directions, drawn anew each epoch.
    seed : int
        Seed of initial weights, order of images and augmentation, in [0, 2**64).

    Raises
    ------
    ValueError
        If a value is out of its range; the message names it.
    TypeError
        If there is no such setting; the message says which one may be meant.
    """

    epochs: int = 10
    batch_size: int = 16
    learning_rate: float = 0.01
    schedule: Schedule = "constant"
    restarts: tuple[int, ...] = ()
    step_epochs: int = 10
    step_factor: float = 0.1
    warmup_epochs: float = 0.0
    momentum: float = 0.9
    nesterov: bool = False
    weight_decay: float = 0.0
    gradient_clip_norm: float = 0.0
    loss: Loss = "cross_entropy"
    reduction: Reduction = "mean"
    initialization: Initialization = "he"
    normalization: NormalizationScheme = "standard"
    flip_horizontally: bool = False
    shift_pixels: int = 0
    seed: int = 1

    def __post_init__(self) -> None:
        types = get_type_hints(TrainingSettings)
        for field in fields(self):
            checked = _checked(field.name, getattr(self, field.name), types[field.name])
            object.__setattr__(self, field.name, checked)
        _require("epochs", self.epochs, 1 <= self.epochs < 2**32, "in [1, 2**32)")
        _require("batch_size", self.batch_size, 1 <= self.batch_size <= 2**20, "in [1, 2**20]")
        _require("learning_rate", self.learning_rate, self.learning_rate > 0, "above 0")
        _require("step_epochs", self.step_epochs, 1 <= self.step_epochs < 2**31, "in [1, 2**31)")
        rising = all(before < restart for before, restart in pairwise((0, *self.restarts, self.epochs)))
        _require("restarts", self.restarts, rising, f"rising, above 0 and below epochs, {self.epochs}")
        fits = not self.restarts or self.schedule == "cosine"
        _require("restarts", self.restarts, fits, "empty where the schedule is not cosine")
        _require("step_factor", self.step_factor, 0 < self.step_factor <= 1, "in (0, 1]")
        _require("warmup_epochs", self.warmup_epochs, self.warmup_epochs >= 0, "at least 0")
        _require("momentum", self.momentum, 0 <= self.momentum < 1, "in [0, 1)")
        _require("nesterov", self.nesterov, not self.nesterov or self.momentum > 0, "false where momentum is 0")
        _require("weight_decay", self.weight_decay, self.weight_decay >= 0, "at least 0")
        _require("gradient_clip_norm", self.gradient_clip_norm, self.gradient_clip_norm >= 0, "at least 0")
        _require("shift_pixels", self.shift_pixels, 0 <= self.shift_pixels < 2**16, "in [0, 2**16)")
        _require("seed", self.seed, 0 <= self.seed < 2**64, "in [0, 2**64)")

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        defaults = {field.name: field.default for field in fields(self)}
        rows = [
            (name, value, "" if value == defaults[name] else defaults[name]) for name, value in self.as_dict().items()
        ]
        return html_table(("setting", "value", "instead of"), rows, named_rows=True)

    def as_dict(self) -> dict[str, Any]:
        """Return names and values as :func:`lenetpp.train` takes them and files hold them.

        Without `restarts` where there are none: an extended run is the only one to speak of them.
        """
        values = asdict(self)
        restarts = list(values.pop("restarts"))
        return values | ({"restarts": restarts} if restarts else {})


class SettingChanges(TypedDict, total=False):
    """The fields of :class:`TrainingSettings` as optional keywords."""

    epochs: int
    batch_size: int
    learning_rate: float
    schedule: Schedule
    restarts: tuple[int, ...]
    step_epochs: int
    step_factor: float
    warmup_epochs: float
    momentum: float
    nesterov: bool
    weight_decay: float
    gradient_clip_norm: float
    loss: Loss
    reduction: Reduction
    initialization: Initialization
    normalization: NormalizationScheme
    flip_horizontally: bool
    shift_pixels: int
    seed: int


def _checked(name: str, value: Any, kind: Any) -> Any:
    """Return `value` as exactly the type `kind`, so that equal settings are recorded in equal words."""
    if kind is int:
        _require(name, value, not isinstance(value, bool), "an integer")
        try:
            return index(value)
        except TypeError:
            raise ValueError(f"{name} must be an integer, but is {shown(value)}") from None
    if kind is float:
        _require(name, value, not isinstance(value, bool | str | bytes), "a number")
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise ValueError(f"{name} must be a number, but is {shown(value)}") from None
        except OverflowError:
            number = math.inf
        _require(name, value, math.isfinite(number), "finite")
        return number
    if kind is bool:
        _require(name, value, value in (True, False), "True or False")
        return bool(value)
    if kind == tuple[int, ...]:
        _require(name, value, isinstance(value, Iterable) and not isinstance(value, str), "a sequence of integers")
        return tuple(_checked(name, item, int) for item in value)
    choices = get_args(kind)
    _require(name, value, value in choices, f"one of {', '.join(choices)}")
    return value


def _require(name: str, value: object, fulfilled: bool, requirement: str) -> None:
    if not fulfilled:
        raise ValueError(f"{name} must be {requirement}, but is {shown(value)}")
