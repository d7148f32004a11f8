"""Whether ONNX Runtime computes with an exported model what the network computes."""

from typing import NamedTuple

import numpy as np

from lenetpp.basics.extras import needed_for
from lenetpp.networks.formats.pixels import Pixels
from lenetpp.networks.network import Network

IMAGES = 200
TOLERANCE = 1e-3
"""Of the largest output. Sums in another order differ by about 1e-6 of it, a layer that is another one by far more."""


class Agreement(NamedTuple):
    """How far outputs of ONNX Runtime and of the network lie apart.

    Attributes
    ----------
    difference : float
        The largest, over all images and outputs.
    largest_output : float
        The largest magnitude of an output of the network.
    """

    difference: float
    largest_output: float

    @property
    def holds(self) -> bool:
        """Whether both compute the same up to rounding."""
        return self.difference <= TOLERANCE * self.largest_output


def compare_with_onnx_runtime(network: Network, model: bytes, pixels: Pixels) -> Agreement:
    """Compute the outputs of random images with both.

    Parameters
    ----------
    network : Network
        What was exported.
    model : bytes
        What :meth:`lenetpp.Network.to_onnx` made of it, with these `pixels`.

    Raises
    ------
    MissingPackage
        If ONNX Runtime is not installed.
    """
    with needed_for("comparing with ONNX Runtime", "onnx"):
        import onnxruntime
    shape = (IMAGES, *network.input_shape)
    images = np.random.default_rng(1).integers(0, 256, shape, np.uint8).astype(pixels)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (outputs,) = session.run(None, {"images": images})
    expected = network.core.compute_outputs(images)
    return Agreement(float(np.abs(outputs - expected).max()), float(np.abs(expected).max()))
