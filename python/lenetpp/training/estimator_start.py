"""What LeNetClassifier trains unless told otherwise: a network that takes the images, and settings."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from lenetpp._core import ParseError
from lenetpp.basics.arrays import shape_text
from lenetpp.basics.kinds import check_kind
from lenetpp.data import Dataset
from lenetpp.networks.named_networks import network as named_network
from lenetpp.networks.named_networks import recipe
from lenetpp.networks.network import Network
from lenetpp.networks.network_history import NAMED_NETWORKS
from lenetpp.settings.training_settings import TrainingSettings
from lenetpp.training.start import Start, find_start

PERCEPTRON = "dense 100 relu | dense {classes}"
"""The default where a LeNet does not fit."""
MOST_EPOCHS, ENOUGH_ROWS = 100, 100_000
"""The default goes through its rows until it has seen so many, but at most so many times."""
ELSEWHERE = {
    "seed": "random_state",
    "class_weight": "class_weight",
    "patience": "early_stopping",
    "keep": "early_stopping",
}
"""Settings that are parameters under scikit-learn's names."""
SETTINGS = tuple(field.name for field in fields(TrainingSettings) if field.name not in ELSEWHERE)
"""Those that are parameters under their own names."""


def start_of(parameters: Mapping[str, Any], data: Dataset, seed: int) -> Start:
    """Return an untrained network and the settings that the parameters of an estimator ask for."""
    network, settings = parameters["network"], parameters["settings"]
    start = _start_of_network(network, data) if isinstance(network, Network) else find_start(data, _text(network, data))
    if settings is None and network is None:
        usual = recipe("lenet5", data)
        settings = replace(usual, epochs=max(usual.epochs, min(MOST_EPOCHS, ENOUGH_ROWS // len(data.train_images))))
    given = {name: parameters[name] for name in SETTINGS if parameters[name] is not None}
    settings = replace(settings or start.settings, seed=seed, class_weight="none", patience=0, keep="last", **given)
    return Start(start.network, settings)


def _start_of_network(network: Network, data: Dataset) -> Start:
    if network.class_count != len(data.classes):
        raise ValueError(
            f"network must have as many outputs as there are classes, {len(data.classes)}, but has "
            f"{network.class_count}: give lenetpp.network(name, input_shape, {len(data.classes)}), a name or text "
            f"with {{classes}}, or, of a trained network, network.with_classes({len(data.classes)})"
        )
    return Start(network.copy(), TrainingSettings())


def _text(network: str | None, data: Dataset) -> str:
    if network is None:
        network = "lenet5" if lenet_takes(data.input_shape) else PERCEPTRON
    check_kind(network, str, "network", "a name, a text or a Network")
    if network in NAMED_NETWORKS:
        return network
    return f"{shape_text(data.input_shape)} | {network.format(classes=len(data.classes))}"


def lenet_takes(input_shape: Sequence[int]) -> bool:
    """Whether ``lenet5`` fits images of this shape."""
    try:
        named_network("lenet5", input_shape)
    except ParseError:
        return False
    return True
