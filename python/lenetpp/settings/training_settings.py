"""How a network is trained: every setting that decides the bits of the result, in one validated value."""

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Annotated, Any, Literal, TypedDict

from lenetpp.basics.html_tables import html_table
from lenetpp.settings.checks import checked_value, require
from lenetpp.settings.class_weights import ClassWeight, checked_class_weight
from lenetpp.settings.declaration import Range, Setting, Taker, declared_settings
from lenetpp.settings.names import names_what_is_meant

Schedule = Literal["constant", "step", "cosine", "one_cycle"]
Loss = Literal["cross_entropy", "squared_error", "binary_cross_entropy"]
Reduction = Literal["mean", "sum"]
Optimizer = Literal["sgd", "adam", "adamw"]
Initialization = Literal["he", "glorot", "lecun", "blog", "identity"]
NormalizationScheme = Literal["standard", "unit", "none"]
Keep = Literal["last", "best"]

STEPS, START, IMAGES, END = "Steps", "Loss and initial weights", "Images", "Evaluation and end of training"
"""Headings of the settings at the command line."""
STEP, COSINE = ("schedule", "step"), ("schedule", "cosine")
SGD, ADAM = ("optimizer", "sgd"), ("optimizer", "adam", "adamw")
FLIPS = ("flip_horizontally", True)
"""Settings beside which others have a meaning."""


@names_what_is_meant
@dataclass(frozen=True, kw_only=True, repr=False)
class TrainingSettings:
    """Everything that decides a training, beside the network and the data.

    Same settings, network and data give the same bits, with any number of threads and on any machine.

    Parameters
    ----------
    epochs : int
        Number of passes over the training images.
    batch_size : int
        Number of images per step.
    learning_rate : float
        Step size; the largest one of the schedule.
    schedule : {"constant", "step", "cosine", "one_cycle"}
        ``"step"`` multiplies the rate by `step_factor` every `step_epochs` epochs; ``"cosine"`` lets it fall to zero
        along half a cosine over all epochs, or to each of the `restarts`; ``"one_cycle"`` lets it rise from a 25th in
        the first 30 % of the epochs, and fall to zero in the others, both along half a cosine (Smith and Topin: very
        fast training of neural networks using large learning rates, 2018; in the form of PyTorch's OneCycleLR).
    restarts : tuple of int
        Numbers of epochs after which the schedule ``"cosine"`` has come down to zero and restarts at
        `learning_rate`: rising, each below `epochs`. :func:`lenetpp.resume` adds one where it extends a finished run.
        (Loshchilov and Hutter: SGDR, stochastic gradient descent with warm restarts, 2017.)
    step_epochs : int
        Epochs between the changes of the schedule ``"step"``.
    step_factor : float
        Factor of the schedule ``"step"``, in (0, 1].
    warmup_epochs : float
        The rate rises linearly from zero over so many epochs, whatever the schedule.
    optimizer : {"sgd", "adam", "adamw"}
        Stochastic gradient descent, Adam with bias corrections (Kingma and Ba 2015), whose learning rate is usually
        about 0.001, or AdamW (Loshchilov and Hutter 2019), with weight decay decoupled from the gradient.
    momentum : float
        Of ``"sgd"``: ``v = momentum v + g; w -= rate v``, in [0, 1).
    nesterov : bool
        Of ``"sgd"``: use Nesterov momentum.
    adam_beta1 : float
        Of ``"adam"`` and ``"adamw"``: decay rate of the mean gradient, in [0, 1).
    adam_beta2 : float
        Of ``"adam"`` and ``"adamw"``: decay rate of the mean squared gradient, in [0, 1).
    adam_epsilon : float
        Of ``"adam"`` and ``"adamw"``: small number added to the denominator.
    weight_decay : float
        L2 penalty: ``g += weight_decay w`` for every parameter; of ``"adamw"``: ``w -= rate weight_decay w``.
    decay_weights_only : bool
        Exclude biases and normalization parameters from weight decay: only arrays of two dimensions and more decay.
    average_decay : float
        Decay of an exponential moving average (EMA) of the weights at each step, in [0, 1): in early steps less,
        ``(1 + t) / (10 + t)``. Validation, test, and the network at the end are those of the average; 0 for none
        (Polyak and Juditsky 1992; as an exponential average: Kingma and Ba 2015, section 7.2).
    gradient_clip_norm : float
        Clip the norm of all gradients together to this; 0 for no clipping.
    gradient_clip_value : float
        Clip each number of the gradients to this size, before their norm is taken; 0 for no clipping.
    loss : {"cross_entropy", "squared_error", "binary_cross_entropy"}
        Cross-entropy is that of softmax(outputs); the squared error, halved, and the binary cross-entropy are against
        one-hot targets, summed over the outputs.
    label_smoothing : float
        Share of each target that is spread evenly over all classes, in [0, 1); in training only (Szegedy et al.:
        rethinking the Inception architecture, 2016).
    reduction : {"mean", "sum"}
        Whether a batch's gradient is the mean or the sum over its images.
    class_weight : str
        What the loss of an image, and so its gradient, is multiplied by for its class: ``"none"``; ``"balanced"``,
        training images / (classes * training images of the class), so that all classes count alike; or weights by
        name or label, ``"ship=2,frog=0.5"``, others having 1. May be given as a dict, ``{"ship": 2, "frog": 0.5}``, or
        None for ``"none"``. Losses of validation and test images do not know of it.
    initialization : {"he", "glorot", "lecun", "blog", "identity"}
        Distribution of the initial weights; see :meth:`Network.initialize`. A network that has weights keeps them.
    whitening : bool
        Begin with filters in the first convolution that take patches of the training images apart; see
        :meth:`Network.whiten`. A network that has weights keeps them.
    normalization : {"standard", "unit", "none"}
        What the network does to pixels first: ``"standard"`` subtracts each plane's mean over the training images and
        divides by its standard deviation, ``"unit"`` divides bytes by 255.
    flip_horizontally : bool
        Flip each training image horizontally with probability 1/2.
    alternate_flips : bool
        With `flip_horizontally`: flip each image in every second epoch, some from the first and some from the second
        on, instead of by chance (Jordan: 94 % on CIFAR-10 in 3.29 seconds on a single GPU, 2024).
    shift_pixels : int
        Shift each training image by up to so many pixels in both directions, drawn anew each epoch. Where nothing else
        turns or scales it, what enters is the mean pixel.
    rotation_degrees : float
        Rotate each training image by up to so many degrees either way, below 180. Rotation, scaling and shear are about
        the image's centre, and what enters repeats the pixels of its border.
    scaling : float
        Make each training image larger or smaller by a factor of up to ``1 + scaling`` and down to ``1 - scaling``, in
        [0, 1).
    shear : float
        Move each row of a training image against the next one by up to so many pixels, in [0, 1].
    cutout_pixels : int
        Side of the square about a random pixel of each training image that is replaced by the mean pixel (DeVries and
        Taylor: improved regularization of convolutional neural networks with cutout, 2017).
    brightness : float
        Multiply the pixels of each training image by a factor of ``1 - brightness`` to ``1 + brightness``, in [0, 1].
    contrast : float
        Multiply the pixels' distances from the image's mean by a factor of ``1 - contrast`` to ``1 + contrast``, in
        [0, 1].
    colour_noise : float
        Move the colours of each training image along each principal component of all training pixels by a normal
        number times its standard deviation times this, in [0, 1] (after Krizhevsky et al. 2012, who multiply by the
        variance).
    patience : int
        Early stopping: end training after so many epochs in a row of which none was better on the validation images
        than all before it: of a higher accuracy, or of the same and a lower loss. 0 for all epochs. Only an epoch that
        is evaluated can be better, or the one after which training ends.
    keep : {"last", "best"}
        Which epoch's weights the network keeps after training: those of the last epoch, or of the best one on the
        validation images, of those evaluated. Results are those of this epoch. ``"best"`` takes memory for a second
        copy of the weights.
    evaluate_every : int
        Epochs from one evaluation of test and validation images to the next; the last epoch is always evaluated. Where
        neither `patience` nor `keep` asks for the best epoch, the weights are the same whatever it is.
    seed : int
        Seed of initial weights, order of images and augmentation, in [0, 2**64).

    Raises
    ------
    ValueError
        If a value is out of its range; the message names it.
    TypeError
        If there is no such setting; the message says which one may be meant.
    """

    epochs: Annotated[
        int, Setting("Number of passes over the training images.", STEPS, "schedule", Range(at_least=1, below=2**32))
    ] = 10
    batch_size: Annotated[int, Setting("Number of images per step.", STEPS, "trainer")] = 16
    learning_rate: Annotated[float, Setting("Step size.", STEPS, "schedule", Range(above=0))] = 0.01
    schedule: Annotated[Schedule, Setting("How the learning rate changes: {choices}.", STEPS, "schedule")] = "constant"
    restarts: Annotated[
        tuple[int, ...], Setting("Epochs after which the cosine schedule restarts.", STEPS, "schedule", beside=COSINE)
    ] = ()
    step_epochs: Annotated[
        int,
        Setting(
            "Epochs between drops of the step schedule.", STEPS, "schedule", Range(at_least=1, below=2**31), beside=STEP
        ),
    ] = 10
    step_factor: Annotated[
        float,
        Setting("Factor of each drop of the step schedule.", STEPS, "schedule", Range(above=0, at_most=1), beside=STEP),
    ] = 0.1
    warmup_epochs: Annotated[
        float, Setting("Epochs in which the learning rate rises from zero.", STEPS, "schedule", Range(at_least=0))
    ] = 0.0
    optimizer: Annotated[Optimizer, Setting("{choices}.", STEPS, "trainer")] = "sgd"
    momentum: Annotated[
        float, Setting("Share of the previous step that is kept, below 1.", STEPS, "trainer", beside=SGD)
    ] = 0.9
    nesterov: Annotated[bool, Setting("Use Nesterov momentum.", STEPS, "trainer", beside=SGD)] = False
    adam_beta1: Annotated[float, Setting("Adam: decay rate of the mean gradient.", STEPS, "trainer", beside=ADAM)] = 0.9
    adam_beta2: Annotated[
        float, Setting("Adam: decay rate of the mean squared gradient.", STEPS, "trainer", beside=ADAM)
    ] = 0.999
    adam_epsilon: Annotated[
        float, Setting("Adam: small number added to the denominator.", STEPS, "trainer", beside=ADAM)
    ] = 1e-8
    weight_decay: Annotated[
        float, Setting("L2 penalty: share of the weights added to the gradient.", STEPS, "trainer")
    ] = 0.0
    decay_weights_only: Annotated[
        bool, Setting("Exclude biases and normalization parameters from weight decay.", STEPS, "trainer")
    ] = False
    average_decay: Annotated[
        float, Setting("Decay of an exponential moving average (EMA) of the weights; 0: none.", STEPS, "trainer")
    ] = 0.0
    gradient_clip_norm: Annotated[
        float, Setting("Clip the gradient to this norm; 0: no clipping.", STEPS, "trainer")
    ] = 0.0
    gradient_clip_value: Annotated[
        float, Setting("Clip each number of the gradient to this size; 0: no clipping.", STEPS, "trainer")
    ] = 0.0
    loss: Annotated[Loss, Setting("{choices}.", START, "trainer")] = "cross_entropy"
    reduction: Annotated[Reduction, Setting("How losses are combined over a batch: {choices}.", START, "trainer")] = (
        "mean"
    )
    label_smoothing: Annotated[
        float, Setting("Share of the target that is spread over all classes.", START, "trainer")
    ] = 0.0
    class_weight: Annotated[
        str, Setting("Weights of the classes: none, balanced, or NAME=X,NAME=X.", START, "preparation")
    ] = "none"
    initialization: Annotated[Initialization, Setting("Initial weights: {choices}.", START, "preparation")] = "he"
    whitening: Annotated[
        bool, Setting("Start with first filters that whiten patches of the images.", START, "preparation")
    ] = False
    normalization: Annotated[
        NormalizationScheme, Setting("How pixels are scaled: {choices}.", IMAGES, "preparation")
    ] = "standard"
    flip_horizontally: Annotated[
        bool, Setting("Flip training images horizontally at random.", IMAGES, "trainer", flag="flip")
    ] = False
    alternate_flips: Annotated[
        bool, Setting("Flip each image in every second epoch instead.", IMAGES, "trainer", beside=FLIPS)
    ] = False
    shift_pixels: Annotated[int, Setting("Shift training images by up to N pixels at random.", IMAGES, "trainer")] = 0
    rotation_degrees: Annotated[
        float, Setting("Rotate training images by up to X degrees at random.", IMAGES, "trainer")
    ] = 0.0
    scaling: Annotated[float, Setting("Resize training images by up to this share at random.", IMAGES, "trainer")] = 0.0
    shear: Annotated[float, Setting("Shear training images by up to this much at random.", IMAGES, "trainer")] = 0.0
    cutout_pixels: Annotated[
        int, Setting("Cut a square of this side out of training images (cutout).", IMAGES, "trainer")
    ] = 0
    brightness: Annotated[float, Setting("Change brightness randomly by up to this share.", IMAGES, "trainer")] = 0.0
    contrast: Annotated[float, Setting("Change contrast randomly by up to this share.", IMAGES, "trainer")] = 0.0
    colour_noise: Annotated[
        float, Setting("Change colours randomly by up to this share of their variation.", IMAGES, "trainer")
    ] = 0.0
    patience: Annotated[
        int,
        Setting(
            "Early stopping: end after N epochs without improvement on validation images; 0: off.",
            END,
            "loop",
            Range(at_least=0, below=2**31),
        ),
    ] = 0
    keep: Annotated[Keep, Setting("Which epoch's weights to keep: {choices} (on validation images).", END, "loop")] = (
        "last"
    )
    evaluate_every: Annotated[
        int, Setting("Evaluate every N epochs, and after the last one.", END, "loop", Range(at_least=1, below=2**31))
    ] = 1
    seed: Annotated[
        int,
        Setting(
            "Random seed of initial weights, order of images and augmentation.",
            START,
            "trainer",
            Range(at_least=0, below=2**64),
        ),
    ] = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "class_weight", checked_class_weight(self.class_weight))
        for setting in declared_settings(TrainingSettings):
            checked = checked_value(setting.name, getattr(self, setting.name), setting.kind)
            object.__setattr__(self, setting.name, checked)
        for setting in declared_settings(TrainingSettings):
            value, numbers = getattr(self, setting.name), setting.about.range
            require(setting.name, value, numbers is None or value in numbers, str(numbers))
        rising = all(before < restart for before, restart in pairwise((0, *self.restarts, self.epochs)))
        require("restarts", self.restarts, rising, f"rising, above 0 and below epochs, {self.epochs}")
        fits = not self.restarts or self.schedule == "cosine"
        require("restarts", self.restarts, fits, "empty where the schedule is not cosine")
        require("nesterov", self.nesterov, not self.nesterov or self.momentum > 0, "false where momentum is 0")
        require(
            "nesterov", self.nesterov, not self.nesterov or self.optimizer == "sgd", f"false beside {self.optimizer}"
        )
        flips = self.flip_horizontally or not self.alternate_flips
        require("alternate_flips", self.alternate_flips, flips, "false where flip_horizontally is")

    def __repr__(self) -> str:
        declared = declared_settings(TrainingSettings)
        changed = [each.name for each in declared if getattr(self, each.name) != each.default]
        return f"TrainingSettings({', '.join(f'{name}={getattr(self, name)!r}' for name in changed)})"

    def taken_by(self, taker: Taker) -> dict[str, Any]:
        """Return the settings that a part of the training takes, by name."""
        declared = declared_settings(TrainingSettings)
        return {setting.name: getattr(self, setting.name) for setting in declared if setting.about.taken_by == taker}

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        defaults = {setting.name: setting.default for setting in declared_settings(TrainingSettings)}
        rows = [
            (name, value, "" if value == defaults[name] else defaults[name]) for name, value in self.as_dict().items()
        ]
        return html_table(("setting", "value", "instead of"), rows, named_rows=True)

    def as_dict(self) -> dict[str, Any]:
        """Return names and values as :func:`lenetpp.train` takes them and files hold them.

        Without `restarts` where there are none: an extended run is the only one to speak of them.
        """
        values = asdict(self)
        restarts = list(values.pop("restarts"))
        return values | ({"restarts": restarts} if restarts else {})


class StepChanges(TypedDict, total=False):
    """The fields of :class:`TrainingSettings` as optional keywords, but for those that scikit-learn has words for."""

    epochs: int
    batch_size: int
    learning_rate: float
    schedule: Schedule
    restarts: tuple[int, ...]
    step_epochs: int
    step_factor: float
    warmup_epochs: float
    optimizer: Optimizer
    momentum: float
    nesterov: bool
    adam_beta1: float
    adam_beta2: float
    adam_epsilon: float
    weight_decay: float
    decay_weights_only: bool
    average_decay: float
    gradient_clip_norm: float
    gradient_clip_value: float
    loss: Loss
    reduction: Reduction
    label_smoothing: float
    initialization: Initialization
    whitening: bool
    normalization: NormalizationScheme
    flip_horizontally: bool
    alternate_flips: bool
    shift_pixels: int
    rotation_degrees: float
    scaling: float
    shear: float
    cutout_pixels: int
    brightness: float
    contrast: float
    colour_noise: float
    evaluate_every: int


class SettingChanges(StepChanges, total=False):
    """The fields of :class:`TrainingSettings` as optional keywords."""

    class_weight: ClassWeight
    patience: int
    keep: Keep
    seed: int
