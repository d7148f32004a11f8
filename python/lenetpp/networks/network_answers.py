"""What a network says about images: outputs, classes, probabilities, figures beside labels."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lenetpp.basics.arrays import FloatArray, ImageArray
from lenetpp.data.checks import checked_images, checked_labels
from lenetpp.data.pixel_scale import GREATEST_DEVIATION_OF_UNIT, in_learned_scale, warn_of_another_scale
from lenetpp.networks.measurement import SLICE_SIZE, Evaluation, Metric, evaluate_in_slices, evaluation_of
from lenetpp.networks.network_structure import NetworkStructure
from lenetpp.settings.training_settings import Loss, Reduction

BYTES = np.dtype(np.uint8)


class NetworkAnswers(NetworkStructure):
    """The part of :class:`lenetpp.Network` that looks at images."""

    def outputs(self, images: ArrayLike, *, threads: int = 1) -> FloatArray:
        """Return the outputs (N, classes) of the last layer.

        An image's outputs have the same bits alone and among others.

        Parameters
        ----------
        images : array_like, (N, planes, height, width), uint8, float32, or float64 from 0 to 1
            Raw pixels; (N, height, width) for one plane.
        threads : int
            Processor cores to use.

        Raises
        ------
        ValueError
            If the network has no weights, or shape, dtype or values of the images are wrong.
        """
        self._check_weights()
        return self.core.compute_outputs(self._checked_images(images), threads=threads)

    def predict(self, images: ArrayLike, *, threads: int = 1, mirrored: bool = False) -> NDArray[np.int32]:
        """Return the index (N,) of each image's class; arguments as in :meth:`predict_proba`."""
        self._check_weights()
        if mirrored:
            best = self.predict_proba(images, threads=threads, mirrored=True).argmax(axis=1)
            return np.asarray(best, dtype=np.int32)
        return self.core.predict(self._checked_images(images), threads=threads)

    def predict_proba(self, images: ArrayLike, *, threads: int = 1, mirrored: bool = False) -> NDArray[np.float64]:
        """Return probabilities (N, classes) that sum to 1.

        They are the softmax of the outputs; where the last activation is a sigmoid, the outputs divided by their sum.

        Parameters
        ----------
        images, threads
            As in :meth:`outputs`.
        mirrored : bool
            Mean of the probabilities of each image and of its mirror image, left and right exchanged: often half a
            point more is right, for twice the time.
        """
        self._check_weights()
        return self._probabilities(self._checked_images(images), threads, mirrored)

    def _probabilities(self, images: ImageArray, threads: int, mirrored: bool) -> NDArray[np.float64]:
        if mirrored:
            both = (self._probabilities(each, threads, mirrored=False) for each in (images, mirror_images(images)))
            mean: NDArray[np.float64] = sum(both, np.zeros(1)) / 2
            return mean
        return self.core.predict_probabilities(images, threads=threads)

    def evaluate(
        self,
        images: ArrayLike,
        labels: ArrayLike,
        *,
        loss: Loss = "cross_entropy",
        threads: int = 1,
        mirrored: bool = False,
        probabilities: bool = False,
        metrics: Mapping[str, Metric] | None = None,
    ) -> Evaluation:
        """Compare predictions with labels.

        Parameters
        ----------
        images, threads
            As in :meth:`outputs`.
        labels : array_like, (N,)
            Numbers of the network's own classes, from 0 on. Data with names: :func:`lenetpp.evaluate`.
        loss, mirrored, probabilities, metrics
            As in :func:`lenetpp.evaluate`.
        """
        self._check_weights()
        batch, numbers = self._checked_batch(images, labels)
        evaluation = evaluate_in_slices(self.core, self.class_names, batch, numbers, loss, threads)
        if mirrored:
            other = evaluate_in_slices(self.core, self.class_names, mirror_images(batch), numbers, loss, threads)
            predicted = self.predict(batch, threads=threads, mirrored=True)
            evaluation = evaluation_of((evaluation.loss + other.loss) / 2, numbers, predicted, evaluation.class_names)
        if probabilities:
            slices = (batch[start : start + SLICE_SIZE] for start in range(0, len(batch), SLICE_SIZE))
            shares = np.concatenate([self._probabilities(some, threads, mirrored) for some in slices])
            evaluation = replace(evaluation, probabilities=shares)
        return replace(evaluation, metrics=evaluation.measured(metrics)) if metrics else evaluation

    def loss_and_gradients(
        self,
        images: ArrayLike,
        labels: ArrayLike,
        *,
        loss: Loss = "cross_entropy",
        reduction: Reduction = "mean",
        threads: int = 1,
        training: bool = False,
        seed: int = 1,
        epoch: int = 0,
    ) -> tuple[float, dict[str, FloatArray]]:
        """Return the loss of a batch and its gradients, named and shaped as in :meth:`parameters`.

        By default the network answers as in inference: batch normalization uses the mean and variance that it has
        learned, and dropout leaves nothing out. With `training` they are those of a step of training on this batch,
        to the bit. Neither changes the network; images are not augmented.

        Parameters
        ----------
        images, labels, threads
            As in :meth:`evaluate`.
        loss : {"cross_entropy", "squared_error", "binary_cross_entropy"}
            See :class:`lenetpp.TrainingSettings`.
        reduction : {"mean", "sum"}
            Over the images.
        training : bool
            Whether batch normalization uses the batch's own mean and variance, and dropout leaves values out.
        seed, epoch : int
            With `training`, what dropout draws: the values that a training with this seed leaves out in this epoch,
            counted from 0, of the images with these places among all of its own.
        """
        self._check_weights()
        checked = self._checked_batch(images, labels)
        return self.core.loss_and_gradients(
            *checked, loss=loss, reduction=reduction, threads=threads, training=training, seed=seed, epoch=epoch
        )

    def _checked_images(self, images: ArrayLike) -> ImageArray:
        array = self._fitting_images(images)
        if array.dtype == np.float32 and getattr(images, "dtype", np.float64) == np.float64:
            array = in_learned_scale(self.core.normalization, array)
        # Bytes can be of another scale only where numbers from 0 to 1 were learned, which a glance tells.
        if array.dtype != BYTES or self.core.greatest_deviation <= GREATEST_DEVIATION_OF_UNIT:
            warn_of_another_scale(self.core.normalization, array)
        return array

    def _fitting_images(self, images: ArrayLike) -> ImageArray:
        # The usual case, as quick as a single image deserves.
        if (
            isinstance(images, np.ndarray)
            and images.dtype == BYTES
            and images.shape[1:] == self.core.input_shape
            and images.flags.c_contiguous
            and images.size
        ):
            return images
        array = checked_images(images, "images")
        if array.shape[1:] != self.input_shape:
            planes, height, width = self.input_shape
            advice = ""
            if np.shape(images) == self.input_shape:
                advice = "; for one image, images[numpy.newaxis]"
            elif array.shape[1:] == (height, width, planes):
                advice = "; bring the planes to the front with images.transpose(0, 3, 1, 2)"
            raise ValueError(
                f"images must have shape (N, {planes}, {height}, {width}), but have {np.shape(images)}{advice}"
            )
        return array

    def _checked_batch(self, images: ArrayLike, labels: ArrayLike) -> tuple[ImageArray, NDArray[np.int32]]:
        array = self._checked_images(images)
        return array, checked_labels(labels, "labels", len(array), self.class_count)


def mirror_images(images: ImageArray) -> ImageArray:
    """Return images (N, P, H, W) with left and right exchanged."""
    return images[..., ::-1].copy()
