"""Measures: what can be said about a run by a figure, and how the figure is written."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import accumulate
from statistics import median
from typing import Literal

from lenetpp.basics.percent import percent_number
from lenetpp.networks.network import Network
from lenetpp.records.epochs import EpochRecord
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.studies.errors import StudyError
from lenetpp.studies.estimates import SHARE_DIFFERENCE
from lenetpp.studies.study_file import Comparison, StudyFile


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
    """

    name: str
    title: str
    better: Literal["higher", "lower"]
    number: Callable[[float], str]
    unit: str = ""
    difference_unit: str = ""
    is_share: bool = False
    is_time: bool = False

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
        return f"{self.number(value)} {self.unit}".rstrip()

    def show_difference(self, value: float) -> str:
        """Write a difference with its sign: "+1.20 points"."""
        sign = "+" if value > 0 else ""
        return f"{sign}{self.number(value)} {self.difference_unit}".rstrip()


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


def training_seconds(run: RecordedRun) -> float:
    """Return the time of training alone, over all epochs."""
    return list(accumulate((epoch.seconds for epoch in run.history), initial=0.0))[-1]


def _kept(figure: Callable[[EpochRecord], float | None]) -> Callable[[RecordedRun, float], float | None]:
    return lambda run, _: None if run.kept is None else figure(run.kept)


def _accuracy_within(run: RecordedRun, seconds: float) -> float | None:
    ends = accumulate(epoch.seconds for epoch in run.history)
    accuracies = [epoch.test_accuracy for epoch, end in zip(run.history, ends, strict=True) if end <= seconds]
    return accuracies[-1] if accuracies else None


def _images_per_second(run: RecordedRun, _: float) -> float | None:
    seconds = training_seconds(run)
    images = sum(epoch.images_per_second * epoch.seconds for epoch in run.history)
    return images / seconds if seconds else None


def _over_epochs(figures: Callable[[EpochRecord], Mapping[str, float]]) -> Callable[[RecordedRun], dict[str, float]]:
    """Return the function that gives the medians over the epochs."""

    def medians(run: RecordedRun) -> dict[str, float]:
        by_epoch = [figures(epoch) for epoch in run.history]
        names = dict.fromkeys(name for epoch in by_epoch for name in epoch)
        return {name: median(epoch[name] for epoch in by_epoch if name in epoch) for name in names}

    return medians


def _mean_gradient_norms(run: RecordedRun) -> dict[str, float]:
    """Return norms that batches of any size have in common: where gradients are summed over a batch, its mean's."""
    images = run.settings["batch_size"] if run.settings.get("reduction") == "sum" else 1
    return {name: norm / images for name, norm in _over_epochs(lambda epoch: epoch.gradient_norms)(run).items()}


def _accuracy(name: str, title: str, of: Callable[[RecordedRun, float], float | None]) -> RunMeasure:
    return RunMeasure(
        name=name,
        title=title,
        better="higher",
        number=percent_number,
        unit="%",
        difference_unit="points",
        is_share=True,
        of=of,
    )


MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        _accuracy("test_accuracy", "test accuracy", _kept(lambda epoch: epoch.test_accuracy)),
        replace(
            _accuracy("test_error", "test error", _kept(lambda epoch: 1 - epoch.test_accuracy)),
            better="lower",
        ),
        RunMeasure(
            name="test_loss",
            title="test loss",
            better="lower",
            number=three_digits,
            of=_kept(lambda epoch: epoch.test_loss),
        ),
        _accuracy("training_accuracy", "training accuracy", _kept(lambda epoch: epoch.training_accuracy)),
        _accuracy("validation_accuracy", "validation accuracy", _kept(lambda epoch: epoch.validation_accuracy)),
        replace(
            _accuracy("accuracy_at_equal_time", "test accuracy after equal time", _accuracy_within),
            is_time=True,
        ),
        RunMeasure(
            name="training_seconds",
            title="training time",
            better="lower",
            number=three_digits,
            unit="s",
            difference_unit="s",
            is_time=True,
            of=lambda run, _: training_seconds(run),
        ),
        RunMeasure(
            name="images_per_second",
            title="training speed",
            better="higher",
            number=three_digits,
            unit="images/s",
            difference_unit="images/s",
            is_time=True,
            of=_images_per_second,
        ),
        RunMeasure(
            name="parameters",
            title="number of parameters",
            better="lower",
            number=whole,
            of=lambda run, _: Network.parse(run.network_text).summary().parameters,
        ),
        RunMeasure(
            name="multiply_adds",
            title="number of multiply-adds for an image",
            better="lower",
            number=whole,
            of=lambda run, _: Network.parse(run.network_text).summary().multiply_adds,
        ),
        LayerMeasure(
            name="gradient_norms",
            title="norm of the mean gradient of an image",
            better="higher",
            number=three_digits,
            of=_mean_gradient_norms,
        ),
        LayerMeasure(
            name="update_ratio",
            title="relative size of the updates",
            better="higher",
            number=three_digits,
            of=_over_epochs(lambda epoch: epoch.update_ratio),
        ),
        LayerMeasure(
            name="lost_updates",
            title="share of lost updates",
            better="lower",
            number=percent_number,
            unit="%",
            difference_unit="points",
            is_share=True,
            of=_over_epochs(lambda epoch: epoch.lost_updates),
        ),
    )
}
"""By name."""


def check_metrics(study: StudyFile) -> None:
    """Check what a study's file says about measures.

    Raises
    ------
    StudyError
        If a metric is unknown, or a published figure or a goal is not in the metric's unit; the message begins with
        the path of the key.
    """
    for name, question in study.questions.items():
        if not isinstance(question, Comparison):
            continue
        path = f"questions.{name}"
        for number, metric in enumerate(question.metrics):
            if metric not in MEASURES:
                close = get_close_matches(metric, MEASURES, 1)
                hint = f"; is {close[0]} meant?" if close else ""
                there_are = ", ".join(MEASURES)
                raise StudyError(f"{path}.metrics[{number}]: there is no measure {metric!r}, only {there_are}{hint}")
        measure = MEASURES[question.metrics[0]]
        figures = [(f"published[{number}].value", entry.value) for number, entry in enumerate(question.published)]
        figures += [(f"goals[{number}].at_least", entry.at_least) for number, entry in enumerate(question.goals)]
        if question.goals and measure.better == "lower":
            raise StudyError(
                f"{path}.goals: {measure.name} is the better the lower, so that it cannot be at least something"
            )
        for key, value in figures:
            if measure.by_layer:
                raise StudyError(f"{path}.{key}: the first metric, {measure.name}, has a figure for each layer")
            if measure.is_share and not 0 <= value <= 1:
                raise StudyError(f"{path}.{key}: {measure.name} is a share between 0 and 1, but this is {value:g}")
