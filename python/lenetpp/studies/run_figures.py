"""Figures of a run, read from its record epoch by epoch."""

from collections.abc import Callable, Mapping
from itertools import accumulate
from statistics import median

from lenetpp.records.epochs import EpochRecord
from lenetpp.records.recorded_runs import RecordedRun


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


def gradient_reach(run: RecordedRun) -> float | None:
    """Return how large the gradient of the first weights is beside that of the last ones, over the epochs.

    A ratio of two norms of the same steps: that gradients are summed over batches has no part in it.
    """
    norms = over_epochs(lambda epoch: epoch.gradient_norms)(run)
    weights = sorted((name for name in norms if name.endswith(".weight")), key=lambda name: int(name.split(".")[0]))
    return norms[weights[0]] / norms[weights[-1]] if weights and norms[weights[-1]] > 0 else None


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
