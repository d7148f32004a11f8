"""Layers that bring values to a common scale."""

from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from lenetpp.networks.activations import activation_text
from lenetpp.networks.layer import ONE_TO_ONE, Layer, Window
from lenetpp.networks.layer_texts import number_option, whole


@dataclass(frozen=True)
class BatchNormalization(Layer):
    """Values brought to mean 0 and deviation 1, then to a trained scale and shift, plane by plane.

    ``activation(weight * (x - mean) / sqrt(variance + epsilon) + bias)``. While training, mean and variance of each
    plane are those of the batch, over its images and places; behind a dense layer each unit is a plane. At each step
    the running ones, which are the layer's state, move towards them: ``running_mean`` and ``running_variance``. All
    else computes with these alone, image by image.

    Any number of threads and every instruction set give the same bits. A plane of one value, such as a unit, needs at
    least two images in every batch, also in the last and smaller one of an epoch.

    Parameters
    ----------
    activation : str
        See :class:`Dense`.
    momentum : float
        How far the running mean and variance move towards the batch's, from 0 to below 1: as in PyTorch. Keras calls
        what stays the momentum, 0.99 for the 0.01 here. The batch's variance is then the unbiased estimate.
    epsilon : float
        Added to the variance, from 1e-12 to below 1.

    Raises
    ------
    ValueError
        If a value is out of its range.

    References
    ----------
    Ioffe and Szegedy (2015), Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate
    Shift.
    """

    word: ClassVar[str] = "batchnorm"
    activation: str = "identity"
    _: KW_ONLY
    momentum: float = 0.1
    epsilon: float = 1e-5

    def __str__(self) -> str:
        return (
            f"batchnorm{activation_text(self.activation)}"
            f"{number_option('momentum', self.momentum, usual=0.1)}"
            f"{number_option('epsilon', self.epsilon, usual=1e-5)}"
        )

    @property
    def window(self) -> Window:
        """One output sees one input."""
        return ONE_TO_ONE


@dataclass(frozen=True)
class LocalResponseNormalization(Layer):
    """Each value divided by what lies at the same place of the neighbouring planes, as in AlexNet.

    ``x / (k + alpha * s) ** beta``, where s is the sum of the squares over `size` planes, the value's own in their
    middle; planes that are not there count as zero.

    Parameters
    ----------
    size : int
        Number of planes, odd.
    alpha : float
        Factor of the sum, as Krizhevsky writes it. PyTorch, ONNX and Caffe have a factor of the mean there, which is
        `size` times as large.
    beta : float
        0.25, 0.5, 0.75 or 1: the powers that square roots make, whose bits are the same on every machine.
    k : float
        From 1e-6 on.

    Raises
    ------
    ValueError
        If a value is out of its range.

    References
    ----------
    Krizhevsky, Sutskever and Hinton (2012), ImageNet Classification with Deep Convolutional Neural Networks; the
    defaults are theirs.
    """

    word: ClassVar[str] = "lrn"
    size: int = 5
    _: KW_ONLY
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 2.0

    def __str__(self) -> str:
        return (
            f"lrn {whole(self.size)}{number_option('alpha', self.alpha, usual=1e-4)}"
            f"{number_option('beta', self.beta, usual=0.75)}{number_option('k', self.k, usual=2.0)}"
        )

    @property
    def window(self) -> Window:
        """One output sees one place, of several planes."""
        return ONE_TO_ONE
