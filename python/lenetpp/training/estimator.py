"""LeNetClassifier: a network as a scikit-learn classifier. Needs the extra ``lenetpp[sklearn]``."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin  # type: ignore[import-untyped]
from sklearn.utils import check_random_state  # type: ignore[import-untyped]
from sklearn.utils.multiclass import check_classification_targets  # type: ignore[import-untyped]
from sklearn.utils.validation import (  # type: ignore[import-untyped]
    _check_sample_weight,
    check_is_fitted,
    validate_data,
)

from lenetpp.basics import surroundings
from lenetpp.basics.arrays import ImageArray
from lenetpp.basics.kinds import within_float
from lenetpp.data.checks import refuse_planes_last
from lenetpp.networks.network import Network
from lenetpp.records.checkpoints import Checkpoint, CheckpointPace
from lenetpp.records.epochs import EpochRecord
from lenetpp.records.history import History
from lenetpp.settings.names import names_keywords, names_what_is_meant
from lenetpp.settings.training_settings import StepChanges, TrainingSettings
from lenetpp.training.estimator_data import as_data, as_images, split, weighted, with_class_weights
from lenetpp.training.estimator_start import SETTINGS, lenet_takes, start_of
from lenetpp.training.loop import TrainingLoop
from lenetpp.training.preparation import prepared_core
from lenetpp.training.run import Run
from lenetpp.training.train import train


@names_what_is_meant
class LeNetClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A convolutional network with scikit-learn's interface.

    Rows that are equal, or have a sample weight, count as one row with all their weight: a weight of 2 is the same as
    two copies, wherever they stand. Weights are relative to their mean.

    Parameters
    ----------
    network : str or Network, optional
        A named network (see :func:`lenetpp.network`), or the text of layers in which ``{classes}`` stands for the
        number of classes: ``"conv 6x3x3 relu | maxpool 2 | dense {classes}"``. By default ``lenet5`` where it fits the
        images, else a perceptron with a hidden layer of 100 units. Of a :class:`lenetpp.Network` with as many outputs
        as there are classes a copy is trained, from its weights where it has any.
    input_shape : (int, int, int), optional
        Planes, height and width of an image, also of one that comes as a row of numbers. By default a row is one
        square plane where its length is a square (for the default network: of at least 11x11); else each of its
        numbers is a feature that is normalized by itself.
    settings : TrainingSettings, optional
        By default the recipe of a named network, else the general defaults. The default network has the recipe of
        ``lenet5`` and up to 100 epochs for few rows.
    class_weight : dict, "balanced" or None
        What rows of a class count, by the label; ``"balanced"`` lets all classes count alike (in `partial_fit`: all
        those of the call).
    early_stopping : bool
        Set images apart, end training where it no longer gets better on them, and keep the weights of the best epoch:
        that of the highest accuracy, and of these of the lowest loss, both by weights where there are some.
    validation_fraction : float
        Share of each class that `early_stopping` sets apart.
    n_iter_no_change : int
        Epochs without a better one after which `early_stopping` ends training.
    warm_start : bool
        Whether `fit` goes on with the weights of the last one.
    random_state : int, RandomState or None
        Seed of initial weights, order and images set apart; None for another one each time.
    threads : int
        Processor cores, -1 for all; they do not change the result.
    mirrored : bool
        Whether predictions come from the mean of the probabilities of each image and of its mirror image.
    verbose : bool
        Whether to show progress.
    **changes
        The fields of :class:`lenetpp.TrainingSettings`, from `epochs` on, but for `seed`, `patience` and `keep`; None
        for the value of `settings`. `partial_fit` does not take an `average_decay`.

    Attributes
    ----------
    classes_ : ndarray, (classes,)
        Labels as they were given.
    network_ : Network
        The trained network.
    loss_curve_ : list of float
        Training loss of each epoch.
    validation_scores_ : list of float
        With `early_stopping`: accuracy on the images set apart, after each epoch that was evaluated.
    best_validation_score_ : float
        The largest one: that of `network_`.
    n_iter_ : int
        Number of epochs.
    n_features_in_ : int
        Length of a row; number of planes of images.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from lenetpp import LeNetClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> LeNetClassifier().fit(X[:1000], y[:1000]).score(X[1000:], y[1000:]) > 0.9
    True
    """

    classes_: NDArray[Any]
    network_: Network
    loss_curve_: list[float]
    validation_scores_: list[float]
    best_validation_score_: float
    n_iter_: int
    _going_on: tuple[list[EpochRecord], Mapping[tuple[str, str], Any]]
    """History and state of the optimizer that `partial_fit` goes on from."""

    @names_keywords(SETTINGS)
    def __init__(
        self,
        network: str | Network | None = None,
        *,
        input_shape: Sequence[int] | None = None,
        settings: TrainingSettings | None = None,
        class_weight: Mapping[Any, float] | str | None = None,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        warm_start: bool = False,
        random_state: int | np.random.RandomState | None = 1,
        threads: int = 1,
        mirrored: bool = False,
        verbose: bool = False,
        **changes: Unpack[StepChanges],
    ) -> None:
        self.network = network
        self.input_shape = input_shape
        self.settings = settings
        self.class_weight = class_weight
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.random_state = random_state
        self.threads = threads
        self.mirrored = mirrored
        self.verbose = verbose
        for name in SETTINGS:
            setattr(self, name, changes.get(name))

    # Training

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:  # noqa: N803
        """Train a network: a new one, unless `warm_start` is set.

        Parameters
        ----------
        X : array_like, (N, features) or (N, planes, height, width) or (N, height, width)
            Images; what is not uint8 becomes float32. What looks like planes last, such as (N, 32, 32, 3), is refused:
            ``X.transpose(0, 3, 1, 2)`` brings them to the front.
        y : array_like, (N,)
            Labels of any kind.
        sample_weight : array_like, (N,), optional
            What each counts, relative to the others.
        """
        images, labels, weights = self._checked_examples(X, y, sample_weight, reset=True)
        classes, numbers = np.unique(labels, return_inverse=True)
        goes_on = self.warm_start and hasattr(self, "network_")
        if goes_on and not np.array_equal(classes, self.classes_):
            raise ValueError(f"warm_start needs the classes of before, {self.classes_}, but y has {classes}")
        seed = self._seed()
        examples = with_class_weights(weighted(images, numbers, weights), self.class_weight, classes)
        if len(np.unique(examples.labels)) < 2:
            raise ValueError(
                f"y must have at least two classes, but has one class: {classes.tolist()[examples.labels[0]]!r}"
            )
        held_out = None
        if self.early_stopping:
            if not self.n_iter_no_change >= 1:
                raise ValueError(f"n_iter_no_change must be at least 1, but is {self.n_iter_no_change!r}")
            examples, held_out = split(examples, self.validation_fraction, seed)
        data = as_data(examples, classes, held_out)
        start = start_of(vars(self), data, seed)
        network = self.network_.copy() if goes_on else start.network
        if goes_on:
            network.class_names = data.classes  # the labels are those of before, which 1 and 1.0 both are
        settings = replace(start.settings, patience=self.n_iter_no_change, keep="best") if held_out else start.settings
        run = train(network, data, settings=settings, threads=self._threads(), runs=None, progress=bool(self.verbose))
        self.classes_ = classes
        self.network_ = run.network
        self._take_note(run.history)
        self._going_on = [], {}
        return self

    def partial_fit(
        self,
        X: ArrayLike,  # noqa: N803
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Train for one more epoch, on these images, at a constant learning rate; the optimizer goes on.

        Parameters
        ----------
        X, y, sample_weight
            As in :meth:`fit`. The first ones decide the normalization of pixels.
        classes : array_like, (classes,)
            All labels there will be; needed in the first call only.
        """
        is_first = not hasattr(self, "network_")
        images, labels, weights = self._checked_examples(X, y, sample_weight, reset=is_first)
        if is_first and classes is None:
            raise ValueError("classes must be given in the first call of partial_fit: all labels that there will be")
        all_classes = self.classes_ if classes is None else np.unique(np.asarray(classes))
        if not is_first and not np.array_equal(all_classes, self.classes_):
            raise ValueError(f"classes must be those of the first call, {self.classes_}, but are {all_classes}")
        unknown = np.setdiff1d(labels, all_classes)
        if len(unknown):
            raise ValueError(f"y has the label {unknown.tolist()[0]!r}, which is none of the classes {all_classes}")
        numbers = np.searchsorted(all_classes, labels)
        examples = with_class_weights(weighted(images, numbers, weights), self.class_weight, all_classes)
        data = as_data(examples, all_classes)
        start = start_of(vars(self), data, self._seed())
        settings = replace(start.settings, schedule="constant", warmup_epochs=0.0, restarts=(), evaluate_every=1)
        if settings.average_decay > 0:
            raise ValueError(f"average_decay must be 0 for partial_fit, but is {settings.average_decay}: use fit")
        if is_first:
            self.classes_ = all_classes
            self.network_ = start.network
            self.network_.core = prepared_core(self.network_, data, settings)
            self.network_.class_names = data.classes
            self._going_on = [], {}
        history, state = self._going_on
        run = Run(network=self.network_, settings=settings, history=History(history))
        position = Checkpoint(network=self.network_, state=state, epoch=len(history))
        loop = TrainingLoop(run, data, self._threads(), position)
        loop.run_epochs(None, CheckpointPace(30.0), bool(self.verbose), until=len(history) + 1)
        self._going_on = run.history, loop.checkpoint().snapshot().state
        self._take_note(run.history)
        return self

    def _take_note(self, history: Sequence[EpochRecord]) -> None:
        self.loss_curve_ = [epoch.loss for epoch in history]
        self.n_iter_ = len(history)
        scores = [epoch.validation_accuracy for epoch in history if epoch.validation_accuracy is not None]
        for name in ("validation_scores_", "best_validation_score_"):
            self.__dict__.pop(name, None)  # of an earlier fit
        if scores:
            self.validation_scores_ = scores
            self.best_validation_score_ = max(scores)

    # Answers

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """Return the label (N,) of each image."""
        images = self._checked_images(X)
        labels: NDArray[Any] = self.classes_[self.network_.predict(images, **self._looks())]
        return labels

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        """Return probabilities (N, classes) in the order of `classes_`."""
        images = self._checked_images(X)
        return self.network_.predict_proba(images, **self._looks())

    def predict_log_proba(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        """Return logarithms (N, classes) of `predict_proba`; of a probability of 0 that of the least number, -708."""
        shares = self.predict_proba(X)
        return np.log(np.maximum(shares, np.finfo(shares.dtype).tiny))

    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        """Return how much speaks for each class, (N, classes): `predict_log_proba`.

        Of two classes (N,): by how much more speaks for ``classes_[1]`` than for ``classes_[0]``, below 0 where less.
        """
        scores = self.predict_log_proba(X)
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def __sklearn_tags__(self) -> Any:
        """Return what scikit-learn wants to know: images are arrays of three or four dimensions."""
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags

    # From parameters and arrays to what is trained

    def _checked_examples(
        self,
        X: ArrayLike,  # noqa: N803
        y: ArrayLike,
        sample_weight: ArrayLike | None,
        *,
        reset: bool,
    ) -> tuple[ImageArray, NDArray[Any], NDArray[np.float64] | None]:
        self._refuse_planes_last(X)
        with within_float("X"):
            array, labels = validate_data(self, X, y, reset=reset, allow_nd=True, dtype=[np.float32, np.uint8])
        check_classification_targets(labels)
        weights = None
        if sample_weight is not None:
            with within_float("sample_weight"):
                weights = _check_sample_weight(sample_weight, array, dtype=np.float64, ensure_non_negative=True)
        return self._as_images(array), labels, weights

    def _checked_images(self, X: ArrayLike) -> ImageArray:  # noqa: N803
        check_is_fitted(self)
        self._refuse_planes_last(X)
        with within_float("X"):
            array = validate_data(self, X, reset=False, allow_nd=True, dtype=[np.float32, np.uint8])
        return self._as_images(array)

    def _refuse_planes_last(self, X: ArrayLike) -> None:  # noqa: N803
        if self.input_shape is None:
            refuse_planes_last(X, "X", "give input_shape=(planes, height, width)")

    def _as_images(self, array: ImageArray) -> ImageArray:
        images = as_images(array, self.input_shape)
        if self.network is None and array.ndim == 2 and self.input_shape is None and not lenet_takes(images.shape[1:]):
            return as_images(array, None, squares=False)
        return images

    def _seed(self) -> int:
        if isinstance(self.random_state, int | np.integer):
            if not 0 <= self.random_state < 2**64:
                raise ValueError(f"random_state must be from 0 to 2**64 - 1, but is {self.random_state}")
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31))

    def _looks(self) -> dict[str, Any]:
        """Return how the network looks at images."""
        return {"threads": self._threads(), "mirrored": bool(self.mirrored)}

    def _threads(self) -> int:
        return surroundings.available_cores() if self.threads == -1 else self.threads
