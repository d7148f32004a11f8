"""What else is wrong with a study's file of which some keys are: so that all mistakes are listed at once."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from lenetpp.studies.file_problems import KINDS, PARTIAL, SEPARATOR, all_problems
from lenetpp.studies.metric_checks import wrong_metrics
from lenetpp.studies.question_kinds import BenchmarkQuestion
from lenetpp.studies.study_file import StudyFile
from lenetpp.studies.trainings import merged, unknown_settings


def further_mistakes(content: Mapping[str, Any], error: ValidationError) -> list[str]:
    """Return what is wrong with the rest of a file, without the keys that an error is about."""
    rest = _without(content, error)
    if not rest.get("questions"):
        return []
    try:
        study = StudyFile.model_validate(rest, context=PARTIAL)
    except ValidationError as further:
        return [line for problem in all_problems(further, StudyFile) for line in _lines(problem)]
    return [*wrong_metrics(study), *dict.fromkeys(_wrong_settings(study))]


def _lines(problem: str) -> list[str]:
    """Return the problems of a list, or the only one."""
    first, *listed = problem.split(SEPARATOR)
    return listed or [first]


def _without(content: Mapping[str, Any], error: ValidationError) -> dict[str, Any]:
    """Return the content without unknown keys, and without the questions and values that have another problem.

    It is empty where factors or settings have: what uses them would seem wrong, too.
    """
    rest = {"title": "", "questions": {}, **deepcopy(dict(content))}
    for problem in error.errors(include_url=False):
        place = [step for number, step in enumerate(problem["loc"]) if not (number == 2 and step in KINDS)]
        if problem["type"] != "extra_forbidden":
            place = place[:2] if place[:1] == ["questions"] else place[:1]
            if place[:1] in (["factors"], ["base"]):
                return {}
        table: Any = rest
        for step in place[:-1]:
            has_it = step in table if isinstance(table, dict) else isinstance(table, list) and isinstance(step, int)
            table = table[step] if has_it else None
        if isinstance(table, dict) and place:
            table.pop(place[-1], None)
    rest.setdefault("title", "")
    if not isinstance(rest.get("questions"), dict):
        rest["questions"] = {}
    return rest


def _wrong_settings(study: StudyFile) -> Iterator[str]:
    for question in study.questions.values():
        if not isinstance(question, BenchmarkQuestion):
            levels = (level for factor in question.crossed for level in study.factor(question, factor).values())
            settings = merged([study.base, question.base, *levels])
            text = settings.get("network")
            yield from unknown_settings(settings, text if isinstance(text, str) else None)
