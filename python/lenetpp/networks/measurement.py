"""How well a network does on images with known classes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lenetpp import _core
from lenetpp.basics.arrays import ImageArray
from lenetpp.basics.html_tables import html_table, html_title
from lenetpp.basics.percent import percent
from lenetpp.settings.training_settings import Loss

SLICE_SIZE = 500
"""Images evaluated at once: Ctrl-C is answered in between."""
MOST_COLUMNS = 20
"""Classes whose confusion a notebook shows."""


@dataclass(frozen=True, eq=False, repr=False)
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
    predictions : ndarray, (images,), int32, or None
        Number of the class predicted for each image, in their order; None where only the counts are known.
    """

    loss: float
    confusion: NDArray[np.int64]
    class_names: tuple[str, ...]
    predictions: NDArray[np.int32] | None = None

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

    def __repr__(self) -> str:
        return f"<Evaluation: {self}>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the confusion matrix, where there is room, and the share that was right."""
        names, shares = self.class_names, self.class_accuracies
        columns = names if len(names) <= MOST_COLUMNS else ()
        rows = [
            (name, *(map(int, counts) if columns else ()), "" if share is None else percent(share, 1))
            for (name, share), counts in zip(shares.items(), self.confusion, strict=True)
        ]
        table = html_table(("true \\ predicted" if columns else "class", *columns, "right"), rows, named_rows=True)
        return html_title(str(self)) + table

    def __str__(self) -> str:
        return f"accuracy {percent(self.accuracy)}, loss {self.loss:.4f} on {self.count:,} images"


def evaluate_in_slices(
    core: _core.Network,
    class_names: tuple[str, ...] | None,
    images: ImageArray,
    labels: NDArray[np.int32],
    loss: Loss,
    threads: int,
    before_slice: Callable[[], None] = lambda: None,
    activity: _core.UnitActivity | None = None,
) -> Evaluation:
    """Evaluate checked images slice by slice; `before_slice` is called before each and may raise to stop.

    What the units do is added to `activity`.
    """
    predictions = np.empty(len(images), dtype=np.int32)
    loss_sum = 0.0
    for start in range(0, len(images), SLICE_SIZE):
        before_slice()
        piece = slice(start, start + SLICE_SIZE)
        mean_loss, _, predictions[piece] = core.evaluate(
            images[piece], labels[piece], loss=loss, threads=threads, activity=activity
        )
        loss_sum += mean_loss * len(labels[piece])
    names = class_names or tuple(map(str, range(core.outputs)))
    return evaluation_of(loss_sum / len(images), labels, predictions, names)


def evaluation_of(
    loss: float, labels: NDArray[np.int32], predictions: NDArray[np.int32], class_names: tuple[str, ...]
) -> Evaluation:
    """Return what comes of comparing predictions (N,) with labels (N,)."""
    classes = len(class_names)
    confusion = np.bincount(labels.astype(np.int64) * classes + predictions, minlength=classes * classes)
    return Evaluation(loss, confusion.reshape(classes, classes), class_names, predictions)
