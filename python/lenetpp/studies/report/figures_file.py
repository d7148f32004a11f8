"""``figures.json``: the figures of a report by the names that the report has for them, for scripts and stories.

``quick`` says whether it is the quick form, ``runs`` how many there are. ``questions`` has each question by its name:
``title``, ``headline``, ``certainty``, ``anchor``, ``picture``, ``claims`` with their ``verdict``, and either ``cells``
by their labels, or, of a benchmark, ``speeds`` by build and rung.

A cell has the ``stuck`` seeds, those that learned nothing, and ``measures`` by their names, each with its ``values``
by seed, the ``mean`` without those that are stuck, the ``whole_mean`` with them, ``low`` and ``high``, the ends of
the 95 % interval, null where there is none. Measures by layer have the parameter in brackets; those of filters have
values by pairs of seeds. ``differences`` have ``cell``, ``against``, ``seeds``, ``mean``, ``low`` and ``high``, over
the seeds, and ``over_images``, the two ends over seeds and test images, null where they are not known. ``effect`` is
the same of the two cells that the headline compares, or of a cell and another measure of it, ``beside``; null where
it compares none. ``effects`` are trends, main effects and interactions, by their ``kind`` and ``factors``: of each
factor the ``level`` and ``against`` which, or what the slope is ``for``; ``together`` is for how many effects at once
the interval is wide enough. Claims have the ``findings`` of their conditions. A benchmark's ``steps`` have seconds a
step. Shares are in [0, 1], times in seconds.
"""

import json
import math
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from lenetpp.studies.answers import Answer, AnyAnswer, BenchmarkAnswer, FilterAnswer, LayerAnswer, cells_of
from lenetpp.studies.cells import Cell
from lenetpp.studies.directions import Direction
from lenetpp.studies.effects import Effect
from lenetpp.studies.estimates import Estimate, Interval
from lenetpp.studies.judgements import Finding
from lenetpp.studies.report.content import Report, Section

DIGITS = 6
"""Significant digits; more would say nothing, the tables have all of them."""


def figures_text(report: Report, answers: Sequence[AnyAnswer], *, quick: bool) -> str:
    """Return the text of the file; `quick` says whether this is the study's quick form."""
    runs = {cell.training.with_seed(seed).key for _, cell in cells_of(answers) for seed in cell.runs}
    content = {
        "title": report.title,
        "made": report.made,
        "quick": quick,
        "runs": len(runs),
        "questions": {
            answer.name: figures_of(answer, section) for answer, section in zip(answers, report.sections, strict=True)
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def figures_of(answer: AnyAnswer, section: Section) -> dict[str, Any]:
    """Return what the file has of a question."""
    content: dict[str, Any] = {
        "title": section.title,
        "headline": section.headline,
        "certainty": section.certainty,
        "anchor": section.anchor,
        "picture": None if section.picture is None else section.picture.name,
        "claims": [
            {
                "text": each.claim.text,
                "source": each.claim.source,
                "verdict": "measured" if each.claim.of_a_machine else each.verdict,
                "findings": [_finding(finding) for finding in each.findings],
            }
            for each in answer.judgements
        ],
    }
    if isinstance(answer, BenchmarkAnswer):
        rungs = [row[0] for row in answer.rows]
        return content | {
            "speeds": {
                build: {rung: _rounded(speed) for rung, speed in zip(rungs, speeds, strict=True)}
                for build, speeds in answer.speeds.items()
            },
            "steps": [
                {"instructions": instructions, "numbers": numbers, "batch": int(batch), "seconds": _rounded(seconds)}
                for (instructions, numbers, batch), seconds in answer.steps.items()
            ],
        }
    content["cells"] = {cell.label: {"stuck": sorted(cell.stuck), "measures": _measures(cell)} for cell in answer.cells}
    if isinstance(answer, FilterAnswer):
        for layer in answer.layers:
            content["cells"][layer.cell.label]["measures"] |= _of_filters(layer)
    if isinstance(answer, Answer):
        content["differences"] = [
            {"cell": each.cell.label, "against": each.against.label, **_effect(each.estimate, each.over_images)}
            for each in answer.differences
        ]
        content["effect"] = of_headline(answer)
        content["effects"] = [*map(of_effect, answer.effects)]
    return content


def of_effect(effect: Effect) -> dict[str, Any]:
    """Return a trend, a main effect or an interaction."""
    return {
        "kind": effect.kind,
        "factors": {each.factor: _direction(each) for each in effect.directions},
        **_effect(effect.estimate, effect.over_images),
        "together": effect.estimate.comparisons,
    }


def _direction(direction: Direction) -> dict[str, str]:
    if direction.levels is None:
        return {"for": direction.words}
    level, against = direction.levels
    return {"level": level, "against": against}


def of_headline(answer: Answer) -> dict[str, Any] | None:
    """Return what the headline compares, with the cells that the study's file names for it."""
    headline = answer.question.headline
    if answer.effect is None or headline is None or not headline.where:
        return None
    other = {"beside": headline.beside}
    if headline.against is not None:
        other = {"against": answer.cell(headline.against).label}
    return {"cell": answer.cell(headline.where).label, **other, **_effect(*answer.effect)}


def _finding(finding: Finding) -> dict[str, Any]:
    figure = finding.figure
    known = {} if figure is None else {"subject": figure.subject, "mean": _rounded(figure.value)}
    ends = {} if figure is None else {"low": _rounded(figure.low), "high": _rounded(figure.high)}
    return {**known, **ends, "verdict": finding.verdict}


def _effect(estimate: Estimate, over_images: Interval | None) -> dict[str, Any]:
    """Return a difference with its interval over seeds, and that over seeds and test images where it is known."""
    return {**_estimate(estimate), "over_images": None if over_images is None else [*map(_rounded, over_images)]}


def _measures(cell: Cell) -> dict[str, Any]:
    measures = {name: _with_values(values, cell.estimate(name)) for name, values in cell.values.items()}
    for name, parameters in cell.layer_values.items():
        for parameter, values in parameters.items():
            measures[f"{name}[{parameter}]"] = _with_values(values, cell.estimate(name, parameter))
    return {name: figures for name, figures in measures.items() if figures}


def _of_filters(layer: LayerAnswer) -> dict[str, Any]:
    """Return what is known of a convolution's filters: of pairs of seeds, of noise, and by seed."""
    known = {
        "likeness": {f"{one} and {other}": value for (one, other), value in layer.likeness.items()},
        "random_likeness": {} if layer.match is None else {"noise": layer.match.random_likeness.mean},
        "gabor_share": {str(seed): share for seed, share in layer.gabor_shares.items()},
        "noise_share": {} if layer.noise_share is None else {"noise": layer.noise_share},
    }
    return {
        f"{name}[{layer.layer}.weight]": {
            "mean": _rounded(fmean(values.values())),
            "values": {key: _rounded(value) for key, value in values.items()},
        }
        for name, values in known.items()
        if values
    }


def _with_values(values: Mapping[int, float], estimate: Estimate | None) -> dict[str, Any]:
    if not values:
        return {}
    known = {"seeds": 0, "mean": None, "low": None, "high": None} if estimate is None else _estimate(estimate)
    whole = {"whole_mean": _rounded(fmean(values.values()))}
    return {**known, **whole, "values": {str(seed): _rounded(value) for seed, value in values.items()}}


def _estimate(estimate: Estimate) -> dict[str, Any]:
    return {
        "seeds": estimate.count,
        "mean": _rounded(estimate.mean),
        "low": _rounded(estimate.low),
        "high": _rounded(estimate.high),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(f"{value:.{DIGITS}g}")
