"""From the answer of a benchmark to its section."""

import math
from collections.abc import Iterator

from lenetpp.basics.language import paragraphs, say
from lenetpp.studies.benchmark_answers import BenchmarkAnswer
from lenetpp.studies.measures import three_digits
from lenetpp.studies.report.content import Entry, Section, Shown, Table
from lenetpp.studies.report.speed_chart import SpeedChart

MILLISECONDS = 1000


def benchmark_section(answer: BenchmarkAnswer, anchor: str) -> Section:
    """Return the section."""
    rungs = tuple(row[0] for row in answer.rows)
    measured = any(math.isfinite(speed) for speeds in answer.speeds.values() for speed in speeds)
    chart = SpeedChart(say(answer.title), say("images a second"), rungs, answer.speeds)
    rows = tuple((Entry(row[0]), *(Entry(text, is_number=True) for text in row[1:])) for row in answer.rows)
    return Section(
        anchor=anchor,
        title=say(answer.title),
        headline=answer.headline,
        certainty=answer.certainty,
        picture=Shown(f"{anchor}-speed", say(answer.title), chart) if measured else None,
        text=paragraphs(answer.text),
        sentences=answer.sentences,
        notes=(answer.note,) if answer.note else (),
        pictures=(),
        tables=[Table(say("Each rung has all tricks above it"), answer.header, rows), *_steps_table(answer)],
        command=answer.question.command,
    )


def _steps_table(answer: BenchmarkAnswer) -> Iterator[Table]:
    """Yield the time of steps by size of batches, a column for each type of numbers with vectors and without."""
    columns = [*dict.fromkeys(key[:2] for key in answer.steps)]
    if not columns:
        return
    rows = []
    for batch in dict.fromkeys(batch for *_, batch in answer.steps):
        seconds = [answer.steps.get((*column, batch)) for column in columns]
        times = ["" if each is None else three_digits(MILLISECONDS * each) for each in seconds]
        rows.append((Entry(batch, is_number=True), *(Entry(time, is_number=True) for time in times)))
    header = (
        say("images a step"),
        *(
            say("{numbers}, {instructions}, ms", numbers=numbers, instructions=instructions)
            for instructions, numbers in columns
        ),
    )
    yield Table(say("A step of the whole library, by its size"), header, tuple(rows))
