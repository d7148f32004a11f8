"""Figures of what a run's network looks at, of what its layers are worth, and of how its first filters came about."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lenetpp.basics.arrays import FloatArray
from lenetpp.basics.language import say
from lenetpp.data import Dataset
from lenetpp.networks.ablation import ablated_layers
from lenetpp.networks.altered_images import evaluate_altered
from lenetpp.networks.layers import Conv2D
from lenetpp.networks.network import Network
from lenetpp.networks.probes import probed_layers
from lenetpp.records.models import initial_model, recorded_model
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_files import RecordError
from lenetpp.records.snapshots import recorded_snapshots
from lenetpp.studies.kept_figures import Figures, kept_figures

PROBED_IMAGES = 2000
"""Training images that a linear classifier learns from."""

OfRun = Callable[[RecordedRun, float], float | None]


class Accuracy(NamedTuple):
    """A share of images that is measured: name and title as of a measure, which images, and the function."""

    name: str
    title: str
    images: str
    of: OfRun


def accuracy_altered(alteration: str) -> OfRun:
    """Return the function that gives the accuracy on test images altered so; none where they have no colours."""
    return lambda run, _: kept_figures(run, "altered", _altered).get(alteration)


def accuracy_mirrored(run: RecordedRun, _: float) -> float | None:
    """Return the accuracy of the mean of each test image's probabilities and of its mirror image's."""
    return kept_figures(run, "mirrored", _mirrored).get("accuracy")


def accuracy_without_a_filter(run: RecordedRun, _: float) -> float | None:
    """Return the accuracy without the filter that matters most; none where there are no filters."""
    return kept_figures(run, "ablation", _ablation).get("worst")


def probe_by_layer(*, trained: bool) -> Callable[[RecordedRun], Figures]:
    """Return the function that gives a linear classifier's accuracy on each layer, by the name of its weights."""
    return lambda run: (
        kept_figures(run, "probe", _probe) if trained else kept_figures(run, "probe before", _probe_before)
    )


def probe_of_filters(*, trained: bool) -> OfRun:
    """Return the function that gives a linear classifier's accuracy on what the last convolution hands on."""
    group = "probe of filters" if trained else "probe of untrained filters"

    def measure(run: RecordedRun, data: Dataset) -> Figures:
        network = recorded_model(run.folder) if trained else initial_model(run.folder)
        convolutions = [index for index, layer in enumerate(network.layers) if isinstance(layer, Conv2D)]
        probed = probed_layers(network, data, most_images=PROBED_IMAGES, layers=convolutions[-1:])
        return {"accuracy": probed[0].accuracy} if probed else {}

    return lambda run, _: kept_figures(run, group, measure).get("accuracy")


def likeness_to_initial(run: RecordedRun, _: float) -> float | None:
    """Return how alike the first filters are to what they were before training: mean absolute correlation."""
    weights = _first_filters(run)
    if weights is None:
        return None
    first, last = (each.reshape(len(each), -1) for each in (weights[0], weights[-1]))
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(last, axis=1)
    products = np.abs((first * last).sum(axis=1))
    return float(np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0).mean())


def epochs_half_way(run: RecordedRun, _: float) -> float | None:
    """Return after how many epochs the first filters had come half of the way to where they are at last."""
    weights = _first_filters(run)
    if weights is None:
        return None
    left = np.linalg.norm((weights - weights[-1]).reshape(len(weights), -1), axis=1)
    return float(np.argmax(left <= left[0] / 2))


def _altered(run: RecordedRun, data: Dataset) -> Figures:
    found = evaluate_altered(recorded_model(run.folder), data)
    return {name: evaluation.accuracy for name, evaluation in found.altered.items()}


def _mirrored(run: RecordedRun, data: Dataset) -> Figures:
    predicted = recorded_model(run.folder).predict(data.unseen.images, mirrored=True)
    return {"accuracy": float(np.mean(predicted == data.unseen.labels))}


def _ablation(run: RecordedRun, data: Dataset) -> Figures:
    accuracy, layers = ablated_layers(recorded_model(run.folder), data, planes=False)
    return {"worst": accuracy - max(layer.worst.lost for layer in layers)} if layers else {}


def _probe(run: RecordedRun, data: Dataset) -> Figures:
    return _probes_of(recorded_model(run.folder), data)


def _probe_before(run: RecordedRun, data: Dataset) -> Figures:
    return _probes_of(initial_model(run.folder), data)


def _probes_of(network: Network, data: Dataset) -> Figures:
    probed = probed_layers(network, data, most_images=PROBED_IMAGES, layers=range(len(network.layers)))
    with_weights = {name.split(".")[0] for name in network.core.parameter_names}
    return {f"{layer.index}.weight": layer.accuracy for layer in probed if str(layer.index) in with_weights}


def _first_filters(run: RecordedRun) -> FloatArray | None:
    """Return the snapshots of the first kept filters, (epochs + 1, filters, ...); None without any."""
    try:
        snapshots = recorded_snapshots(run)
    except (RecordError, OSError):
        return None
    weights = next(iter(snapshots.values())).weights
    return weights.astype(np.float64) if len(weights) > 1 else None


ACCURACIES = (
    Accuracy(
        "accuracy_mirrored",
        say("test accuracy with mirror images"),
        say("test images, each together with its mirror image,"),
        accuracy_mirrored,
    ),
    Accuracy(
        "accuracy_upside_down",
        say("test accuracy upside down"),
        say("test images upside down"),
        accuracy_altered("upside_down"),
    ),
    Accuracy(
        "accuracy_grey", say("test accuracy without colours"), say("test images in grey"), accuracy_altered("grey")
    ),
    Accuracy(
        "accuracy_red_blue_exchanged",
        say("test accuracy with red and blue exchanged"),
        say("test images with red and blue exchanged"),
        accuracy_altered("red_blue_exchanged"),
    ),
    Accuracy(
        "accuracy_centre_hidden",
        say("test accuracy with the centre hidden"),
        say("test images with a hidden centre"),
        accuracy_altered("centre_hidden"),
    ),
    Accuracy(
        "accuracy_centre_alone",
        say("test accuracy of the centre alone"),
        say("test images of which only the centre is seen"),
        accuracy_altered("centre_alone"),
    ),
    Accuracy(
        "accuracy_without_a_filter",
        say("test accuracy without one filter"),
        say("test images, without the filter that matters most,"),
        accuracy_without_a_filter,
    ),
    Accuracy(
        "probe_of_filters",
        say("linear accuracy behind trained filters"),
        say("test images by a linear classifier behind the filters"),
        probe_of_filters(trained=True),
    ),
    Accuracy(
        "probe_of_untrained_filters",
        say("linear accuracy behind untrained filters"),
        say("test images by a linear classifier behind untrained filters"),
        probe_of_filters(trained=False),
    ),
)
"""By what a network looks at, and what its filters are worth."""
