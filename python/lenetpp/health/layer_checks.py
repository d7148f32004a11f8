"""What layers suffer from: dead units, saturation, vanishing gradients, updates that are lost or too small.

The thresholds lie between what healthy and ill trainings of small networks on CIFAR-10, MNIST and Fashion-MNIST
recorded; figures of both stand beside them.
"""

import math
from collections.abc import Iterable, Sequence

from lenetpp.basics.language import listed, say
from lenetpp.basics.percent import percent
from lenetpp.health.finding import Finding
from lenetpp.health.layer_figures import LayerFigures, learning_epochs
from lenetpp.health.plateau import plateau
from lenetpp.networks.activations import ACTIVATIONS, activation_range
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.weight_gradients import gradient_reach
from lenetpp.settings.advice import initialization, momentum, one_of, warmup

BOUNDED = tuple(name for name in ACTIVATIONS if activation_range(name) is not None)
"""Activations with a range."""
DEAD = 0.25
"""Share of a layer's units. Healthy ReLU layers had up to 0.13; those killed by a large rate 0.4 to 1."""
SATURATED_EARLY = 0.5
"""Share of a hidden layer's activations after one epoch, when it cannot be knowledge yet: 0.0 to 0.4 where it went
well, 0.6 to 1 from weights or pixels that were too large."""
SATURATED_LATE = 0.9
"""The same after the last epoch while much is still wrong. Confident healthy networks reached 0.8."""
MUCH_WRONG = 0.9
"""Training accuracy below which saturation is not confidence."""
VANISHING = 0.05
"""Gradient norm of the first layer / that of the last. Networks that learn: 0.15 to 10; on a plateau: 0.003 to 0.04."""
VANISHING_EPOCHS = 0.25
"""Share of the epochs; on a plateau one is enough. A slow start is no illness: healthy runs of the blog's recipe had up
to 2 such epochs of 10."""
LOST = 0.2
"""Share of a layer's weights, median over the epochs, where its steps are tiny too: 0.25 to 1 where float32 ended the
training. Healthy layers, whose steps are not tiny, had up to 0.24."""
TINY_STEP = 5e-5
"""Norm of a step / norm of the weights. 0.0003 to 0.05 where a network learned, around 0.001 is usual."""
SHORT_WAY = 0.01
"""Steps of an epoch x the largest typical step of a layer: how far weights could go in all, as a share of their norm.
From 0.1, at batches of 1, to 10 where a network learned; 0.002 where it hardly moved."""


def check_dead_units(run: RecordedRun, layers: Sequence[LayerFigures]) -> Finding | None:
    """Tell of layers many of whose units give the same for every image."""
    dead = _dead(layers)
    if not dead:
        return None
    rate = run.settings.get("learning_rate", 0)
    leaky = "" if all(layer.activation == "leaky_relu" for layer in dead) else "leaky_relu"
    shares = _list(
        say(
            "{dead_units} of {units} in {name}",
            dead_units=round((layer.dead_units or 0) * layer.units),
            units=layer.units,
            name=layer.name,
        )
        for layer in dead
    )
    return Finding(
        say("dead units"),
        say("Units with the same output for every unseen image: {shares}.", shares=shares),
        say(
            "A ReLU that is zero for every image has no gradient and never recovers; the usual cause is a step that "
            "was too large."
        ),
        say(
            "Try {remedies}.",
            remedies=one_of(
                say("a learning_rate of {rate} (it was {rate_2})", rate=f"{float(rate) / 4:g}", rate_2=f"{rate:g}"),
                warmup(run.settings),
                leaky,
            ),
        ),
        _indices(dead),
    )


def check_saturation(run: RecordedRun, layers: Sequence[LayerFigures]) -> Finding | None:
    """Tell of activations that stick to the ends of their range, at the start or while much is still wrong."""
    early = [layer for layer in layers[:-1] if (layer.saturated_early or 0) >= SATURATED_EARLY]
    much_wrong = bool(run.history) and run.history[-1].training_accuracy < MUCH_WRONG
    late = [layer for layer in layers if much_wrong and (layer.saturated_late or 0) >= SATURATED_LATE]
    if not early and not late:
        return None
    affected, when = (early, say("after the first epoch")) if early else (late, say("after the last epoch"))
    shares = _list(
        say(
            "{share} in {name}",
            share=percent((layer.saturated_early if early else layer.saturated_late) or 0, 0),
            name=layer.name,
        )
        for layer in affected
    )
    smaller = say(
        "a learning_rate of {learning_rate} or less",
        learning_rate=f"{float(run.settings.get('learning_rate', 0)) / 4:g}",
    )
    remedies = [initialization(run.settings), say("a smaller learning_rate")] if early else [smaller]
    return Finding(
        say("saturation"),
        say("Activations within 1 % of the ends of their range {when}: {shares}.", when=when, shares=shares),
        say(
            "There the curve is flat: hardly any gradient passes, and earlier layers learn slowly or not at all. "
            "Early in training, initial weights or pixels that are too large cause it; later, steps that are too "
            "large."
        ),
        say("Try {remedies}.", remedies=one_of(*remedies, _relu(layers))),
        _indices(affected),
    )


def check_vanishing_gradients(run: RecordedRun, layers: Sequence[LayerFigures]) -> Finding | None:
    """Tell if the first layer's gradient was much smaller than the last layer's for long, or on a plateau."""
    weighted = [layer for layer in layers if layer.has_weights]
    if len(weighted) < 2 or _dead(layers):
        return None
    first, last = weighted[0], weighted[-1]
    ratios = {
        epoch.epoch: epoch.gradient_norms.get(f"{first.index}.weight", math.nan) / gradient
        for epoch in learning_epochs(run)
        if (gradient := epoch.gradient_norms.get(f"{last.index}.weight", 0)) > 0
    }
    vanished = [epoch for epoch, ratio in ratios.items() if ratio < VANISHING]
    many = len(vanished) >= max(min(2, len(run.history)), VANISHING_EPOCHS * len(run.history))
    if not many:
        standing = {epoch.epoch for epoch in plateau(run)}
        vanished = [epoch for epoch in vanished if epoch in standing]
    if not vanished:
        return None
    worst = min(vanished, key=lambda epoch: ratios[epoch])
    norms = run.history[worst - 1].gradient_norms
    per_weight = gradient_reach("weight", norms, run.network_text) or 0.0
    where = (
        say("In {count} of {epochs_of}", count=len(vanished), epochs_of=epochs_of(run))
        if many
        else say("On a plateau, in {numbers},", numbers=_numbers(vanished))
    )
    slope = say("Each layer passes on less of the gradient.")
    if bounded := [layer for layer in layers if layer.activation in BOUNDED]:
        slope = say(
            "Each of the {count} sigmoid or tanh layers multiplies the gradient by its slope, which is small away from "
            "zero.",
            count=len(bounded),
        )
    return Finding(
        say("vanishing gradients"),
        say(
            "{where} the first layer's gradient was less than {share} of the last layer's; in epoch {worst} it was "
            "{norms} in {name} and {norms_2} in {name_2}: {ratios} of it, per weight {per_weight}.",
            where=where,
            share=percent(VANISHING, 0),
            worst=worst,
            norms=f"{norms[f'{first.index}.weight']:.3g}",
            name=first.name,
            norms_2=f"{norms[f'{last.index}.weight']:.3g}",
            name_2=last.name,
            ratios=f"{ratios[worst]:.2g}",
            per_weight=f"{per_weight:.1g}",
        ),
        say(
            "{slope} What reaches the first layers hardly changes them, and meanwhile the loss stays on a plateau.",
            slope=slope,
        ),
        say(
            "Try {remedies}.",
            remedies=one_of(_relu(layers), initialization(run.settings), momentum(run.settings), say("fewer layers")),
        ),
        _indices(weighted[:-1]),
    )


def check_lost_updates(run: RecordedRun, layers: Sequence[LayerFigures]) -> Finding | None:
    """Tell of layers whose updates were too small to change a float32 weight."""
    # A layer whose weights move as usual loses updates too, to inputs that are seldom active or dead: no harm is done.
    lost = [layer for layer in layers if (layer.lost_updates or 0) >= LOST and (layer.update_ratio or 0) < TINY_STEP]
    if not lost or _dead(layers):
        return None
    shares = _list(
        say("{share} in {name}", share=percent(layer.lost_updates or 0, 0), name=layer.name) for layer in lost
    )
    wider = (
        ""
        if run.table("network").get("dtype") == "float64"
        else say("a network with dtype float64, to see how much is lost")
    )
    return Finding(
        say("updates lost to rounding"),
        say(
            "Share of weights whose update was too small to change them (measured steps of a typical epoch): {shares}.",
            shares=shares,
        ),
        say(
            "A float32 has 24 binary digits: an update of less than a thirty-millionth of a weight is lost, so these "
            "weights stay the same however long you train."
        ),
        say(
            "Try {remedies}.",
            remedies=one_of(say("a larger learning_rate"), say("larger gradients (see above, if they vanish)"), wider),
        ),
        _indices(lost),
    )


def check_step_size(run: RecordedRun, layers: Sequence[LayerFigures]) -> Finding | None:
    """Tell if all steps of an epoch together hardly move the weights of any layer."""
    way = way_of_an_epoch(run, layers)
    if way is None or way >= SHORT_WAY or _dead(layers) or check_lost_updates(run, layers) is not None:
        return None
    rate = float(run.settings.get("learning_rate", 0))
    return Finding(
        say("tiny steps"),
        say(
            "All steps of an epoch together could change no layer's weights by more than {way} times their size; 0.1 "
            "to 10 is usual.",
            way=f"{way:.1g}",
        ),
        say("The network learns, but needs many times as many epochs."),
        say("Try a larger learning_rate: it was {rate}.", rate=f"{rate:g}"),
    )


def way_of_an_epoch(run: RecordedRun, layers: Sequence[LayerFigures]) -> float | None:
    """Return how far a layer's weights could go at most in an epoch, as a share of their norm; None if unknown."""
    ratios = [layer.update_ratio for layer in layers if layer.update_ratio is not None]
    images = run.table("data").get("images", {}).get("train")
    if not ratios or not images or "batch_size" not in run.settings:
        return None
    steps = math.ceil(images / run.settings["batch_size"])
    return float(max(ratios) * steps)


def epochs_of(run: RecordedRun) -> str:
    """Return how many epochs are complete, in words."""
    return (
        say("{count} epochs", count=len(run.history))
        if len(run.history) != 1
        else say("{count} epoch", count=len(run.history))
    )


def _numbers(epochs: Sequence[int]) -> str:
    return (
        say("epochs {list}", list=", ".join(map(str, epochs)))
        if len(epochs) > 1
        else say("epoch {list}", list=", ".join(map(str, epochs)))
    )


def _dead(layers: Sequence[LayerFigures]) -> list[LayerFigures]:
    """Return layers many of whose units are dead; where an activation has a range, that is saturation."""
    return [layer for layer in layers if (layer.dead_units or 0) >= DEAD and layer.activation not in BOUNDED]


def _relu(layers: Sequence[LayerFigures]) -> str:
    """Return the advice to try it where a hidden layer's activation has a range."""
    return say("relu in the hidden layers") if any(layer.activation in BOUNDED for layer in layers[:-1]) else ""


def _indices(layers: Sequence[LayerFigures]) -> tuple[int, ...]:
    return tuple(layer.index for layer in layers)


def _list(items: Iterable[str]) -> str:
    return listed(items)
