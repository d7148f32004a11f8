"""What the filters of a cell's runs are like: whether the seeds find the same ones, and how Gabor-like they are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import fmean

import numpy as np

from lenetpp._core import ModelFileError
from lenetpp.basics.language import say
from lenetpp.filters.descriptions import describe_filters
from lenetpp.filters.layer_filters import LayerFilters
from lenetpp.filters.smooth_noise import SmoothNoise
from lenetpp.networks.layers import Conv2D
from lenetpp.networks.network import Network
from lenetpp.pictures.matched_filters import FilterMatch
from lenetpp.records.models import recorded_model
from lenetpp.records.run_files import RecordError
from lenetpp.studies.cells import Cell
from lenetpp.studies.filter_figures import FilterFigures
from lenetpp.studies.filter_sentences import filter_certainty, filter_headline, gabor_in_words, likeness_in_words
from lenetpp.studies.judgements import Judgement, contradictions_first, judge
from lenetpp.studies.layer_answers import LayerAnswer
from lenetpp.studies.notes import notes_on
from lenetpp.studies.question_kinds import FilterQuestion

MOST_MATCHED = 2_000_000
"""Weights of a layer times pairs of seeds. At this size, matching as many pairs of noise, 200 times, takes 10 s."""
MOST_DESCRIBED = 600
"""Filters of all seeds; describing one takes about 20 ms."""
NOISE_FILTERS = 100
NOISE_SEED = 2
"""Another one than those that the scores are measured against."""


@dataclass(frozen=True, eq=False, repr=False)
class FilterAnswer:
    """The answer to a question about filters; attributes as of :class:`lenetpp.studies.comparison_answers.Answer`.

    Attributes
    ----------
    layers : tuple of LayerAnswer
        For each cell, its convolutions in order.
    judgements : tuple of Judgement
        One for each claim of the question.
    """

    name: str
    title: str
    text: str
    question: FilterQuestion
    cells: tuple[Cell, ...]
    layers: tuple[LayerAnswer, ...]
    sentences: tuple[str, ...]
    notes: tuple[str, ...]
    headline: str = ""
    certainty: str = ""
    judgements: tuple[Judgement, ...] = ()

    def __repr__(self) -> str:
        return f"<FilterAnswer {self.name}: {self.headline}>"


def answer_filters(name: str, question: FilterQuestion, cells: tuple[Cell, ...]) -> FilterAnswer:
    """Answer a question about filters; the runs' models are read.

    Parameters
    ----------
    name : str
        Of the question.
    question : FilterQuestion
        As in the study's file.
    cells : tuple of Cell
        Their figures are not looked at.
    """
    layers: list[LayerAnswer] = []
    notes: list[str] = []
    for cell in cells:
        networks, unreadable = _networks(cell)
        notes += [
            say("{label}: the model of {run} cannot be read; left out.", label=cell.label, run=run)
            for run in unreadable
        ]
        found = list(_layers(cell, networks))
        layers += found
        if networks and not found:
            notes.append(say("{label}: its network has no convolution, and so no filters.", label=cell.label))
    unanswered = say("This has no answer yet: there are no filters to compare.")
    judgements = tuple(judge(claim, FilterFigures(question, layers)) for claim in question.claims)
    contradicted, others = contradictions_first(judgements)
    sentences = [*contradicted, *_sentences(layers), *others] or [unanswered]
    notes += notes_on(cells, [])
    return FilterAnswer(
        name, question.title, question.text, question, cells, tuple(layers), tuple(sentences), tuple(notes),
        filter_headline(layers) or unanswered, filter_certainty(layers), judgements,
    )  # fmt: skip


def _networks(cell: Cell) -> tuple[dict[int, Network], list[str]]:
    """Return the networks by seed, and the names of the runs that have none."""
    networks: dict[int, Network] = {}
    unreadable: list[str] = []
    for seed, run in cell.runs.items():
        try:
            networks[seed] = recorded_model(run.folder)
        except (RecordError, ModelFileError, OSError):
            unreadable.append(run.folder.name)
    return networks, unreadable


def _layers(cell: Cell, networks: Mapping[int, Network]) -> Iterator[LayerAnswer]:
    first = next(iter(networks.values()), None)
    if first is None:
        return
    for number, layer in enumerate(first.layers):
        if isinstance(layer, Conv2D):
            yield _layer_answer(cell, networks, number)


def _layer_answer(cell: Cell, networks: Mapping[int, Network], layer: int) -> LayerAnswer:
    filters = {seed: LayerFilters.of(network, layer) for seed, network in networks.items()}
    weights = next(iter(filters.values())).weights
    pairs = list(combinations(networks, 2))
    can_match = len(pairs) * weights.size <= MOST_MATCHED
    can_describe = len(weights) * len(filters) <= MOST_DESCRIBED
    match = None
    likeness: dict[tuple[int, int], float] = {}
    if pairs and can_match:
        match = FilterMatch([*networks.values()], [say("seed {seed}", seed=seed) for seed in networks], layer)
        likeness = {pair: FilterMatch([networks[seed] for seed in pair], ["", ""], layer).likeness for pair in pairs}
    shares: dict[int, float] = {}
    scores: dict[int, float] = {}
    for seed, of_seed in filters.items() if can_describe else ():
        descriptions = describe_filters(of_seed)
        # Filters that are zero or too small have no score.
        scored = [each.scores["Gabor"] for each in descriptions if "Gabor" in each.scores]
        if scored:
            shares[seed] = fmean(each.kind == "Gabor" for each in descriptions)
            # Below 0 a score says nothing more: of small filters it may be -100, as noise is fitted almost perfectly.
            scores[seed] = fmean(max(score, 0.0) for score in scored)
    noise_share = _noise_share([*filters.values()]) if shares else None
    text = next(iter(filters.values())).text
    too_big = not (can_match and can_describe)
    return LayerAnswer(cell, layer, text, match, likeness, shares, scores, noise_share, too_big)


def _noise_share(sets: Sequence[LayerFilters]) -> float:
    """Return how many filters of noise with the spectrum of these are called Gabor functions."""
    first = sets[0]
    shape = np.broadcast_to(first.weights[:1], (NOISE_FILTERS, *first.weights.shape[1:]))
    noise = SmoothNoise.of(sets).draw(shape, np.random.default_rng(NOISE_SEED))
    return fmean(each.kind == "Gabor" for each in describe_filters(replace(first, weights=noise)))


def _sentences(layers: Sequence[LayerAnswer]) -> Iterator[str]:
    yield from likeness_in_words(layers)
    yield from gabor_in_words(layers)
    yield from (
        say("Too big to be matched or described in full: {name}.", name=layer.name) for layer in layers if layer.too_big
    )
    alone = [layer.cell.label for layer in layers if not layer.too_big and layer.match is None]
    yield from (
        say("Only one seed, so that there is nothing to match: {label}.", label=label) for label in dict.fromkeys(alone)
    )
