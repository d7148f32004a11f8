"""All that is wrong with a study's file at once, whichever of its keys hides what is wrong with others."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from lenetpp.studies.file_problems import KINDS, PARTIAL, SEPARATOR, all_problems
from lenetpp.studies.metric_checks import wrong_metrics
from lenetpp.studies.names_in_claims import unknown_in_claims
from lenetpp.studies.names_in_studies import unknown_names
from lenetpp.studies.question_kinds import BenchmarkQuestion
from lenetpp.studies.study_file import StudyFile
from lenetpp.studies.trainings import merged, unknown_settings


def all_mistakes(content: Mapping[str, Any], error: ValidationError) -> list[str]:
    """Return what the schema found, and what is wrong with the rest, without the keys that this is about."""
    found = [line for problem in all_problems(error, StudyFile) for line in _lines(problem)]
    return [*dict.fromkeys((*found, *_further_mistakes(content, error)))]


def _lines(problem: str) -> list[str]:
    """Return the problems of a list, or the only one."""
    first, *listed = problem.split(SEPARATOR)
    return listed or [first]


def _further_mistakes(content: Mapping[str, Any], error: ValidationError) -> list[str]:
    rest = _without(content, error)
    if not rest.get("questions"):
        return []
    try:
        study = StudyFile.model_validate(rest, context=PARTIAL)
    except ValidationError as further:
        return all_problems(further, StudyFile)
    names = [*unknown_names(study.factors, study.questions)]
    if len(study.questions) == len(content.get("questions", {})):  # else a claim may be about one that is left out
        names += unknown_in_claims(study.factors, study.questions)
    # What asks for a factor that there is not has no settings to look at.
    known = [name for name in study.questions if not any(path.startswith(f"questions.{name}.") for path, _ in names)]
    wrong = [*wrong_metrics(study), *_wrong_settings(study.only(known))]
    return [*(f"{path}: {problem}" for path, problem in names), *dict.fromkeys(wrong)]


def _without(content: Mapping[str, Any], error: ValidationError) -> dict[str, Any]:
    """Return the content without unknown keys, and without the questions and values that have another problem.

    Settings that are no table are left empty: what uses them is checked without. The result is empty where the names
    of levels are not known, as whatever uses them would seem wrong, too.
    """
    rest = {"title": "", "questions": {}, **deepcopy(dict(content))}
    for problem in error.errors(include_url=False):
        place = [step for number, step in enumerate(problem["loc"]) if not (number == 2 and step in KINDS)]
        is_level = place[:1] == ["factors"] and len(place) == len(("factors", "name", "level"))
        is_settings = is_level or place == ["base"]
        if problem["type"] != "extra_forbidden" and not is_settings:
            place = place[:2] if place[:1] == ["questions"] else place[:1]
            if place[:1] == ["factors"]:
                return {}
        table: Any = rest
        for step in place[:-1]:
            has_it = step in table if isinstance(table, dict) else isinstance(table, list) and isinstance(step, int)
            table = table[step] if has_it else None
        if is_settings and isinstance(table, dict):
            table[place[-1]] = {}
        elif isinstance(table, dict) and place:
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
