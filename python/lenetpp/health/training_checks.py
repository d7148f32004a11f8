"""What a training suffers from as a whole: divergence, raw pixels, nothing learned, overfitting.

The thresholds lie between what healthy and ill trainings of small networks on CIFAR-10, MNIST and Fashion-MNIST
recorded; figures of both stand beside them.
"""

from collections.abc import Sequence

from lenetpp import _core
from lenetpp.basics.language import recalled, say, sentence
from lenetpp.basics.percent import percent
from lenetpp.data.parts import part_in_words
from lenetpp.health.finding import Finding
from lenetpp.health.layer_checks import SHORT_WAY, epochs_of, way_of_an_epoch
from lenetpp.health.layer_figures import LayerFigures
from lenetpp.records.epochs import evaluated
from lenetpp.records.guessing import guessing_in_words, has_learned_nothing
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.settings.advice import clipping, one_of, varied_images, warmup, weight_decay

FAR_WORSE_THAN_GUESSING = 1.5
"""Loss / loss of taking all classes for equally likely. Above 1 at the very beginning; 2 to 4 when steps overshoot."""
OVERFITTING_GAP = 0.1
"""Training accuracy - held-out accuracy. Healthy: 0.01 to 0.08; a hundred images memorised: 0.2 to 0.3."""
OVERFITTING_RISE = 1.5
"""Last held-out loss / lowest held-out loss; counts with half the gap."""


def check_divergence(run: RecordedRun, layers: Sequence[LayerFigures]) -> Finding | None:
    """Tell if a number became infinite, or the loss much larger than that of guessing."""
    rate = float(run.settings.get("learning_rate", 0))
    smaller = say("a learning_rate of {rate} or less", rate=f"{rate / 4:g}")
    advice = say("Try {remedies}.", remedies=one_of(smaller, warmup(run.settings), clipping(run.settings)))
    if run.record.get("outcome") == "diverged":
        return Finding(
            say("divergence"),
            sentence(_what_diverged(str(run.record.get("message", "")))),
            say("Steps that are too large increase the error, and a larger error makes the next step larger still."),
            advice,
        )
    guess = _loss_of_guessing(run)
    way = way_of_an_epoch(run, layers)
    if not run.history or guess is None or (way is not None and way < SHORT_WAY):
        return None  # or it is still where initial weights put it
    loss = run.history[-1].loss
    if loss <= FAR_WORSE_THAN_GUESSING * guess:
        return None
    return Finding(
        say("divergence"),
        say(
            "The training loss is {loss} after {epochs_of}; guessing would give {guess}.",
            loss=f"{loss:.3g}",
            epochs_of=epochs_of(run),
            guess=f"{guess:.3g}",
        ),
        say(
            "The network is confident and wrong: with a learning_rate of {rate} its steps overshoot.", rate=f"{rate:g}"
        ),
        advice,
    )


def check_normalization(run: RecordedRun, _: Sequence[LayerFigures]) -> Finding | None:
    """Tell if bytes from 0 to 255 went into the first layer as they are."""
    if run.settings.get("normalization") != "none" or run.table("data").get("pixels") != "uint8":
        return None
    return Finding(
        say("your images are not normalised"),
        say("The pixels are bytes, and the network takes them as they are, from 0 to 255 (normalization none)."),
        say(
            "Initial weights and learning rates are meant for inputs of about 1: here activations and gradients "
            "start a hundred times too large, which saturates or kills units in the first steps."
        ),
        say("Try normalization standard (the default) or unit."),
    )


def check_learning(run: RecordedRun, _: Sequence[LayerFigures]) -> Finding | None:
    """Tell if the network has learned nothing at all."""
    classes = run.table("data").get("classes", [])
    if not run.history or not has_learned_nothing(run.record, run.history[-1].training_accuracy):
        return None
    accuracy = run.history[-1].training_accuracy
    evaluation = run.evaluation
    taken_for = {} if evaluation is None else dict(zip(classes, evaluation.confusion.sum(axis=0).tolist(), strict=True))
    only = [name for name, count in taken_for.items() if count]
    one_class = say(", and every unseen image is classified as {only}", only=only[0]) if len(only) == 1 else ""
    return Finding(
        say("nothing is learned"),
        say(
            "After {epochs_of} {share} of the training images are classified correctly{one_class}; {guessing}.",
            epochs_of=epochs_of(run),
            share=percent(accuracy, 1),
            one_class=one_class,
            guessing=guessing_in_words(run.record),
        ),
        say("The loss is on a plateau, or the units that should learn are stuck; the other findings may say why."),
        say("Try a named network with its recipe on the same data, and check that the labels match the images."),
    )


def check_overfitting(run: RecordedRun, _: Sequence[LayerFigures]) -> Finding | None:
    """Tell if the network is much better on the images it was trained on than on others."""
    history = evaluated(run.history)
    if len(history) < 2:
        return None
    last = history[-1]
    held_out = "test" if last.validation_accuracy is None else "validation"
    losses = [getattr(epoch, f"{held_out}_loss") for epoch in history]
    accuracy = getattr(last, f"{held_out}_accuracy")
    gap = last.training_accuracy - accuracy
    best = min(range(len(losses)), key=losses.__getitem__)
    risen = losses[-1] >= OVERFITTING_RISE * losses[best]
    if gap < OVERFITTING_GAP and not (risen and gap >= OVERFITTING_GAP / 2):
        return None
    remedies = (varied_images(run.settings), weight_decay(run.settings))
    earlier_end = say("fewer epochs") if held_out == "validation" else say("early stopping on validation images")
    if best + 1 == len(losses):
        lowest = ""
    elif held_out == "validation":
        lowest = say(
            " The validation loss was lowest after epoch {epoch} ({losses}) and is {losses_2} now.",
            epoch=history[best].epoch,
            losses=f"{losses[best]:.3g}",
            losses_2=f"{losses[-1]:.3g}",
        )
    else:  # which epoch did best on test images is nobody's to choose by
        lowest = say(" The test loss has risen since its lowest.")
    return Finding(
        say("overfitting"),
        say(
            "{share} of the training images are classified correctly, but only {share_2} of the {held_out} "
            "images.{lowest}",
            share=percent(last.training_accuracy, 1),
            share_2=percent(accuracy, 1),
            held_out=part_in_words(held_out),
            lowest=lowest,
        ),
        say("The network memorises its training images; what it learns does not generalise to others."),
        say(
            "Try {remedies}.",
            remedies=one_of(say("more training images"), *remedies, earlier_end, say("a smaller network")),
        ),
    )


def _loss_of_guessing(run: RecordedRun) -> float | None:
    """Return the loss of an output that is the same for all of equally frequent classes; see TrainingSettings.loss."""
    classes, loss = len(run.table("data").get("classes", [])), str(run.settings.get("loss"))
    return _core.loss_of_guessing(loss, classes) if classes >= 2 and loss in _core.losses() else None


def _what_diverged(message: str) -> str:
    """Return what a record says of the first value that is not finite, without what to try."""
    words = message.split("; try ")[0]
    known = say("training diverged (NaN or infinite values): {what}", what=recalled(words.partition(": ")[2]))
    return known if known == words else recalled(words)
