"""The compiled core. Private: the package's other modules wrap it and carry the documentation.

Arrays cross the border C-contiguous; images are uint8 or float32 ``(N, P, H, W)``, labels int32 ``(N,)``,
weights of images float64 ``(N,)``: what the loss of each and its gradient are multiplied by.
A wrong value raises ``ValueError``, a wrong type or dtype ``TypeError``, a malformed model file ``ModelFileError``, a
file that cannot be read or written ``OSError`` with errno and filename, a network without weights ``RuntimeError``.

Long calls release the GIL. Many calls may read a network at a time; one that changes it (``initialize``,
``set_parameter``, ``set_state``, ``set_normalization``, ``Trainer.train_epoch``, ``Trainer.set_state``) needs it alone.
Nobody waits: whoever comes second, be it another thread or the progress callback, gets a ``RuntimeError``.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

_Images: TypeAlias = NDArray[np.uint8] | NDArray[np.float32]
_Labels: TypeAlias = NDArray[np.int32]
_Weights: TypeAlias = NDArray[np.float64]
_Loss: TypeAlias = Literal["cross_entropy", "squared_error", "binary_cross_entropy"]
_Optimizer: TypeAlias = Literal["sgd", "adam", "adamw"]
_Reduction: TypeAlias = Literal["mean", "sum"]
_Initialization: TypeAlias = Literal["he", "glorot", "lecun", "blog", "identity"]

class ParseError(ValueError):
    """The message ends with the text and a caret under the column."""

class ModelFileError(ValueError): ...

_LayerDescription: TypeAlias = tuple[str, tuple[Any, ...]]
"""The first word of a layer's text, and the values of its fields in the order of ``layer_kinds``.

Sizes are pairs of height and width; a connection is "full", "separate" or the planes of each filter; an activation is
its text, "relu" or "sigmoid(2)". Python's classes have these fields.
"""

def parse_layer(text: str) -> _LayerDescription:
    """What the text of one layer says; its values are checked as far as they can be without the layer's input."""

def layer_kinds() -> dict[str, tuple[str, ...]]:
    """The names of the fields of each kind of layer, by the first word of its text."""

def activations() -> dict[str, tuple[float | None, tuple[float, float] | None]]:
    """The slope that a text leaves out, where there is one, and the ends of the range where there are both."""

def losses() -> dict[str, str | None]:
    """The activation that each loss needs of the last layer, if any."""

def loss_of_guessing(loss: str, classes: int) -> float:
    """The loss of an output that is the same for all images of equally frequent classes, the best there is."""

class Architecture:
    """What a network is, without parameters: it takes no memory, however large the network is."""

    def __init__(self, text: str) -> None: ...
    @property
    def text(self) -> str: ...
    @property
    def input_shape(self) -> tuple[int, int, int]: ...
    @property
    def outputs(self) -> int: ...
    @property
    def layers(self) -> list[_LayerDescription]: ...
    @property
    def layer_texts(self) -> list[str]: ...
    @property
    def output_shapes(self) -> list[tuple[int, int, int]]: ...
    @property
    def multiply_adds(self) -> list[int]: ...
    @property
    def parameter_names(self) -> list[str]: ...
    @property
    def parameter_shapes(self) -> list[tuple[int, ...]]: ...
    @property
    def state_names(self) -> list[str]: ...
    @property
    def state_shapes(self) -> list[tuple[int, ...]]: ...

class Network(Architecture):
    """Has what an architecture has (not a subclass at run time)."""

    def __init__(self, text: str) -> None: ...
    def copy(self) -> Network: ...
    @property
    def initialized(self) -> bool: ...
    def initialize(self, seed: int, scheme: _Initialization = ...) -> None: ...
    def whiten(self, images: _Images) -> None: ...
    def parameter(self, name: str) -> NDArray[np.floating[Any]]: ...
    def set_parameter(self, name: str, values: NDArray[np.floating[Any]]) -> None: ...
    def state(self, name: str) -> NDArray[np.floating[Any]]: ...
    def set_state(self, name: str, values: NDArray[np.floating[Any]]) -> None: ...
    @property
    def normalization(self) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None: ...
    @property
    def greatest_deviation(self) -> float:
        """Of the normalization; 1 without one."""
    def set_normalization(self, mean: NDArray[np.float32], deviation: NDArray[np.float32]) -> None: ...
    def clear_normalization(self) -> None: ...
    def compute_outputs(self, images: _Images, threads: int = 1) -> NDArray[np.floating[Any]]: ...
    def predict(self, images: _Images, threads: int = 1) -> NDArray[np.int32]: ...
    def predict_probabilities(self, images: _Images, threads: int = 1) -> NDArray[np.float64]: ...
    def evaluate(
        self,
        images: _Images,
        labels: _Labels,
        loss: _Loss = ...,
        threads: int = 1,
        activity: UnitActivity | None = None,
        weights: _Weights | None = None,
    ) -> tuple[float, int, NDArray[np.int32]]:
        """Mean loss, number of correct predictions, predictions. What the units do is added to ``activity``.

        The loss of each image is multiplied by its weight.
        """
    def loss_and_gradients(
        self,
        images: _Images,
        labels: _Labels,
        loss: _Loss = ...,
        reduction: _Reduction = ...,
        threads: int = 1,
        weights: _Weights | None = None,
        training: bool = False,
        seed: int = 0,
        epoch: int = 0,
    ) -> tuple[float, dict[str, NDArray[np.floating[Any]]]]: ...
    def memory_bytes(self, batch_size: int, threads: int) -> dict[Literal["network", "trainer", "evaluation"], int]:
        """Parameters with their padding; gradients, momentum and workspace of a trainer; workspace of ``evaluate``."""

class Network64(Network):
    """The same with float64 parameters and arithmetic (not a subclass at run time)."""

class UnitActivity:
    """What the units of the network with this text do over many images: shares in [0, 1] by the layer's index."""

    def __init__(self, text: str) -> None: ...
    @property
    def dead_units(self) -> dict[int, float]:
        """Of each convolution's and dense layer's units, those that had one value for every image (and place)."""
    @property
    def saturated_units(self) -> dict[int, float]:
        """Of each layer's activations, where they have a range, those within 1 % of its ends."""

class LearningRate:
    def __init__(
        self,
        initial: float,
        schedule: Literal["constant", "step", "cosine", "one_cycle"] = "constant",
        epochs: float = 0,
        step_epochs: int = 1,
        step_factor: float = 0.1,
        warmup_epochs: float = 0,
        restarts: Sequence[float] = (),
    ) -> None: ...
    def at(self, epoch: float) -> float: ...

class EpochResult:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Raises ``TypeError``: results come from ``Trainer.train_epoch``."""
    @property
    def steps(self) -> int: ...
    @property
    def samples(self) -> int: ...
    @property
    def loss(self) -> float: ...
    @property
    def correct(self) -> int: ...
    @property
    def done(self) -> tuple[int, float, int, int, tuple[tuple[float, float, float], ...]]:
        """Where a stopped epoch is to be continued: steps, sum of the losses, number of correct predictions, number of
        measured steps, and for each parameter the sums of their figures (norm of the gradient, ratio, lost updates)."""
    @property
    def learning_rate(self) -> float: ...
    @property
    def gradient_norms(self) -> dict[str, float]:
        """Mean over the measured steps (up to 16 of an epoch, the last too), as are those that follow."""
    @property
    def update_ratio(self) -> dict[str, float]:
        """Norm of the change of the parameters / norm of the parameters."""
    @property
    def lost_updates(self) -> dict[str, float]:
        """Share of the parameters whose change was not zero, but too small for their number type."""
    @property
    def interrupted(self) -> bool: ...
    @property
    def divergence(self) -> tuple[int, int, str] | None:
        """Step of this epoch, layer index, and "output" or "update" (a gradient or the step it led to)."""

def augmented_image(
    network: Network,
    images: _Images,
    *,
    seed: int,
    epoch: int,
    index: int,
    **augmentation: Any,
) -> NDArray[np.float32]:
    """An image (P, H, W) as ``network`` gets it in an epoch of a training: distorted and normalized."""

def trainer_options() -> dict[str, tuple[Any, tuple[float | None, ...]]]:
    """The usual value of each option of a trainer, and for a number what it is at least, above, at most and below.

    None where there is no such bound; no bounds at all for what has no range.
    """

class Trainer:
    """Holds a reference to ``network`` (Network or Network64) and writes its parameters."""

    def __init__(self, network: Network | Network64, **options: Any) -> None:
        """``options`` are those of ``trainer_options``; others raise ``TypeError``."""
    def check_batches(self, images: int) -> None:
        """Raises ``ValueError`` where a batch of an epoch of so many images has fewer than a layer needs."""
    def train_epoch(
        self,
        images: _Images,
        labels: _Labels,
        *,
        epoch: int,
        learning_rate: LearningRate,
        weights: _Weights | None = None,
        done: tuple[int, float, int, int, Sequence[Sequence[float]]] = (0, 0.0, 0, 0, ()),
        progress: Callable[[int], bool] | None = None,
        progress_interval: int = 100,
    ) -> EpochResult:
        """``progress(samples_done)`` is called every ``progress_interval`` milliseconds (0: after each step), and at
        the end of the epoch; False stops after the current step, and the result is marked interrupted. An exception
        that it raises, or that a handler of a signal raises (Ctrl-C), stops after the current step too and is raised
        here. The network keeps the steps done. ``done`` is that of the result of a stopped epoch, to go on with it.
        """
    @property
    def state_names(self) -> list[str]:
        """Names of the arrays that are kept for each parameter: "velocity" (the momentum's v), "average", or none."""
    def state(self, name: str, parameter: str) -> NDArray[np.floating[Any]]:
        """One of them for a parameter, in its shape."""
    def set_state(self, name: str, parameter: str, values: NDArray[np.floating[Any]]) -> None: ...
    def averaged_network(self) -> Network | Network64:
        """A copy with the average of the weights along the way; ``RuntimeError`` without an ``average_decay``."""
    @property
    def memory_bytes(self) -> int: ...

def save_model(path: str | bytes | os.PathLike[str], network: Network, metadata: dict[str, str]) -> None:
    """Replaces the file in one step. A parameter that is not finite raises ``ValueError``: no such model is saved."""

def load_model(path: str | bytes | os.PathLike[str]) -> tuple[Network, dict[str, str], bool]:
    """The network, the metadata that were given to ``save_model``, and whether the file has a digest, which it fits."""

def random_words(seed: int, purpose: int, epoch: int, index: int) -> tuple[int, int, int, int]: ...
def random_order(seed: int, purpose: int, epoch: int, count: int) -> NDArray[np.uint32]: ...
def version() -> str: ...
def numerics_version() -> int: ...
def numeric_class() -> str: ...
def instruction_set() -> str: ...
def available_instruction_sets() -> list[str]: ...
def compiler() -> str: ...
