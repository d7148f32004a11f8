"""Check what a study's file says about measures: that there are such, and that figures are in their units."""

from collections.abc import Iterator, Mapping

from lenetpp.studies.measures import MEASURES
from lenetpp.studies.names_in_studies import there_are
from lenetpp.studies.question_kinds import Comparison, Question
from lenetpp.studies.question_parts import FILTER_MEASURES, STEPS, Condition
from lenetpp.studies.study_file import StudyFile

OF_CONDITIONS = {
    "comparison": {"question", "where", "also", "against", "measure", "times", "best"},
    "filters": {"where", "measure", "layer"},
    "benchmark": {"rung", "up_to", "build", "where", "against", "measure"},
}
"""What a condition may say beside where its figure lies, by the kind of the question."""


def wrong_metrics(study: StudyFile) -> Iterator[str]:
    """Find what a study's file says wrongly about measures: each problem begins with the path of the key.

    A metric is unknown, a published figure or a goal is not in the metric's unit, or a claim is about something that
    its question does not measure.
    """
    compared = {name: each for name, each in study.questions.items() if isinstance(each, Comparison)}
    unknown = [
        f"questions.{name}.metrics[{number}]: there is no measure {metric!r}{there_are(MEASURES, metric)}"
        for name, question in compared.items()
        for number, metric in enumerate(question.metrics)
        if metric not in MEASURES
    ]
    yield from unknown
    if unknown:
        return  # of which nothing else is known
    for name, question in study.questions.items():
        path = f"questions.{name}"
        if isinstance(question, Comparison):
            yield from _wrong_in_comparison(path, question)
        yield from (f"{path}.{key}: {problem}" for key, problem in _wrong_in_claims(question, study.questions))


def _wrong_in_comparison(path: str, question: Comparison) -> Iterator[str]:
    beside = None if question.headline is None else question.headline.beside
    measure = MEASURES[question.metrics[0]]
    compared = [metric for metric in question.metrics[1:] if not MEASURES[metric].by_layer and not measure.by_layer]
    if beside is not None and beside not in compared:
        yield (
            f"{path}.headline.beside: it must be another of the question's metrics that has one figure for a run "
            f"({', '.join(compared) or 'none'}), but is {beside!r}"
        )
    if question.headline is not None and question.headline.asks == "depends" and measure.by_layer:
        yield f"{path}.headline.asks: the first metric, {measure.name}, has a figure for each layer, so nothing depends"
    figures = [(f"published[{number}].value", entry.value) for number, entry in enumerate(question.published)]
    figures += [(f"goals[{number}].at_least", entry.at_least) for number, entry in enumerate(question.goals)]
    if question.headline is not None and question.headline.at_least is not None:
        figures.append(("headline.at_least", question.headline.at_least))
    if question.goals and measure.better == "lower":
        yield f"{path}.goals: {measure.name} is better the lower it is, so it cannot be at least something"
    for key, value in figures:
        if measure.by_layer:
            yield f"{path}.{key}: the first metric, {measure.name}, has a figure for each layer"
        elif measure.is_share and not 0 <= value <= 1:
            yield f"{path}.{key}: {measure.name} is a share between 0 and 1, but this is {value:g}"


def _wrong_in_claims(question: Question, questions: Mapping[str, Question]) -> Iterator[tuple[str, str]]:
    for number, claim in enumerate(question.claims):
        for place, condition in enumerate(claim.conditions):
            path = f"claims[{number}].conditions[{place}]"
            said = condition.model_fields_set - {"at_least", "at_most"}
            allowed = (
                {"trend", "where", "against"}
                if condition.trend is not None
                else OF_CONDITIONS.get(question.kind, set())
            )
            if said - allowed:
                words = (
                    f"about {'a trend' if condition.trend is not None else f'a question of the kind {question.kind}'}"
                )
                yield f"{path}.{min(said - allowed)}", f"a condition {words} has only {', '.join(sorted(allowed))}"
            if question.kind == "benchmark" and condition.against is not None and condition.measure not in STEPS:
                yield f"{path}.measure", f"it must be one of {', '.join(STEPS)}, but is {condition.measure!r}"
            if question.kind == "filters" and condition.measure not in FILTER_MEASURES:
                yield f"{path}.measure", f"it must be one of {', '.join(FILTER_MEASURES)}, but is {condition.measure!r}"
            asked = question if condition.question is None else questions.get(condition.question)
            if isinstance(asked, Comparison):
                yield from ((f"{path}.{key}", problem) for key, problem in _wrong_in_condition(asked, condition))


def _wrong_in_condition(question: Comparison, condition: Condition) -> Iterator[tuple[str, str]]:
    name = condition.measure or question.metrics[0]
    if name not in question.metrics:
        yield "measure", f"{name!r} is none of the question's metrics; there are {', '.join(question.metrics)}"
    elif MEASURES[name].by_layer and (condition.against is not None or condition.best or condition.trend is not None):
        yield "measure", f"{name} has a figure for each layer: the claim can only be about a cell's largest one"
