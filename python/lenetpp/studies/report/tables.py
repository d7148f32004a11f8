"""The figures in full precision as tables of comma-separated values.

``runs.csv`` has a row for each run of each cell, and for each that is missing: ``question``; ``cell``, the levels in
words; the level of each factor, under its name with ``level:`` before it; ``seed``; ``run``, its folder's name;
``digest`` of its parameters; ``key`` of everything that decided them; ``recipe``, the file beside this one by which
``lenetpp train --recipe FILE --seed SEED`` trains it again; ``missing``, why there is no run; then the figure of each
measure under its name. Those by layer have the parameter in brackets: ``gradient_norms[0.weight]``.

``cells.csv`` has a row for each mean over seeds: ``question``; ``cell`` and the levels; ``measure``; ``parameter``, of
measures by layer; ``seeds``, how many; ``mean``; ``deviation``, the standard deviation over the seeds; ``low`` and
``high``, the ends of the 95 % interval; ``whole_seeds`` and ``whole_mean``, with those trainings that learned nothing.
What is said of filters is in it as ``gabor_share`` and ``gabor_score``.

``differences.csv`` has a row for each paired difference: ``question``; ``cell``; ``against``; ``measure``; ``seeds``,
``mean``, ``deviation``, ``low`` and ``high`` as above; ``comparisons``, how many intervals hold together.

What a row has no value for is empty. Shares are in [0, 1], times in seconds.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from lenetpp.studies.answers import Answer, AnyAnswer, FilterAnswer, cells_of
from lenetpp.studies.cells import Cell
from lenetpp.studies.estimates import Estimate
from lenetpp.studies.report.recipes import RecipeFiles

Row: TypeAlias = Mapping[str, object]


def report_tables(answers: Sequence[AnyAnswer], recipes: RecipeFiles) -> dict[str, str]:
    """Return the tables' texts by the names of their files."""
    return {
        "runs.csv": _written(
            ["question", "cell", *_levels(answers), "seed", "run", "digest", "key", "recipe", "missing"],
            list(_runs(answers, recipes)),
        ),
        "cells.csv": _written(
            ["question", "cell", *_levels(answers), "measure", "parameter", *ESTIMATE], list(_cells(answers))
        ),
        "differences.csv": _written(
            ["question", "cell", "against", "measure", *ESTIMATE, "comparisons"], list(_differences(answers))
        ),
    }


ESTIMATE = ("seeds", "mean", "deviation", "low", "high", "whole_seeds", "whole_mean")


def _written(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Return the rows as text; columns that are not named, those of measures, come last."""
    content = io.StringIO()
    names = dict.fromkeys((*columns, *(name for row in rows for name in row)))
    writer = csv.DictWriter(content, list(names), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return content.getvalue()


def _levels(answers: Iterable[AnyAnswer]) -> list[str]:
    return list(dict.fromkeys(name for _, cell in cells_of(answers) for name in _place("", cell) if ":" in name))


def _place(question: str, cell: Cell) -> dict[str, object]:
    levels = {f"level:{factor}": level for factor, level in cell.levels.items()}
    return {"question": question, "cell": cell.label, **levels}


def _runs(answers: Iterable[AnyAnswer], recipes: RecipeFiles) -> Iterator[Row]:
    for answer, cell in cells_of(answers):
        for seed in cell.seeds:
            run = cell.runs.get(seed)
            figures: dict[str, object] = {name: values[seed] for name, values in cell.values.items() if seed in values}
            for name, parameters in cell.layer_values.items():
                figures |= {f"{name}[{key}]": values[seed] for key, values in parameters.items() if seed in values}
            yield {
                **_place(answer.name, cell),
                "seed": seed,
                "run": "" if run is None else run.folder.name,
                "digest": "" if run is None else run.table("results").get("digest", ""),
                "key": cell.training.with_seed(seed).key,
                "recipe": recipes[id(cell)],
                "missing": cell.missing.get(seed, ""),
                **figures,
            }


def _cells(answers: Iterable[AnyAnswer]) -> Iterator[Row]:
    for answer, cell in cells_of(answers):
        place = _place(answer.name, cell)
        for measure in cell.values:
            yield from _estimate({**place, "measure": measure}, cell.estimate(measure))
        for measure, parameters in cell.layer_values.items():
            for parameter in parameters:
                estimate = cell.estimate(measure, parameter)
                yield from _estimate({**place, "measure": measure, "parameter": parameter}, estimate)
    for answer in answers:
        for layer in answer.layers if isinstance(answer, FilterAnswer) else ():
            place = {**_place(answer.name, layer.cell), "parameter": f"{layer.layer}.weight"}
            yield from _estimate({**place, "measure": "gabor_share"}, layer.gabor_share)
            yield from _estimate({**place, "measure": "gabor_score"}, layer.gabor_score)


def _differences(answers: Iterable[AnyAnswer]) -> Iterator[Row]:
    for answer in answers:
        if not isinstance(answer, Answer):
            continue
        for difference in answer.differences:
            place = {
                "question": answer.name,
                "cell": difference.cell.label,
                "against": difference.against.label,
                "measure": answer.measure.name,
                "comparisons": difference.comparisons,
            }
            yield from _estimate(place, difference.estimate)


def _estimate(place: Row, estimate: Estimate | None) -> Iterator[Row]:
    if estimate is not None:
        yield {
            **place,
            "seeds": estimate.count,
            "mean": estimate.mean,
            "deviation": estimate.deviation,
            "low": estimate.low,
            "high": estimate.high,
            "whole_seeds": estimate.whole_count,
            "whole_mean": estimate.whole_mean,
        }
