"""Where a training starts: from names and texts to an untrained network and its settings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lenetpp.data import Dataset
from lenetpp.networks.class_matching import are_its_classes
from lenetpp.networks.named_networks import network as named_network
from lenetpp.networks.named_networks import recipe as named_recipe
from lenetpp.networks.network import Network
from lenetpp.networks.network_history import NAMED_NETWORKS
from lenetpp.records.origins import with_other_last_layer
from lenetpp.settings.training_settings import TrainingSettings
from lenetpp.training.frozen_recipes import frozen_recipe


@dataclass(frozen=True)
class Start:
    """A network and how it is trained unless told otherwise.

    Attributes
    ----------
    network : Network
        Without weights.
    settings : TrainingSettings
        Of the recipe.
    """

    network: Network
    settings: TrainingSettings

    def changed(self, changes: Mapping[str, Any]) -> TrainingSettings:
        """Return the settings with some of them changed; a ValueError begins with the name of the setting."""
        return replace(self.settings, **changes)


def network_text(network: str | None = None, recipe: str | None = None) -> str:
    """Return the name or text of the network that is meant: by default the recipe's, else ``lenet5``.

    Raises
    ------
    ValueError
        If there is no such recipe.
    """
    if network is not None:
        return network
    if recipe is None or recipe in NAMED_NETWORKS:
        return recipe or "lenet5"
    return frozen_recipe(recipe).network


def find_tuning_start(
    data: Dataset, network: Network, origin: str, recipe: str | None, changes: Mapping[str, Any]
) -> tuple[Start, str]:
    """Return where the training of a network with weights starts, and where the weights come from in words.

    Parameters
    ----------
    data : Dataset
        What it is trained on. Where the network has other classes, by name, its last layer is made anew.
    network : Network
        With weights; it is not changed.
    origin : str
        What the weights are of.
    recipe : str or None
        Name of a network whose recipe brings the settings; None for the general defaults.
    changes : mapping
        Of the settings: seed and initialization are those of a new last layer.

    Raises
    ------
    ValueError
        If the last layer cannot be made anew.
    """
    start = Start(network.copy(), TrainingSettings() if recipe is None else named_recipe(recipe, data))
    if are_its_classes(network, data):
        return start, origin
    settings = start.changed(changes)
    anew = network.with_classes(len(data.classes), seed=settings.seed, scheme=settings.initialization)
    return replace(start, network=anew), with_other_last_layer(origin, len(data.classes))


def find_start(data: Dataset, network: str | None = None, recipe: str | None = None) -> Start:
    """Return where a training starts.

    Parameters
    ----------
    data : Dataset
        What it is trained on: a named network takes its input shape and its classes from them, a recipe of its own
        the number of epochs.
    network : str, optional
        Its name or text; see :func:`network_text`.
    recipe : str, optional
        Name of a network or of a frozen recipe, or a recipe's file; by default that of the named network, else the
        general defaults.

    Raises
    ------
    ValueError
        If there is no such network or recipe, or the network's text is none.
    """
    text = network_text(network, recipe)
    if text in NAMED_NETWORKS or "|" not in text:
        untrained = named_network(text, data.input_shape, len(data.classes))
    else:
        untrained = Network.parse(text)
    if recipe is None and text in NAMED_NETWORKS:
        recipe = text
    if recipe is None:
        return Start(untrained, TrainingSettings())
    if recipe in NAMED_NETWORKS:
        return Start(untrained, named_recipe(recipe, data))
    frozen = frozen_recipe(recipe)
    return Start(untrained if frozen.dtype == "float32" else untrained.astype(frozen.dtype), frozen.settings)
