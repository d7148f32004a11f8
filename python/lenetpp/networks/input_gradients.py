"""Input gradients: to which pixels the answer of a network is most sensitive.

The backward pass of the core ends at the lowest parameters: training wants nothing below them. So the image becomes
parameters. A convolution whose filters are the image, turned by half a turn, hands it on when all that it sees is a
single one amid zeros, and the gradient of its filters is that of the image, by the core's own backward pass.

After Simonyan, Vedaldi and Zisserman: Deep Inside Convolutional Networks, 2014.
"""

from dataclasses import dataclass

import numpy as np

from lenetpp.basics.arrays import FloatArray, ImageArray, read_only
from lenetpp.networks.layers import Conv2D
from lenetpp.networks.network import Network


@dataclass(frozen=True, eq=False, repr=False)
class InputGradient:
    """How the lead of the predicted class changes with each pixel.

    Attributes
    ----------
    image : ndarray, (P, H, W)
        Raw image.
    class_name, other_name : str
        The class that the image is taken for, and the next one.
    values : ndarray, (P, H, W), float64
        Gradient of the difference of both outputs with respect to the image.
    """

    image: ImageArray
    class_name: str
    other_name: str
    values: FloatArray

    @property
    def by_pixel(self) -> FloatArray:
        """The largest absolute value over the planes of each pixel, (H, W)."""
        largest: FloatArray = np.abs(self.values).max(axis=0)
        return read_only(largest)

    def __repr__(self) -> str:
        return (
            f"<InputGradient: {self.class_name} against {self.other_name}, at most {self.by_pixel.max():.3g} a pixel>"
        )


def input_gradient(network: Network, image: ImageArray) -> InputGradient:
    """Return the gradient of the lead of the predicted class over the next one with respect to an image's image.

    It is computed in float64, so that outputs of saturated units have one, too.

    Parameters
    ----------
    network : Network
        A network with weights and at least two outputs.
    image : ndarray, (P, H, W), uint8 or float32
        Raw image.

    Raises
    ------
    ValueError
        If the network has no weights or only one output, or the image does not fit it.
    """
    if network.class_count < 2:
        raise ValueError("the network has one output: there is no second class that the first one could lead over")
    outputs = network.outputs(image[np.newaxis])[0]
    best, second = (int(number) for number in np.argsort(-outputs, kind="stable")[:2])
    mean, deviation = network.normalization or (np.zeros(len(image)), np.ones(len(image)))
    normalized = (image.astype(np.float64) - mean[:, np.newaxis, np.newaxis]) / deviation[:, np.newaxis, np.newaxis]
    hand_on = _with_image_as_filters(network, normalized)
    _, height, width = hand_on.input_shape
    impulse = np.zeros((1, 1, height, width), dtype=np.float32)
    impulse[0, 0, height // 2, width // 2] = 1
    # Half the squared distance to a target falls with the target's output; what else is in it is the same for all.
    gradients = [hand_on.loss_and_gradients(impulse, [number], loss="squared_error")[1] for number in (second, best)]
    turned = gradients[0]["0.weight"] - gradients[1]["0.weight"]
    lead = turned.reshape(image.shape)[:, ::-1, ::-1].astype(np.float64) / deviation[:, np.newaxis, np.newaxis]
    names = network.class_names or tuple(map(str, range(network.class_count)))
    return InputGradient(image, names[best], names[second], lead)


def _with_image_as_filters(network: Network, image: FloatArray) -> Network:
    """Return the network, in float64, behind a convolution that hands an image (P, H, W) on."""
    planes, height, width = image.shape
    first = Conv2D(planes, (height, width), bias=False)
    whole = Network((1, 2 * height - 1, 2 * width - 1), [first, *network.layers], dtype="float64")
    parameters = {"0.weight": image[:, np.newaxis, ::-1, ::-1]}
    for name, values in network.parameters().items():
        parameters[_one_later(name)] = values
    whole.initialize()
    whole.set_parameters(parameters)
    whole.set_state({_one_later(name): values for name, values in network.state().items()})
    return whole


def _one_later(name: str) -> str:
    index, kind = name.split(".", 1)
    return f"{int(index) + 1}.{kind}"
