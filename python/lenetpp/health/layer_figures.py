"""What was recorded about each layer, condensed from all epochs to a figure of each kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from statistics import median

from lenetpp import _core
from lenetpp._core import ParseError
from lenetpp.basics.language import say
from lenetpp.networks.activations import parse_activation
from lenetpp.networks.layers import layer_of
from lenetpp.records.epochs import EpochRecord, evaluated
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.weight_gradients import gradients_per

FITTED = 0.99
"""From this training accuracy on there is nothing left to learn: small gradients and lost updates mean no harm."""
SMALLEST_RATE = 0.01
"""Share of the largest learning rate. Below, at the end of a cosine, all updates are lost, as they are meant to be."""


@dataclass(frozen=True)
class LayerFigures:
    """A layer with weights or an activation, and what was recorded about it; None where the record says nothing.

    Attributes
    ----------
    index : int
        In the network, counted from 0 as in the names of parameters.
    text : str
        As in the network's text.
    units : int
        Of a dense layer; of others, their output planes.
    activation : str
        Its name.
    has_weights : bool
        Whether there are weights.
    gradient_norm, gradient_per_weight, update_ratio, lost_updates : float or None
        Medians over the :func:`learning_epochs` of the figures of its weights; ``gradient_per_weight`` is the norm
        divided by the square root of their number.
    first_gradient_per_weight : float or None
        That of the first epoch, which a median hides.
    dead_units : float or None
        Share after the last epoch that was evaluated.
    saturated_early, saturated_late : float or None
        Share of its activations after the first and after the last epoch, as far as they were evaluated.
    """

    index: int
    text: str
    units: int
    activation: str
    has_weights: bool
    gradient_norm: float | None
    gradient_per_weight: float | None
    first_gradient_per_weight: float | None
    update_ratio: float | None
    lost_updates: float | None
    dead_units: float | None
    saturated_early: float | None
    saturated_late: float | None

    @property
    def name(self) -> str:
        """How the layer is called in a sentence."""
        return say("layer {index} ({text})", index=self.index, text=self.text)


def learning_epochs(run: RecordedRun) -> list[EpochRecord]:
    """Return the epochs whose steps had something to learn and a rate to do it with."""
    enough = SMALLEST_RATE * float(run.settings.get("learning_rate", 0))
    return [epoch for epoch in run.history if epoch.training_accuracy < FITTED and epoch.learning_rate >= enough]


def layer_figures(run: RecordedRun) -> list[LayerFigures]:
    """Return layers with weights or an activation, in order; none if this version cannot read the network's text."""
    try:
        network = _core.Architecture(run.network_text)
    except ParseError:
        return []
    learning = learning_epochs(run)
    early, late = run.history[:1], evaluated(run.history)[-1:]

    def per_weight(epochs: Sequence[EpochRecord]) -> list[dict[str, float]]:
        return [gradients_per("weight", epoch.gradient_norms, run.network_text) for epoch in epochs]

    layers = list(starmap(layer_of, network.layers))
    activations = [parse_activation(getattr(layer, "activation", "identity"))[0] for layer in layers]
    weighted = {int(name.split(".")[0]) for name in network.parameter_names}
    active = {index for index, activation in enumerate(activations) if activation != "identity"}
    return [
        LayerFigures(
            index=index,
            text=network.layer_texts[index],
            units=network.output_shapes[index][0],
            activation=activations[index],
            has_weights=index in weighted,
            gradient_norm=_median([epoch.gradient_norms for epoch in learning], f"{index}.weight"),
            gradient_per_weight=_median(per_weight(learning), f"{index}.weight"),
            first_gradient_per_weight=_median(per_weight(early), f"{index}.weight"),
            update_ratio=_median([epoch.update_ratio for epoch in learning], f"{index}.weight"),
            lost_updates=_median([epoch.lost_updates for epoch in learning], f"{index}.weight"),
            dead_units=_median([epoch.dead_units for epoch in late], str(index)),
            saturated_early=_median([epoch.saturated_units for epoch in early], str(index)),
            saturated_late=_median([epoch.saturated_units for epoch in late], str(index)),
        )
        for index in sorted(weighted | active)
    ]


def _median(figures: Sequence[Mapping[str, float]], name: str) -> float | None:
    values = [figure[name] for figure in figures if name in figure]
    return median(values) if values else None
