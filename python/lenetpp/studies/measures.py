"""Measures: what can be said about a run by a figure, and how the figure is written."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from lenetpp.basics.kinds import as_number
from lenetpp.basics.language import say, template
from lenetpp.basics.percent import percent_number
from lenetpp.networks.network import Network
from lenetpp.records.epochs import EpochRecord
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.studies.estimates import SHARE_DIFFERENCE
from lenetpp.studies.held_out import held_out_accuracy
from lenetpp.studies.looking_figures import ACCURACIES, epochs_half_way, likeness_to_initial, probe_by_layer
from lenetpp.studies.run_figures import (
    GRADIENT_REACHES,
    accuracy_within,
    images_per_second,
    kept,
    mean_gradient_norms,
    over_epochs,
    training_seconds,
)


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A figure of a run, and how it is written.

    Attributes
    ----------
    name : str
        As in ``metrics`` of a study's file.
    title : str
        In a sentence, as in "test accuracy is higher".
    better : {"higher", "lower"}
        Which figures one wants.
    number : callable
        Writes a figure, or a difference of two, without its unit.
    unit, difference_unit : str
        Of figures and of their differences; empty for pure numbers.
    is_share : bool
        Whether figures lie in [0, 1]; all others are at least 0.
    is_time : bool
        Whether figures depend on the machine and on what else it did.
    is_learned : bool
        Whether figures are about what a training learned, so that one that learned nothing has no part in their mean.
        Gradients and steps are about how it went, where it failed most of all.
    plain : str
        The figures of two cells in everyday words, with ``{one}``, ``{figure}``, ``{other}`` and ``{its}``.
    images : str
        Of an accuracy, what it is a share of: ``{images}`` there.
    """

    name: str
    title: str
    better: Literal["higher", "lower"]
    number: Callable[[float], str]
    unit: str = ""
    difference_unit: str = ""
    is_share: bool = False
    is_time: bool = False
    is_learned: bool = True
    plain: str = ""
    images: str = ""

    @property
    def by_layer(self) -> bool:
        """Whether each parameter of the network has a figure."""
        return isinstance(self, LayerMeasure)

    @property
    def difference_within(self) -> tuple[float, float]:
        """Where the difference of two figures cannot but lie."""
        return SHARE_DIFFERENCE if self.is_share else (-math.inf, math.inf)

    def show(self, value: float) -> str:
        """Write a figure: "87.15 %"."""
        return with_unit(self.number(as_number(value, "value")), self.unit)

    def show_difference(self, value: float) -> str:
        """Write a difference with its sign: "+1.20 points"."""
        number = as_number(value, "value")
        sign = "+" if number > 0 else ""
        return with_unit(f"{sign}{self.number(number)}", self.difference_unit)

    def __reduce__(self) -> tuple[Callable[[str], "Measure"], tuple[str]]:
        """Be copied and pickled by name: there is one of each, and functions without a name cannot be."""
        return _measure_of, (self.name,)


@dataclass(frozen=True, kw_only=True)
class RunMeasure(Measure):
    """One figure for each run.

    Attributes
    ----------
    of : callable
        Returns the figure of a run, None where it has none. The second argument is the training time, in seconds, of
        the fastest run with the same seed among the cells that are compared with each other.
    """

    of: Callable[[RecordedRun, float], float | None]


@dataclass(frozen=True, kw_only=True)
class LayerMeasure(Measure):
    """A figure for each parameter of a run's network.

    Attributes
    ----------
    of : callable
        Returns the figures of a run by the parameters' names.
    """

    of: Callable[[RecordedRun], Mapping[str, float]]


UNITS = {
    "points": template("{number} points"), "epochs": template("{number} epochs"), "s": template("{number} s"),
    "images/s": template("{number} images/s"),
}  # fmt: skip


def with_unit(number: str, unit: str) -> str:
    """Return a number with its unit, where it has one."""
    return say(UNITS[unit], number=number) if unit in UNITS else f"{number} {unit}".rstrip()


def _measure_of(name: str) -> Measure:
    return MEASURES[name]


def three_digits(value: float) -> str:
    """Write a number with three significant digits."""
    if value == 0 or not math.isfinite(value):
        return f"{value:z.0f}"
    exponent = math.floor(math.log10(abs(float(f"{value:.2e}"))))
    if exponent < -3:
        return f"{value:.2e}"
    return f"{float(f'{value:.2e}'):,.{max(0, 2 - exponent)}f}"


def whole(value: float) -> str:
    """Write a count; the mean of several may have a fraction."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _accuracy(name: str, title: str, images: str, of: Callable[[RecordedRun, float], float | None]) -> RunMeasure:
    return RunMeasure(
        name=name,
        title=title,
        better="higher",
        number=percent_number,
        unit="%",
        difference_unit="points",
        is_share=True,
        plain=template("{one} gets {figure} of the {images} right, {other} {its}"),
        images=images,
        of=of,
    )


def _reach(name: str, title: str, plain: str, of: Callable[[RecordedRun, float], float | None]) -> RunMeasure:
    return RunMeasure(
        name=name, title=title, better="higher", number=three_digits, is_learned=False, plain=plain, of=of
    )


def _probe(name: str, title: str, *, trained: bool) -> LayerMeasure:
    return LayerMeasure(
        name=name,
        title=title,
        better="higher",
        number=percent_number,
        unit="%",
        difference_unit="points",
        is_share=True,
        of=probe_by_layer(trained=trained),
    )


def _test_error(epoch: EpochRecord) -> float | None:
    return None if epoch.test_accuracy is None else 1 - epoch.test_accuracy


OF_TEST_IMAGES = ("test_accuracy", "test_error")
"""Measures that are the share of the test images that the final network has right, or wrong."""

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        _accuracy("test_accuracy", say("test accuracy"), say("test images"), lambda run, _: run.test_accuracy),
        replace(
            _accuracy("test_error", say("test error"), say("test images"), kept(_test_error)),
            better="lower",
            plain=template("{one} gets {figure} of the test images wrong, {other} {its}"),
        ),
        RunMeasure(
            name="test_loss",
            title=say("test loss"),
            better="lower",
            number=three_digits,
            of=kept(lambda epoch: epoch.test_loss),
        ),
        _accuracy(
            "training_accuracy",
            say("training accuracy"),
            say("training images"),
            kept(lambda epoch: epoch.training_accuracy),
        ),
        _accuracy(
            "validation_accuracy",
            say("validation accuracy"),
            say("validation images"),
            kept(lambda epoch: epoch.validation_accuracy),
        ),
        _accuracy(
            "held_out_accuracy",
            say("held-out accuracy"),
            say("held-out images"),
            lambda run, _: held_out_accuracy(run),
        ),
        replace(
            _accuracy(
                "accuracy_at_equal_time", say("test accuracy after equal time"), say("test images"), accuracy_within
            ),
            is_time=True,
            plain=template("after equal time, {one} gets {figure} of the test images right, {other} {its}"),
        ),
        *(_accuracy(*accuracy) for accuracy in ACCURACIES),
        RunMeasure(
            name="likeness_to_initial",
            title=say("likeness to the initial filters"),
            better="lower",
            number=three_digits,
            is_share=True,
            of=likeness_to_initial,
        ),
        RunMeasure(
            name="epochs_half_way",
            title=say("half-way time"),
            better="lower",
            number=three_digits,
            unit="epochs",
            difference_unit="epochs",
            of=epochs_half_way,
        ),
        RunMeasure(
            name="training_seconds",
            title=say("training time"),
            better="lower",
            number=three_digits,
            unit="s",
            difference_unit="s",
            is_time=True,
            is_learned=False,
            plain=template("a training takes {figure} with {one}, {its} with {other}"),
            of=lambda run, _: training_seconds(run),
        ),
        RunMeasure(
            name="images_per_second",
            title=say("training speed"),
            better="higher",
            number=three_digits,
            unit="images/s",
            difference_unit="images/s",
            is_time=True,
            is_learned=False,
            plain=template("{one} is trained with {figure}, {other} with {its}"),
            of=images_per_second,
        ),
        RunMeasure(
            name="parameters",
            title=say("number of parameters"),
            better="lower",
            number=whole,
            is_learned=False,
            of=lambda run, _: Network.parse(run.network_text).summary().parameters,
        ),
        RunMeasure(
            name="multiply_adds",
            title=say("number of multiply-adds for an image"),
            better="lower",
            number=whole,
            is_learned=False,
            of=lambda run, _: Network.parse(run.network_text).summary().multiply_adds,
        ),
        *(_reach(*reach) for reach in GRADIENT_REACHES),
        LayerMeasure(
            name="gradient_norms",
            title=say("norm of the mean gradient of an image"),
            better="higher",
            number=three_digits,
            is_learned=False,
            of=mean_gradient_norms,
        ),
        _probe("probe_accuracy", say("linear accuracy by layer"), trained=True),
        _probe("probe_accuracy_before", say("linear accuracy by layer before training"), trained=False),
        LayerMeasure(
            name="update_ratio",
            title=say("relative size of the updates"),
            better="higher",
            number=three_digits,
            is_learned=False,
            of=over_epochs(lambda epoch: epoch.update_ratio),
        ),
        LayerMeasure(
            name="lost_updates",
            title=say("share of lost updates"),
            plain=template(
                "in the layer where it is most, {figure} of the updates are lost with {one}, {its} with {other}"
            ),
            better="lower",
            number=percent_number,
            unit="%",
            difference_unit="points",
            is_share=True,
            is_learned=False,
            of=over_epochs(lambda epoch: epoch.lost_updates),
        ),
    )
}
"""By name."""
