"""No sentence of the answers to the shipped studies' questions has more than 30 words, whatever the figures are.

Intervals and the like, which stand in parentheses behind a figure, are not counted.
"""

import re
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from lenetpp.studies.cells import Cell
from lenetpp.studies.comparison_answers import Answer, answer_comparison
from lenetpp.studies.measures import MEASURES
from lenetpp.studies.question_kinds import Comparison
from lenetpp.studies.study_file import StudyFile, shipped_studies
from lenetpp.studies.study_reading import read_study

from .handmade_cells import cell

MOST_WORDS = 30
NAMES = [
    (study, name)
    for study in shipped_studies()
    for name, question in read_study(study).questions.items()
    if isinstance(question, Comparison)
]


def made_up(study: StudyFile, question: Comparison, generator: np.random.Generator, spread: float) -> Iterator[Cell]:
    """Cells of the question's levels, of which now and then a training is stuck."""
    crossed = question.crossed
    for labels in product(*(study.factor(question, factor) for factor in crossed)):
        made = cell(dict(zip(crossed, labels, strict=True)), generator.normal(0.8, spread, 10).tolist())
        values = {name: dict(enumerate(generator.normal(0.8, spread, 10).tolist(), 1)) for name in question.metrics}
        layers = {
            name: dict.fromkeys(("0.weight", "2.weight"), values.pop(name))
            for name in question.metrics
            if MEASURES[name].by_layer
        }
        object.__setattr__(made, "values", values)
        object.__setattr__(made, "layer_values", layers)
        object.__setattr__(made, "stuck", frozenset((1 + np.flatnonzero(generator.random(10) < 0.05)).tolist()))
        object.__setattr__(made, "right", {seed: generator.random(50) < 0.8 for seed in range(1, 11)})
        yield made


def answered(study_name: str, name: str, spread: float) -> Answer:
    study = read_study(study_name)
    question = study.questions[name]
    assert isinstance(question, Comparison)
    cells = tuple(made_up(study, question, np.random.default_rng(1), spread))
    reference = question.against or next(iter(study.factor(question, question.compare)))
    return answer_comparison(name, question, reference, cells)


@pytest.mark.parametrize(("study", "name"), NAMES)
@pytest.mark.parametrize("spread", [0.001, 0.05])
def test_sentences_are_short(study: str, name: str, spread: float) -> None:
    found = answered(study, name, spread)
    said = [found.headline, found.certainty, *found.sentences]
    for sentence in (part for each in said for part in re.split(r"(?<=\.) ", each)):
        assert len(re.sub(r"\([^()]*\)", "", sentence).split()) <= MOST_WORDS, sentence
