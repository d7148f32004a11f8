"""Filters that are known to be the same, or noise, or Gabor functions, are found to be so."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import lenetpp as lp
from lenetpp.records.run_files import MODEL_NAME
from lenetpp.studies import filter_answers
from lenetpp.studies.cells import Cell
from lenetpp.studies.filter_answers import FilterAnswer, answer_filters
from lenetpp.studies.question_kinds import FilterQuestion

from ..pictures.networks import Filters, network_with, noise
from ..records.handmade import write_run
from .handmade_cells import cell, recorded

TEXT = "1x12x12 | conv 6x5x5 separate nobias | maxpool 2 | conv 3x2x2 separate nobias | dense 2"


def gabor_functions() -> Filters:
    """Stripes of six directions under a bell."""
    rows, columns = np.mgrid[-2:3, -2:3]
    angles = np.arange(6) * np.pi / 6
    across = [np.cos(angle) * columns + np.sin(angle) * rows for angle in angles]
    bell = np.exp(-(rows**2 + columns**2) / 6)
    return np.array([bell * np.cos(2 * np.pi * 0.4 * distance + 0.4) for distance in across])


def with_models(folder: Path, name: str, networks: Sequence[lp.Network]) -> Cell:
    made = cell({"training": name}, [0.9] * len(networks))
    runs = {}
    for seed, network in enumerate(networks, 1):
        run = write_run(folder, f"{name}-{seed}", results__digest=network.digest)
        network.save(run / MODEL_NAME)
        runs[seed] = replace(recorded(), folder=run)
    return replace(made, runs=runs)


def answer(*cells: Cell) -> FilterAnswer:
    question = FilterQuestion.model_validate({"kind": "filters", "title": "The same?", "compare": "training"})
    return answer_filters("filters", question, cells)


def turned(filters: Filters, seed: int) -> Filters:
    """The same filters in another order, some with the other sign, a little disturbed."""
    generator = np.random.default_rng(seed)
    signs = generator.choice([-1.0, 1.0], (len(filters), 1, 1))
    found: Filters = signs * generator.permutation(filters) + generator.normal(0, 0.02, filters.shape)
    return found


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> FilterAnswer:
    folder = tmp_path_factory.mktemp("runs")
    same = [network_with(TEXT, {0: turned(gabor_functions(), seed)}, seed) for seed in (1, 2, 3)]
    other = [network_with(TEXT, {0: noise(6, 5, 5, seed=seed)}, seed) for seed in (11, 12)]
    return answer(with_models(folder, "same", same), with_models(folder, "noise", other))


def test_each_convolution_of_each_cell_has_an_answer(found: FilterAnswer) -> None:
    assert [(layer.cell.label, layer.layer) for layer in found.layers] == [
        ("same", 0),
        ("same", 2),
        ("noise", 0),
        ("noise", 2),
    ]


def test_the_same_filters_are_more_alike_than_noise_for_each_pair_of_seeds(found: FilterAnswer) -> None:
    layer = found.layers[0]
    assert [*layer.likeness] == [(1, 2), (1, 3), (2, 3)]
    assert min(layer.likeness.values()) > 0.95
    assert layer.match is not None
    assert layer.match.likeness == pytest.approx(sum(layer.likeness.values()) / 3)
    assert found.sentences[0].startswith(
        "same, layer 0 (conv 6x5x5 separate nobias): filters are more alike than chance"
    )


def test_noise_is_not_more_alike_than_noise(found: FilterAnswer) -> None:
    layer = found.layers[2]
    assert layer.match is not None
    assert layer.match.random_likeness.low < layer.match.likeness < layer.match.random_likeness.high
    assert found.sentences[2].startswith("noise, layer 0 (conv 6x5x5 separate nobias): filters are no more alike than")


def test_gabor_functions_are_counted_and_measured_against_noise(found: FilterAnswer) -> None:
    gabor, noisy = found.layers[0], found.layers[2]
    assert min(gabor.gabor_shares.values()) >= 5 / 6
    assert min(gabor.gabor_scores.values()) > 0.5
    assert max(noisy.gabor_scores.values()) < 0.2
    assert gabor.noise_share is not None
    assert noisy.noise_share is not None
    # Chance has the spectrum of the filters themselves: it looks more like Gabor functions where they do.
    assert noisy.noise_share < 0.06
    assert noisy.noise_share < gabor.noise_share < min(gabor.gabor_shares.values())
    assert f"are Gabor functions, by chance {100 * gabor.noise_share:.2f} %;" in found.sentences[4]


def test_filters_too_small_for_a_shape_are_matched_but_not_described(found: FilterAnswer) -> None:
    small = found.layers[1]
    assert small.likeness
    assert (small.gabor_share, small.gabor_score, small.noise_share) == (None, None, None)
    assert not small.too_big


def test_a_layer_that_is_too_big_is_passed_over_with_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filter_answers, "MOST_MATCHED", 6 * 5 * 5 * 1 - 1)
    monkeypatch.setattr(filter_answers, "MOST_DESCRIBED", 6 * 2 - 1)
    networks = [network_with(TEXT, {}, seed) for seed in (1, 2)]
    found = answer(with_models(tmp_path, "big", networks))
    assert (found.layers[0].match, found.layers[0].gabor_shares, found.layers[0].too_big) == (None, {}, True)
    assert found.layers[1].match is not None
    assert found.sentences[-1].startswith("Too big to be matched or described in full: big, layer 0 (conv 6x5x5")


def test_one_seed_has_nothing_to_be_matched_with(tmp_path: Path) -> None:
    text = "1x12x12 | conv 3x2x2 separate nobias | dense 2"
    found = answer(with_models(tmp_path, "alone", [network_with(text, {})]))
    assert found.sentences == ("Only one seed, so that there is nothing to match: alone.",)


def test_cells_without_filters_or_models_are_said(tmp_path: Path) -> None:
    dense = with_models(tmp_path, "perceptron", [network_with("1x12x12 | dense 2", {})])
    broken = with_models(tmp_path, "broken", [network_with(TEXT, {})])
    (tmp_path / "broken-1" / MODEL_NAME).write_bytes(b"nothing")
    found = answer(dense, broken)
    assert found.sentences == ("This has no answer yet: there are no filters to compare.",)
    assert found.notes[:2] == (
        "perceptron: its network has no convolution, and so no filters.",
        "broken: the model of broken-1 cannot be read; left out.",
    )


def test_pictures_of_the_match_name_the_seeds(found: FilterAnswer) -> None:
    match = found.layers[0].match
    assert match is not None
    assert [row.label for row in match.grid().rows] == ["seed 1", "seed 2", "seed 3"]
