"""Check what a study's file says about measures: that there are such, and that figures are in their units."""

from difflib import get_close_matches

from lenetpp.studies.errors import StudyError
from lenetpp.studies.measures import MEASURES
from lenetpp.studies.study_file import Comparison, StudyFile


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
