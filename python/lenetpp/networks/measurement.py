"""How well a network does on images with known classes."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lenetpp import _core
from lenetpp.basics.arrays import ImageArray
from lenetpp.basics.html_tables import html_table, html_title
from lenetpp.basics.kinds import check_kind
from lenetpp.basics.language import Message, listed, say
from lenetpp.basics.percent import percent, percent_number
from lenetpp.settings.training_settings import Loss

Metric: TypeAlias = Callable[[NDArray[np.int32], NDArray[np.int32]], Any]
"""A function of labels (N,) and predictions (N,) that gives a number, as those of ``sklearn.metrics`` do."""

SLICE_SIZE = 500
"""Images evaluated at once: Ctrl-C is answered in between."""
MOST_COLUMNS = 20
"""Classes whose confusion a notebook shows."""
TWO_SIDED_95 = 1.959963984540054
"""Standard deviations of a normal distribution around its mean within which 95 % lie."""


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
    labels : ndarray, (images,), int32, or None
        Number of each image's class; None where only the counts are known.
    probabilities : ndarray, (images, classes), float64, or None
        Of each class, where they were asked for.
    metrics : dict of float
        What the metrics that were asked for gave, by their names.
    """

    loss: float
    confusion: NDArray[np.int64]
    class_names: tuple[str, ...]
    predictions: NDArray[np.int32] | None = None
    labels: NDArray[np.int32] | None = None
    probabilities: NDArray[np.float64] | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Number of images."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """Share of the images whose class was predicted, in [0, 1]."""
        return int(self.confusion.trace()) / self.count

    @property
    def accuracy_interval(self) -> tuple[float, float]:
        """Where the accuracy on very many such images would lie: Wilson's 95 % interval (1927), in [0, 1]."""
        return share_interval(self.accuracy, self.count)

    @property
    def class_accuracies(self) -> dict[str, float | None]:
        """For each class the share of its images that were predicted right; None where there are none."""
        return self._shares(self.confusion.diagonal(), self.confusion.sum(axis=1))

    @property
    def class_recalls(self) -> dict[str, float | None]:
        """Another word for `class_accuracies`."""
        return self.class_accuracies

    @property
    def class_precisions(self) -> dict[str, float | None]:
        """For each class the share of its images among those it was predicted for; None where there are none."""
        return self._shares(self.confusion.diagonal(), self.confusion.sum(axis=0))

    @property
    def class_f1_scores(self) -> dict[str, float | None]:
        """For each class the harmonic mean of precision and recall; None without an image and a prediction of it."""
        totals = self.confusion.sum(axis=0) + self.confusion.sum(axis=1)
        return self._shares(2 * self.confusion.diagonal(), totals)

    def _shares(self, counts: NDArray[np.int64], totals: NDArray[np.int64]) -> dict[str, float | None]:
        return {
            name: int(count) / int(total) if total else None
            for name, count, total in zip(self.class_names, counts, totals, strict=True)
        }

    def top_k_accuracy(self, k: int) -> float:
        """Return the share of the images whose class is among the `k` most probable ones, in [0, 1].

        Of equally probable classes the first counts as more probable.

        Raises
        ------
        ValueError
            If the probabilities were not asked for, or `k` is not between 1 and the number of classes.
        """
        if self.probabilities is None or self.labels is None:
            raise ValueError("top_k_accuracy needs the probabilities: evaluate with probabilities=True")
        classes = self.probabilities.shape[1]
        if not 1 <= k <= classes:
            raise ValueError(f"k must be between 1 and the {classes} classes, but is {k!r}")
        of_label = np.take_along_axis(self.probabilities, self.labels[:, np.newaxis], axis=1)
        earlier = np.arange(classes) < self.labels[:, np.newaxis]
        before = (self.probabilities > of_label) | ((self.probabilities == of_label) & earlier)
        return float((before.sum(axis=1) < k).mean())

    def measured(self, metrics: Mapping[str, Metric]) -> dict[str, float]:
        """Return what metrics give for labels and predictions.

        Raises
        ------
        TypeError
            If one is no function, or gives no number; the message names it.
        """
        numbers = {}
        check_kind(metrics, Mapping, "metrics", "functions by their names")
        for name, metric in metrics.items():
            if not callable(metric):
                raise TypeError(f"metrics must be functions of labels and predictions, but {name} is {metric!r}")
            value = metric(self.labels, self.predictions)  # type: ignore[arg-type]
            try:
                numbers[name] = float(value)
            except (TypeError, ValueError):
                raise TypeError(f"metrics must give a number, but {name} gives {type(value).__name__}") from None
        return numbers

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
        return str(evaluation_in_words(self))


def evaluation_in_words(evaluation: Evaluation) -> Message:
    """Return the figures in a line, and of how many images and classes they are."""
    figures = [
        say("accuracy {accuracy}", accuracy=accuracy_in_words(evaluation.accuracy, evaluation.count)),
        say("loss {loss}", loss=f"{evaluation.loss:.4f}"),
        *(f"{name} {value:.4g}" for name, value in evaluation.metrics.items()),
    ]
    there, classes = int(np.count_nonzero(evaluation.confusion.sum(axis=1))), len(evaluation.class_names)
    known = {"figures": listed(figures), "count": f"{evaluation.count:,}"}
    if there == classes:
        return say("{figures} on {count} images", **known)
    return say("{figures} on {count} images of {there} of the {classes} classes", there=there, classes=classes, **known)


def accuracy_in_words(accuracy: float, count: int) -> Message:
    """Return a share of so many images, and how sure it is: "87.50 % (95 %: 85.3 to 89.4 %)"."""
    low, high = share_interval(accuracy, count)
    return say(
        "{accuracy} (95 %: {low} to {high})",
        accuracy=percent(accuracy), low=percent_number(low, 1), high=percent(high, 1),
    )  # fmt: skip


def share_interval(share: float, count: int) -> tuple[float, float]:
    """Return the interval of Wilson for a share that was found among `count` images.

    Unlike the one of the normal distribution it stays within [0, 1], and has a width where all are right, or few are
    seen (Brown, Cai and DasGupta 2001).
    """
    variance = TWO_SIDED_95**2 / count
    middle = share + variance / 2
    half = math.sqrt(variance * (share * (1 - share) + variance / 4))
    return max(0.0, (middle - half) / (1 + variance)), min(1.0, (middle + half) / (1 + variance))


def evaluate_in_slices(
    core: _core.Network,
    class_names: tuple[str, ...] | None,
    images: ImageArray,
    labels: NDArray[np.int32],
    loss: Loss,
    threads: int,
    before_slice: Callable[[], None] = lambda: None,
    activity: _core.UnitActivity | None = None,
    weights: NDArray[np.float64] | None = None,
) -> Evaluation:
    """Evaluate checked images slice by slice; `before_slice` is called before each and may raise to stop.

    What the units do is added to `activity`. With weights (N,) the loss is a weighted mean; everything else counts
    images.
    """
    predictions = np.empty(len(images), dtype=np.int32)
    loss_sum = 0.0
    for start in range(0, len(images), SLICE_SIZE):
        before_slice()
        piece = slice(start, start + SLICE_SIZE)
        of_piece = None if weights is None else weights[piece]
        mean_loss, _, predictions[piece] = core.evaluate(
            images[piece], labels[piece], loss=loss, threads=threads, activity=activity, weights=of_piece
        )
        loss_sum += mean_loss * len(labels[piece])
    names = class_names or tuple(map(str, range(core.outputs)))
    total = len(images) if weights is None else float(weights.sum())
    return evaluation_of(loss_sum / total, labels, predictions, names)


def evaluation_of(
    loss: float, labels: NDArray[np.int32], predictions: NDArray[np.int32], class_names: tuple[str, ...]
) -> Evaluation:
    """Return what comes of comparing predictions (N,) with labels (N,)."""
    classes = len(class_names)
    confusion = np.bincount(labels.astype(np.int64) * classes + predictions, minlength=classes * classes)
    return Evaluation(loss, confusion.reshape(classes, classes), class_names, predictions, labels)
