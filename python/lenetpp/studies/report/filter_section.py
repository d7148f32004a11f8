"""From the answer to a question about filters to its section: likeness against noise, Gabor shares, matched filters."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import fmean

from lenetpp.basics.language import listed, say
from lenetpp.basics.percent import percent, percent_number
from lenetpp.pictures.colours import RUNS
from lenetpp.pictures.heatmap_picture import HeatmapPicture
from lenetpp.pictures.heatmaps import HeatmapGrid, TileRow
from lenetpp.settings.words import name_in_words
from lenetpp.studies.estimates import Estimate
from lenetpp.studies.filter_answers import FilterAnswer
from lenetpp.studies.layer_answers import LayerAnswer
from lenetpp.studies.report.content import CellEntry, Entry, Section, Shown, Table
from lenetpp.studies.report.figures import NOTHING, level_entries
from lenetpp.studies.report.interval_chart import IntervalChart, Row
from lenetpp.studies.report.spread import Spread

SHOWN_SEEDS, SHOWN_FILTERS = 4, 10
"""Of each layer's matched filters."""
MOST_CELLS_IN_A_TILE = 225
"""Filters with more weights, those that see many planes, are left out: nobody looks at thousands of numbers."""


@dataclass(frozen=True)
class MatchedFilters(HeatmapPicture):
    """The filters of some seeds, those that belong together below each other."""

    matched: HeatmapGrid

    def grid(self) -> HeatmapGrid:
        """Return the heatmaps."""
        return self.matched


def filter_section(answer: FilterAnswer, anchor: str, cells: tuple[CellEntry, ...]) -> Section:
    """Return the section; the anchor is that of the question, the entries are of the answer's cells."""
    anchor_of = {id(cell): entry.anchor for cell, entry in zip(answer.cells, cells, strict=True)}
    charts = {
        "likeness": (say("How alike the filters of two seeds are"), _likeness_chart(answer)),
        "gabor": (say("Filters that are called Gabor functions"), _gabor_chart(answer)),
    }
    # Filters beside each other show the answer; the charts measure it.
    pictures = []
    for layer in answer.layers:
        filters = _matched_filters(layer)
        if filters is not None:
            name = f"{anchor_of[id(layer.cell)]}-layer-{layer.layer}"
            pictures.append(Shown(name, filters.matched.title, filters))
    shown = [Shown(f"{anchor}-{name}", title, chart) for name, (title, chart) in charts.items() if chart is not None]
    pictures[1:1] = shown
    header = (
        *map(name_in_words, answer.cells[0].levels), say("layer"), say("likeness"), say('of noise'), say('Gabor share'),
        say('of noise'), say('Gabor score'),
    )  # fmt: skip
    rows = tuple(_row(layer, anchor_of[id(layer.cell)]) for layer in answer.layers)
    caption = say(
        "Likeness of the filters of two seeds, mean over all pairs (1: the same up to order and sign), with its "
        "range; that of random filters in 95 of 100 draws; Gabor shares and scores with 95 % intervals, and the "
        "share in noise"
    )
    return Section.of_runs(answer, anchor, pictures, [Table(caption, header, rows)], cells)


def _row(layer: LayerAnswer, anchor: str) -> tuple[Entry, ...]:
    likeness = noise = NOTHING
    if layer.match is not None and layer.likeness:
        values, random = layer.likeness.values(), layer.match.random_likeness
        likeness = say(
            "{values} ({min} to {max})",
            values=f"{fmean(values):.2f}",
            min=f"{min(values):.2f}",
            max=f"{max(values):.2f}",
        )
        noise = say(
            "{mean} ({low} to {high})", mean=f"{random.mean:.2f}", low=f"{random.low:.2f}", high=f"{random.high:.2f}"
        )
    return (
        *level_entries(layer.cell),
        Entry(_name(layer)),
        Entry(likeness, anchor, is_number=True),
        Entry(noise, is_number=True),
        Entry(_with_interval(layer.gabor_share, percent_number, " %"), anchor, is_number=True),
        Entry(NOTHING if layer.noise_share is None else percent(layer.noise_share), is_number=True),
        Entry(_with_interval(layer.gabor_score, "{:.2f}".format), anchor, is_number=True),
    )


def _with_interval(estimate: Estimate | None, number: Callable[[float], str], unit: str = "") -> str:
    if estimate is None:
        return NOTHING
    if estimate.low is None or estimate.high is None:
        return say("{mean} ({spread})", mean=f"{number(estimate.mean)}{unit}", spread=estimate.without)
    return say(
        "{mean}{unit} ({low} to {high})",
        mean=number(estimate.mean),
        unit=unit,
        low=number(estimate.low),
        high=number(estimate.high),
    )


def _name(layer: LayerAnswer) -> str:
    return f"{layer.layer} {' '.join(layer.text.split()[:2])}"


def _likeness_chart(answer: FilterAnswer) -> IntervalChart | None:
    rows = []
    for layer in answer.layers:
        if layer.match is None or not layer.likeness:
            continue
        name, random = say("{first}, {rest}", first=layer.cell.label, rest=_name(layer)), layer.match.random_likeness
        pairs: dict[str, float] = {
            say("seeds {one} and {other}", one=one, other=other): value
            for (one, other), value in layer.likeness.items()
        }
        rows += [
            Row(Spread(name, fmean(pairs.values()), singles=pairs), name),
            Row(Spread(say("random filters"), random.mean, random.low, random.high), name, RUNS[6]),
        ]
    if not rows:
        return None
    return IntervalChart(
        say("Do different seeds find the same filters?"),
        say("likeness"),
        tuple(rows),
        "{:.2f}".format,
        say("pairs of trainings"),
    )


def _gabor_chart(answer: FilterAnswer) -> IntervalChart | None:
    rows = []
    for layer in answer.layers:
        estimate = layer.gabor_share
        if estimate is not None:
            name = say("{first}, {rest}", first=layer.cell.label, rest=_name(layer))
            seeds: dict[str, float] = {
                say("seed {seed}", seed=seed): share for seed, share in layer.gabor_shares.items()
            }
            rows.append(Row(Spread(name, estimate.mean, estimate.low, estimate.high, seeds), name))
            if layer.noise_share is not None:
                rows.append(Row(Spread(say("random filters"), layer.noise_share), name, RUNS[6]))
    if not rows:
        return None
    return IntervalChart(
        say('How Gabor-like are the filters?'), say('share of filters called Gabor functions'), tuple(rows),
        percent,
    )  # fmt: skip


def _matched_filters(layer: LayerAnswer) -> MatchedFilters | None:
    """Return the first filters of the first seeds; None where there are none, or they are too big to look at."""
    if layer.match is None:
        return None
    grid = layer.match.grid()
    height, width = grid.tile_shape
    if height * width > MOST_CELLS_IN_A_TILE:
        return None
    rows = tuple(TileRow(row.label, row.tiles[:SHOWN_FILTERS], row.note) for row in grid.rows[:SHOWN_SEEDS])
    left_out = [
        words
        for words, count, shown in (
            (say("{count} seeds", count=SHOWN_SEEDS), len(grid.rows), SHOWN_SEEDS),
            (say("{count} filters", count=SHOWN_FILTERS), grid.columns, SHOWN_FILTERS),
        )
        if count > shown
    ]
    shown = say("; here the first {list}", list=listed(left_out, "{first} and {rest}")) if left_out else ""
    title = say(
        "{label}: filters of layer {layer} in {count} trainings{shown}",
        label=layer.cell.label,
        layer=layer.layer,
        count=len(grid.rows),
        shown=shown,
    )
    return MatchedFilters(replace(grid, rows=rows, title=title))
