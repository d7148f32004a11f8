"""From the answer of a benchmark to its section."""

import math

from lenetpp.studies.benchmark_answers import BenchmarkAnswer
from lenetpp.studies.report.content import Entry, Section, Shown, Table
from lenetpp.studies.report.speed_chart import SpeedChart


def benchmark_section(answer: BenchmarkAnswer, anchor: str) -> Section:
    """Return the section."""
    rungs = tuple(row[0] for row in answer.rows)
    measured = any(math.isfinite(speed) for speeds in answer.speeds.values() for speed in speeds)
    chart = SpeedChart(answer.title, "images a second", rungs, answer.speeds)
    rows = tuple((Entry(row[0]), *(Entry(text, is_number=True) for text in row[1:])) for row in answer.rows)
    return Section(
        anchor=anchor,
        title=answer.title,
        headline=answer.headline,
        certainty=answer.certainty,
        picture=Shown(f"{anchor}-speed", answer.title, chart) if measured else None,
        text=answer.text,
        sentences=answer.sentences,
        notes=(answer.note,) if answer.note else (),
        pictures=(),
        tables=[Table("Each rung has all tricks above it", answer.header, rows)],
        command=answer.question.command,
    )
