"""What each trick of speed brought, from the file that ``benchmarks/ladder.py --json`` wrote."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from itertools import pairwise
from pathlib import Path
from statistics import median

from lenetpp.basics.language import listed, say
from lenetpp.studies.cells import level_in_words
from lenetpp.studies.judgements import Figure, Judgement, contradictions_first, figure_of_ratio, judge
from lenetpp.studies.ladder_files import STEP_FACTORS, Ladder, Rung, read_ladder, steps_named
from lenetpp.studies.measures import three_digits
from lenetpp.studies.question_kinds import BenchmarkQuestion
from lenetpp.studies.question_parts import Condition


@dataclass(frozen=True, repr=False)
class BenchmarkAnswer:
    """The answer to a question about speed.

    Attributes
    ----------
    name, title, text : str
        Of the question.
    question : BenchmarkQuestion
        As in the study's file.
    header : tuple of str
        Of the table.
    rows : tuple of tuple of str
        A row for each rung, the slowest first.
    speeds : mapping of str to tuple of float
        For a picture: images a second by build, for each rung; NaN where a rung has no such build.
    steps : mapping
        Median seconds a step by instructions, type of numbers and images a step.
    sentences : tuple of str
        The answer, the main sentence first.
    note : str
        When, on what and with what this was measured.
    headline, certainty : str
        The answer in a plain sentence, and how sure that is.
    judgements : tuple of Judgement
        One for each claim of the question.
    """

    name: str
    title: str
    text: str
    question: BenchmarkQuestion
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    speeds: Mapping[str, tuple[float, ...]]
    sentences: tuple[str, ...]
    note: str
    headline: str = ""
    certainty: str = ""
    judgements: tuple[Judgement, ...] = ()
    steps: Mapping[tuple[str, str, str], float] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<BenchmarkAnswer {self.name}: {self.headline}>"


def answer_benchmark(name: str, question: BenchmarkQuestion, study: Path) -> BenchmarkAnswer:
    """Answer a question about speed.

    Parameters
    ----------
    name : str
        Of the question.
    question : BenchmarkQuestion
        As in the study's file.
    study : Path
        The study's file, beside which that of the benchmark lies.

    Raises
    ------
    StudyError
        If the benchmark's file is missing or malformed; the message begins with the path of the key.
    """
    ladder = read_ladder(name, question, study)
    judgements = tuple(judge(claim, lambda condition: _figure(ladder, condition)) for claim in question.claims)
    contradicted, others = contradictions_first(judgements)
    rungs, batch = ladder.tricks.rungs, ladder.tricks.batch
    builds = list(rungs[0].seconds)
    first = rungs[0].seconds[builds[0]]
    rows = [
        (
            rung.name,
            *(_cell(before, rung, build, batch) for build in builds),
            "1x" if before is None else _ratio(first, rung.fastest),
        )
        for before, rung in pairwise([None, *rungs])
        if rung is not None
    ]
    return BenchmarkAnswer(
        name=name,
        title=question.title,
        text=question.text,
        question=question,
        header=(say("rung"), *(say("{build}, images/s", build=build) for build in builds), say("times in all")),
        rows=tuple(rows),
        speeds={build: tuple(_speed(rung.times(build), batch) for rung in rungs) for build in builds},
        sentences=(*contradicted, *_sentences(ladder), *others),
        note=_note(ladder),
        headline=_headline(ladder),
        certainty=_certainty(ladder),
        judgements=judgements,
        steps={key: median(seconds) for key, seconds in ladder.steps.items()},
    )


def _cell(before: Rung | None, rung: Rung, build: str, batch: int) -> str:
    """Return the speed of a rung, and how many times as fast as the one before that is."""
    seconds, slower = rung.times(build), () if before is None else before.times(build)
    if not seconds:
        return ""
    speed = three_digits(_speed(seconds, batch))
    return say("{speed} ({ratio})", speed=speed, ratio=_ratio(slower, seconds)) if slower else speed


def _headline(ladder: Ladder) -> str:
    first, last, batch = *_ends(ladder), ladder.tricks.batch
    speeds = [three_digits(_speed(seconds, batch)) for seconds in (last, first)]
    times, low, high = map(three_digits, _ratios(first, last))
    return say(
        "All tricks together make training {times} times as fast ({low} to {high}): {speeds} instead of {speeds_2} "
        "images a second.",
        times=times,
        low=low,
        high=high,
        speeds=speeds[0],
        speeds_2=speeds[1],
    )


def _certainty(ladder: Ladder) -> str:
    first, last = _ends(ladder)
    _, low, high = map(three_digits, _ratios(first, last))
    return say(
        "Measured {count} times in turn on one machine: each time {low} to {high} times as fast.",
        count=len(first),
        low=low,
        high=high,
    )


def _sentences(ladder: Ladder) -> Iterator[str]:
    first, last = _ends(ladder)
    speeds = [three_digits(_speed(seconds, ladder.tricks.batch)) for seconds in (first, last)]
    yield (
        say(
            "All tricks together took training from {speeds} to {speeds_2} images/s: {ratio} over {count} rounds, "
            "with batches of {batch} on one thread.",
            speeds=speeds[0],
            speeds_2=speeds[1],
            ratio=_ratio(first, last),
            count=len(first),
            batch=ladder.tricks.batch,
        )
    )
    fullest = _fullest_build(ladder)
    for before, rung in pairwise(ladder.tricks.rungs):
        if before.times(fullest) and rung.times(fullest):
            gain = _ratio(before.times(fullest), rung.times(fullest))
            yield say(
                "On top of those before ({fullest}), {trick}: {gain}.", fullest=fullest, trick=rung.trick, gain=gain
            )


def _ends(ladder: Ladder) -> tuple[Sequence[float], Sequence[float]]:
    """Return the seconds of the first rung in its first build, and of the last one in its fastest."""
    rungs = ladder.tricks.rungs
    return next(iter(rungs[0].seconds.values())), rungs[-1].fastest


def _fullest_build(ladder: Ladder) -> str:
    rungs = ladder.tricks.rungs
    return max(rungs[0].seconds, key=lambda build: sum(bool(rung.times(build)) for rung in rungs))


def _figure(ladder: Ladder, condition: Condition) -> Figure | None:
    """Return how many times as fast a trick, or all of them, made the program: the median and the range of rounds."""
    build, rungs = condition.build or _fullest_build(ladder), ladder.tricks.rungs
    slower, faster = _ends(ladder)
    subject: str = say("all tricks")
    if condition.against is not None:
        return _of_steps(ladder, condition, condition.against)
    if condition.up_to is not None:
        slower, faster = (rung.times(build) for rung in (rungs[0], ladder.rung(condition.up_to)))
        subject = say("up to {up_to}, {build}", up_to=condition.up_to, build=build)
    elif condition.rung is not None:
        pairs = {rung.trick: (before, rung) for before, rung in pairwise(rungs)}
        slower, faster = (rung.times(build) for rung in pairs[condition.rung])
        subject = condition.rung if condition.build is None else f"{condition.rung}, {build}"
    if not slower or not faster:
        return None
    return figure_of_ratio(subject, *_ratios(slower, faster))


def _of_steps(ladder: Ladder, condition: Condition, against: Mapping[str, str]) -> Figure:
    """Return how long a step, or an image of it, takes beside another: the median of the ratios and their range."""
    one, other = (ladder.steps[steps_named(where)] for where in (condition.where, against))
    per_image = condition.measure == "image"
    images = [int(where["batch"]) if per_image else 1 for where in (condition.where, against)]
    ratios = _ratios([each / images[0] for each in one], [each / images[1] for each in other])
    differing = [factor for factor in STEP_FACTORS if condition.where[factor] != against[factor]]
    names = [
        listed(level_in_words(factor, where[factor]) for factor in differing) for where in (condition.where, against)
    ]
    alike = [level_in_words(factor, level) for factor, level in against.items() if factor not in differing]
    subject = (
        say(
            "time of an image ({list}), {names} against {names_2}",
            list=listed(alike),
            names=names[0],
            names_2=names[1],
        )
        if per_image
        else say(
            "time of a step ({list}), {names} against {names_2}",
            list=listed(alike),
            names=names[0],
            names_2=names[1],
        )
    )
    return figure_of_ratio(subject, *ratios)


def _note(ladder: Ladder) -> str:
    machine, numerics = ladder.machine, ladder.numerics
    versions = ", ".join(f"{name} {version}" for name, version in ladder.software.items() if name != "system")
    return say(
        "Measured {astimezone} UTC on {processor}, {cores} cores, with the instruction set {instruction_set}, "
        "compiled by {compiler}; {versions}. Medians of {count} rounds; in parentheses, and in all, the median of "
        "the ratios within a round and their range. In all: each rung in its fastest build against the first one in "
        "its first build.",
        astimezone=f"{ladder.date.astimezone(UTC):%Y-%m-%d %H:%M}",
        processor=machine.processor,
        cores=machine.cores,
        instruction_set=numerics.instruction_set,
        compiler=numerics.compiler,
        versions=versions,
        count=len(ladder.tricks.rungs[0].fastest),
    )


def _speed(seconds: Sequence[float], batch: int) -> float:
    return batch / median(seconds) if seconds else math.nan


def _ratio(slower: Sequence[float], faster: Sequence[float]) -> str:
    """Return the median of the ratios within the rounds, and their range."""
    middle, low, high = (f"{ratio:.{1 if ratio >= 9.95 else 2}f}" for ratio in _ratios(slower, faster))
    return say("{middle}x, {low} to {high}", middle=middle, low=low, high=high)


def _ratios(slower: Sequence[float], faster: Sequence[float]) -> tuple[float, float, float]:
    ratios = [above / below for above, below in zip(slower, faster, strict=True)]
    return median(ratios), min(ratios), max(ratios)
