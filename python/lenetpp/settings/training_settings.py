"""How a network is trained: every setting that decides the bits of the result, in one validated value."""

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Annotated, Any, Literal, TypedDict

from lenetpp.basics.html_tables import html_table
from lenetpp.settings.checks import checked_value, require
from lenetpp.settings.class_weights import checked_class_weight
from lenetpp.settings.declaration import Range, Setting, Taker, declared_settings
from lenetpp.settings.names import names_what_is_meant

Schedule = Literal["constant", "step", "cosine"]
Loss = Literal["cross_entropy", "squared_error", "binary_cross_entropy"]
Reduction = Literal["mean", "sum"]
Optimizer = Literal["sgd", "adam"]
Initialization = Literal["he", "glorot", "lecun", "blog"]
NormalizationScheme = Literal["standard", "unit", "none"]
Keep = Literal["last", "best"]

STEPS, START, IMAGES, END = "Steps", "Loss and initial weights", "Images", "Evaluation and end of training"
"""Headings of the settings at the command line."""
STEP, COSINE = ("schedule", "step"), ("schedule", "cosine")
SGD, ADAM = ("optimizer", "sgd"), ("optimizer", "adam")
"""Settings beside which others have a meaning."""


@names_what_is_meant
@dataclass(frozen=True, kw_only=True)
class TrainingSettings:
    """Everything that decides a training, beside the network and the data.

    Same settings, network and data give the same bits, with any number of threads and on any machine.

    Parameters
    ----------
    epochs : int
        Passes over the training images.
    batch_size : int
        Images whose gradients make one step.
    learning_rate : float
        Factor on a step; the largest one of the schedule.
    schedule : {"constant", "step", "cosine"}
        ``"step"`` multiplies the rate by `step_factor` every `step_epochs` epochs; ``"cosine"`` lets it fall to zero
        along half a cosine over all epochs, or to each of the `restarts`.
    restarts : tuple of int
        Numbers of epochs after which the schedule ``"cosine"`` has come down to zero and begins anew at
        `learning_rate`: rising, each below `epochs`. :func:`lenetpp.resume` adds one where it extends a finished run.
        (Loshchilov and Hutter: SGDR, stochastic gradient descent with warm restarts, 2017.)
    step_epochs : int
        Epochs between the changes of the schedule ``"step"``.
    step_factor : float
        Factor of the schedule ``"step"``, in (0, 1].
    warmup_epochs : float
        The rate rises linearly from zero over so many epochs, whatever the schedule.
    optimizer : {"sgd", "adam"}
        What makes a step of a gradient: stochastic gradient descent, or Adam with bias corrections (Kingma and Ba
        2015), whose learning rate is usually about 0.001.
    momentum : float
        Of ``"sgd"``: ``v = momentum v + g; w -= rate v``, in [0, 1).
    nesterov : bool
        Of ``"sgd"``: Nesterov's form of the momentum.
    adam_beta1 : float
        Of ``"adam"``: share that a step keeps of the mean of the gradients, in [0, 1).
    adam_beta2 : float
        Of ``"adam"``: share that a step keeps of the mean of their squares, in [0, 1).
    adam_epsilon : float
        Of ``"adam"``: added to the root of that mean.
    weight_decay : float
        ``g += weight_decay w`` for every parameter.
    gradient_clip_norm : float
        Largest norm of all gradients together; 0 for no limit.
    loss : {"cross_entropy", "squared_error", "binary_cross_entropy"}
        Cross-entropy is that of softmax(outputs); the squared error, halved, and the binary cross-entropy are against
        one-hot targets, summed over the outputs.
    reduction : {"mean", "sum"}
        Whether a batch's gradient is the mean or the sum over its images.
    class_weight : str
        What the loss of an image, and so its gradient, is multiplied by for its class: ``"none"``; ``"balanced"``,
        training images / (classes * training images of the class), so that all classes count alike; or weights by
        name, ``"ship=2,frog=0.5"``, others having 1. Losses of validation and test images do not know of it.
    initialization : {"he", "glorot", "lecun", "blog"}
        Distribution of the initial weights; see :meth:`Network.initialize`.
    normalization : {"standard", "unit", "none"}
        What the network does to pixels first: ``"standard"`` subtracts each plane's mean over the training images and
        divides by its standard deviation, ``"unit"`` divides bytes by 255.
    flip_horizontally : bool
        Mirror each training image with probability 1/2.
    shift_pixels : int
        Move each training image by up to so many pixels in both directions, drawn anew each epoch.
    patience : int
        End training after so many epochs in a row of which none was better on the validation images than all before
        it: of a higher accuracy, or of the same and a lower loss. 0 for all epochs. Only an epoch that is evaluated can
        be better, or the one after which training ends.
    keep : {"last", "best"}
        Which weights the network has after the end of training: those of the last epoch, or of the best one on the
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
        int, Setting("Passes over the training images.", STEPS, "schedule", Range(at_least=1, below=2**32))
    ] = 10
    batch_size: Annotated[int, Setting("Images for each step.", STEPS, "trainer", Range(at_least=1, at_most=2**20))] = (
        16
    )
    learning_rate: Annotated[float, Setting("Factor on a step.", STEPS, "schedule", Range(above=0))] = 0.01
    schedule: Annotated[Schedule, Setting("Of the rate: {choices}.", STEPS, "schedule")] = "constant"
    restarts: Annotated[
        tuple[int, ...],
        Setting("Epochs after which the schedule cosine begins anew.", STEPS, "schedule", beside=COSINE),
    ] = ()
    step_epochs: Annotated[
        int,
        Setting(
            "Epochs between changes of the schedule step.",
            STEPS,
            "schedule",
            Range(at_least=1, below=2**31),
            beside=STEP,
        ),
    ] = 10
    step_factor: Annotated[
        float, Setting("Factor of the schedule step.", STEPS, "schedule", Range(above=0, at_most=1), beside=STEP)
    ] = 0.1
    warmup_epochs: Annotated[
        float, Setting("Epochs in which the rate rises from zero.", STEPS, "schedule", Range(at_least=0))
    ] = 0.0
    optimizer: Annotated[Optimizer, Setting("Of the steps: {choices}.", STEPS, "trainer")] = "sgd"
    momentum: Annotated[
        float,
        Setting("Share of the last step kept, below 1.", STEPS, "trainer", Range(at_least=0, below=1), beside=SGD),
    ] = 0.9
    nesterov: Annotated[bool, Setting("Nesterov's momentum.", STEPS, "trainer", beside=SGD)] = False
    adam_beta1: Annotated[
        float,
        Setting("Adam: share kept of the gradients' mean.", STEPS, "trainer", Range(at_least=0, below=1), beside=ADAM),
    ] = 0.9
    adam_beta2: Annotated[
        float,
        Setting("Adam: share kept of their squares' mean.", STEPS, "trainer", Range(at_least=0, below=1), beside=ADAM),
    ] = 0.999
    adam_epsilon: Annotated[
        float, Setting("Adam: added to the root of that mean.", STEPS, "trainer", Range(above=0), beside=ADAM)
    ] = 1e-8
    weight_decay: Annotated[
        float, Setting("Share of the weights added to the gradient.", STEPS, "trainer", Range(at_least=0))
    ] = 0.0
    gradient_clip_norm: Annotated[
        float, Setting("Largest norm of the gradient; 0 for no limit.", STEPS, "trainer", Range(at_least=0))
    ] = 0.0
    loss: Annotated[Loss, Setting("{choices}.", START, "trainer")] = "cross_entropy"
    reduction: Annotated[Reduction, Setting("Over a batch: {choices}.", START, "trainer")] = "mean"
    class_weight: Annotated[
        str, Setting("What images of a class count: none, balanced, or NAME=X,NAME=X.", START, "preparation")
    ] = "none"
    initialization: Annotated[Initialization, Setting("Of the weights: {choices}.", START, "preparation")] = "he"
    normalization: Annotated[NormalizationScheme, Setting("Of the pixels: {choices}.", IMAGES, "preparation")] = (
        "standard"
    )
    flip_horizontally: Annotated[bool, Setting("Mirror training images at random.", IMAGES, "trainer", flag="flip")] = (
        False
    )
    shift_pixels: Annotated[
        int,
        Setting("Move training images at random by up to N pixels.", IMAGES, "trainer", Range(at_least=0, below=2**16)),
    ] = 0
    patience: Annotated[
        int,
        Setting(
            "End after N epochs without a better one on validation images; 0: never.",
            END,
            "loop",
            Range(at_least=0, below=2**31),
        ),
    ] = 0
    keep: Annotated[Keep, Setting("Weights of which epoch stay: {choices}, on validation images.", END, "loop")] = (
        "last"
    )
    evaluate_every: Annotated[
        int,
        Setting(
            "Epochs from one evaluation to the next; the last one always has one.",
            END,
            "loop",
            Range(at_least=1, below=2**31),
        ),
    ] = 1
    seed: Annotated[
        int,
        Setting("Decides initial weights, order and augmentation.", START, "trainer", Range(at_least=0, below=2**64)),
    ] = 1

    def __post_init__(self) -> None:
        for setting in declared_settings(TrainingSettings):
            checked = checked_value(setting.name, getattr(self, setting.name), setting.kind)
            object.__setattr__(self, setting.name, checked)
        for setting in declared_settings(TrainingSettings):
            value, numbers = getattr(self, setting.name), setting.about.range
            require(setting.name, value, numbers is None or value in numbers, str(numbers))
        object.__setattr__(self, "class_weight", checked_class_weight(self.class_weight))
        rising = all(before < restart for before, restart in pairwise((0, *self.restarts, self.epochs)))
        require("restarts", self.restarts, rising, f"rising, above 0 and below epochs, {self.epochs}")
        fits = not self.restarts or self.schedule == "cosine"
        require("restarts", self.restarts, fits, "empty where the schedule is not cosine")
        require("nesterov", self.nesterov, not self.nesterov or self.momentum > 0, "false where momentum is 0")
        require("nesterov", self.nesterov, not self.nesterov or self.optimizer == "sgd", "false beside adam")

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


class SettingChanges(TypedDict, total=False):
    """The fields of :class:`TrainingSettings` as optional keywords."""

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
    gradient_clip_norm: float
    loss: Loss
    reduction: Reduction
    class_weight: str
    initialization: Initialization
    normalization: NormalizationScheme
    flip_horizontally: bool
    shift_pixels: int
    patience: int
    keep: Keep
    evaluate_every: int
    seed: int
