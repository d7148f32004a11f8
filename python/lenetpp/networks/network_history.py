"""The networks that have a name, from the perceptron to residual nets: layers, origin, and how each is trained.

The blog's networks are those of the post that this project began with: a LeNet for airplanes and ships of CIFAR-10
whose filters are shared by the three colour planes, without biases.
"""

from dataclasses import dataclass, replace

from lenetpp.basics.arrays import Shape
from lenetpp.basics.language import say
from lenetpp.settings.training_settings import TrainingSettings

BLOG_RECIPE = TrainingSettings(
    epochs=20,
    batch_size=16,
    learning_rate=0.01,
    momentum=0.0,
    loss="squared_error",
    reduction="sum",
    initialization="blog",
    normalization="unit",
)
MODERN_RECIPE = TrainingSettings(
    epochs=5,
    batch_size=32,
    learning_rate=0.02,
    schedule="cosine",
    warmup_epochs=1,
    momentum=0.9,
    weight_decay=0.0005,
    initialization="glorot",
)
WIDE_RECIPE = replace(MODERN_RECIPE, epochs=10)
"""Glorot's weights stay: max-pooling makes values larger, and with He's a quarter of the dense units soon were dead."""
RESIDUAL_RECIPE = TrainingSettings(
    epochs=20,
    batch_size=128,
    learning_rate=0.1,
    schedule="one_cycle",
    momentum=0.9,
    nesterov=True,
    weight_decay=0.0005,
    decay_weights_only=True,
    flip_horizontally=True,
    shift_pixels=4,
)
OLD_RECIPE = replace(MODERN_RECIPE, batch_size=16, learning_rate=0.05, initialization="lecun", loss="squared_error")
"""For outputs that are a scaled tanh or nothing: LeCun's initial weights, squared error."""


@dataclass(frozen=True)
class NamedNetwork:
    """A network for any input shape and number of classes.

    Attributes
    ----------
    layers : str
        Text of the layers, in which ``{classes}`` and ``{padding}`` are filled in.
    input_shape : (int, int, int)
        Planes, height, width of its origin.
    classes : int
        Number of classes of its origin.
    recipe : TrainingSettings
        How it is trained unless told otherwise.
    year : int
        Of its origin.
    source : str
        Where it comes from, and what was changed.
    published : str
        What its authors, or others at the time, reached with it; empty where nothing on images of this size is known.
    """

    layers: str
    input_shape: Shape
    classes: int
    recipe: TrainingSettings
    year: int
    source: str
    published: str = ""


def _residual_layers(blocks: int) -> str:
    """Return three stages of so many residuals of two convolutions, as He et al. (2015) have them for CIFAR-10."""
    residuals = [
        f"residual pad [ conv {filters}x3x3 {stride}pad1 nobias | batchnorm relu | "
        f"conv {filters}x3x3 pad1 nobias | batchnorm ] relu"
        for filters in (16, 32, 64)
        for stride in ("stride2 " if filters > 16 else "", *[""] * (blocks - 1))
    ]
    return " | ".join(("conv 16x3x3 pad1 nobias | batchnorm relu", *residuals, "globalavgpool | dense {classes}"))


PERCEPTRON = NamedNetwork(
    "dense {classes}",
    (1, 28, 28),
    10,
    MODERN_RECIPE,
    1958,
    say(
        "Rosenblatt: the perceptron, a probabilistic model for information storage and organization in the brain; its "
        "one layer of weights, learned by gradients"
    ),
    say("88.0 % on MNIST (LeCun et al. 1998)"),
)
MULTILAYER_PERCEPTRON = NamedNetwork(
    "dense 300 scaled_tanh | dense {classes} scaled_tanh",
    (1, 28, 28),
    10,
    OLD_RECIPE,
    1986,
    say(
        "Rumelhart, Hinton and Williams: learning representations by back-propagating errors; with the 300 hidden "
        "units of LeCun et al. (1998)"
    ),
    say("95.3 % on MNIST (LeCun et al. 1998)"),
)
LENET1 = NamedNetwork(
    "conv 4x5x5 scaled_tanh | subsample 2 scaled_tanh | "
    "conv 12x5x5 table(0;0,1;0,1;1;0,1;0,1;2;2,3;2,3;3;2,3;2,3) scaled_tanh | subsample 2 scaled_tanh | "
    "dense {classes} scaled_tanh",
    (1, 28, 28),
    10,
    OLD_RECIPE,
    1989,
    say("LeCun et al.: handwritten digit recognition with a back-propagation network"),
    say("98.3 % on MNIST (LeCun et al. 1998)"),
)
LENET5_OF_1998 = NamedNetwork(
    "conv 6x5x5 pad{padding} scaled_tanh | subsample 2 scaled_tanh | conv 16x5x5 "
    "table(0,1,2;1,2,3;2,3,4;3,4,5;0,4,5;0,1,5;0,1,2,3;1,2,3,4;2,3,4,5;0,3,4,5;0,1,4,5;0,1,2,5;0,1,3,4;1,2,4,5;0,2,3,5;"
    "0,1,2,3,4,5) scaled_tanh | subsample 2 scaled_tanh | dense 120 scaled_tanh | dense 84 scaled_tanh | "
    "dense {classes}",
    (1, 28, 28),
    10,
    replace(OLD_RECIPE, loss="cross_entropy"),  # the paper's second criterion is one, of its distances to bitmaps
    1998,
    say(
        "LeCun, Bottou, Bengio and Haffner: gradient-based learning applied to document recognition; its last layer, "
        "which holds outputs against bitmaps of letters, is a dense one here"
    ),
    say("99.05 % on MNIST, 99.2 % with distorted images"),
)
LENET5 = NamedNetwork(
    "conv 6x5x5 pad{padding} relu | maxpool 2 | conv 16x5x5 relu | maxpool 2 | "
    "dense 120 relu | dense 84 relu | dense {classes}",
    (1, 28, 28),
    10,
    MODERN_RECIPE,
    1998,
    say("LeCun et al., in its modern form: ReLU, max-pooling, filters that see all planes"),
    say("99.05 % on MNIST (of the form of 1998)"),
)
BLOG_LENET = NamedNetwork(
    "conv 5x5x5 separate nobias | maxpool 3/2 | conv 3x5x5 separate nobias | maxpool 3/2 | "
    "dense 120 nobias sigmoid(2) | dense 84 nobias sigmoid(2) | dense {classes} nobias sigmoid(2)",
    (3, 32, 32),
    2,
    BLOG_RECIPE,
    2020,
    say("the blog post that this project began with: filters that each plane goes through by itself"),
    say("83 % on airplanes and ships of CIFAR-10"),
)
BLOG_LENET_WIDE = NamedNetwork(
    "conv 10x5x5 separate nobias | maxpool 3/2 | conv 5x5x5 separate nobias | maxpool 3/2 | "
    "dense 120 nobias relu | dense 84 nobias relu | dense {classes} nobias sigmoid(2)",
    (3, 32, 32),
    2,
    BLOG_RECIPE,
    2020,
    say("the same post: twice the filters, ReLU"),
    say("87 % on airplanes and ships of CIFAR-10"),
)
# The post's listing ends in 10 outputs; here there is one for each class.
BLOG_PERCEPTRON = NamedNetwork(
    "dense 100 nobias sigmoid(2) | dense 50 nobias sigmoid(2) | dense 30 nobias sigmoid(2) | "
    "dense {classes} nobias sigmoid(2)",
    (3, 32, 32),
    2,
    BLOG_RECIPE,
    2020,
    say("the same post: the perceptron that its LeNet is held against"),
    say("77 % on airplanes and ships of CIFAR-10"),
)
MIXING = NamedNetwork(
    "conv 10x5x5 relu | maxpool 3/2 | conv 20x5x5 relu | maxpool 3/2 | "
    "dense 120 relu | dense 84 relu | dense {classes}",
    (3, 32, 32),
    2,
    MODERN_RECIPE,
    2020,
    say("the step that the same post announces: filters that see all planes, so that colours meet early"),
)
THREE_CONVOLUTIONS = NamedNetwork(
    "conv 16x3x3 pad1 relu | maxpool 2 | conv 32x3x3 pad1 relu | maxpool 2 | conv 64x3x3 pad1 relu | maxpool 2 | "
    "dense 64 relu | dense {classes}",
    (3, 32, 32),
    10,
    WIDE_RECIPE,
    2012,
    say(
        "the layers of the frozen recipe best-airplane-ship-mixing, pooled by 2; in the manner of small nets after "
        "AlexNet"
    ),
)
SMALL_ALEXNET = NamedNetwork(
    "conv 64x5x5 pad2 relu | maxpool 2 | conv 192x5x5 pad2 relu | maxpool 2 | conv 256x3x3 pad1 relu | maxpool 2 | "
    "dense 256 relu | dense {classes}",
    (3, 32, 32),
    10,
    WIDE_RECIPE,
    2012,
    say(
        "Krizhevsky, Sutskever and Hinton: ImageNet classification with deep convolutional neural networks; wide, "
        "larger windows before smaller ones, three of its five convolutions"
    ),
    say("87 % on CIFAR-10, 89 % with response normalization (their network of four layers)"),
)
SMALL_VGG = NamedNetwork(
    "conv 32x3x3 pad1 relu | conv 32x3x3 pad1 relu | maxpool 2 | conv 64x3x3 pad1 relu | conv 64x3x3 pad1 relu | "
    "maxpool 2 | dense 128 relu | dense {classes}",
    (3, 32, 32),
    10,
    WIDE_RECIPE,
    2014,
    say(
        "Simonyan and Zisserman: very deep convolutional networks for large-scale image recognition; padded windows of "
        "3x3 in pairs, twice the filters behind each pooling; the first two of its stages, half as wide"
    ),
)
STRIDED = NamedNetwork(
    "conv 32x3x3 stride2 pad1 relu | conv 64x3x3 stride2 pad1 relu | conv 128x3x3 stride2 pad1 relu | "
    "dense 128 relu | dense {classes}",
    (3, 32, 32),
    10,
    WIDE_RECIPE,
    2014,
    say(
        "Springenberg et al.: striving for simplicity, the all convolutional net; strides of 2 instead of pooling, "
        "much smaller than theirs"
    ),
    say("92.75 % on CIFAR-10 (their net of nine convolutions)"),
)
RESNET8 = NamedNetwork(
    _residual_layers(1),
    (3, 32, 32),
    10,
    RESIDUAL_RECIPE,
    2015,
    say("He, Zhang, Ren and Sun: deep residual learning for image recognition; one residual a stage"),
)
RESNET20 = NamedNetwork(
    _residual_layers(3),
    (3, 32, 32),
    10,
    RESIDUAL_RECIPE,
    2015,
    say("He, Zhang, Ren and Sun: deep residual learning for image recognition"),
    say("91.25 % on CIFAR-10"),
)
NAMED_NETWORKS = {
    "perceptron": PERCEPTRON,
    "mlp": MULTILAYER_PERCEPTRON,
    "lenet1": LENET1,
    "lenet5-1998": LENET5_OF_1998,
    "lenet5": LENET5,
    "three-conv": THREE_CONVOLUTIONS,
    "alexnet-small": SMALL_ALEXNET,
    "vgg-small": SMALL_VGG,
    "strided": STRIDED,
    "resnet8": RESNET8,
    "resnet20": RESNET20,
    "blog-lenet": BLOG_LENET,
    "blog-lenet-wide": BLOG_LENET_WIDE,
    "blog-mlp": BLOG_PERCEPTRON,
    "mixing": MIXING,
}
"""By year; those of the blog are the last."""
