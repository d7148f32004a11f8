"""Names of factors and levels in a study's file: each must be that of something, and every factor be used."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from lenetpp.basics.suggestions import did_you_mean
from lenetpp.studies.question_kinds import BenchmarkQuestion, Changes, Comparison, FilterQuestion, Question

Factors: TypeAlias = Mapping[str, Mapping[str, Changes]]


def unused_names(factors: Factors, questions: Mapping[str, Question]) -> Iterator[tuple[str, str]]:
    """Find factors that nothing is asked about: they would never be looked at, nor their settings checked."""
    used: set[str] = set()
    for name, question in questions.items():
        if isinstance(question, BenchmarkQuestion):
            continue
        crossed = question.crossed
        unused = [factor for factor in question.factors if factor not in crossed]
        yield from ((f"questions.{name}.factors.{factor}", "neither compare nor by names it") for factor in unused)
        used |= set(crossed) - set(question.factors)
    for factor in factors:
        if factor not in used:
            yield f"factors.{factor}", f"no question uses the factor {factor!r}, by compare or by; remove it"


def unknown_names(factors: Factors, questions: Mapping[str, Question]) -> Iterator[tuple[str, str]]:
    """Find names of factors and levels that there are not: the path of each key, and what is wrong."""
    for name, question in questions.items():
        if isinstance(question, BenchmarkQuestion):
            continue
        path = f"questions.{name}"
        known = {**factors, **question.factors}
        for key, named in {"compare": [question.compare], "by": getattr(question, "by", [])}.items():
            yield from (
                (f"{path}.{key}", f"there is no factor {factor!r}{there_are(known, factor)}")
                for factor in named
                if factor not in known
            )
        crossed = question.crossed
        if len(set(crossed)) < len(crossed):
            yield f"{path}.by", f"a factor is named twice: {', '.join(crossed)}"
        empty = [factor for factor in crossed if factor in known and not known[factor]]
        yield from ((f"factors.{factor}", "it has no levels") for factor in empty)
        if isinstance(question, Comparison):
            yield from _unknown_in_comparison(path, question, known, crossed)
        yield from unknown_cells(path, _cells_named_in(question), known, crossed)


def _unknown_in_comparison(
    path: str, question: Comparison, known: Factors, crossed: Sequence[str]
) -> Iterator[tuple[str, str]]:
    levels = known.get(question.compare, {})
    if question.against is not None and question.against not in levels:
        yield (
            f"{path}.against",
            f"{question.compare} has no level {question.against!r}{there_are(levels, question.against)}",
        )
    if question.headline is not None and question.headline.asks == "depends" and not question.by:
        yield f"{path}.headline.asks", f"{question.compare} can depend on a factor of by only, and there is none"
    if question.over is not None and question.over not in crossed:
        yield (
            f"{path}.over",
            f"{question.over!r} is none of the factors of compare and by{there_are(crossed, question.over)}",
        )
    if question.picture == "grid" and len(question.by) != 1:
        yield f"{path}.picture", f"a grid needs exactly one factor in by, but there are {len(question.by)}"


def unknown_cells(
    path: str, cells: Iterable[tuple[str, Mapping[str, str]]], known: Factors, crossed: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Find cells that there are not, among those that stand at places below a path."""
    for place, where in cells:
        if set(where) != set(crossed):
            yield f"{path}.{place}", f"it must have a level for each of {', '.join(crossed)}"
        for factor, level in where.items():
            if level not in known.get(factor, {}):
                yield (
                    f"{path}.{place}.{factor}",
                    f"there is no level {level!r}{there_are(known.get(factor, {}), level)}",
                )


def _cells_named_in(question: Comparison | FilterQuestion) -> Iterator[tuple[str, Mapping[str, str]]]:
    if isinstance(question, Comparison):
        for key in ("published", "goals"):
            for number, entry in enumerate(getattr(question, key)):
                yield f"{key}[{number}].where", entry.where
        if question.headline is not None and question.headline.asks != "depends":
            yield "headline.where", question.headline.where
            if question.headline.against is not None:
                yield "headline.against", question.headline.against


def there_are(names: Sequence[str] | Mapping[str, object], word: str = "") -> str:
    """Return which of the names is likely meant by a word, and which there are, as the end of a message."""
    return f"{did_you_mean(word, names)}; there are {', '.join(names)}" if names else ""
