"""How training went: what was recorded in every epoch, of one run or of several on one picture."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lenetpp import _core
from lenetpp._core import ParseError
from lenetpp.basics.language import say
from lenetpp.basics.percent import short_percent
from lenetpp.data.parts import part_in_words
from lenetpp.pictures.colours import LAYERS, LINE_STYLES, RUNS, TEST, TRAINING, VALIDATION, Colour
from lenetpp.pictures.line_chart import Line, LineChart
from lenetpp.records.epochs import EpochRecord, shown_history
from lenetpp.records.weight_gradients import gradients_per


def _number(value: float) -> str:
    return f"{value:.3g}"


@dataclass(frozen=True)
class EpochMeasure:
    """Something that is recorded in every epoch: its title, its axis with the unit, and how it is shown."""

    title: str
    axis: str
    show: Callable[[float], str] = _number
    logarithmic: bool = False


EPOCH_MEASURES = {
    "loss": EpochMeasure(say("Loss"), say("mean loss of an image")),
    "accuracy": EpochMeasure(say("Accuracy"), say("images classified correctly"), short_percent),
    "learning_rate": EpochMeasure(say("Learning rate"), say("learning rate")),
    "gradients_per_weight": EpochMeasure(
        say("Gradients per weight"), say("gradient of a typical weight"), logarithmic=True
    ),
    "gradient_norms": EpochMeasure(say("Gradients by layer"), say("norm of the gradient"), logarithmic=True),
    "update_ratio": EpochMeasure(
        say("Steps by layer"), say("norm of the step / norm of the weights"), logarithmic=True
    ),
    "lost_updates": EpochMeasure(say("Updates lost to rounding"), say("weights whose update was lost"), short_percent),
    "dead_units": EpochMeasure(say("Dead units"), say("units with one value for all unseen images"), short_percent),
    "saturated_units": EpochMeasure(
        say("Saturated activations"), say("activations near the ends of their range"), short_percent
    ),
}
"""By the names that an :class:`~lenetpp.EpochRecord` has for them; those of whole layers are dicts there. Gradients per
weight are made of their norms: layers of different sizes are compared by them."""
PARTS = {"training": TRAINING, "validation": VALIDATION, "test": TEST}
RUN_STYLES = ("-", "--", ":", "-.")


class RunWithHistory(Protocol):
    """What curves need to know of a run."""

    @property
    def name(self) -> str:
        """What the run is called."""

    @property
    def network_text(self) -> str:
        """The network's canonical text."""

    @property
    def history(self) -> list[EpochRecord]:
        """What was recorded, epoch by epoch."""

    @property
    def kept(self) -> EpochRecord | None:
        """The epoch that the results are of."""

    @property
    def keeps_best(self) -> bool:
        """Whether validation images choose the epoch that is kept."""


def training_curves(measure: str, runs: Sequence[RunWithHistory]) -> LineChart:
    """Return a chart of a measure over the epochs of one or several runs.

    A single run has a line for each part of the data or for each layer. Of several runs, losses and accuracies are
    told apart by colour, training from test by dashes; figures of layers have the layer's colour, and the dashes tell
    the runs apart. Where validation images chose the epoch that is kept, it is marked, and has the only test figure.

    Raises
    ------
    ValueError
        If the measure is unknown, or none of the runs recorded it.
    """
    if measure not in EPOCH_MEASURES:
        raise ValueError(f"measure must be one of {', '.join(EPOCH_MEASURES)}, but is {measure!r}")
    lines = []
    for number, run in enumerate(runs):
        if measure in ("loss", "accuracy"):
            lines += list(_lines_of_parts(measure, run, RUNS[number % len(RUNS)] if len(runs) > 1 else None))
        elif measure == "learning_rate":
            rates = tuple(epoch.learning_rate for epoch in run.history)
            lines.append(Line(run.name, rates, RUNS[number % len(RUNS)], "-"))
        else:
            name = run.name if len(runs) > 1 else ""
            lines += list(_lines_of_layers(measure, run, name, RUN_STYLES[number % len(RUN_STYLES)]))
    lines = [line for line in lines if line.values]
    if not lines:
        names = ", ".join(run.name for run in runs)
        raise ValueError(f"there is nothing to draw: no epoch of {names} has recorded {measure}")
    description = EPOCH_MEASURES[measure]
    return LineChart(
        description.title,
        description.axis,
        tuple(lines),
        description.show,
        description.logarithmic,
        runs[0].kept.epoch if len(runs) == 1 and runs[0].keeps_best and runs[0].kept is not None else None,
    )


def _lines_of_parts(measure: str, run: RunWithHistory, colour: Colour | None) -> Iterator[Line]:
    """Yield a line for each part of the data, in the run's colour or, for a single run, in the part's."""
    for part, part_colour in PARTS.items():
        attribute = "loss" if (part, measure) == ("training", "loss") else f"{part}_{measure}"
        shown = shown_history(run.history, run.kept, keeps_best=run.keeps_best)
        values = [getattr(epoch, attribute) for epoch in shown]
        if any(value is not None for value in values):
            words = part_in_words(part)
            label = words if colour is None else say("{run} {part}", run=run.name, part=words)
            yield Line(label, tuple(values), colour or part_colour, LINE_STYLES[part])


def _lines_of_layers(measure: str, run: RunWithHistory, name: str, style: str) -> Iterator[Line]:
    """Yield a line for each layer that the measure is recorded of, in the layer's colour.

    With the run's name the layer's whole text is shown: its activation may be what the runs differ in.
    """
    figures = layer_figures_of(measure, run)
    for number, (layer, text) in enumerate(_weighted_layers(run.network_text)):
        # Gradients and steps are recorded for each parameter array; the weights stand for their layer.
        key = next(
            (key for key in (f"{layer}.weight", str(layer)) if any(key in figure for figure in figures)),
            None,
        )
        if key is not None:
            label = f"{layer} {text}, {name}" if name else f"{layer} {' '.join(text.split()[:2])}"
            values = tuple(figure.get(key) for figure in figures)
            yield Line(label, values, LAYERS[number % len(LAYERS)], style)


def layer_figures_of(measure: str, run: RunWithHistory) -> list[Mapping[str, float]]:
    """Return a measure's figures by parameter or layer for each epoch; empty ones of a measure of no layers."""
    if measure == "gradients_per_weight":
        return [gradients_per("weight", epoch.gradient_norms, run.network_text) for epoch in run.history]
    figures = [getattr(epoch, measure, None) for epoch in run.history]
    return [each if isinstance(each, dict) else {} for each in figures]


def _weighted_layers(network_text: str) -> list[tuple[int, str]]:
    """Return index and text of the layers with weights; none if this version cannot read the network's text."""
    try:
        core = _core.Architecture(network_text)
    except ParseError:
        return []
    weighted = sorted({int(name.split(".")[0]) for name in core.parameter_names})
    return [(index, core.layer_texts[index]) for index in weighted]
