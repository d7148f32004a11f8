"""Names in the claims of a study's file: the questions, factors and cells that conditions are about."""

from collections.abc import Iterator, Mapping, Sequence

from lenetpp.studies.level_numbers import has_trend
from lenetpp.studies.names_in_studies import Factors, there_are, unknown_cells
from lenetpp.studies.question_kinds import BenchmarkQuestion, Comparison, Question
from lenetpp.studies.question_parts import Condition


def unknown_in_claims(factors: Factors, questions: Mapping[str, Question]) -> Iterator[tuple[str, str]]:
    """Find what there is not, wherever a condition speaks of it: the path of each key, and what is wrong."""
    for name, question in questions.items():
        for number, claim in enumerate(question.claims):
            for place, condition in enumerate(claim.conditions):
                path = f"questions.{name}.claims[{number}].conditions[{place}]"
                yield from _unknown(path, condition, name, factors, questions)


def _unknown(
    path: str, condition: Condition, own: str, factors: Factors, questions: Mapping[str, Question]
) -> Iterator[tuple[str, str]]:
    named = {"": condition.question, **{f".also[{n}]": also.question for n, also in enumerate(condition.also)}}
    comparisons = [name for name, question in questions.items() if isinstance(question, Comparison)]
    for place, name in named.items():
        if name is not None and name not in comparisons:
            yield f"{path}{place}.question", f"there is no comparison {name!r}{there_are(comparisons, name)}"
            return
    asked = questions[condition.question or own]
    if isinstance(asked, BenchmarkQuestion):
        return
    known = {**factors, **asked.factors}
    needed: Sequence[str] = asked.crossed
    if condition.trend is not None and isinstance(asked, Comparison):
        yield from ((f"{path}.{key}", problem) for key, problem in _wrong_trend(condition, asked, known))
        needed = [asked.compare] if condition.where else []
    elif condition.best:
        needed = _some_of(asked.crossed, condition.where)
    yield from unknown_cells(path, [("where", condition.where)], known, needed)
    if condition.against is not None:
        yield from unknown_cells(path, [("against", condition.against)], known, needed)
    for number, also in enumerate(condition.also):
        other = questions[also.question]
        assert isinstance(other, Comparison)
        levels = {**factors, **other.factors}
        some = _some_of(other.crossed, also.where)
        yield from unknown_cells(f"{path}.also[{number}]", [("where", also.where)], levels, some)


def _wrong_trend(condition: Condition, question: Comparison, known: Factors) -> Iterator[tuple[str, str]]:
    """Find why a question has no trend such as a condition is about, which would stay open whatever the runs say."""
    factor, compare = str(condition.trend), question.compare
    along = question.by if condition.where else question.crossed
    if factor not in along:
        whose = "by" if condition.where else "compare and by"
        yield "trend", f"{factor!r} is none of the factors of {whose}{there_are(along, factor)}"
        return
    levels = [*known.get(factor, ())]
    if not has_trend(levels):
        yield (
            "trend",
            f"{factor!r} has no trend: it takes three or more levels, all of them numbers, and there are "
            f"{', '.join(levels)}; with two levels, claim the difference of two cells, with where and against",
        )
    if not condition.where:
        return
    compared = [*known.get(compare, ())]
    reference = question.against or next(iter(compared), None)
    if has_trend(compared):
        yield "where", f"the levels of {compare} are numbers, of which the trend changes, not a difference of two"
    elif condition.against is not None and condition.against.get(compare) in {*compared} - {reference}:
        yield "against", f"it must be the level that all others are compared with, {compare} = {reference!r}"


def _some_of(crossed: Sequence[str], where: Mapping[str, str]) -> list[str]:
    """Return the factors of a question that are named; all where something else is, too, which is then wrong."""
    return [factor for factor in crossed if factor in where] if set(where) <= set(crossed) else [*crossed]
