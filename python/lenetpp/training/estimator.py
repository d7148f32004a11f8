"""LeNetClassifier: a network as a scikit-learn classifier. Needs the extra ``lenetpp[sklearn]``."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin  # type: ignore[import-untyped]
from sklearn.utils.multiclass import check_classification_targets  # type: ignore[import-untyped]
from sklearn.utils.validation import check_is_fitted, validate_data  # type: ignore[import-untyped]

from lenetpp.basics.arrays import ImageArray, Shape, as_shape
from lenetpp.data import Dataset
from lenetpp.networks.named_networks import NAMED_NETWORKS
from lenetpp.settings.names import names_what_is_meant
from lenetpp.settings.training_settings import TrainingSettings
from lenetpp.training.start import Start, find_start
from lenetpp.training.train import train

TEST_SIZE = 500
"""Training images on which each epoch is measured: scikit-learn's tools keep the real test images to themselves."""


@names_what_is_meant
class LeNetClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A convolutional network with scikit-learn's interface.

    Parameters
    ----------
    network : str
        A named network (see :func:`lenetpp.network`), or the text of layers in which ``{classes}`` stands for the
        number of classes: ``"conv 6x3x3 relu | maxpool 2 | dense {classes}"``.
    input_shape : (int, int, int), optional
        Planes, height and width of an image that comes as a row of numbers. By default a row is one square plane, or
        one line where its length is no square.
    epochs, batch_size, learning_rate, momentum, weight_decay
        As in :class:`lenetpp.TrainingSettings`; None for the value of `settings`.
    settings : TrainingSettings, optional
        By default the recipe of a named network, else the general defaults.
    random_state : int
        Seed of initial weights and order.
    threads : int
        Processor cores; they do not change the result.

    Attributes
    ----------
    classes_ : ndarray, (classes,)
        Labels as they were given.
    network_ : Network
        The trained network.
    loss_curve_ : list of float
        Training loss of each epoch.
    n_iter_ : int
        Number of epochs.
    n_features_in_ : int
        Length of a row; number of planes of images.
    """

    def __init__(
        self,
        network: str = "lenet5",
        *,
        input_shape: Sequence[int] | None = None,
        epochs: int | None = None,
        batch_size: int | None = None,
        learning_rate: float | None = None,
        momentum: float | None = None,
        weight_decay: float | None = None,
        settings: TrainingSettings | None = None,
        random_state: int = 1,
        threads: int = 1,
    ) -> None:
        self.network = network
        self.input_shape = input_shape
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.settings = settings
        self.random_state = random_state
        self.threads = threads

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:  # noqa: N803  (scikit-learn's names)
        """Train a new network.

        Parameters
        ----------
        X : array_like, (N, features) or (N, planes, height, width) or (N, height, width)
            Images; what is not uint8 becomes float32.
        y : array_like, (N,)
            Labels of any kind.
        """
        images, labels = validate_data(self, X, y, allow_nd=True, dtype=[np.float32, np.uint8])
        check_classification_targets(labels)
        self.classes_, numbers = np.unique(labels, return_inverse=True)
        images = self._as_images(images)
        data = Dataset.from_arrays(
            (images, numbers), (images[:TEST_SIZE], numbers[:TEST_SIZE]), classes=[str(name) for name in self.classes_]
        )
        start = self._start(data)
        if self.settings is not None:
            start = replace(start, settings=self.settings)
        run = train(start.network, data, settings=start.changed(self._changes()), threads=self.threads, runs=None)
        self.network_ = run.network
        self.loss_curve_ = [record.loss for record in run.history]
        self.n_iter_ = len(run.history)
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """Return the label (N,) of each image."""
        images = self._checked(X)
        labels: NDArray[Any] = self.classes_[self.network_.predict(images, threads=self.threads)]
        return labels

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        """Return probabilities (N, classes) in the order of `classes_`."""
        images = self._checked(X)
        return self.network_.predict_proba(images, threads=self.threads)

    def _checked(self, X: ArrayLike) -> ImageArray:  # noqa: N803
        check_is_fitted(self)
        return self._as_images(validate_data(self, X, reset=False, allow_nd=True, dtype=[np.float32, np.uint8]))

    def _as_images(self, array: ImageArray) -> ImageArray:
        """(N, planes, height, width) of rows or planes."""
        if array.ndim == 2:
            return array.reshape(-1, *self._row_shape(array.shape[1]))
        return array[:, np.newaxis] if array.ndim == 3 else array

    def _row_shape(self, features: int) -> Shape:
        if self.input_shape is None:
            side = math.isqrt(features)
            return (1, side, side) if side * side == features else (1, 1, features)
        planes, height, width = as_shape(self.input_shape)
        if planes * height * width != features:
            raise ValueError(f"input_shape {tuple(self.input_shape)} does not hold the {features} features of X")
        return planes, height, width

    def _start(self, data: Dataset) -> Start:
        text: str = self.network
        if text not in NAMED_NETWORKS:
            text = f"{'x'.join(map(str, data.input_shape))} | {text.format(classes=len(self.classes_))}"
        return find_start(data, text)

    def _changes(self) -> dict[str, Any]:
        names = ("epochs", "batch_size", "learning_rate", "momentum", "weight_decay")
        given = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        return {"seed": self.random_state, **given}
