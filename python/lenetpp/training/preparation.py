"""What a network needs before its first step: weights, and a normalization of pixels."""

import numpy as np
from numpy.typing import NDArray

from lenetpp import _core
from lenetpp.basics.arrays import FloatArray
from lenetpp.basics.wordings import worded
from lenetpp.data import Dataset, per_plane_statistics
from lenetpp.networks.network import Network
from lenetpp.settings.class_weights import weights_of_classes
from lenetpp.settings.training_settings import NormalizationScheme, TrainingSettings


def check_data(data: Dataset, settings: TrainingSettings) -> None:
    """Raise ValueError unless the training images can teach something: two classes, and images that stay in sight.

    There must be others that the network is judged by, too.
    """
    _ = data.unseen
    if (data.train_labels == data.train_labels[0]).all():
        name, count = data.classes[int(data.train_labels[0])], len(data.train_labels)
        raise ValueError(
            f"classes must be at least two among the training images, but all {count:,} of {data.name} "
            f"are of one class, {name!r}: a network that always says so would be right"
        )
    if data.validation_images is None:
        for name, idle in (("patience", 0), ("keep", "last")):
            if getattr(settings, name) != idle:
                problem = f"must be {idle!r} without validation images, but is {getattr(settings, name)!r}"
                raise worded(
                    ValueError(
                        f"{name} {problem}: give some, by validation_per_class of load_data, "
                        "data.split(validation=0.2), or validation=(images, labels) of Dataset.from_arrays"
                    ),
                    in_shell=f"--{name} {problem}: set some apart by --validation 0.2, or --validation-per-class 100",
                )
    smallest = min(data.input_shape[1:])
    if settings.shift_pixels >= smallest:
        raise ValueError(
            f"shift_pixels must be below {smallest}, the smaller of the images' height and width, "
            f"but is {settings.shift_pixels}"
        )


def weights_of_images(data: Dataset, settings: TrainingSettings) -> NDArray[np.float64] | None:
    """Return what the loss of each training image is multiplied by (N,): its own weight times that of its class.

    None where nothing is weighted.

    Raises
    ------
    ValueError
        If a class is weighted that there is not, or no image has a weight above 0.
    """
    of_classes = weights_of_classes(settings.class_weight, data.classes, data.train_labels)
    if of_classes is None:
        return data.train_weights
    weights: NDArray[np.float64] = of_classes[data.train_labels]
    if data.train_weights is not None:
        weights *= data.train_weights
    if not weights.any():
        raise ValueError(f"class_weight must leave an image with a weight above 0, but is {settings.class_weight!r}")
    return weights


def prepared_core(network: Network, data: Dataset, settings: TrainingSettings) -> _core.Network:
    """Return a copy of the network's core that has weights and a normalization."""
    prepared = network.copy()
    if prepared.normalization is None:
        prepared.normalization = _normalization(data, settings.normalization)
    if not prepared.initialized:
        prepared.initialize(settings.seed, settings.initialization)
        if settings.whitening:
            prepared.whiten(data.train_images)
    return prepared.core


def _normalization(data: Dataset, scheme: NormalizationScheme) -> tuple[FloatArray, FloatArray]:
    planes = data.input_shape[0]
    if scheme == "none":
        return np.zeros(planes), np.ones(planes)
    if scheme == "unit":
        if data.train_images.dtype != np.uint8:
            raise ValueError(
                'normalization "unit" divides bytes by 255, but the images are '
                f'{data.train_images.dtype}: use "standard", or "none" where they are between 0 and 1 already'
            )
        return np.zeros(planes), np.full(planes, 255.0)
    mean, deviation = per_plane_statistics(data.train_images)
    # A plane of one colour carries nothing to scale.
    return mean, np.where(deviation > 0, deviation, 1.0)
