"""Notes beside an answer: what its intervals are about, and which runs are missing."""

import math
from collections.abc import Iterator, Sequence

from lenetpp.basics.language import listed, say
from lenetpp.basics.percent import percent_number
from lenetpp.studies.cells import Cell
from lenetpp.studies.measures import MEASURES, OF_TEST_IMAGES, Measure
from lenetpp.studies.sentences import ends_in_words, interval_in_words, seeds_in_words


def notes_on(cells: Sequence[Cell], metrics: Sequence[str]) -> tuple[str, ...]:
    """Return the notes on a question's cells, for the measures that it shows."""
    measures = [MEASURES[metric] for metric in metrics]
    return (
        *(note for cell in cells for note in _missing(cell, measures)),
        *_about_intervals(cells, measures),
        *_about_times(cells, measures),
    )


def _missing(cell: Cell, measures: Sequence[Measure]) -> Iterator[str]:
    by_reason: dict[str, list[int]] = {}
    for seed, reason in sorted(cell.missing.items()):
        by_reason.setdefault(reason, []).append(seed)
    for reason, seeds in by_reason.items():
        yield say(
            "{label}: no run with {seeds} ({reason}).", label=cell.label, seeds=seeds_in_words(seeds), reason=reason
        )
    if cell.missing and cell.runs:
        yield say(
            "{label}: its figures hold for trainings that come to an end, as {count} of {total} did.",
            label=cell.label, count=len(cell.runs), total=len(cell.seeds),
        )  # fmt: skip
    for measure in measures:
        if not measure.by_layer:
            without = [seed for seed in cell.runs if seed not in cell.values[measure.name]]
            if without:
                yield say(
                    "{label}: no {title} of {seeds}; left out.",
                    label=cell.label,
                    title=measure.title,
                    seeds=seeds_in_words(without),
                )


def _about_intervals(cells: Sequence[Cell], measures: Sequence[Measure]) -> Iterator[str]:
    if not any(cell.runs for cell in cells):
        return
    yield (
        say(
            "In parentheses are 95 % intervals over seeds (initial weights, order of the images, augmentation), with "
            "these training and test images. Differences and effects are paired by seed, and all of a kind hold "
            "together."
        )
    )
    for measure in measures:
        if measure.name in OF_TEST_IMAGES:
            yield from _about_images(measure, cells)


def _about_images(measure: Measure, cells: Sequence[Cell]) -> Iterator[str]:
    """Yield how much further the intervals reach when the test images count as a sample, too: of the widest one."""
    images = {int(run.table("data").get("images", {}).get("test", 0)) for cell in cells for run in cell.runs.values()}
    count = min(images - {0}, default=0)
    figures = [(cell, estimate) for cell in cells if (estimate := cell.estimate(measure.name)) is not None]
    if not figures or not count:
        return
    begin = say("The {count} test images are a sample themselves", count=f"{count:,}")
    wide = [(cell, estimate, cell.interval_over_images(measure.name)) for cell, estimate in figures]
    known = [(cell, estimate, ends) for cell, estimate, ends in wide if ends is not None]
    if known:
        cell, estimate, ends = max(known, key=lambda figure: figure[2][1] - figure[2][0])
        if ends == (estimate.low, estimate.high):
            yield say("{begin}; with others like them, and other seeds, no interval is wider.", begin=begin)
            return
        yield (
            say(
                "{begin}. With others like them, and other seeds, {title} of {named} would be {ends} instead of "
                "{interval}, by an analysis of variance over seeds and images.",
                begin=begin,
                title=measure.title,
                named=cell.named,
                ends=ends_in_words(measure, ends),
                interval=interval_in_words(measure, estimate),
            )
        )
        return
    error, figure = max(
        (math.sqrt(estimate.mean * (1 - estimate.mean) / count), measure.show(estimate.mean)) for _, estimate in figures
    )
    yield (
        say(
            "{begin}: on others like them, a figure such as {figure} would differ by {error} points (one binomial "
            "standard error), which the intervals do not contain.",
            begin=begin,
            figure=figure,
            error=percent_number(error),
        )
    )


def _about_times(cells: Sequence[Cell], measures: Sequence[Measure]) -> Iterator[str]:
    if not any(measure.is_time for measure in measures):
        return
    made_on: dict[str, None] = {}
    for cell in cells:
        for run in cell.runs.values():
            machine, numerics = run.table("machine"), run.table("numerics")
            threads = machine.get("threads")
            made_on[
                say(
                    "{processor}, {instruction_set}, {threads} thread",
                    processor=machine.get("processor", say("an unknown processor")),
                    instruction_set=numerics.get("instruction_set"),
                    threads=threads,
                )
                if threads == 1
                else say(
                    "{processor}, {instruction_set}, {threads} threads",
                    processor=machine.get("processor", say("an unknown processor")),
                    instruction_set=numerics.get("instruction_set"),
                    threads=threads,
                )
            ] = None
    if not made_on:
        return
    places = listed(made_on, "{first} and on {rest}")
    if len(made_on) > 1:
        yield say(
            "Times were measured on {places}, beside whatever else ran there, so that they can hardly be compared.",
            places=places,
        )
    else:
        yield say("Times were measured on {places}, beside whatever else ran there.", places=places)
