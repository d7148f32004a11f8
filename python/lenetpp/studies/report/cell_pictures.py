"""From cells to charts: which kind, and which colours and dashes tell the factors apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from lenetpp.basics.language import capitalized, listed, say
from lenetpp.networks.network import Network
from lenetpp.pictures.chart import Chart
from lenetpp.pictures.colours import RUNS, Colour
from lenetpp.settings.words import name_in_words
from lenetpp.studies.cells import Cell, level_in_words
from lenetpp.studies.comparison_answers import Answer
from lenetpp.studies.measures import MEASURES, Measure
from lenetpp.studies.report.grid_chart import GridChart
from lenetpp.studies.report.interval_chart import IntervalChart, Row
from lenetpp.studies.report.level_chart import LevelChart, Series
from lenetpp.studies.report.spread import Spread

STYLES = ("-", "--", ":", "-.")
MOST_LINES = 6
"""More lines cannot be told apart: of more there is a row each, and of layers the table alone."""


def cell_picture(answer: Answer, measure: Measure) -> Chart | None:
    """Return the picture that the question asks for; None where there is nothing to see.

    That is so where no cell has a figure, and where figures beside the first do not depend on the seed: those of the
    network's size, which a table says as well.
    """
    estimates = [cell.estimate(measure.name) for cell in answer.cells]
    spreading = [estimate for estimate in estimates if estimate is not None and not estimate.is_constant]
    if not any(estimates) or (measure != answer.measure and not spreading):
        return None
    spreads = [_spread(answer, cell, measure) for cell in answer.cells]
    match answer.question.picture:
        case "line":
            over = answer.question.over or answer.question.compare
            numbers = _as_numbers(dict.fromkeys(cell.levels[over] for cell in answer.cells))
            lines = {tuple(level for factor, level in cell.levels.items() if factor != over) for cell in answer.cells}
            if numbers is not None and len(lines) <= MOST_LINES:
                return _lines(answer, measure, spreads, over, numbers)
        case "grid":
            return _grid(answer, measure, spreads)
    return _intervals(answer, measure, spreads)


def answer_picture(answer: Answer) -> Chart | None:
    """Return the picture that shows what the first sentence is about: several measures of one cell, or some cells.

    None where the picture that the question asks for shows that at a glance.
    """
    headline = answer.question.headline
    if headline is not None and headline.beside is not None:
        return _measures_of_one(answer, answer.cell(headline.where))
    whole = cell_picture(answer, answer.measure) if not answer.measure.by_layer else None
    if headline is None or not headline.where or not isinstance(whole, IntervalChart) or len(whole.rows) <= MOST_LINES:
        return None
    beside = [cell for cell in answer.cells if all(cell.levels[by] == headline.where[by] for by in answer.question.by)]
    return cell_picture(replace(answer, cells=tuple(beside)), answer.measure)


def _measures_of_one(answer: Answer, cell: Cell) -> IntervalChart | None:
    """Return a row for each measure of a cell that is a share as the first one is; None where there is but one."""
    measures = [MEASURES[name] for name in answer.question.metrics]
    rows = [
        Row(replace(spread, label=measure.title))
        for measure in measures
        if answer.measure.is_share and measure.is_share and (spread := Spread.of(cell, measure.name)) is not None
    ]
    return (
        IntervalChart(
            say("{question} {cell}", question=say(answer.title), cell=cell.label),
            say("share"),
            tuple(rows),
            answer.measure.show,
        )
        if rows[1:]
        else None
    )


def _spread(answer: Answer, cell: Cell, measure: Measure) -> Spread | None:
    spread = Spread.of(cell, measure.name)
    if spread is None or measure != answer.measure:
        return spread
    question = answer.question
    published = next((entry.value for entry in question.published if entry.where == cell.levels), None)
    return replace(spread, published=published)


def _intervals(answer: Answer, measure: Measure, spreads: Sequence[Spread | None]) -> IntervalChart:
    colour_of = _colours(answer.cells, answer.question.compare) if answer.question.by else lambda _: RUNS[0]
    rows = tuple(
        Row(spread, "; ".join(cell.levels[factor] for factor in answer.question.by), colour_of(cell))
        for cell, spread in zip(answer.cells, spreads, strict=True)
        if spread is not None
    )
    return IntervalChart(_title(answer, measure), measure.title, rows, measure.show)


def _lines(
    answer: Answer, measure: Measure, spreads: Sequence[Spread | None], over: str, numbers: Mapping[str, float]
) -> LevelChart:
    others = [factor for factor in answer.cells[0].levels if factor != over]
    levels = sorted(numbers, key=lambda level: numbers[level])
    lines: dict[tuple[str, ...], dict[str, Spread | None]] = {}
    for cell, spread in zip(answer.cells, spreads, strict=True):
        lines.setdefault(tuple(cell.levels[factor] for factor in others), {})[cell.levels[over]] = spread
    looks = _line_looks(list(lines))
    series = tuple(
        Series(
            listed(map(level_in_words, others, line)) if others else measure.title,
            tuple(map(by_level.get, levels)),
            *looks[line],
        )
        for line, by_level in lines.items()
    )
    places = tuple(numbers[level] for level in levels)
    return LevelChart(
        _title(answer, measure), name_in_words(over), measure.title, tuple(levels), places, series, measure.show
    )


def _grid(answer: Answer, measure: Measure, spreads: Sequence[Spread | None]) -> GridChart:
    (row_factor,), column_factor = answer.question.by, answer.question.compare
    rows = tuple(dict.fromkeys(cell.levels[row_factor] for cell in answer.cells))
    columns = tuple(dict.fromkeys(cell.levels[column_factor] for cell in answer.cells))
    by_place = {
        (cell.levels[row_factor], cell.levels[column_factor]): spread
        for cell, spread in zip(answer.cells, spreads, strict=True)
    }
    cells = tuple(tuple(by_place.get((row, column)) for column in columns) for row in rows)
    return GridChart(
        _title(answer, measure),
        measure.title,
        name_in_words(row_factor),
        name_in_words(column_factor),
        rows,
        columns,
        cells,
        measure.show,
    )


def layer_picture(answer: Answer, measure: Measure) -> LevelChart | None:
    """Return a line for each cell over the layers; None where there are none, or too many."""
    layers = layers_of(answer.cells, measure)
    lines = {tuple(cell.levels.values()): cell for cell in answer.cells if cell.layer_values.get(measure.name)}
    if not layers or len(lines) > MOST_LINES:
        return None
    looks = _line_looks(list(lines))
    series = tuple(
        Series(cell.label, tuple(Spread.of(cell, measure.name, parameter) for parameter in layers), *looks[line])
        for line, cell in lines.items()
    )
    places = tuple(float(number) for number in range(len(layers)))
    return LevelChart(
        _title(answer, measure),
        say("layer, from the image on"),
        measure.title,
        tuple(layers.values()),
        places,
        series,
        measure.show,
    )


def _title(answer: Answer, measure: Measure) -> str:
    """Return the question over its first measure; the others have their names."""
    return say(answer.title) if measure == answer.measure else capitalized(measure.title)


def layers_of(cells: Sequence[Cell], measure: Measure) -> dict[str, str]:
    """Return the names of weights and what their layers are called; where networks differ, by the number alone."""
    parameters = {
        parameter
        for cell in cells
        for parameter in cell.layer_values.get(measure.name, {})
        if parameter.endswith(".weight")  # the weights stand for their layer, as on the page of a run
    }
    names = {}
    for parameter in sorted(parameters, key=lambda name: int(name.split(".")[0])):
        index = int(parameter.split(".")[0])
        kinds = {_layer_kind(cell.training.network, index) for cell in cells} - {""}
        names[parameter] = f"{index} {kinds.pop()}" if len(kinds) == 1 else say("layer {index}", index=index)
    return names


def _layer_kind(network: str, index: int) -> str:
    """Return the first words of a layer's text: "conv 5x5x5"; empty where there is no such layer."""
    texts = Network.parse(network).core.layer_texts
    return " ".join(texts[index].split()[:2]) if index < len(texts) else ""


def _line_looks(lines: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], tuple[Colour, str]]:
    """Return colour and style of each line: the last factor has the colour, the others together the dashes.

    Where there are no others, the dashes follow the colours, so that nothing rests on colour alone.
    """
    last = list(dict.fromkeys(line[-1:] for line in lines))
    before = list(dict.fromkeys(line[:-1] for line in lines))

    def look(line: tuple[str, ...]) -> tuple[Colour, str]:
        colour = last.index(line[-1:])
        style = before.index(line[:-1]) if len(before) > 1 else colour
        return RUNS[colour % len(RUNS)], STYLES[style % len(STYLES)]

    return {line: look(line) for line in lines}


def _colours(cells: Sequence[Cell], factor: str) -> Callable[[Cell], Colour]:
    levels = list(dict.fromkeys(cell.levels[factor] for cell in cells))
    return lambda cell: RUNS[levels.index(cell.levels[factor]) % len(RUNS)]


def _words(factors: Sequence[str], levels: Sequence[str]) -> str:
    return ", ".join(map(level_in_words, factors, levels))


def _as_numbers(levels: Mapping[str, object]) -> dict[str, float] | None:
    """Return the levels' numbers; None where one is none."""
    try:
        return {level: float(level.replace(",", "")) for level in levels}
    except ValueError:
        return None
