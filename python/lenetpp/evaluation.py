"""How well a network does on images with known classes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from lenetpp.arrays import ImageArray
from lenetpp.data import Dataset
from lenetpp.settings import Loss

if TYPE_CHECKING:
    from lenetpp.networks import Network

SLICE_SIZE = 500
"""Images evaluated at once: Ctrl-C is answered in between."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What came out of comparing predictions with labels.

    Attributes
    ----------
    loss : float
        Mean loss over the images.
    confusion : ndarray, (classes, classes), int64
        Number of images by true class (row) and predicted class (column).
    class_names : tuple of str
        Names of rows and columns.
    """

    loss: float
    confusion: NDArray[np.int64]
    class_names: tuple[str, ...]

    @property
    def count(self) -> int:
        """Number of images."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """Share of the images whose class was predicted, in [0, 1]."""
        return int(self.confusion.trace()) / self.count

    @property
    def class_accuracies(self) -> dict[str, float | None]:
        """For each class the share of its images that were predicted right; None where there are none."""
        totals = self.confusion.sum(axis=1)
        return {
            name: int(right) / int(total) if total else None
            for name, right, total in zip(self.class_names, self.confusion.diagonal(), totals, strict=True)
        }

    def __str__(self) -> str:
        return f"accuracy {self.accuracy:.2%}, loss {self.loss:.4f} on {self.count:,} images"


def evaluate(
    network: "Network",
    data: Dataset,
    *,
    part: Literal["train", "validation", "test"] = "test",
    loss: Loss = "cross_entropy",
    threads: int = 1,
) -> Evaluation:
    """Compare a network's predictions with the labels of a part of the data.

    Parameters
    ----------
    network : Network
        A network with weights.
    data : Dataset
        Data with the network's input shape and number of classes.
    part : {"test", "validation", "train"}
        Which images.
    loss : {"cross_entropy", "squared_error", "binary_cross_entropy"}
        Which loss to report; the accuracy does not depend on it.
    threads : int
        Processor cores to use; the result does not depend on it.

    Returns
    -------
    Evaluation

    Raises
    ------
    ValueError
        If network and data do not fit, or the data have no such part.
    """
    check_fit(network, data)
    if part not in ("train", "validation", "test"):
        raise ValueError(f'part must be "train", "validation" or "test", but is {part!r}')
    images, labels = getattr(data, f"{part}_images"), getattr(data, f"{part}_labels")
    if images is None:
        raise ValueError(f"the data {data.name} have no {part} part")
    return network.evaluate(images, labels, loss=loss, threads=threads)


def check_fit(network: "Network", data: Dataset) -> None:
    """Raise TypeError or ValueError unless the network takes the data's images and has an output for each class."""
    from lenetpp.networks import Network  # which itself needs this module

    _check_type("network", network, Network, "lenetpp.network(name) and lenetpp.Network.parse(text)")
    _check_type("data", data, Dataset, "lenetpp.load_data() and lenetpp.Dataset.from_arrays()")
    if network.input_shape != data.input_shape:
        raise ValueError(
            f"the network takes images of {'x'.join(map(str, network.input_shape))} (planes x height x width), "
            f"but those of {data.name} have {'x'.join(map(str, data.input_shape))}"
        )
    if network.class_count != len(data.classes):
        raise ValueError(
            f"the network has {network.class_count} outputs, but {data.name} has {len(data.classes)} classes "
            f"({', '.join(data.classes)}): the last layer needs one unit for each class"
        )


def _check_type(name: str, value: object, kind: type, makers: str) -> None:
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be a {kind.__name__}, which {makers} make, but is {type(value).__name__}")


def evaluate_in_slices(
    network: "Network",
    images: ImageArray,
    labels: NDArray[np.int32],
    loss: Loss,
    threads: int,
    before_slice: Callable[[], None] = lambda: None,
) -> Evaluation:
    """Evaluate checked images slice by slice; `before_slice` is called before each and may raise to stop."""
    classes = network.class_count
    confusion = np.zeros(classes * classes, dtype=np.int64)
    loss_sum = 0.0
    for start in range(0, len(images), SLICE_SIZE):
        before_slice()
        expected = labels[start : start + SLICE_SIZE]
        mean_loss, _, predicted = network.core.evaluate(
            images[start : start + SLICE_SIZE], expected, loss=loss, threads=threads
        )
        loss_sum += mean_loss * len(expected)
        confusion += np.bincount(expected.astype(np.int64) * classes + predicted, minlength=classes * classes)
    names = network.class_names or tuple(map(str, range(classes)))
    return Evaluation(loss_sum / len(images), confusion.reshape(classes, classes), names)
