"""From the answer to a comparison to its section: pictures of each measure, tables of cells and of differences."""

from lenetpp.basics.language import say
from lenetpp.pictures.chart import Chart
from lenetpp.settings.words import name_in_words
from lenetpp.studies.comparison_answers import Answer
from lenetpp.studies.measures import MEASURES, Measure, with_unit
from lenetpp.studies.report.cell_pictures import answer_picture, cell_picture, layer_picture, layers_of
from lenetpp.studies.report.content import CellEntry, Entry, Section, Shown, Table
from lenetpp.studies.report.figures import (
    interval_entry,
    interval_text,
    level_entries,
    mean_entry,
    whole_entry,
)
from lenetpp.studies.sentences import label_with_whole


def comparison_section(answer: Answer, anchor: str, cells: tuple[CellEntry, ...]) -> Section:
    """Return the section; the anchor is that of the question, the entries are of the answer's cells."""
    measures = [MEASURES[name] for name in answer.question.metrics]
    anchors = tuple(cell.anchor for cell in cells)
    pictures = [
        Shown(f"{anchor}-{measure.name.replace('_', '-')}", picture.words, picture)
        for measure in measures
        if (picture := _picture(answer, measure)) is not None
    ]
    short = answer_picture(answer)
    if short is not None:
        pictures.insert(0, Shown(f"{anchor}-answer", short.words, short))
    tables = [
        _cells_table(answer, anchors),
        *(_layer_table(answer, measure, anchors) for measure in measures if measure.by_layer),
        _differences_table(answer, anchors),
        _published_table(answer, anchors),
    ]
    return Section.of_runs(answer, anchor, pictures, tables, cells)


def _picture(answer: Answer, measure: Measure) -> Chart | None:
    return layer_picture(answer, measure) if measure.by_layer else cell_picture(answer, measure)


def _cells_table(answer: Answer, anchors: tuple[str, ...]) -> Table:
    """Return a row for each cell: levels, the first measure with all there is to say of it, the others in short."""
    measures = [MEASURES[name] for name in answer.question.metrics if not MEASURES[name].by_layer]
    if not measures:
        return Table("", (), ())
    first, *others = measures
    header = (
        *map(name_in_words, answer.cells[0].levels), first.title, say("95 % interval"), say("deviation"), say("seeds"),
        *(measure.title for measure in others),
    )  # fmt: skip
    rows = []
    for cell, anchor in zip(answer.cells, anchors, strict=True):
        estimate = cell.estimate(first.name)
        deviation = None if estimate is None else estimate.deviation
        rows.append(
            (
                *level_entries(cell),
                mean_entry(estimate, first, anchor),
                interval_entry(estimate, first, anchor),
                Entry("" if deviation is None else first.number(deviation), anchor, is_number=True),
                Entry(str(0 if estimate is None else estimate.count), anchor, is_number=True),
                *(whole_entry(cell.estimate(measure.name), measure, anchor) for measure in others),
            )
        )
    return Table(say("{title} of each cell", title=first.title), header, tuple(rows))


def _layer_table(answer: Answer, measure: Measure, anchors: tuple[str, ...]) -> Table:
    """Return a row for each cell, a column for each layer with weights."""
    layers = layers_of(answer.cells, measure)
    rows = [
        (
            *level_entries(cell),
            *(whole_entry(cell.estimate(measure.name, parameter), measure, anchor) for parameter in layers),
        )
        for cell, anchor in zip(answer.cells, anchors, strict=True)
    ]
    header = (*map(name_in_words, answer.cells[0].levels), *layers.values())
    return Table(say("{title} of the weights of each layer", title=measure.title), header, tuple(rows))


def _differences_table(answer: Answer, anchors: tuple[str, ...]) -> Table:
    measure = answer.measure
    anchor_of = {id(cell): anchor for cell, anchor in zip(answer.cells, anchors, strict=True)}
    rows = []
    for difference in answer.differences:
        estimate, anchor = difference.estimate, anchor_of[id(difference.cell)]
        interval = with_unit(interval_text(estimate, measure), measure.difference_unit)
        rows.append(
            (
                *level_entries(difference.cell),
                Entry(difference.against.levels[answer.question.compare], anchor_of[id(difference.against)]),
                Entry(
                    label_with_whole(measure.number, estimate, measure.show_difference(estimate.mean)),
                    anchor,
                    is_number=True,
                ),
                Entry(interval if estimate.low is not None else estimate.without, anchor, is_number=True),
                Entry(str(estimate.count), anchor, is_number=True),
            )
        )
    count = answer.differences[0].comparisons if answer.differences else 0
    together = say("; the intervals hold together for {count} comparisons", count=count) if count > 1 else ""
    header = (
        *map(name_in_words, answer.cells[0].levels),
        say("against"),
        say("difference"),
        say("interval"),
        say("seeds"),
    )
    return Table(
        say("Differences in {title}, paired by seed{together}", title=measure.title, together=together),
        header,
        tuple(rows),
    )


def _published_table(answer: Answer, anchors: tuple[str, ...]) -> Table:
    """Return what others published and what was meant to be reached, beside what was measured."""
    measure, question = answer.measure, answer.question
    rows = []
    for cell, anchor in zip(answer.cells, anchors, strict=True):
        given = [(entry.value, entry.source) for entry in question.published if entry.where == cell.levels]
        given += [(goal.at_least, say("goal: at least")) for goal in question.goals if goal.where == cell.levels]
        rows += [
            (
                *level_entries(cell),
                Entry(measure.show(value), is_number=True),
                Entry(source),
                whole_entry(cell.estimate(measure.name), measure, anchor),
            )
            for value, source in given
        ]
    header = (*map(name_in_words, answer.cells[0].levels), say("figure"), say("source"), say("measured here"))
    return Table(
        say("Published figures and goals, and the {title} that was measured", title=measure.title), header, tuple(rows)
    )
