"""Figures of a run, read from its record epoch by epoch."""

from collections.abc import Callable, Mapping
from itertools import accumulate
from statistics import median
from typing import NamedTuple

from lenetpp.basics.language import say, template
from lenetpp.records.epochs import EpochRecord
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.weight_gradients import GradientUnit, gradient_reach


def training_seconds(run: RecordedRun) -> float:
    """Return the time of training alone, over all epochs."""
    return list(accumulate((epoch.seconds for epoch in run.history), initial=0.0))[-1]


def kept(figure: Callable[[EpochRecord], float | None]) -> Callable[[RecordedRun, float], float | None]:
    """Return the function that gives a figure of the epoch that results and model are of."""
    return lambda run, _: None if run.kept is None else figure(run.kept)


def accuracy_within(run: RecordedRun, seconds: float) -> float | None:
    """Return the test accuracy after the last evaluated epoch that ended within a time."""
    ends = accumulate(epoch.seconds for epoch in run.history)
    accuracies = [
        epoch.test_accuracy
        for epoch, end in zip(run.history, ends, strict=True)
        if end <= seconds and epoch.test_accuracy is not None
    ]
    return accuracies[-1] if accuracies else None


def images_per_second(run: RecordedRun, _: float) -> float | None:
    """Return the mean speed over all epochs."""
    seconds = training_seconds(run)
    images = sum(epoch.images_per_second * epoch.seconds for epoch in run.history)
    return images / seconds if seconds else None


def gradient_reach_over_epochs(unit: GradientUnit) -> Callable[[RecordedRun, float], float | None]:
    """Return the function that gives :func:`lenetpp.records.weight_gradients.gradient_reach` of the median norms."""
    norms = over_epochs(lambda epoch: epoch.gradient_norms)
    return lambda run, _: gradient_reach(unit, norms(run), run.network_text)


def gradient_reach_at_first(unit: GradientUnit) -> Callable[[RecordedRun, float], float | None]:
    """Return the function that gives the same of epoch 1: medians hide gradients that vanish at first."""
    return lambda run, _: gradient_reach(unit, run.history[0].gradient_norms, run.network_text) if run.history else None


def mean_gradient_norms(run: RecordedRun) -> dict[str, float]:
    """Return norms that batches of any size have in common: where gradients are summed over a batch, its mean's."""
    images = run.settings["batch_size"] if run.settings.get("reduction") == "sum" else 1
    return {name: norm / images for name, norm in over_epochs(lambda epoch: epoch.gradient_norms)(run).items()}


def over_epochs(figures: Callable[[EpochRecord], Mapping[str, float]]) -> Callable[[RecordedRun], dict[str, float]]:
    """Return the function that gives the medians over the epochs."""

    def medians(run: RecordedRun) -> dict[str, float]:
        by_epoch = [figures(epoch) for epoch in run.history]
        names = dict.fromkeys(name for epoch in by_epoch for name in epoch)
        return {name: median(epoch[name] for epoch in by_epoch if name in epoch) for name in names}

    return medians


class GradientReach(NamedTuple):
    """How far gradients reach, as a measure: its name, its title, two cells in everyday words, and the function."""

    name: str
    title: str
    plain: str
    of: Callable[[RecordedRun, float], float | None]


GRADIENT_REACHES = (
    GradientReach(
        "gradient_reach",
        say("first-to-last ratio of gradients"),
        template("with {one} the first layer's gradient is {figure} times the last one's, with {other} {its}"),
        gradient_reach_over_epochs("layer"),
    ),
    GradientReach(
        "gradient_reach_in_epoch_1",
        say("first-to-last ratio of gradients in epoch 1"),
        template(
            "with {one} the first layer's gradient is {figure} times the last one's in epoch 1, with {other} {its}"
        ),
        gradient_reach_at_first("layer"),
    ),
    GradientReach(
        "gradient_reach_per_weight",
        say("first-to-last ratio of gradients per weight"),
        template("with {one} a first weight's gradient is {figure} times the last one's, with {other} {its}"),
        gradient_reach_over_epochs("weight"),
    ),
    GradientReach(
        "gradient_reach_per_weight_in_epoch_1",
        say("first-to-last ratio of gradients per weight in epoch 1"),
        template(
            "with {one} a first weight's gradient is {figure} times the last one's in epoch 1, with {other} {its}"
        ),
        gradient_reach_at_first("weight"),
    ),
    GradientReach(
        "gradient_reach_per_connection",
        say("first-to-last ratio of gradients per connection"),
        template("with {one} a first connection's gradient is {figure} times the last one's, with {other} {its}"),
        gradient_reach_over_epochs("connection"),
    ),
    GradientReach(
        "gradient_reach_per_connection_in_epoch_1",
        say("first-to-last ratio of gradients per connection in epoch 1"),
        template(
            "with {one} a first connection's gradient is {figure} times the last one's in epoch 1, with {other} {its}"
        ),
        gradient_reach_at_first("connection"),
    ),
)
"""Per layer, weight and connection: of a typical epoch, and of the first one."""
